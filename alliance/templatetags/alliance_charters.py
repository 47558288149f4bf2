"""Filters for the pages of charters."""

from django import template

from alliance.charter_file.texts import TranslatedText
from alliance.enums import CharterChange
from alliance.models import Charter, Indicator
from alliance.queries.charter_text import in_reader_language
from alliance.queries.public.wording import breakdown_title

register = template.Library()


@register.filter
def translated(text: TranslatedText) -> str:
    """A text of a charter in the reader's language."""
    return in_reader_language(text)


@register.filter
def breakdown_titles(indicator: Indicator, charter: Charter) -> str:
    """By what an indicator of this charter is broken down."""
    return ", ".join(breakdown_title(charter, key) for key in indicator.breakdowns)


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
