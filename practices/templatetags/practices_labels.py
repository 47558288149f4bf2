"""What a TLP label says to those who read what bears it."""

from django import template

from practices.audiences import HANDLING_TEXTS

register = template.Library()


@register.filter
def handling_text(label: str) -> str:
    return str(HANDLING_TEXTS[label])
