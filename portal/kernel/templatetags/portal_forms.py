"""What every form carries."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kernel.once import FIELD

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """The hidden key that makes a form act once, however often it is posted."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())
