"""Many of everything at once, straight into the tables: for the question whether a page grows with its rows."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from alliance.enums import CycleState, PledgeState, QuestionState, ReportState, Role
from alliance.models import (
    Accession,
    Charter,
    Correction,
    Cycle,
    Delegation,
    Finding,
    FindingEntry,
    Invitation,
    Measure,
    MeasureComment,
    Membership,
    Organisation,
    Ownership,
    Person,
    Pledge,
    Question,
    Report,
    Service,
    Submission,
    Supporter,
    SupporterContact,
    SupporterImport,
    SupporterImportRow,
    Withdrawal,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, DeliveryState
from practices.models import Follow, ImportedFile, Offer, Post, Practice, PracticeImport, Request
from tests.support.bulk_outside import make_many_from_outside
from tests.support.bulk_practices import make_many_practices
from tests.support.world import World

_STATES = (ReportState.SUBMITTED, ReportState.IN_REVIEW, ReportState.CONCLUDED, ReportState.CHANGES_REQUESTED)


def make_many(world: World, count: int) -> None:
    """So many more organisations with reports, people of Aurora, pledges, charters, cycles, messages, jobs."""
    with acting_as(SYSTEM):
        first = Organisation.objects.count()
        names = [f"crowd-{first + number:05}" for number in range(count)]
        _people(world, names)
        _organisations(world, names)
        _own_rows(world, names)
        _area_rows(world, names)
        _imports(world, names)
        _supporters(world, names)
        _discussions(world, names)
        _corrections(world, names)
        make_many_from_outside(world, names)
        make_many_practices(world.cast, names)


def _supporters(world: World, names: list[str]) -> None:
    rows = Supporter.objects.bulk_create(
        Supporter(
            charter=world.charter, name=name, kind="school", region=f"Region {name}", state="listed",
            acceded_on=date(2026, 1, 1), name_key=name, initial="C", search=name,
        )
        for name in names
    )  # fmt: skip
    (upload,) = SupporterImport.objects.filter(checked_at__isnull=False)
    first = SupporterImportRow.objects.count()
    SupporterImportRow.objects.bulk_create(
        SupporterImportRow(
            upload=upload, number=first + number + 10, outcome=outcome, twin=row, fault="email", fault_column="email",
            values={"name": row.name, "region": "", "town": "", "email": ""},
        )
        for outcome in ("unclear", "faulty")
        for number, row in enumerate(rows, 0 if outcome == "unclear" else len(rows))
    )  # fmt: skip
    SupporterContact.objects.bulk_create(
        SupporterContact(supporter=row, email=f"{row.name}@crowd.example", language="en") for row in rows
    )


def _corrections(world: World, names: list[str]) -> None:
    """Of Aurora's published report, and withdrawals that were refused."""
    report = Report.objects.get(pk=world["report.published"]["pk"])
    own = {"organisation": world.cast.aurora}
    Correction.objects.bulk_create(
        Correction(
            report=report, side="member", state="dropped", of_publication=1, reason={"en": name},
            written_by=world.cast.alice, proposed_by=world.cast.sven, **own,
        )
        for name in names
    )  # fmt: skip
    Withdrawal.objects.bulk_create(
        Withdrawal(
            type="report", record=name, of_publication=1, state="refused", asked_by=world.cast.mona, **own
        )
        for name in names
    )


def _people(world: World, names: list[str]) -> None:
    people = Person.objects.bulk_create(
        Person(email=f"{name}@crowd.example", name=name, password="!") for name in names
    )
    for organisation, role in ((world.cast.aurora, Role.READER), (world.cast.secretariat, Role.AUDITOR)):
        Membership.objects.bulk_create(
            Membership(person=person, organisation=organisation, roles=[role]) for person in people
        )
    Invitation.objects.bulk_create(
        Invitation(
            organisation=world.cast.aurora, email=f"{name}@invited.example", name=name, roles=["reader"],
            token_sha256=name, invited_by=world.cast.sven, expires_at=timezone.now() + timedelta(days=3),
        )
        for name in names
    )  # fmt: skip


