"""Filters for the pages of charters."""

from django import template
from django.utils.translation import get_language

from alliance.charter_file.texts import LANGUAGES, TranslatedText
from alliance.enums import CharterChange

register = template.Library()


@register.filter
def translated(text: TranslatedText) -> str:
    """A text of a charter in the reader's language."""
    language = (get_language() or "")[:2]
    return str(getattr(text, language if language in LANGUAGES else LANGUAGES[0]))


_ICONS = {
    CharterChange.ADDED: "circle-plus",
    CharterChange.REMOVED: "circle-minus",
    CharterChange.SPLIT: "split",
    CharterChange.MERGED: "merge",
    CharterChange.REGROUPED: "merge",
}


@register.filter
def change_icon(change: CharterChange) -> str:
    """The icon beside the word for what became of something: arrows that fork or join."""
    return _ICONS.get(change, "arrow-right")
