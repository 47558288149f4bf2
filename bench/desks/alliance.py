"""A whole alliance of the size that is asked for: always the same one, by its seed, as of today.

Five members go through three half-years by the portal's own acts: one that is published, one in review, one that is
open; a sixth files in none of them. All others and all earlier half-years are copies of theirs, straight into the
tables (`bench.desks.copies`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.enums import CycleState
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    Membership,
    Organisation,
    Ownership,
    Report,
    TimelineEntry,
)
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.cycles import CyclePlan, close_cycle, open_cycle, plan_cycle, publish_cycle
from bench.desks import extras, files
from bench.desks.charter import charter_file
from bench.desks.copies import (
    Copy,
    copy_pledges,
    copy_publications,
    copy_reports,
    map_members,
    owner_cursor,
)
from bench.desks.filing import Filing
from bench.desks.members import (
    FILING,
    MANAGER,
    PATTERNS,
    REVIEWERS,
    SITE,
    CrowdMember,
    bind,
    make_crowd,
    pattern,
    secretariat,
    sign_charter,
    slug_of,
)
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision

_UNPUBLISHED = 2  # half-years at the end: one in review, one that is open
_LATE = 3  # members, in an alliance of any size


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; `cycles` are those that are published, the one in review and the open one."""

    members: int
    cycles: int
    events: int
    supporters: int
    commitments: int = 40
    measures: int = 1  # of each commitment


LARGE = Size(members=200, cycles=22, events=500_000, supporters=12_000)
# three half-years are published: between the first and the last there is one, as in every longer record
SMALL = Size(members=10, cycles=5, events=25_000, supporters=600)
# as the small one, but its lists fill a page
FULL = Size(members=100, cycles=5, events=25_000, supporters=600)
# as the small one, but with as long a record as the large one's
LONG = Size(members=10, cycles=22, events=25_000, supporters=600)


