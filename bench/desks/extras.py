"""What else lies on the desks: requests, findings, corrections, readings, messages, failed jobs, supporters."""

from collections.abc import Sequence
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from alliance.demo.cast import Cast
from alliance.enums import ReportState
from alliance.models import (
    Correction,
    Cycle,
    DeclaredInterest,
    ExtensionRequest,
    Finding,
    FindingEntry,
    Person,
    Report,
    SavedView,
    SecondReading,
    Supporter,
    SupporterContact,
    Withdrawal,
)
from alliance.services.cycles import CyclePlan, plan_cycle
from bench.desks.members import MANAGER, PATTERNS, REVIEWERS, slug_of
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.documents import Document, DocumentState
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, DeliveryState
from portal.kernel.publishing import Publication

_EACH = 10  # one of so many reports has an extension, a finding, a correction
_PAGE = 50  # rows of a list
_MESSAGES = 300  # of each person that the bench asks as
_REPEATED = 20_000  # events by which a journal is extended


def add(cast: Cast, reviewed: Cycle, current: Cycle, supporters: int) -> None:
    """Rows that the copies do not bring, for reports of the crowd and of the patterns alike."""
    reviewers = [cast.people[key] for key in REVIEWERS]
    _spread_reviewers(reviewed, reviewers)
    _of_reports(cast, list(Report.objects.filter(cycle=current).order_by("pk")))
    concluded = Report.objects.filter(cycle=reviewed, state=ReportState.CONCLUDED).order_by("pk")
    _findings(cast, list(concluded))
    _readings(cast, list(Report.objects.filter(cycle=reviewed, state=ReportState.IN_REVIEW).order_by("pk")))
    _corrections(
        cast, list(Report.objects.filter(state=ReportState.PUBLISHED).order_by("-cycle__starts_on", "pk"))
    )
    _inboxes(cast)
    _second_factors(cast)
    _plan(cast, current)
    _supporters(reviewed, supporters)
    Job.objects.filter(state=JobState.READY).update(state=JobState.DONE)
    Job.objects.bulk_create(
        Job(
            kind="route_event",
            dedupe_key=f"dead:{number}",
            state=JobState.DEAD,
            last_error="builtins.ValueError",
        )
        for number in range(100)
    )


def _spread_reviewers(cycle: Cycle, reviewers: Sequence[Person]) -> None:
    """Each reviewer has as many of the crowd as the others."""
    crowd = Report.objects.filter(
        cycle=cycle, organisation__slug__gt=slug_of(PATTERNS), reviewer__isnull=False
    )
    for place, report in enumerate(crowd.order_by("pk")):
        report.reviewer = reviewers[(place + 1) % len(reviewers)]
        report.save(update_fields=["reviewer"])


