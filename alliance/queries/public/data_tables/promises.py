"""The table of promises: every target of every published pledge, with its state and the figure that decided it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.enums import PledgeState, TargetState
from alliance.models import PublishedTarget
from alliance.queries.local_dates import today
from alliance.queries.public.data_tables.columns import (
    EXAMPLE_INDICATOR,
    ColumnType,
    DataColumn,
    DataScope,
    DataTable,
    TextCell,
    text_cell,
)
from alliance.queries.public.data_tables.shared_columns import CORRECTED_IN, LANGUAGE, MEMBER, PUBLICATION
from alliance.queries.public.promises import Promise, promises_of, targets_on
from alliance.queries.public.targets import TargetReading

_AT_ONCE = 500  # targets
INTEGER, DECIMAL, DATE = ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.DATE
_NO_FIGURE = _("unless a figure was published")
_UNCORRECTED = _("unless corrected")

_COLUMNS = (
    DataColumn("pledge", _("Key of the pledge"), "5a6f3c4e-…"),
    DataColumn("number", _("Which of its targets, from 1"), "1", INTEGER),
    MEMBER,
    DataColumn("commitment", _("Key of the commitment"), "find", empty=_("beyond the charter")),
    DataColumn("pledge_state", _("State of the pledge"), "published", choices=PledgeState.values),
    DataColumn("promise", _("The target in the member’s words"), "Half of it in a day.", is_free=True),
    LANGUAGE,
    DataColumn("due_on", _("The day by which it is promised"), "2026-12-31", DATE, _("without a day")),
    DataColumn(
        "state", _("What became of it by today"), "kept", choices=TargetState.values, empty=_("without a day")
    ),
    DataColumn("indicator", _("Key of the indicator that it names"), EXAMPLE_INDICATOR, empty=_("unless named")),
    DataColumn("target", _("The value that is promised"), "48", DECIMAL, _("unless a number is promised")),
    DataColumn("value_on_the_day", _("Value in the report that covers the day"), "36", DECIMAL, _NO_FIGURE),
    DataColumn("cycle_of_the_day", _("Cycle of that report"), "2026-h1", empty=_NO_FIGURE),
    DataColumn("latest_value", _("Value in the last report"), "36", DECIMAL, _NO_FIGURE),
    DataColumn("latest_cycle", _("Cycle of that report"), "2026-h1", empty=_NO_FIGURE),
    DataColumn("reached_later", _("Cycle in which a missed one was reached"), "2026-h2", empty=_("unless so")),
    DataColumn(
        "decided_on", _("When the secretariat decided one that no figure can"), "2026-10-11", DATE, _("unless so")
    ),
    PUBLICATION,
    CORRECTED_IN,  # the last correction of the target or of one of its values
    # each as it stood before its own last correction
    DataColumn(
        "promise_before", _("The target’s words before the last correction"), "", empty=_UNCORRECTED, is_free=True
    ),
    DataColumn("due_on_before", _("Its day before the last correction"), "2026-06-30", DATE, _UNCORRECTED),
    DataColumn("target_before", _("The promised value before the last correction"), "24", DECIMAL, _UNCORRECTED),
    DataColumn(
        "value_on_the_day_before", _("`value_on_the_day` before it was last corrected"), "63", DECIMAL, _UNCORRECTED
    ),
    DataColumn("latest_value_before", _("`latest_value` before it was last corrected"), "63", DECIMAL, _UNCORRECTED),
    DataColumn(
        "membership_ended", _("The day on which the membership ended, where nothing has decided the target"), "", DATE,
        _("unless so"),
    ),
)  # fmt: skip


def _rows(scope: DataScope) -> Iterator[Sequence[TextCell]]:
    targets = PublishedTarget.objects.current().filter(**scope.lookups({"member": "organisation__slug"}))
    if scope.commitment:
        targets = targets.filter(targets_on(scope.commitment))
    return promise_rows(targets.order_by("record", "number"))


def promise_rows(targets: QuerySet[PublishedTarget], day: date | None = None) -> Iterator[Sequence[TextCell]]:
    """The rows of these targets on a day (today), in their order, some at a time: what is worked out goes with them."""
    day = day or today()
    numbers = list(targets.values_list("pk", flat=True))
    for start in range(0, len(numbers), _AT_ONCE):
        for promise in promises_of(targets.filter(pk__in=numbers[start : start + _AT_ONCE]), day):
            yield [text_cell(column, value) for column, value in zip(_COLUMNS, _values(promise), strict=True)]


def _values(promise: Promise) -> tuple[object, ...]:
    pledge, standing = promise.pledge, promise.standing
    on_the_day, latest = standing.on_the_day, standing.latest
    target = pledge.targets[standing.number - 1]
    before = target.get("was") or {}
    return (
        pledge.record,
        standing.number,
        pledge.organisation.slug,
        pledge.commitment_key,
        pledge.state,
        standing.text,
        pledge.language,
        standing.due_on,
        standing.state.value if standing.state else None,
        standing.indicator.key if standing.indicator else None,
        standing.value,
        _value(on_the_day),
        on_the_day.cycle.slug if on_the_day else None,
        _value(latest),
        latest.cycle.slug if latest else None,
        standing.reached_later.slug if standing.reached_later else None,
        standing.decision.decided_on if standing.decision else None,
        pledge.valid_from,
        _corrected_in(target, on_the_day, latest),
        before.get("text"),
        before.get("due_on"),
        before.get("value"),
        _value_before(on_the_day),
        _value_before(latest),
        promise.membership_ended,
    )


def _corrected_in(target: Mapping[str, Any], *readings: TargetReading | None) -> int | None:
    shown = [each.reading for each in readings if each and not each.reading.withheld]
    numbers = [target.get("corrected_in"), *(each.corrected_in for each in shown)]
    return max(filter(None, numbers), default=None)


def _value_before(reading: TargetReading | None) -> object:
    """What stood there before it was corrected; nothing of a figure that is withheld now, or was."""
    before = reading.reading.before_correction if reading and not reading.reading.withheld else None
    return before.value if before and before.has_value else None


def _value(reading: TargetReading | None) -> object:
    """The value of a figure that everybody may read."""
    return reading.reading.value if reading and reading.reading.has_value else None


PROMISES = DataTable(
    "promises",
    _("One target of a promise, its state and the figure that decided it"),
    _COLUMNS,
    ("pledge", "number"),
    _rows,
)