def _organisations(world: World, names: list[str]) -> None:
    """For each a report in the open cycle is due and filed, has signed the charter, and has signed a pledge."""
    now, cycle = timezone.now(), Cycle.objects.get(slug="2026-h1")
    members = Organisation.objects.bulk_create(
        Organisation(slug=name, name_en=name, name_ru=name, kind="member", state="active") for name in names
    )
    reports = Report.objects.bulk_create(
        Report(
            cycle=cycle, organisation=member, due_on=cycle.due_on, state=_STATES[place % 4], submitted_at=now
        )
        for place, member in enumerate(members)
    )
    pattern = Submission.objects.filter(organisation=world.cast.aurora).first()
    filed = {
        "number": 1,
        "body": bytes(pattern.body),
        "content_counts": pattern.content_counts,
        "organisation_totals": pattern.organisation_totals,
        "sha256": "0" * 64,
        "signatory_name": "Sven",
        "submitted_by": world.cast.sven,
    }
    Submission.objects.bulk_create(
        Submission(report=report, organisation_id=report.organisation_id, submitted_at=now, **filed)
        for report in reports
    )
    signed = {"state": "signed", "signatory_name": "Sven", "signed_at": now}
    Accession.objects.bulk_create(
        Accession(organisation=member, charter=world.charter, **signed) for member in members
    )
    for state in (PledgeState.SIGNED, PledgeState.PUBLISHED, PledgeState.FULFILLED):
        Pledge.objects.bulk_create(_pledge(member, state, "find") for member in members)


def _pledge(organisation: Organisation, state: str, commitment: str, title: str = "") -> Pledge:
    return Pledge(
        organisation=organisation, state=state, commitment_key=commitment, title=title, text="Words.",
        signatory_name="Sven", signed_at=timezone.now(),
    )  # fmt: skip


def _own_rows(world: World, names: list[str]) -> None:
    """What Aurora has: a report for each of as many cycles, questions, pledges, services; and as many charters."""
    aurora, day = world.cast.aurora, date(1990, 1, 1)
    Charter.objects.bulk_create(
        Charter(key=name, version=1, state="in_force", sha256="0" * 64, title_en=name, title_ru=name)
        for name in names
    )
    cycles = Cycle.objects.bulk_create(
        Cycle(
            slug=name, title_en=name, title_ru=name, charter=world.charter, state=CycleState.CLOSED,
            starts_on=day, ends_on=day, due_on=day,
        )
        for name in names
    )  # fmt: skip
    Report.objects.bulk_create(
        Report(
            cycle=cycle,
            organisation=aurora,
            due_on=day,
            state=_STATES[place % 4],
            submitted_at=timezone.now(),
        )
        for place, cycle in enumerate(cycles)
    )
    report = Report.objects.get(pk=world["report.in_review"]["pk"])
    facts = {
        "report": report,
        "organisation": aurora,
        "asked_by": world.cast.rita,
        "state": QuestionState.OPEN,
    }
    Question.objects.bulk_create(Question(text=name, **facts) for name in names)
    concluded = Report.objects.get(pk=world["report.concluded"]["pk"])
    measure = Measure.objects.get(charter=report.cycle.charter_id, key="search")
    findings = Finding.objects.bulk_create(
        Finding(report=concluded, organisation=aurora, measure=measure, text=name, language="en", due_on=day,
                written_by=world.cast.rita)
        for name in names
    )  # fmt: skip
    FindingEntry.objects.bulk_create(
        FindingEntry(
            finding=finding, kind="claim", text=finding.text, language="en", written_by=world.cast.alice
        )
        for finding in findings
    )
    _sections(world, measure, names)
    for state in (PledgeState.DRAFT, PledgeState.PUBLISHED, PledgeState.FULFILLED):
        Pledge.objects.bulk_create(_pledge(aurora, state, "", name) for name in names)
    services = Service.objects.bulk_create(Service(slug=name, name_en=name, name_ru=name) for name in names)
    Ownership.objects.bulk_create(
        Ownership(service=service, organisation=aurora, starts_on=day) for service in services
    )


