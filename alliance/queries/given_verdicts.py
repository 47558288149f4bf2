"""What a verdict was when it was given: its value, and its words as long as something still has them.

A row of `Verdict` has the last words alone. Earlier ones stay where a review was reopened, or where the public record
corrected them; of others the journal has the value. One that was taken back has no row: what it was on is there too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import CorrectionItem, EarlierVerdict, Report, Verdict
from alliance.queries.journal import actor_name
from alliance.queries.journal_names import names_of
from alliance.queries.judged_subjects import TAKE_BACK, JudgedSubject, taken_back_subject
from portal.kernel.access import Actor
from portal.kernel.journal import Event

KIND = "verdict.give"


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """One verdict as it was given; `is_replaced` or `is_taken_back` where its words are not stored any more."""

    value: str
    reason: str = ""
    difference: str = ""
    language: str = ""
    is_replaced: bool = False
    is_taken_back: bool = False


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
    subjects = {pk: judged_subject(row) for pk, row in rows.items()}
    moments: dict[int, list[datetime]] = defaultdict(
        list
    )  # of each verdict: when it was given, and taken back
    acts = Event.objects.filter(
        kind__in=(KIND, TAKE_BACK), target_type=Verdict._meta.label_lower, target_id__in=targets
    )
    for event in acts:
        moments[event.target_id].append(event.at)
        if event.kind == TAKE_BACK:
            subjects[event.target_id] = taken_back_subject(event)
    snapshots = _snapshots(actor, report, rows, subjects)
    return {
        event.pk: _given(event, snapshots.get(event.target_id, ()), moments[event.target_id], rows)
        for event in given
    }


def _given(
    event: Event, snapshots: Iterable[_Snapshot], moments: Iterable[datetime], standing: Collection[int]
) -> GivenVerdict:
    """The words that were stored first after the entry, unless the verdict was given anew or taken back before that."""
    value = str(event.data.get("value", ""))
    again = min((at for at in moments if at > event.at), default=None)
    for snapshot in snapshots:
        if snapshot.until is not None and snapshot.until <= event.at:
            continue
        is_of_entry = again is None or (snapshot.until is not None and snapshot.until < again)
        if is_of_entry and snapshot.verdict.value == value:
            return snapshot.verdict
        break
    is_gone = event.target_id not in standing
    return GivenVerdict(value, is_replaced=not is_gone, is_taken_back=is_gone)


def _snapshots(
    actor: Actor, report: Report, rows: Mapping[int, Verdict], subjects: Mapping[int, JudgedSubject]
) -> Mapping[int, Sequence[_Snapshot]]:
    """By the number of the verdict what is known of its words, the earliest first. Two queries."""
    by_place = {row.correction_key: row for row in rows.values()}
    snapshots: dict[int, list[_Snapshot]] = defaultdict(list)
    reopened = EarlierVerdict.objects.visible_to(actor).filter(decision__report=report)
    for earlier in reopened.select_related("decision", "commitment", "measure"):
        for pk, subject in subjects.items():
            if subject == judged_subject(earlier):
                snapshots[pk].append(_Snapshot(earlier.decision.decided_at, _as_given(earlier)))
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
    for verdict in rows.values():
        snapshots[verdict.pk].append(_Snapshot(None, _as_given(verdict)))
    return snapshots


def _as_given(row: Verdict | EarlierVerdict) -> GivenVerdict:
    return GivenVerdict(row.value, row.reason, row.difference, row.language)


def judged_subject(row: Verdict | EarlierVerdict) -> JudgedSubject:
    """What it is on; its measure or commitment is read with it."""
    if row.measure:
        return "measure", row.measure.code
    return ("commitment", row.commitment.code) if row.commitment else ("record", str(row.pledge_record))


def versions_taken_back(report: Report) -> dict[JudgedSubject, int]:
    """The version of the last verdict that was taken back, by what it was on. One query."""
    events = Event.objects.filter(kind=TAKE_BACK, parent_type=Report._meta.label_lower, parent_id=report.pk)
    return {taken_back_subject(event): int(event.data.get("version", 0)) for event in events.order_by("pk")}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Who took a verdict back, and when; `is_own` where it was whoever reads it."""

    name: str
    at: datetime
    is_own: bool


def last_taken_back(actor: Actor, report: Report, subject: JudgedSubject) -> TakenBack | None:
    """How the last verdict on it was taken back; None where the journal does not say. Two queries."""
    event = entry_of_taken_back(report, subject)
    if event is None:
        return None
    people, _tenants = names_of(actor, {event.person_id}, ())
    by = actor_name(people.get(event.person_id or 0, ""), event.actor_kind)
    return TakenBack(by, event.at, event.person_id == actor.person_id)


def entry_of_taken_back(report: Report, subject: JudgedSubject) -> Event | None:
    """The entry by which the last verdict on it was taken back; None where the journal has none. One query."""
    name, value = subject
    events = Event.objects.filter(
        kind=TAKE_BACK,
        parent_type=Report._meta.label_lower,
        parent_id=report.pk,
        **{f"data__{name}": value},
    )
    return events.order_by("-pk").first()


def entry_of_taken_back_batch(report: Report, batch: UUID) -> Event | None:
    """The entry by which the last of the verdicts that were given at once was taken back; None without one. One query.

    What version 0.1.0 has taken back does not say what it was given with.
    """
    events = Event.objects.filter(
        kind=TAKE_BACK,
        parent_type=Report._meta.label_lower,
        parent_id=report.pk,
        data__batch=str(batch),
    )
    return events.order_by("-pk").first()


def as_first_given(report: Report, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that nobody has changed since they were given; their measures are read with them. One query."""
    last = versions_taken_back(report)
    return [row for row in verdicts if row.version == last.get(judged_subject(row), 0) + 1]
