"""Accessions and pledges: drafted, signed, countersigned, revised, fulfilled, withdrawn."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.demo.schedule import Schedule
from alliance.models import Accession, Charter, Pledge
from alliance.queries.public.record import latest_revision
from alliance.services.accessions import draft_accession, sign_accession
from alliance.services.pledge_targets import DecisionInput, decide_target
from alliance.services.pledges import (
    PledgeDraft,
    TargetDraft,
    draft_pledge,
    edit_pledge,
    fulfil_pledge,
    publish_pledge,
    revise_pledge,
    sign_pledge,
    withdraw_pledge,
)
from alliance.services.supersession import publish_accession
from portal.kernel.access import Actor

_REVIEW = timedelta(days=6)  # from signature to countersignature


@dataclass
class PledgeSchedule:
    """Schedules the acts by which members bind themselves."""

    cast: Cast
    calendar: Calendar
    timetable: Schedule
    charter: Charter
    # pledges beyond the charter, by member and title
    own_pledge_records: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def schedule_accession(self, member: Record) -> None:
        """The accession to the charter, published a day after it was signed."""
        accession = _DemoAccession(self, member)
        signed = self.calendar.moment_on(member["signs_on"], 12)
        self.timetable.add(signed, accession.sign)
        self.timetable.add(self.later(signed, timedelta(days=1)), accession.publish)

    def schedule_pledge(self, member: Record, record: Record) -> None:
        """The whole life of one pledge."""
        _PledgeLifecycle(self, member, record).schedule()

    def acting_signatory(self, member: Record) -> AbstractContextManager[Actor]:
        return self.cast.acting(self.cast.holder(member, "signatory"), member["slug"])

    def later(self, moment: datetime, by: timedelta) -> datetime:
        return min(moment + by, self.calendar.present)


@dataclass
class _DemoAccession:
    parent: PledgeSchedule
    member: Record
    accession: Accession | None = None

    def sign(self) -> None:
        organisation = self.parent.cast.organisations[self.member["slug"]]
        with self.parent.acting_signatory(self.member) as actor:
            self.accession = sign_accession(actor, draft_accession(actor, organisation, self.parent.charter))

    def publish(self) -> None:
        assert self.accession is not None, "it is signed first"
        with self.parent.cast.acting("mona", "secretariat") as actor:
            publish_accession(actor, self.accession)


@dataclass
class _PledgeLifecycle:
    """One pledge from its draft to its end."""

    parent: PledgeSchedule
    member: Record
    record: Record
    pledge: Pledge | None = None

    def schedule(self) -> None:
        home, record = self.parent, self.record
        self._sign_and_publish(record["signed_on"], self._draft)
        if "revision" in record:
            self._sign_and_publish(record["revision"]["signed_on"], self._revise)
        if "fulfilled_on" in record:
            home.timetable.add(home.calendar.moment_on(record["fulfilled_on"]), self._fulfil)
        if "withdrawn_on" in record:
            home.timetable.add(home.calendar.moment_on(record["withdrawn_on"]), self._withdraw)
        for number, target in enumerate(record.get("targets", []), 1):
            if decision := target.get("decision"):
                decided = home.calendar.moment_on(decision["decided_on"], 10)
                home.timetable.add(decided, partial(self._decide, number, decision))

    def _sign_and_publish(self, day: date, write: Callable[[Actor], Pledge]) -> None:
        def sign() -> None:
            with self.parent.acting_signatory(self.member) as actor:
                self.pledge = sign_pledge(actor, write(actor))

        def publish() -> None:
            with self.parent.cast.acting("mona", "secretariat") as actor:
                self.pledge = publish_pledge(actor, self._current_pledge)

        signed_at = self.parent.calendar.moment_on(day, 15)
        self.parent.timetable.add(signed_at, sign)
        self.parent.timetable.add(self.parent.later(signed_at, _REVIEW), publish)

    def _fulfil(self) -> None:
        with self.parent.cast.acting("mona", "secretariat") as actor:
            fulfil_pledge(actor, self._current_pledge)

    def _withdraw(self) -> None:
        with self.parent.acting_signatory(self.member) as actor:
            withdraw_pledge(actor, self._current_pledge, self.record["reason"])

    def _decide(self, number: int, decision: Record) -> None:
        """The secretariat decides what became of a target that no figure can decide."""
        last = latest_revision("pledge", str(self._current_pledge.record))
        assert last is not None, "it is published first"
        with self.parent.cast.acting("mona", "secretariat") as actor:
            written = DecisionInput(decision["state"], decision["reason"], last.number)
            decide_target(actor, self._current_pledge, number, written)

    @property
    def _current_pledge(self) -> Pledge:
        assert self.pledge is not None, "a pledge is drafted before anything else happens to it"
        return self.pledge

    def _draft(self, actor: Actor) -> Pledge:
        pledge = draft_pledge(
            actor, self.parent.cast.organisations[self.member["slug"]], self._draft_values()
        )
        if not pledge.commitment_key:
            self.parent.own_pledge_records[self.member["slug"], pledge.title] = pledge.record
        return pledge

    def _revise(self, actor: Actor) -> Pledge:
        revision = revise_pledge(actor, self._current_pledge)
        draft = replace(
            self._draft_values(), text=self.parent.calendar.shift_years(self.record["revision"]["text"])
        )
        return edit_pledge(actor, revision, draft, revision.version)

    def _draft_values(self) -> PledgeDraft:
        record, services = self.record, self.parent.cast.services[self.member["slug"]]
        charter = self.parent.charter
        commitment = charter.commitments.filter(code=record.get("commitment", "")).first()
        targets = [
            TargetDraft(
                target["text"],
                self.parent.calendar.day(target["due_on"]),
                target.get("indicator", ""),
                Decimal(str(target["value"])) if "value" in target else None,
            )
            for target in record.get("targets", [])
        ]
        return PledgeDraft(
            text=self.parent.calendar.shift_years(record["text"]),
            language=self.member["language"],
            commitment_key=commitment.key if commitment else "",
            title=record.get("title", ""),
            services=[services[key] for key in record["services"]],
            measure_keys=[row.key for row in charter.measures.filter(code__in=record.get("measures", []))],
            targets=targets,
        )
