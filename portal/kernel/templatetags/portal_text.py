"""People's texts on a page."""

from django import template
from django.utils.safestring import SafeString

from portal.kernel.markdown import to_html

register = template.Library()


@register.filter
def prose(text: str | None) -> SafeString:
    """A person's Markdown, safe to show."""
    return to_html(text or "")
