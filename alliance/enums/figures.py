"""What indicators ask for, and what figures say."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IndicatorType(TextChoices):
    NARRATIVE = "narrative", _("Narrative")
    FIGURE = "figure", _("Figure")


class ValueType(TextChoices):
    COUNT = "count", _("Count")
    AMOUNT = "amount", _("Amount")
    SHARE = "share", _("Share")
    DURATION = "duration", _("Duration")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Choice")


class Unit(TextChoices):
    """What a figure counts or measures; the words are plural and follow the number."""

    PIECES = "pieces", _("pieces")
    REPORTS = "reports", _("reports")
    NOTICES = "notices", _("notices")
    COMPLAINTS = "complaints", _("complaints")
    REQUESTS = "requests", _("requests")
    ACCOUNTS = "accounts", _("accounts")
    VIEWS = "views", _("views")
    URLS = "urls", _("addresses")
    ITEMS = "items", _("items")
    EVENTS = "events", _("events")
    PEOPLE = "people", _("people")
    SCHOOLS = "schools", _("schools")
    LANGUAGES = "languages", _("languages")
    SERVICES = "services", pgettext_lazy("unit", "services")
    ORGANISATIONS = "organisations", _("organisations")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    PERCENT = "percent", "%"


class Direction(TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NEUTRAL = "neutral", _("Neutral")


class IndicatorScope(TextChoices):
    SERVICE = "service", _("Each service")
    ORGANISATION = "organisation", _("The whole organisation")


class Aggregation(TextChoices):
    """How a total over services comes about; medians are never summed or averaged."""

    SUM = "sum", _("Sum")
    RATIO = "ratio", _("Ratio of sums")
    ENTERED = "entered", _("Entered")
    NONE = "none", _("No total")


class Period(TextChoices):
    """By what a figure is asked for within a cycle, besides its total."""

    MONTH = "month", _("By month")
    QUARTER = "quarter", _("By quarter")


class PeriodAggregation(TextChoices):
    """How the total over the months or quarters comes about; medians are never worked out from others."""

    SUM = "sum", _("Sum")
    MEAN = "mean", _("Mean")
    LAST = "last", _("The last one")
    MAXIMUM = "maximum", _("The highest one")
    ENTERED = "entered", _("Entered")


class Disclosure(TextChoices):
    PUBLIC = "public", _("Public")
    SECRETARIAT = "secretariat", _("Secretariat only")


class FigureStatus(TextChoices):
    REPORTED = "reported", _("Reported")
    NOT_MEASURED = "not_measured", _("Not measured")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    DECLINED = "declined", _("Declined")
