"""Template filters of letters: what a day or a moment is where the recipient lives."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from portal.kernel.text import format_end

register = template.Library()


@register.filter
def in_zone_of(moment: datetime | None, recipient: Any) -> str:
    """The moment in the recipient's time zone; empty where it reads the same there."""
    if moment is None or not recipient.time_zone:
        return ""
    zone = ZoneInfo(recipient.time_zone)
    if moment.astimezone(zone).utcoffset() == timezone.localtime(moment).utcoffset():
        return ""
    with timezone.override(zone):
        return format_end(moment)


@register.filter
def days_since(day: date, recipient: Any) -> int:
    """How many days have passed since that day where the recipient lives; 0 on the day itself and before it."""
    zone = ZoneInfo(recipient.time_zone) if recipient.time_zone else None
    return max(0, (timezone.localdate(timezone=zone) - day).days)
