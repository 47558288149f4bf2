"""How long something lasted or waits, to its largest unit: 9 seconds, 7 hours, 12 days."""

from datetime import timedelta

from django.utils.translation import ngettext

from portal.kernel.text.numbers import NO_BREAK

_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60
_UNIT_FROM = 2  # of a unit there are at least so many: 90 minutes, and not “1 hour”


def format_span(span: timedelta) -> str:
    """The span in whole units, none rounded up: 45 seconds, 90 minutes, 36 hours, 3 days."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds >= _UNIT_FROM * _DAY:
        number = seconds // _DAY
        text = ngettext("%(n)d day", "%(n)d days", number)
    elif seconds >= _UNIT_FROM * _HOUR:
        number = seconds // _HOUR
        text = ngettext("%(n)d hour", "%(n)d hours", number)
    elif seconds >= _UNIT_FROM * _MINUTE:
        number = seconds // _MINUTE
        text = ngettext("%(n)d minute", "%(n)d minutes", number)
    else:
        number = seconds
        text = ngettext("%(n)d second", "%(n)d seconds", number)
    return (text % {"n": number}).replace(" ", NO_BREAK)