def _sections(world: World, measure: Measure, names: list[str]) -> None:
    """A measure given to Alice again and again, and what colleagues say beside it."""
    of_report = {"report_id": world["report"]["pk"], "organisation": world.cast.aurora, "measure": measure}
    people = {"assignee": world.cast.alice, "given_by": world.cast.sven}
    Delegation.objects.bulk_create(
        Delegation(due_on=timezone.localdate(), note=name, **people, **of_report) for name in names
    )
    MeasureComment.objects.bulk_create(
        MeasureComment(
            text=name,
            language="en",
            written_by=world.cast.sven,
            mentions=[world.cast.alice.pk],
            **of_report,
        )
        for name in names
    )


def _area_rows(world: World, names: list[str]) -> None:
    """Messages, documents, lines of the journal, work that failed."""
    cast = world.cast
    target: dict[str, Any] = {
        "target_type": "alliance.organisation",
        "target_id": cast.aurora.pk,
        "tenant_id": cast.aurora.pk,
    }
    events = Event.objects.bulk_create(
        Event(kind="organisation.change", actor_kind="person", person_id=cast.sven.pk, **target)
        for _name in names
    )
    for person, organisation in ((cast.alice, cast.aurora), (cast.mona, cast.secretariat)):
        to = {"recipient": person, "tenant_id": organisation.pk}
        Delivery.objects.bulk_create(
            Delivery(
                event=event,
                channel=Channel.INBOX,
                state=DeliveryState.SENT,
                subject="Something",
                url="/",
                **to,
            )
            for event in events
        )
        facts = {"kind": "report.preview", "target_id": 1, "language": "en", "state": DocumentState.READY}
        Document.objects.bulk_create(
            Document(title=name, requested_by=person, tenant_id=organisation.pk, **facts) for name in names
        )
    Job.objects.bulk_create(
        Job(
            kind="route_event", dedupe_key=f"dead:{event.pk}", payload={"event": event.pk}, state=JobState.DEAD,
            last_error="builtins.ValueError",
        )
        for event in events
    )  # fmt: skip


def _imports(world: World, names: list[str]) -> None:
    """More imports of Alice's, and more files in the one that there is."""
    own = {"person": world.cast.alice, "organisation": world.cast.aurora}
    PracticeImport.objects.bulk_create(PracticeImport(name=name, **own) for name in names)
    first = ImportedFile.objects.get(upload__key=world["import"]["key"], position=1)
    begun = first.upload.files.count()
    ImportedFile.objects.bulk_create(
        ImportedFile(
            upload=first.upload, position=begun + place, name=name, sha256="0" * 64, report=first.report
        )
        for place, name in enumerate(names, start=1)
    )


def _discussions(world: World, names: list[str]) -> None:
    """Requests with followers, offers for one of them, and posts beneath the practice of the community."""
    cast, practice = world.cast, Practice.objects.get(**world["practice.green"])
    alice = {"person": cast.alice, "organisation": cast.aurora}
    requests = Request.objects.bulk_create(
        Request(
            organisation=cast.beacon,
            author_people=[],
            asked_by=cast.carol,
            label="green",
            title=name,
            harms=["grooming"],
        )
        for name in names
    )
    Follow.objects.bulk_create(Follow(request=row, **alice) for row in requests)
    sought = Request.objects.get(**world["request.sought"])
    Offer.objects.bulk_create(
        Offer(request=sought, practice=practice, text=row.title, **alice) for row in requests[:20]
    )
    question = Post.objects.create(practice=practice, text="Crowded?", **alice)
    Post.objects.bulk_create(
        Post(
            practice=practice,
            parent=question,
            text=name,
            mentions=[f"{cast.carol.pk}.{cast.beacon.pk}"],
            **alice,
        )
        for name in names
    )
