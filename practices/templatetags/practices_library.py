"""Rows of the library: found words marked, grades and results in words."""

import re
from collections.abc import Mapping
from typing import Any

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.kernel.text import format_figure, to_html
from practices.enums import EvidenceGrade
from practices.queries.snippets import BEGIN, END

register = template.Library()

_MARK = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")


@register.filter
def highlighted(text: str) -> SafeString:
    """Markdown as plain text with the matches marked; all of it is escaped."""
    plain = nh3.clean(to_html(text), tags=set())
    marked = _MARK.sub(r"<mark>\1</mark>", plain)
    return mark_safe(
        marked.replace(BEGIN, "").replace(END, "")
    )  # nh3 has escaped all, and the marks are our own


@register.filter
def grade_name(rank: int) -> str:
    return str(EvidenceGrade(EvidenceGrade.values[rank]).label)


@register.filter
def result_line(measured: Mapping[str, Any]) -> str:
    """The first effect, or how a test came out, in one line."""
    for effect in measured.get("effects", [])[:1]:
        after = format_figure(effect["after"], effect.get("unit", ""))
        words = {"what": effect["what"], "before": format_figure(effect["before"]), "after": after}
        return _("%(what)s: from %(before)s to %(after)s") % words
    precision, recall = (
        format_figure(measured[key]) if key in measured else "" for key in ("precision", "recall")
    )
    if precision and recall:
        return _("Precision %(precision)s at recall %(recall)s") % {"precision": precision, "recall": recall}
    return _("Precision %(precision)s") % {"precision": precision} if precision else _("Not measured yet")
