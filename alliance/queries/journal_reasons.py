"""The reasons of decisions that journal entries name; an entry holds the number of its reason and never the words."""

from collections.abc import Mapping, Sequence
from typing import Any

from alliance.models import (
    ChangesRequest,
    Cycle,
    CycleDateChange,
    CycleDecision,
    Report,
    ReportDecision,
    ReportExemption,
    ReviewAssignment,
    ReviewPause,
)
from portal.kernel.access import Actor
from portal.kernel.journal import Event

_CYCLE, _REPORT = Cycle._meta.label_lower, Report._meta.label_lower
# By the kind of target and the name of the fact that has the number: the table of the reasons, and their column.
_SOURCES: Mapping[tuple[str, str], tuple[Any, str]] = {
    (_CYCLE, "decision"): (CycleDecision, "reason"),
    (_CYCLE, "date_change"): (CycleDateChange, "reason"),
    (_REPORT, "decision"): (ReportDecision, "reason"),
    (_REPORT, "exemption"): (ReportExemption, "reason"),
    (_REPORT, "assignment"): (ReviewAssignment, "note"),
    (_REPORT, "changes_request"): (ChangesRequest, "summary"),
    (_REPORT, "pause"): (ReviewPause, "reason"),
}
REASON_FACTS = frozenset(name for _target, name in _SOURCES)
_WITHOUT_REASON = ("report.end_pause",)  # names the pause, whose reason it was to begin it


def reasons_of(actor: Actor, events: Sequence[Event]) -> dict[int, str]:
    """The reasons that the actor may read, by the number of the entry. One query for each table, if it is named."""
    wanted: dict[tuple[Any, str], dict[int, list[int]]] = {}
    for event in events:
        if event.kind in _WITHOUT_REASON:
            continue
        for name, value in event.data.items():
            source = _SOURCES.get((event.target_type, name))
            if source is not None and isinstance(value, int):
                wanted.setdefault(source, {}).setdefault(value, []).append(event.pk)
    reasons: dict[int, str] = {}
    for (model, column), entries_by_row in wanted.items():
        rows = model.objects.visible_to(actor).filter(pk__in=entries_by_row).values_list("pk", column)
        for pk, reason in rows:
            reasons |= dict.fromkeys(entries_by_row[pk], reason)
    return reasons
