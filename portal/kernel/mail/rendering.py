"""A letter from its one template: subject, HTML and plain text are made of the same blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template import Template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.kernel.mail.plain_text import to_text

_HTML, _TEXT = "portal/email/layout.html", "portal/email/layout.txt"
_BLOCKS = ("heading", "body", "action", "reason", "unsubscribe")


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """What a letter says: its subject, and the same words as HTML and as plain text."""

    subject: str
    html: str
    text: str


def render_letter(template: str, context: Mapping[str, Any]) -> RenderedLetter:
    """The letter of a template that extends `portal/email/letter.html`, in the language that is active."""
    blocks = {name: to_text(_render_block(name, template, context)) for name in _BLOCKS}
    return RenderedLetter(
        subject=render_subject(template, context),
        html=_with_single_stops(render_to_string(template, {**context, "layout": _HTML})),
        text=_with_single_stops(render_to_string(_TEXT, {**context, **blocks})),
    )


def render_subject(template: str, context: Mapping[str, Any]) -> str:
    """The block `subject` alone, as one line."""
    return _with_single_stops(" ".join(to_text(_render_block("subject", template, context)).split()))


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A letter inside another one: its subject, and its body and the words of its link as HTML."""

    subject: str
    body: SafeString
    action: SafeString


def render_part(template: str, context: Mapping[str, Any]) -> LetterPart:
    """What such a letter says, for a letter about several things, in the language that is active."""
    return LetterPart(
        render_subject(template, context),
        _render_block("body", template, context),
        _render_block("action", template, context),
    )


def _with_single_stops(text: str) -> str:
    """The text, with one full stop where a Russian date, which ends in an abbreviation, ends a sentence."""
    return text.replace("г..", "г.")


def _render_block(name: str, template: str, context: Mapping[str, Any]) -> SafeString:
    """One block of a letter as HTML: what its template puts into a layout that has nothing else."""
    return render_to_string(template, {**context, "layout": _layout_of(name)})


@cache
def _layout_of(name: str) -> Template:
    return Template(f"{{% block {name} %}}{{% endblock %}}")
