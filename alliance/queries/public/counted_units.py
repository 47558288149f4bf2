"""The unit of a figure after its number, in the form that the number asks for."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.translation import npgettext

from alliance.enums import Unit
from portal.kernel.text import format_figure

_FRACTION = 2  # Russian counts fractions as it counts two; English as it counts many

_WORDS: Mapping[str, Callable[[int], str]] = {
    Unit.PIECES: lambda n: npgettext("counted", "piece", "pieces", n),
    Unit.REPORTS: lambda n: npgettext("counted", "report", "reports", n),
    Unit.NOTICES: lambda n: npgettext("counted", "notice", "notices", n),
    Unit.COMPLAINTS: lambda n: npgettext("counted", "complaint", "complaints", n),
    Unit.REQUESTS: lambda n: npgettext("counted", "request", "requests", n),
    Unit.ACCOUNTS: lambda n: npgettext("counted", "account", "accounts", n),
    Unit.VIEWS: lambda n: npgettext("counted", "view", "views", n),
    Unit.URLS: lambda n: npgettext("counted", "address", "addresses", n),
    Unit.ITEMS: lambda n: npgettext("counted", "item", "items", n),
    Unit.EVENTS: lambda n: npgettext("counted", "event", "events", n),
    Unit.PEOPLE: lambda n: npgettext("counted", "person", "people", n),
    Unit.SCHOOLS: lambda n: npgettext("counted", "school", "schools", n),
    Unit.LANGUAGES: lambda n: npgettext("counted", "language", "languages", n),
    Unit.SERVICES: lambda n: npgettext("counted", "service", "services", n),
    Unit.ORGANISATIONS: lambda n: npgettext("counted", "organisation", "organisations", n),
    Unit.MINUTES: lambda n: npgettext("counted", "minute", "minutes", n),
    Unit.HOURS: lambda n: npgettext("counted", "hour", "hours", n),
    Unit.DAYS: lambda n: npgettext("counted", "day", "days", n),
}


def counted_text(value: Decimal, unit: str) -> str:
    """A number with its unit: "1 item", "2 items", "1.5 hours", "40 %"."""
    words = _WORDS.get(unit)
    if words is None:
        return format_figure(value, str(Unit(unit).label) if unit else "")
    whole = value == value.to_integral_value()
    return format_figure(value, words(abs(int(value)) if whole else _FRACTION))
