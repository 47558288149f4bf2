"""The table of the published figures, which the database writes itself."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Expression, F, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from alliance.enums import FigureStatus
from alliance.models import PublishedFigure
from alliance.queries.public.data_tables.columns import (
    EXAMPLE_INDICATOR,
    DataColumn,
    DataScope,
    DataTable,
    DateText,
    DecimalText,
    FlagText,
    FreeText,
    IntegerText,
    Text,
    by_text,
    ready_cells,
    text_cell,
)
from alliance.queries.public.data_tables.shared_columns import (
    CHARTER,
    CHARTER_VERSION,
    CORRECTED_IN,
    CYCLE,
    DECIMAL,
    ENDS_ON,
    FLAG,
    INTEGER,
    MEMBER,
    PUBLICATION,
    STARTS_ON,
    WITHHELD,
    unless_withheld,
)
from alliance.queries.public.readings import filed_in_series
from alliance.queries.public.search import indicators_by_key
from alliance.queries.public.series_breaks import AskedKey, SeriesStart, renamed_series, series_starts
from alliance.queries.public.user_rates import with_rates
from portal.kernel.publishing import ProjectionQuerySet

# what moves with the users of now, and with the next cycle, is no change of a figure: `is_trace`
_NOT_RATED = _("unless a count of the last published cycle whose services all publish their users")
_NOT_RATED_ABOVE = _("the same; also where the users have no upper bound")
_NOT_RATED_BELOW = _("the same; also where the users may be none")
_NOT_BROKEN = _("unless the charter broke it and says why")
_FROM_THE_BEGINNING = SeriesStart(version=1)
# one for each field of `SeriesStart`
_START_COLUMNS = (
    DataColumn(
        "series_from",
        _("Version of the charter with which its series begins: do not subtract from a figure with another"),
        "1", INTEGER,
    ),
    DataColumn(
        "break_reason_en", _("Why the charter broke the series there, in English"), "", empty=_NOT_BROKEN, is_free=True
    ),
    DataColumn(
        "break_reason_ru", _("Why the charter broke the series there, in Russian"), "", empty=_NOT_BROKEN, is_free=True
    ),
)  # fmt: skip
_FIGURE_COLUMNS = (
    DataColumn("indicator", _("Permanent key of the indicator; never reused"), EXAMPLE_INDICATOR),
    MEMBER,
    DataColumn("service", _("Slug of the service"), "aurora-live", empty=_("for the whole organisation")),
    CYCLE,
    STARTS_ON,
    ENDS_ON,
    CHARTER,
    CHARTER_VERSION,
    DataColumn("cell", _("Part of a breakdown"), "harm=bullying", empty=_("for the whole of the indicator")),
    DataColumn(
        "status", _("Whether there is a value; a withheld figure has none"), "reported",
        choices=(*FigureStatus.values, WITHHELD),
    ),
    DataColumn(
        "value", _("The number; a share is in per cent, a yes is 1, a no is 0"), "0.4", DECIMAL,
        _("unless reported as a number"),
    ),
    DataColumn("choice", _("Key of the choice"), "weekly", empty=_("unless the indicator has choices")),
    DataColumn("numerator", _("Part of a share"), "31", DECIMAL, _("unless given")),
    DataColumn("denominator", _("Whole of a share"), "84", DECIMAL, _("unless given")),
    DataColumn("lower", _("Lower bound of an estimate"), "0.31", DECIMAL, _("unless given")),
    DataColumn("upper", _("Upper bound of an estimate"), "0.60", DECIMAL, _("unless given")),
    DataColumn("estimate", _("Whether the value is an estimate"), "false", FLAG),
    DataColumn(
        "method", _("How it was counted, in the member’s words"), "Counted in full.",
        empty=_("unless given"), is_free=True,
    ),
    DataColumn("reason", _("Why there is no figure"), "Not counted yet.", empty=_("unless given"), is_free=True),
    DataColumn(
        "definition_changed", _("Not comparable with the cycle before: do not subtract"), "false", FLAG
    ),
    DataColumn("definition_note", _("What changed in the definition"), "", empty=_("unless changed"), is_free=True),
    DataColumn(
        "series",
        _("Last key under which its series goes on, where the charter renames the indicator: rows with the same one "
          "and the same series_from are one series"),
        EXAMPLE_INDICATOR,
    ),
    *_START_COLUMNS,
    CORRECTED_IN,
    DataColumn("value_before", _("Value or choice before the last correction"), "0.5", empty=_("unless corrected")),
    DataColumn(
        "users_from", _("Users in a month, at least, as the owner of the service publishes their number now"),
        "1000000", INTEGER, _NOT_RATED, is_trace=True,
    ),
    DataColumn("users_to", _("The same, at most"), "10000000", INTEGER, _NOT_RATED_ABOVE, is_trace=True),
    DataColumn(
        "rate_from", _("The value for each million of users_to, in two digits: the rate is at least this"), "12",
        DECIMAL, _NOT_RATED_ABOVE, is_trace=True,
    ),
    DataColumn(
        "rate_to", _("The value for each million of users_from, in two digits: the rate is at most this"), "120",
        DECIMAL, _NOT_RATED_BELOW, is_trace=True,
    ),
    PUBLICATION,
)  # fmt: skip


def figures_in(scope: DataScope) -> ProjectionQuerySet:
    """The published figures in this scope.

    Of chosen indicators the wholes, under what each version of the charter calls them; with kinds of harm, the parts
    of those that are broken down by one of them. One query where indicators are chosen.
    """
    names = {"member": "organisation__slug", "cycle": "cycle__slug"}
    rows = PublishedFigure.objects.current().filter(**scope.lookups(names))
    if not scope.indicators:
        return rows
    conditions = map(filed_in_series, indicators_by_key(scope.indicators).values())
    rows = rows.filter(reduce(or_, conditions, Q(pk__in=[])))
    if not scope.harms:
        return rows.filter(cell="")
    parts = Q(cell__regex=f"(^|;)harm=({'|'.join(map(re.escape, scope.harms))})(;|$)")
    return rows.filter(parts | Q(cell="") & ~Q(indicator_key__in=rows.filter(parts).values("indicator_key")))


def _figures(scope: DataScope) -> QuerySet[Any]:
    rows = with_rates(figures_in(scope))
    cells: dict[str, Expression | F] = {
        "indicator": F("indicator_key"),
        "member": F("organisation__slug"),
        "service": Text("service__slug"),
        "cycle": F("cycle__slug"),
        "starts_on": DateText("cycle__starts_on"),
        "ends_on": DateText("cycle__ends_on"),
        "charter": F("cycle__charter__key"),
        "charter_version": IntegerText("cycle__charter__version"),
        "cell": Text("cell"),
        "status": Case(
            When(withheld=True, then=Value(WITHHELD)), default=F("status"), output_field=TextField()
        ),
        "value": unless_withheld(DecimalText("value")),
        "choice": unless_withheld(Text("choice")),
        **{
            name: unless_withheld(DecimalText(name))
            for name in ("numerator", "denominator", "lower", "upper")
        },
        "estimate": FlagText(Q(estimate=True, withheld=False)),
        "method": unless_withheld(FreeText("method")),
        "reason": unless_withheld(FreeText("reason")),
        "definition_changed": FlagText("definition_changed"),
        "definition_note": unless_withheld(FreeText("definition_note")),
        **_series_cells(),
        "corrected_in": IntegerText("corrected_in"),
        "value_before": unless_withheld(
            NullIf(Coalesce(KT("was__value"), KT("was__choice"), output_field=TextField()), Value(""))
        ),
        "users_from": IntegerText("users_from"),
        "users_to": IntegerText("users_to"),
        "rate_from": DecimalText("rate_from"),
        "rate_to": DecimalText("rate_to"),
        "publication": IntegerText("valid_from"),
    }
    order = [by_text(name) for name in ("indicator_key", "organisation__slug", "service__slug")]
    return ready_cells(rows, cells, [*order, by_text("cycle__slug"), by_text("cell")])


def _series_cells() -> dict[str, Expression]:
    """Under which key the series of each figure goes on, where it begins, and why."""
    renamed = (When(_asked_by(keys), then=Value(name)) for name, keys in renamed_series().items())
    cells: dict[str, Expression] = {
        "series": Case(*renamed, default=F("indicator_key"), output_field=TextField())
    }
    cases = [
        (start, _asked_by(keys)) for start, keys in series_starts().items() if start != _FROM_THE_BEGINNING
    ]
    for column, name in zip(_START_COLUMNS, ("version", "reason_en", "reason_ru"), strict=True):
        texts = ((text_cell(column, getattr(start, name)), rows) for start, rows in cases)
        cells[column.name] = Case(
            *(When(rows, then=Value(text)) for text, rows in texts if text),
            default=Value(text_cell(column, getattr(_FROM_THE_BEGINNING, name))),
            output_field=TextField(),
        )
    return cells


def _asked_by(asked: Iterable[AskedKey]) -> Q:
    """The rows of these indicators; a list for each version, which the database looks up by its hash."""
    keys: dict[tuple[str, int], list[str]] = defaultdict(list)
    for each in asked:
        keys[each.charter, each.version].append(each.key)
    return reduce(
        or_,
        (
            Q(cycle__charter__key=charter, cycle__charter__version=version, indicator_key__in=names)
            for (charter, version), names in keys.items()
        ),
    )


FIGURES = DataTable(
    "figures",
    _("One published figure: indicator, service or organisation, cell, cycle"),
    _FIGURE_COLUMNS,
    ("indicator", "member", "service", "cycle", "cell"),
    _figures,
)
