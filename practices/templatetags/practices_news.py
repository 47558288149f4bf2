"""What a notice of the practices says, in the reader's language."""

from django import template

from practices.notify.words import NEWS

register = template.Library()


@register.filter
def news(what: str) -> str:
    """The sentence of one piece of news."""
    return str(NEWS[what]) if what in NEWS else ""
