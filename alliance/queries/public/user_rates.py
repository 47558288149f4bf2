"""Rates of many published figures at once, worked out by the database: `user_spans` says what they are."""

from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from alliance.enums import FigureStatus, ValueType
from alliance.models import Indicator, Ownership
from alliance.queries.public.user_spans import PER, USER_BOUNDS, changed_hands_since, rated_cycle
from alliance.queries.service_owners import still_running
from portal.kernel.access import ANYONE
from portal.kernel.publishing import ProjectionQuerySet

RATE_COLUMNS = ("users_from", "users_to", "rate_from", "rate_to")
_LEAST, _MOST = 0, 1  # the ends of a band
_OPEN_BANDS = [band for band, ends in USER_BOUNDS.items() if ends[_MOST] is None]


class _TwoDigits(Func):
    """A number in two digits, as `UserSpan.rates` rounds it."""

    template = (
        "CASE WHEN %(expressions)s = 0 THEN 0"
        " ELSE round(%(expressions)s, 1 - floor(log(%(expressions)s))::int) END"
    )
    output_field = DecimalField()

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The template, with the parameters of its expression as often as it names it."""
        sql, parameters = super().as_sql(*args, **kwargs)
        return sql, tuple(parameters) * self.template.count("%(expressions)s")


def with_rates(figures: ProjectionQuerySet) -> ProjectionQuerySet:
    """Published figures with `RATE_COLUMNS`: of the whole of a count in the last published cycle, else None.

    The users of other figures are not looked for: `CASE` ends before. One query more, for the cycle.
    """
    cycle = rated_cycle()
    if cycle is None:
        return figures.annotate(**dict.fromkeys(RATE_COLUMNS, Value(None, output_field=DecimalField())))
    counts = Indicator.objects.visible_to(ANYONE).filter(charter=cycle.charter_id, value=ValueType.COUNT)
    is_rated = Q(
        Exists(counts.filter(key=OuterRef("indicator_key"))),
        cycle=cycle,
        cell="",
        status=FigureStatus.REPORTED,
        withheld=False,
        value__isnull=False,
    )
    owned = _running().filter(service=OuterRef("service"))
    changed = Ownership.objects.filter(changed_hands_since(cycle), organisation=OuterRef("organisation"))
    spans = {
        name: Case(
            When(is_rated & Q(service__isnull=True) & ~Exists(changed), then=Subquery(_together(end))),
            When(is_rated & Exists(owned), then=_end_of_band(end)),
            default=None,
            output_field=IntegerField(),
        )
        for name, end in (("users_from", _LEAST), ("users_to", _MOST))
    }
    return figures.annotate(**spans).annotate(rate_from=_rate("users_to"), rate_to=_rate("users_from"))


def _running() -> QuerySet[Ownership]:
    return Ownership.objects.filter(still_running(), organisation=OuterRef("organisation"))


def _end_of_band(end: int) -> Case:
    """One end of a service's band; None where it publishes none, or where the band has no such end."""
    ends = [
        When(service__monthly_users=band, then=Value(bounds[end]))
        for band, bounds in USER_BOUNDS.items()
        if bounds[end] is not None
    ]
    return Case(*ends, default=None, output_field=IntegerField())


def _together(end: int) -> QuerySet[Any]:
    """At least as many as of the largest service, at most as many as of all added up; None where one publishes none."""
    known = Q(unknown=0) if end == _LEAST else Q(unknown=0, open_bands=0)
    of_all = Max(_end_of_band(end)) if end == _LEAST else Sum(_end_of_band(end))
    rows = _running().order_by().values("organisation")
    counted = rows.annotate(
        unknown=Count("pk", filter=Q(service__monthly_users="")),
        open_bands=Count("pk", filter=Q(service__monthly_users__in=_OPEN_BANDS)),
    )
    return counted.annotate(users=Case(When(known, then=of_all), default=None)).values("users")


def _rate(users: str) -> Expression:
    share = F("value") * Value(Decimal(PER), output_field=DecimalField()) / F(users)
    return Case(
        When(**{f"{users}__gt": 0}, then=_TwoDigits(share)), default=None, output_field=DecimalField()
    )
