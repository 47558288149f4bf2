"""Addresses of pages, for lists that name many."""

from functools import lru_cache

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language


def address_of(name: str, *args: str | int) -> str:
    """The address of a page in the reader's language, cached for long lists; empty where there is none."""
    return _address(name, args, get_language())


@lru_cache(maxsize=8192)
def _address(name: str, args: tuple[str | int, ...], language: str | None) -> str:
    del language  # the prefix of public addresses, which is active
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