def _of_reports(cast: Cast, reports: Sequence[Report]) -> None:
    """Requests for a later day, of those who still write."""
    drafts = [report for report in reports if report.state == ReportState.DRAFT]
    ExtensionRequest.objects.bulk_create(
        ExtensionRequest(
            report=report, organisation_id=report.organisation_id, requested_due_on=report.due_on + timedelta(days=14),
            reason="Two of us are ill.", asked_by=cast.people["editor of member-0001"],
        )
        for report in drafts[:: max(1, _EACH // 5)]
    )  # fmt: skip


def _findings(cast: Cast, reports: Sequence[Report]) -> None:
    """Three of each: they fill a page in the third alliance, too."""
    measures = reports[0].cycle.charter.measures.all()[:3]
    findings = Finding.objects.bulk_create(
        Finding(
            report=report, organisation_id=report.organisation_id, measure=measure, text="Count copies, too.",
            language="en", due_on=timezone.localdate() + timedelta(days=90), written_by=cast.people[REVIEWERS[0]],
        )
        for report in reports
        for measure in measures
    )  # fmt: skip
    FindingEntry.objects.bulk_create(
        FindingEntry(
            finding=row, kind="claim", text="Done.", language="en", written_by=cast.people[REVIEWERS[0]]
        )
        for row in findings[::2]
    )


def _readings(cast: Cast, reports: Sequence[Report]) -> None:
    """Second readings of another reviewer, one that this one has asked for, an interest that bars one from a member."""
    asked = {"reader": cast.people[REVIEWERS[0]], "asked_by": cast.people[MANAGER], "request": "Look at it."}
    SecondReading.objects.bulk_create(
        SecondReading(report=report, organisation_id=report.organisation_id, **asked)
        for report in reports
        if report.reviewer != asked["reader"]
    )
    own = next(report for report in reports if report.reviewer == asked["reader"])
    SecondReading.objects.create(
        report=own, organisation_id=own.organisation_id, reader=cast.people[REVIEWERS[1]],
        asked_by=cast.people[REVIEWERS[0]], request="Look at it.",
    )  # fmt: skip
    reason = {"reason": "Has worked there.", "recorded_by": cast.people[MANAGER]}
    for report in reports[1:-1:_EACH]:
        person = cast.people[REVIEWERS[2]]
        DeclaredInterest.objects.create(person=person, organisation_id=report.organisation_id, **reason)
    SavedView.objects.create(person=cast.people[MANAGER], name="Mine", query="show=mine")


def _corrections(cast: Cast, reports: Sequence[Report]) -> None:
    """Corrections that are proposed, withdrawals that were refused, and one that is asked for."""
    by = cast.people["signatory of member-0001"]
    chosen = reports[:: max(1, min(_EACH, len(reports) // _PAGE))]  # a page of them, where there are as many
    Correction.objects.bulk_create(
        Correction(
            report=report, organisation_id=report.organisation_id, side="member", state="proposed",
            of_publication=1, reason={"en": "Counted twice."}, written_by=by, proposed_by=by,
            proposed_at=timezone.now(), respond_by=timezone.localdate() + timedelta(days=7),
        )
        for report in chosen
    )  # fmt: skip
    Withdrawal.objects.bulk_create(
        Withdrawal(
            organisation_id=report.organisation_id, type="report", record=f"{report.pk}", of_publication=1,
            state="refused", asked_by=cast.people[MANAGER],
        )
        for report in chosen
    )  # fmt: skip
    publication = Publication.objects.filter(type="report").latest("number")
    Withdrawal.objects.create(
        organisation=cast.organisations[slug_of(1)], type="report", record=publication.record,
        of_publication=publication.number, reason={"en": "Another text.", "ru": "Другой текст."},
        asked_by=cast.people[REVIEWERS[0]],
    )  # fmt: skip


def _inboxes(cast: Cast) -> None:
    """Messages and documents of those who are asked for."""
    organisation = cast.organisations["member-0001"]
    events = [journal.record(SYSTEM, "organisation.change", organisation) for _number in range(_MESSAGES)]
    readers = [(cast.people[key], cast.organisations["secretariat"]) for key in (MANAGER, REVIEWERS[0])]
    readers += [(cast.people[f"{role} of member-0001"], organisation) for role in ("editor", "signatory")]
    for person, tenant in readers:
        to = {"recipient": person, "tenant_id": tenant.pk}
        Delivery.objects.bulk_create(
            Delivery(
                event=event,
                channel=Channel.INBOX,
                state=DeliveryState.SENT,
                subject="A change",
                url="/",
                **to,
            )
            for event in events
        )
        facts = {"kind": "report.preview", "target_id": 1, "language": "en", "state": DocumentState.READY}
        Document.objects.bulk_create(
            Document(title=f"Report {number}", requested_by=person, tenant_id=tenant.pk, **facts)
            for number in range(_MESSAGES)
        )


def _second_factors(cast: Cast) -> None:
    """Those who need a second factor have one: else nothing but the way to it is open to them."""
    Authenticator.objects.bulk_create(
        Authenticator(user=person, type=Authenticator.Type.TOTP, data={}) for person in cast.people.values()
    )


def _plan(cast: Cast, current: Cycle) -> None:
    """The half-year after the open one."""
    first = current.ends_on + timedelta(days=1)
    title = {"en": "Next half-year", "ru": "Следующее полугодие"}
    plan = CyclePlan(
        slug="next", titles=title, charter=current.charter, starts_on=first, ends_on=first + timedelta(days=180),
        due_on=first + timedelta(days=240),
    )  # fmt: skip
    with cast.acting(MANAGER, "secretariat") as actor:
        plan_cycle(actor, plan)


def _supporters(cycle: Cycle, count: int) -> None:
    rows = Supporter.objects.bulk_create(
        Supporter(
            charter=cycle.charter, name=f"School {number:05}", kind="school", region=f"Region {number % 80}",
            state="listed", acceded_on=cycle.ends_on, name_key=f"school {number:05}", initial="S",
            search=f"school {number:05} region {number % 80}",
        )
        for number in range(count)
    )  # fmt: skip
    SupporterContact.objects.bulk_create(
        SupporterContact(supporter=row, email=f"{row.pk}@school.example", language="en") for row in rows
    )


def extend_journal(cursor: CursorWrapper, rows: int) -> None:
    """Repeat the latest entries, as of so many days before, until there are so many.

    The last are one of each kind of target of each member, in an alliance of any size: a page of the journal asks once
    for each kind that is on it.
    """
    columns = ", ".join(str(field.column) for field in Event._meta.concrete_fields if not field.primary_key)
    moved = columns.replace("at,", "at - (%s - each) * interval '1 day',", 1)
    one_of_each = (
        "SELECT DISTINCT ON (target_tenant_id, target_type) * FROM portal_event"
        " ORDER BY target_tenant_id, target_type, id DESC"
    )
    cursor.execute(f"SELECT count(*), (SELECT count(*) FROM ({one_of_each}) e) FROM portal_event")
    present, last = cursor.fetchone()
    missing = max(0, rows - present - last)
    times = missing // min(present, _REPEATED) + 1
    cursor.execute(
        f"INSERT INTO portal_event ({columns}) SELECT {moved}"
        " FROM (SELECT * FROM portal_event ORDER BY id DESC LIMIT %s) e, generate_series(1, %s) each"
        " ORDER BY each, e.id LIMIT %s",
        [times, _REPEATED, times, missing],
    )
    cursor.execute(
        f"INSERT INTO portal_event ({columns}) SELECT {columns} FROM ({one_of_each}) e"
        " ORDER BY target_tenant_id NULLS LAST, target_type"
    )
