"""Texts on a page."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from portal.kernel.notices import subject_of
from portal.kernel.text import to_html, to_plain

register = template.Library()
register.filter("subject", subject_of)


@register.filter
def prose(text: str | None, highest: int | None = None) -> SafeString:
    """A person's Markdown, safe to show; its headings begin at the third level, or their highest is this one."""
    return to_html(text or "", highest)


@register.filter
def excerpt(text: str | None, letters: int = 160) -> str:
    """The first words of a person's Markdown, on one line: for descriptions."""
    return Truncator(to_plain(text or "")).chars(letters)


@register.filter
def bold_number(text: str) -> SafeString:
    """A sentence with its first number in bold; for `{% filter %}` around a translated one."""
    return mark_safe(
        re.sub(r"(?<![&#\w])\d(?:[\d\s,]*\d)?", r"<b>\g<0></b>", conditional_escape(text), count=1)
    )