@dataclass
class LargeAlliance:
    """Builds it; `present` is the moment at which it ends."""

    size: Size
    present: datetime = field(default_factory=timezone.now)
    seed: int = 1
    cast: Cast = field(default_factory=Cast)
    crowd: list[CrowdMember] = field(default_factory=list)

    def make(self) -> None:
        """Everything, in the order in which one follows from another."""
        self.chance = Random(self.seed)
        with transaction.atomic(), acting_as(SYSTEM):
            self._set_up()
            self._published_cycle()
        with transaction.atomic(), acting_as(SYSTEM):
            self.crowd = make_crowd(PATTERNS + 1, self.size.members, self.patterns, self.since)
            self._bind_crowd()
        with owner_cursor() as cursor:
            with acting_as(SYSTEM):
                self._map_crowd(cursor)
            self._copy_pledges(cursor)
            with acting_as(SYSTEM):
                publications = self._member_publications()
            copy_publications(cursor, publications)
            self._earlier_cycles(cursor)
            with transaction.atomic(), acting_as(SYSTEM):
                reviewed = self._open_cycle(self.size.cycles - 1, self._day_in(-30))
                self._review(reviewed)
                copies = self._report_copies(reviewed, reviewed)
            copy_reports(cursor, copies)
            with transaction.atomic(), acting_as(SYSTEM):
                self._close(reviewed)
                current = self._open_cycle(self.size.cycles, self._day_in(21))
                self._write(current)
                self._join_late()
                copies = self._report_copies(current, current)
            copy_reports(cursor, copies)
        with transaction.atomic(), acting_as(SYSTEM):
            extras.add(self.cast, reviewed, current, self.size.supporters)
            files.add(
                self.cast, self.charter, self.size.commitments, self.size.measures, self.size.supporters
            )
            touch_public_revision()
        with owner_cursor() as cursor:
            extras.extend_journal(cursor, self.size.events)
            cursor.execute("VACUUM ANALYZE")

    # --- the beginning ---

    @property
    def since(self) -> date:
        """When everybody joined: before the first half-year."""
        return self._period(1)[0] - timedelta(days=400)

    @property
    def patterns(self) -> list[Organisation]:
        return [self.cast.organisations[slug_of(number)] for number in range(1, PATTERNS + 1)]

    @property
    def _late_signers(self) -> list[Record]:
        """Members that sign no charter before the last half-year is open."""
        return [pattern(self.size.members + number) for number in range(1, _LATE + 1)]

    def _set_up(self) -> None:
        founded, raw = _morning(self.since), charter_file(self.size.commitments, self.size.measures)
        with clock.at(founded):
            self.cast.set_up_portal(secretariat(), SITE)
        with clock.at(founded), self.cast.acting(MANAGER, "secretariat") as actor:
            self.charter: Charter = put_charter_in_force(actor, load_charter(actor, raw).charter)
        for number in range(1, PATTERNS + 1):
            record = pattern(number)
            with clock.at(founded):
                self.cast.admit(record, self.since)
            bind(self.cast, record, self.charter, founded + timedelta(days=1))
        for record in self._late_signers:
            with clock.at(founded):
                self.cast.admit(record, self.since)

    # --- half-years ---

    def _day_in(self, days: int) -> date:
        return timezone.localdate(self.present) + timedelta(days=days)

    def _period(self, number: int) -> tuple[date, date]:
        """The first and last day of a half-year; the last one has ended a month ago at least."""
        day = self._day_in(-31)
        halves = day.year * 2 + (day.month > 6) - 1 - (self.size.cycles - number)
        year, second = divmod(halves, 2)
        return (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))

    def _slug(self, number: int) -> str:
        first, _last = self._period(number)
        return f"{first.year}-h{1 if first.month == 1 else 2}"

    def _open_cycle(self, number: int, due_on: date) -> Cycle:
        first, last = self._period(number)
        title = f"Half-year {self._slug(number)}"
        plan = CyclePlan(
            slug=self._slug(number), titles={"en": title, "ru": title}, charter=self.charter,
            starts_on=first, ends_on=last, due_on=due_on,
        )  # fmt: skip
        opened = max(_morning(last), _morning(due_on - timedelta(days=60)))
        with clock.at(opened), self.cast.acting(MANAGER, "secretariat") as actor:
            return open_cycle(actor, plan_cycle(actor, plan))

    def _filings(self, cycle: Cycle) -> list[Filing]:
        """The reports of those that file."""
        return [
            Filing(self.cast, organisation, cycle, REVIEWERS[0], self.chance)
            for organisation in self.patterns[:FILING]
        ]

    def _published_cycle(self) -> None:
        """The last one that is published, of the patterns."""
        number = self.size.cycles - _UNPUBLISHED
        due = self._period(number)[1] + timedelta(days=60)
        self.published = self._open_cycle(number, due)
        for filing in self._filings(self.published):
            with clock.at(_morning(due - timedelta(days=3))):
                filing.write()
                filing.submit()
            with clock.at(_morning(due + timedelta(days=5))):
                filing.start_review()
                filing.judge()
                filing.conclude()
        with clock.at(_morning(due + timedelta(days=20))), self.cast.acting(MANAGER, "secretariat") as actor:
            close_cycle(actor, self.published)
        with clock.at(_morning(due + timedelta(days=40))), self.cast.acting(MANAGER, "secretariat") as actor:
            self.published = publish_cycle(actor, self.published)

    def _review(self, cycle: Cycle) -> None:
        """The one in review: submitted, half judged, returned, concluded, judged to the end."""
        submitted, half, returned, concluded, judged = filings = self._filings(cycle)
        due = _morning(cycle.due_on)
        for filing in filings:
            with clock.at(due - timedelta(days=3)):
                filing.write()
                filing.submit()
        for filing in (half, returned, concluded, judged):
            with clock.at(due + timedelta(days=2)):
                filing.start_review()
        with clock.at(due + timedelta(days=4)):
            half.ask()
            half.judge(self.size.commitments // 2)
            concluded.judge()
            judged.judge()
        with clock.at(self.present - timedelta(days=2)):
            returned.request_changes()
            concluded.conclude()
        del submitted

    def _close(self, cycle: Cycle) -> None:
        closed = _morning(cycle.grace_ends_on + timedelta(days=1))
        with clock.at(closed), self.cast.acting(MANAGER, "secretariat") as actor:
            close_cycle(actor, cycle)

    def _write(self, cycle: Cycle) -> None:
        """The open one: begun, written, waiting for its signature, submitted, in review."""
        begun, written, waiting, submitted, reviewed = self._filings(cycle)
        with clock.at(self.present - timedelta(days=3)):
            begun.write(0.5)
            for filing in (written, waiting, submitted, reviewed):
                filing.write()
            waiting.ask_for_sign_off()
            submitted.submit()
            reviewed.submit()
        with clock.at(self.present - timedelta(days=1)):
            reviewed.start_review()
            reviewed.judge(self.size.commitments // 5)

    def _join_late(self) -> None:
        """Members that have signed since the open half-year began: whether they have to report is to be decided."""
        for record in self._late_signers:
            sign_charter(self.cast, record, self.charter, self.present - timedelta(days=1))

    # --- copies ---

    def _bind_crowd(self) -> None:
        """Accessions and pledges of the crowd as the patterns have them; their publications come by copies."""
        for member in self.crowd:
            for accession in Accession.objects.filter(organisation=member.pattern):
                accession.pk, accession.organisation, accession.signed_by = None, member.organisation, None
                accession.save(force_insert=True)

    def _copy_pledges(self, cursor: CursorWrapper) -> None:
        copies = [_copy(member.pattern.pk, member.organisation.pk, member) for member in self.crowd]
        copy_pledges(cursor, copies)

    def _map_crowd(self, cursor: CursorWrapper) -> None:
        """Whose people and services stand for those of the patterns."""
        people, services = (
            self._pairs(rows.order_by("pk").values_list("organisation_id", column))
            for rows, column in (
                (Membership.objects.all(), "person_id"),
                (Ownership.objects.all(), "service_id"),
            )
        )
        map_members(cursor, people, services)

    def _pairs(self, rows: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
        by_organisation: dict[int, list[int]] = {}
        for organisation, row in rows:
            by_organisation.setdefault(organisation, []).append(row)
        return [
            (source, member.organisation.pk, target)
            for member in self.crowd
            for source, target in zip(
                by_organisation[member.pattern.pk], by_organisation[member.organisation.pk], strict=True
            )
        ]

    def _earlier_cycles(self, cursor: CursorWrapper) -> None:
        """All half-years before, of everybody; and the one that the patterns have published, of the crowd."""
        everybody = [CrowdMember(pattern, pattern) for pattern in self.patterns] + self.crowd
        with transaction.atomic(), acting_as(SYSTEM):
            cycles = Cycle.objects.bulk_create(
                self._earlier_cycle(number) for number in range(1, self.size.cycles - _UNPUBLISHED)
            )
            reported = [(cycle, everybody) for cycle in cycles] + [(self.published, self.crowd)]
            Report.objects.bulk_create(
                Report(organisation=member.organisation, cycle=cycle, due_on=cycle.due_on)
                for cycle, members in reported
                for member in members
            )
            publications = self._cycle_publications(reported)
            reports = [
                copy for cycle, _members in reported for copy in self._report_copies(cycle, self.published)
            ]
        copy_reports(cursor, reports)
        copy_publications(cursor, publications)

    def _earlier_cycle(self, number: int) -> Cycle:
        first, last = self._period(number)
        title, moved = f"Half-year {self._slug(number)}", first - self.published.starts_on
        published_at = self.published.published_at
        assert published_at is not None, "it is published"
        return Cycle(
            slug=self._slug(number), title_en=title, title_ru=title, charter=self.charter,
            state=CycleState.PUBLISHED, starts_on=first, ends_on=last, due_on=self.published.due_on + moved,
            published_at=published_at + moved,
        )  # fmt: skip

    def _report_copies(self, cycle: Cycle, of: Cycle) -> list[Copy]:
        """The reports of a cycle as copies of those that the patterns have in it, or in another one."""
        members = {member.organisation.pk: member for member in self.crowd}
        members |= {pattern.pk: CrowdMember(pattern, pattern) for pattern in self.patterns}
        sources = dict(Report.objects.filter(cycle=of).values_list("organisation_id", "pk"))
        targets = Report.objects.filter(cycle=cycle).order_by("pk").values_list("organisation_id", "pk")
        return [
            _copy(sources[members[organisation].pattern.pk], target, members[organisation], cycle, of)
            for organisation, target in targets
            if sources[members[organisation].pattern.pk] != target
        ]

    def _cycle_publications(self, reported: Sequence[tuple[Cycle, Sequence[CrowdMember]]]) -> list[Copy]:
        """Notices of the cycles, then their reports, numbered as they follow one another."""
        sources, copies, number = _publications(self.published), [], _last_publication()
        for cycle, members in reported:
            notices = [] if cycle == self.published else [(source, None) for source in sources[None]]
            reports = [
                (source, member) for member in members for source in sources.get(member.pattern.pk, [])
            ]
            for source, member in (*notices, *reports):
                number += 1
                copies.append(_copy(source, number, member, cycle, self.published))
        return copies

    def _member_publications(self) -> list[Copy]:
        """Accession and pledges of the crowd, as public as those of the patterns."""
        sources, copies, number = _publications(None), [], _last_publication()
        for member in self.crowd:
            for source in sources[member.pattern.pk]:
                number += 1
                copies.append(_copy(source, number, member))
        return copies


def _publications(cycle: Cycle | None) -> dict[int | None, list[int]]:
    """The numbers of the publications that belong to a cycle, or to none, by their organisation."""
    numbers: dict[int | None, list[int]] = {}
    rows = TimelineEntry.objects.current().filter(cycle=cycle).order_by("valid_from")
    for organisation, number in rows.values_list("organisation_id", "valid_from").distinct():
        numbers.setdefault(organisation, []).append(number)
    return numbers


def _last_publication() -> int:
    return int(Publication.objects.latest("number").number)


def _copy(
    source: int,
    target: int,
    member: CrowdMember | None,
    cycle: Cycle | None = None,
    of: Cycle | None = None,
) -> Copy:
    own_slug, slug = (member.organisation.slug, member.pattern.slug) if member else ("-", "-")
    own_period, period = (cycle.slug, of.slug) if cycle and of else ("-", "-")
    return Copy(
        source=source,
        target=target,
        organisation=member.organisation.pk if member else None,
        cycle=cycle.pk if cycle else None,
        moved=cycle.starts_on - of.starts_on if cycle and of else timedelta(0),
        slug=slug, own_slug=own_slug,
        number=f" {slug[-4:]} ", own_number=f" {own_slug[-4:]} ",
        period=period, own_period=own_period,
    )  # fmt: skip


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))
