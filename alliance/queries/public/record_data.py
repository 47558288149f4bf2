"""What is public of one member, commitment, cycle or report: its rows of the open data, and its publications."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import PublishedFigure, PublishedVerdict, TimelineEntry
from alliance.queries.public.charters import charter_keys_of, indicator_keys_of
from alliance.queries.public.data_tables import DataScope, find_table


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

    Those of a commitment are also the reports with a verdict on it, the corrections and withdrawals of such, and the
    versions of its charter: to find its charters is a query.
    """
    names = {"member": "organisation__slug", "cycle": "cycle__slug", "commitment": "commitment_key"}
    condition = Q(**scope.lookups(names))
    if scope.commitment:
        condition |= _judging(scope.commitment)
    return TimelineEntry.objects.current().filter(condition).select_related("organisation", "cycle")


def _judging(key: str) -> Q:
    number = OuterRef("valid_from")
    verdicts = PublishedVerdict.objects.filter(commitment_key=key, measure_key="", pledge_record__isnull=True)
    figures = PublishedFigure.objects.filter(indicator_key__in=indicator_keys_of(key))
    return (
        Q(Exists(verdicts.filter(valid_from=number)), kind="report")
        | Q(Exists(verdicts.filter(valid_from=number, corrected_in=number)), kind="correction")
        | Q(Exists(figures.filter(valid_from=number, corrected_in=number)), kind="correction")
        | Q(kind="correction", detail__upheld_on__contains=[key])
        | Q(Exists(verdicts.filter(valid_to=number)), kind="withdrawal")
        | Q(kind="charter", detail__key__in=charter_keys_of(key))
    )
