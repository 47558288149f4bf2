"""What is public of one member, commitment, cycle or report: its rows of the open data, and its publications."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import Indicator, PublishedFigure, PublishedPledge, PublishedVerdict, TimelineEntry
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.data_tables import DataScope, find_table
from portal.kernel.access import ANYONE


def table_rows(name: str, scope: DataScope) -> list[dict[str, Any]]:
    """The rows of a table in this scope, as JSON has them. One query, or as many as the table takes."""
    table = find_table(name)
    assert table is not None, name
    return [table.values(row) for row in table.source(scope)]


def timeline_of(scope: DataScope, limit: int) -> Sequence[TimelineEntry]:
    """The latest public entries about what the scope names. One query, two of a commitment."""
    return list(entries_about(scope).order_by("-valid_from")[:limit])


def entries_about(scope: DataScope) -> QuerySet[TimelineEntry]:
    """The public entries about what the scope names.

    Those of a commitment are the pledges to it and the replies about it, the reports with a verdict on it, corrections
    and withdrawals of such, and the versions of its charter, under each key that it has had: to find these is a query.
    """
    condition = Q(**scope.lookups({"member": "organisation__slug", "cycle": "cycle__slug"}))
    if scope.commitment:
        condition &= _about_commitment(scope.commitment)
    return TimelineEntry.objects.current().filter(condition).select_related("organisation", "cycle")


def _about_commitment(key: str) -> Q:
    places, number = commitment_places(key), OuterRef("valid_from")
    alone = list(places.alone)
    pledges = PublishedPledge.objects.filter(places.rows())
    verdicts = PublishedVerdict.objects.filter(places.reported(), measure_key="", pledge_record__isnull=True)
    corrected = Q(
        valid_from=number, corrected_in=number, corrected_in__isnull=False
    )  # the few, by their index
    indicators = Indicator.objects.visible_to(ANYONE).filter(places.indicators())
    figures = PublishedFigure.objects.filter(
        indicator_key__in=indicators.order_by().values("key"), cycle__charter__in=alone
    )
    upheld = (Q(detail__upheld_on__contains=[name]) for name in sorted(places.names))
    return (
        places.replies()
        | Q(Exists(pledges.filter(valid_from=number)), kind="pledge")
        | Q(Exists(pledges.filter(valid_to=number)), kind="withdrawal")
        | Q(Exists(verdicts.filter(valid_from=number)), kind="report")
        | Q(Exists(verdicts.filter(corrected)), kind="correction")
        | Q(Exists(figures.filter(corrected)), kind="correction")
        | Q(reduce(or_, upheld, Q(pk__in=[])), kind="correction", cycle__charter__in=alone)
        | Q(Exists(verdicts.filter(valid_to=number)), kind="withdrawal")
        | Q(kind="charter", detail__key=places.charter)
    )
