"""The subject of a message, rendered in the reader's language whenever it is read.

What it quotes (names, in every language) is stored with the message; the words around it are not.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from portal.kernel.mail import render_subject

Quotes = Mapping[str, Mapping[str, str]]


def collect_quotes(paths: Iterable[str], context: Mapping[str, Any]) -> Quotes:
    """The value at each path (`thing.name`) of the context, by language; '' where there is nothing."""
    spoken: dict[str, dict[str, str]] = {path: {} for path in paths}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for path, texts in spoken.items():
                texts[language] = _at(path, context)
    return spoken


def _at(path: str, context: Mapping[str, Any]) -> str:
    name, *steps = path.split(".")
    value = context.get(name)
    for step in steps:
        value = getattr(value, step, None)
    return str(value) if value else ""


def render_with_quotes(template: str, quotes: Quotes, names: Mapping[str, Any] | None = None) -> str:
    """The subject in the language that is active. `names`: what was looked up for this reader just now."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    context: dict[str, Any] = {}
    for path, texts in quotes.items():
        # where the template looks for it
        *parents, name = path.split(".")
        scope = context
        for parent in parents:
            scope = scope.setdefault(parent, {})
        scope[name] = texts.get(language) or next(filter(None, texts.values()), "")
    return render_subject(template, {**context, **(names or {})})
