"""What a verdict was when it was given: its value, and its words as long as something still has them.

A row of `Verdict` has the last words alone. Earlier ones stay where a review was reopened, or where the public record
corrected them; of others the journal has the value.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import CorrectionItem, EarlierVerdict, Report, Verdict
from portal.kernel.access import Actor
from portal.kernel.journal import Event

KIND = "verdict.give"
_Subject = tuple[int | None, int | None, object]  # commitment, measure, pledge


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """One verdict as it was given; `is_replaced` where its words are not stored any more."""

    value: str
    reason: str = ""
    difference: str = ""
    language: str = ""
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The words of a verdict until a moment; until today without one."""

    until: datetime | None
    verdict: GivenVerdict


def given_verdicts(actor: Actor, report: Report, events: Sequence[Event]) -> dict[int, GivenVerdict]:
    """What was given by each of these entries of the report, by the number of the entry. At most four queries."""
    given = [event for event in events if event.kind == KIND]
    if not given:
        return {}
    targets = {event.target_id for event in given}
    verdicts = Verdict.objects.visible_to(actor).filter(report=report, pk__in=targets)
    rows = {row.pk: row for row in verdicts.select_related("commitment", "measure")}
    snapshots = _snapshots(actor, report, rows.values())
    moments: dict[int, list[datetime]] = defaultdict(list)  # of each verdict: when it was given
    for target, at in Event.objects.filter(
        kind=KIND, target_type=Verdict._meta.label_lower, target_id__in=targets
    ).values_list("target_id", "at"):
        moments[target].append(at)
    return {
        event.pk: _given(event, snapshots.get(event.target_id, ()), moments[event.target_id])
        for event in given
    }


def _given(event: Event, snapshots: Iterable[_Snapshot], moments: Iterable[datetime]) -> GivenVerdict:
    """The words that were stored first after the entry, unless the verdict was given anew before that."""
    value = str(event.data.get("value", ""))
    again = min((at for at in moments if at > event.at), default=None)
    for snapshot in snapshots:
        if snapshot.until is not None and snapshot.until <= event.at:
            continue
        is_of_entry = again is None or (snapshot.until is not None and snapshot.until < again)
        if is_of_entry and snapshot.verdict.value == value:
            return snapshot.verdict
        break
    return GivenVerdict(value, is_replaced=True)


def _snapshots(
    actor: Actor, report: Report, verdicts: Iterable[Verdict]
) -> Mapping[int, Sequence[_Snapshot]]:
    """By the number of the verdict what is known of its words, the earliest first. Two queries."""
    by_subject = {_subject(row): row for row in verdicts}
    by_place = {row.correction_key: row for row in verdicts}
    snapshots: dict[int, list[_Snapshot]] = defaultdict(list)
    reopened = EarlierVerdict.objects.visible_to(actor).filter(decision__report=report)
    for earlier in reopened.select_related("decision"):
        if verdict := by_subject.get(_subject(earlier)):
            snapshots[verdict.pk].append(_Snapshot(earlier.decision.decided_at, _as_given(earlier)))
    corrected = CorrectionItem.objects.visible_to(actor).filter(
        correction__report=report,
        correction__state=CorrectionState.PUBLISHED,
        subject=CorrectionSubject.VERDICT,
    )
    for item in corrected.select_related("correction"):
        if verdict := by_place.get(item.place.key):
            before = GivenVerdict(
                item.old["value"],
                item.old.get("reason", ""),
                item.old.get("difference", ""),
                verdict.language,
            )
            snapshots[verdict.pk].append(_Snapshot(item.correction.decided_at, before))
    for rows_of_one in snapshots.values():
        rows_of_one.sort(key=lambda each: (each.until is None, each.until))
    for verdict in by_subject.values():
        snapshots[verdict.pk].append(_Snapshot(None, _as_given(verdict)))
    return snapshots


def _as_given(row: Verdict | EarlierVerdict) -> GivenVerdict:
    return GivenVerdict(row.value, row.reason, row.difference, row.language)


def _subject(row: Verdict | EarlierVerdict) -> _Subject:
    return row.commitment_id, row.measure_id, row.pledge_record
