"""A verdict's shape and word, which pages say hundreds of times: rendered once for each language."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
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


@lru_cache(maxsize=256)
def _part(name: str, verdict: str, language: str | None) -> SafeString:
    del language  # the active one, in which the template speaks
    return mark_safe(render_to_string(f"components/{name}.html", {"verdict": verdict}).strip())  # a template
