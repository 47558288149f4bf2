"""A verdict's shape and word, which pages say hundreds of times: rendered once for each language."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def verdict_shape(verdict: str) -> SafeString:
    """The shape alone; a word must stand beside it."""
    return _part("shape", verdict, "")


@register.simple_tag
def verdict_word(verdict: str) -> SafeString:
    """The word of a verdict."""
    return _part("verdict_word", verdict, get_language())


@register.simple_tag
def verdict_mini(verdict: str) -> SafeString:
    """A small tile, whose word is heard only."""
    return _part("mini_tile", verdict, get_language())


@register.simple_tag
def tally_line(counts: Sequence[tuple[str, int]]) -> SafeString:
    """Verdicts counted, small: tile, number, word for those who listen; noughts are left out."""
    shown = ((verdict_mini(verdict), count) for verdict, count in counts if count)
    return format_html('<ul class="tally-line">{}</ul>', format_html_join("", "<li>{} {}</li>", shown))


@lru_cache(maxsize=256)
def _part(name: str, verdict: str, language: str | None) -> SafeString:
    del language  # the active one, in which the template speaks
    return mark_safe(render_to_string(f"components/{name}.html", {"verdict": verdict}).strip())  # a template
