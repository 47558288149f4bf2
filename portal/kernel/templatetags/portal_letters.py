"""Template filters of letters: what a day or a moment is where the recipient lives."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

from portal.kernel.notices import zone_of
from portal.kernel.text import format_end

register = template.Library()


@register.filter
def in_zone_of(moment: datetime | None, recipient: Any) -> str:
    """The moment in the recipient's time zone; empty where it reads the same there."""
    if moment is None:
        return ""
    zone = zone_of(recipient.time_zone)
    if moment.astimezone(zone).utcoffset() == timezone.localtime(moment).utcoffset():
        return ""
    with timezone.override(zone):
        return format_end(moment)


@register.filter
def days_since(day: date, recipient: Any) -> int:
    """How many days have passed since that day where the recipient lives; 0 on the day itself and before it."""
    return max(0, (timezone.localdate(timezone=zone_of(recipient.time_zone)) - day).days)
