"""What a TLP label says to those who read what bears it."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from practices.audiences import HANDLING_TEXTS

register = template.Library()


@register.filter
def handling_text(label: str) -> SafeString:
    """Who may read it, in bold, and what they may do with it."""
    text = str(HANDLING_TEXTS[label])
    readers = re.split(r"(?<=:)|[,.]", text, maxsplit=1)[0]
    return format_html("<b>{}</b>{}", readers, text.removeprefix(readers))
