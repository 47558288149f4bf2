"""Where upper floors hang things: a lower page names a place, and shows whatever is registered there."""

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal.kernel import registry
from portal.kernel.access import ANYONE, Actor

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: object) -> SafeString:
    """The panels of a place for this subject, as the reader may see them; nothing where none hangs."""
    actor: Actor = context.get("actor") or ANYONE
    request = context.get("request")
    shown = registry.panels(place, actor, subject)
    return mark_safe("".join(render_to_string(name, values, request) for name, values in shown))  # templates
