"""A small alliance with everything in it once: what the policy table and the canaries are tried against.

Every confidential text is a canary, so that every leak is recognised.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from alliance.enums import (
    CycleState,
    FigureStatus,
    OrganisationKind,
    OrganisationState,
    PledgeState,
    ReportState,
    Role,
)
from alliance.figure_fields import NUMBER_COLUMNS, ValueKind, names_of
from alliance.models import (
    Accession,
    Answer,
    ChangesRequest,
    Charter,
    Commitment,
    Cycle,
    Evidence,
    Figure,
    Harm,
    InternalNote,
    Invitation,
    KeyMapping,
    Measure,
    MeasureConfirmation,
    Membership,
    Organisation,
    Person,
    Pledge,
    Question,
    Report,
    Response,
    Submission,
    Target,
    Verdict,
)
from alliance.services.evidence import evidence_path
from alliance.services.invitation_tokens import new_invitation_token
from alliance.services.pledges import publish_pledge
from alliance.services.publications import record_accession_publication, record_report_publication
from alliance.validators.token_secrets import digest_of
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.jobs import Job, JobState
from portal.kernel.monitoring import Restoration
from portal.kernel.notices import Channel, Delivery, DeliveryState, token_for
from tests.factories import (
    Cast,
    make_charter,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    read_cast,
    read_charter,
)
from tests.support.canaries import DRAFT_NUMBER, WITHHELD_NUMBER, canary
from tests.support.published_reports import make_published_cycle
from tests.support.submissions import body_of, make_submission, submitted_figure
from tests.support.working_copies import fill_report
from tests.support.world_accounts import make_accounts
from tests.support.world_api import places_of_reports
from tests.support.world_files import make_file_cases
from tests.support.world_practices import make_practices
from tests.support.world_texts import make_texts
from tests.support.world_tokens import make_tokens

UrlKwargs = dict[str, Any]
PUBLIC_FILE, RESTRICTED_FILE = b"a,b\n1,2\n", b"c,d\n3,4\n"


@dataclass
class World:
    """The people by name, and the places: what fills the addresses of the routes, by the name of the record."""

    cast: Cast
    charter: Charter
    people: dict[str, Person | None]
    url_kwargs: dict[str, UrlKwargs] = field(default_factory=dict)

    def __getitem__(self, name: str) -> UrlKwargs:
        return self.url_kwargs[name]


def make_world() -> World:
    """Everything, owned by Aurora unless it says otherwise, beside the cast and their charter."""
    cast = read_cast()
    with acting_as(SYSTEM):
        world = World(cast, read_charter(), _people(cast))
        _make_charters_and_cycles(world)
        _make_own_pledge(world)
        # what the practices are about
        Harm.objects.create(
            charter=world.charter, key="grooming", position=1, title_en="Grooming", title_ru="Груминг"
        )
        world.url_kwargs |= make_practices(cast)
        _make_working_copy(world)
        _make_reviews(world)
        _make_public_report(world)
        _make_pledges(world)
        _make_rival(world)
        _make_inbox_and_documents(world)
        world.url_kwargs |= make_tokens(world.people)
        world.url_kwargs |= make_accounts(cast, world.people)
        world.url_kwargs |= make_file_cases(cast)
        world.url_kwargs |= make_texts(cast)
        world.url_kwargs |= places_of_reports(world.url_kwargs)
    return world


# --- People ----------------------------------------------------------------------------------


def _people(cast: Cast) -> dict[str, Person | None]:
    """The cast, and those who are nearly allowed."""
    partner = make_organisation("petals", OrganisationKind.PARTNER)
    suspended = make_organisation("slate", state=OrganisationState.ACTIVE)
    emil = make_person("Emil", cast.aurora, Role.EDITOR, Role.SIGNATORY)
    ines = make_person("Ines", cast.aurora, Role.EDITOR, Role.SIGNATORY)
    people = {name: getattr(cast, name) for name in ("alice", "sven", "bob", "carol", "rita", "mona")}
    people |= {
        "vera": None,
        "otto": make_person("Otto", cast.secretariat, Role.AUDITOR),
        "petra": make_person("Petra", partner, Role.READER),
        "selma": make_person("Selma", suspended, Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR),
        "emil": emil,
        "ines": ines,
    }
    return people


def lock_out(world: World) -> None:
    """Suspend Selma's organisation, end Emil's membership, deactivate Ines: after they have signed in."""
    Organisation.objects.filter(slug="slate").update(state=OrganisationState.SUSPENDED)
    Membership.objects.filter(person=world.people["emil"]).update(ended_at=timezone.now())
    Person.objects.filter(pk=world.people["ines"].pk).update(is_active=False)


# --- Charters, cycles, the working copy -------------------------------------------------------


def _make_charters_and_cycles(world: World) -> None:
    draft = make_charter("next-charter", state="draft")
    Harm.objects.create(
        charter=draft, key="bullying", position=1, title_en=canary("harm"), title_ru=canary("harm")
    )
    KeyMapping.objects.create(charter=draft, earlier_key="find", key="find")
    Charter.objects.filter(pk=draft.pk).update(title_en=canary("charter"), title_ru=canary("charter"))
    planned = make_cycle(world.charter, "2027-h1", CycleState.PLANNED)
    Cycle.objects.filter(pk=planned.pk).update(title_en=canary("cycle"), title_ru=canary("cycle"))
    applicant = make_organisation("applicant", state=OrganisationState.APPLICANT)
    Organisation.objects.filter(pk=applicant.pk).update(
        name_en=canary("applicant"), name_ru=canary("applicant")
    )
    make_cycle(world.charter, "2026-h1", CycleState.OPEN)
    world.url_kwargs |= {
        "charter": {"key": world.charter.key, "version": 1},
        "charter.draft": {"key": "next-charter", "version": 1},
        "cycle.planned": {"slug": "2027-h1"},
        "cycle.open": {"slug": "2026-h1"},
        "member": {"pk": world.cast.aurora.pk},
        "member.suspend": {"pk": world.cast.aurora.pk, "action": "suspend"},
        "member.admit": {"pk": applicant.pk, "action": "admit"},
        "public.applicant": {"slug": "applicant"},
        "public.cycle.planned": {"cycle": "2027-h1"},
    }


def _make_own_pledge(world: World) -> None:
    """A published pledge beyond the charter, which every report of Aurora accounts for."""
    pledge = _pledge(world, PledgeState.SIGNED, "", "We teach.", title="Lessons")
    publish_pledge(SYSTEM, pledge)
    world.url_kwargs["own pledge"] = {"record": pledge.record}


def _make_working_copy(world: World) -> None:
    """A report in draft, one awaiting sign-off: complete, with evidence, and a canary in every text."""
    cast = world.cast
    draft = make_report(Cycle.objects.get(slug="2026-h1"), cast.aurora)
    awaiting = make_report(make_cycle(world.charter, "2025-h2", CycleState.CLOSED), cast.aurora)
    for report in (draft, awaiting):
        fill_report(cast.actor("alice"), report, text=canary("answer"))
    with acting_as(SYSTEM):
        for report in (draft, awaiting):
            text = canary("pledge-answer")
            Answer.objects.create(
                report=report,
                organisation=cast.aurora,
                pledge_record=world["own pledge"]["record"],
                text=text,
            )
        Figure.objects.update(
            note=canary("figure-note"),
            method=canary("figure-method"),
            disclosure_reason=canary("figure-reason"),
        )
        counts = Figure.objects.filter(indicator__key="content-actioned")
        counts.update(value=DRAFT_NUMBER, disclosure="secretariat")
        Answer.objects.update(disclosure_reason=canary("answer-reason"))
    Report.objects.filter(pk=draft.pk).update(extension_reason=canary("extension"))
    Report.objects.filter(pk=awaiting.pk).update(
        state=ReportState.AWAITING_SIGN_OFF, sign_off_requested_by=cast.alice
    )
    measure = Measure.objects.get(charter=world.charter, key="search")
    evidence = _evidence(draft, measure, "draft-evidence")
    Evidence.objects.create(
        report=draft, organisation=draft.organisation, measure=measure, kind="practice", disclosure="public",
        source="adoption", reference=_citation(world)["reference"],
    )  # fmt: skip
    MeasureConfirmation.objects.create(
        report=draft,
        organisation=draft.organisation,
        measure=measure,
        confirmed_by=world.cast.sven,
        confirmed_at=timezone.now(),
    )
    answer = Answer.objects.filter(report=draft).first()
    figure = Figure.objects.filter(report=draft, status=FigureStatus.REPORTED).first()
    world.url_kwargs |= {
        "report": {"pk": draft.pk},
        "report.awaiting": {"pk": awaiting.pk},
        "report.measure": {"pk": draft.pk, "measure": "search"},
        "report.pledge": {"pk": draft.pk, **world["own pledge"]},
        "report.text": {"pk": draft.pk, "kind": "text", "draft": answer.pk},
        "report.figure": {"pk": draft.pk, "kind": "figure", "draft": figure.pk},
        "evidence": {"pk": evidence.pk},
    }


def _evidence(report: Report, measure: Measure, name: str, **others: Any) -> Evidence:
    """A file that is really in the storage."""
    sha256 = _stored(canary(f"{name}-content").encode())
    values = {
        "kind": "file", "title": canary(f"{name}-title"), "file_name": f"{canary(name)}.csv",
        "media_type": "text/csv", "size": 8, "sha256": sha256, "file": evidence_path(sha256), **others,
    }  # fmt: skip
    return Evidence.objects.create(report=report, organisation=report.organisation, measure=measure, **values)


def _digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _stored(content: bytes) -> str:
    sha256 = _digest_of(content)
    if not default_storage.exists(evidence_path(sha256)):
        default_storage.save(evidence_path(sha256), ContentFile(content))
    return sha256


# --- Submissions and reviews -----------------------------------------------------------------


def _make_reviews(world: World) -> None:
    """A report in each state of the review, with all that the secretariat and the member say to each other."""
    account = {
        "record": str(world["own pledge"]["record"]),
        "title": "Lessons",
        "text": canary("account"),
        "language": "en",
    }
    disclosure = {"disclosure": "public", "disclosure_reason": ""}
    for slug, state in (
        ("2025-h1", ReportState.SUBMITTED),
        ("2024-h2", ReportState.IN_REVIEW),
        ("2024-h1", ReportState.CONCLUDED),
        ("2023-h1", ReportState.CHANGES_REQUESTED),
    ):
        report = make_report(make_cycle(world.charter, slug, CycleState.CLOSED), world.cast.aurora)
        words = {"answer": canary("submission"), "statement": canary("statement")}
        measures = body_of(report, answer=words["answer"])["measures"]
        measures[0]["evidence"] = [_citation(world)]
        make_submission(report, state, pledges=[{**account, **disclosure}], measures=measures, **words)
        world.url_kwargs[f"report.{state.value}"] = {"pk": report.pk}
        world.url_kwargs[f"cycle.{state.value}"] = {"slug": slug}
    reviewed = Report.objects.get(cycle__slug="2024-h2")
    measure = Measure.objects.get(charter=world.charter, key="search")
    submitted = _evidence(reviewed, measure, "filed-evidence", submitted_at=timezone.now())
    question = _questions_and_notes(world, reviewed, measure)
    Verdict.objects.create(
        report=reviewed, organisation=reviewed.organisation, submission=reviewed.submissions.get(),
        commitment=measure.commitment, measure=Measure.objects.get(charter=world.charter, key="speed"),
        value="limited", reason=canary("open-verdict"), given_by=world.cast.rita,
    )  # fmt: skip
    _judge(world, Report.objects.get(cycle__slug="2024-h1"))
    pk = reviewed.pk
    world.url_kwargs |= {
        "evidence.submitted": {"pk": submitted.pk},
        "question": {"pk": question.pk},
        "receipt": {"pk": pk, "number": 1},
        "review.pledge": {"pk": pk, **world["own pledge"]},
        "review.measure": {"pk": pk, "key": "search"},
        "review.commitment": {"pk": pk, "key": "find"},
    }


def _questions_and_notes(world: World, report: Report, measure: Measure) -> Question:
    of_report = {"report": report, "organisation": report.organisation}
    ChangesRequest.objects.create(
        summary=canary("changes"),
        submission=report.submissions.get(),
        requested_by=world.cast.rita,
        **of_report,
    )
    InternalNote.objects.create(report=report, text=canary("note"), written_by=world.cast.rita)
    Question.objects.create(
        text=canary("question"), answer=canary("question-answer"), state="answered", asked_by=world.cast.rita,
        answered_by=world.cast.alice, **of_report,
    )  # fmt: skip
    return Question.objects.create(
        text=canary("question"), measure=measure, asked_by=world.cast.rita, **of_report
    )


def _judge(world: World, report: Report) -> None:
    """Verdicts that are concluded and not public yet, and the reply to them."""
    _verdicts(world, report, report.submissions.get(), canary("verdict"), canary("difference"))
    Response.objects.create(
        report=report, organisation=report.organisation, text=canary("response"), language="en",
        signatory_name="Sven", signed_by=world.cast.sven,
    )  # fmt: skip
    respond_by = timezone.localdate() + timedelta(days=7)
    Report.objects.filter(pk=report.pk).update(respond_by=respond_by, concluded_at=timezone.now())
    world.url_kwargs["report.respond"] = {"pk": report.pk, "commitment": "find"}


def _verdicts(
    world: World, report: Report, submission: Submission, reason: str, difference: str = ""
) -> None:
    for commitment in Commitment.objects.filter(charter=world.charter):
        for measure in (None, *commitment.measures.all()):
            Verdict.objects.create(
                report=report, organisation=report.organisation, submission=submission, commitment=commitment,
                measure=measure, value="limited", reason=reason, difference=difference, given_by=world.cast.rita,
            )  # fmt: skip


# --- What is public --------------------------------------------------------------------------


def _make_public_report(world: World) -> None:
    """A published report that withholds a figure, a text and a file, and publishes another file."""
    cycle = make_cycle(world.charter, "2023-h2")
    report = make_report(cycle, world.cast.aurora)
    submission = make_submission(report, ReportState.CONCLUDED, measures=_measures(world, report))
    _verdicts(world, report, submission, "Half of it is done.")
    record_report_publication(SYSTEM, report)
    make_published_cycle(cycle)
    slug = {"slug": "aurora-video", "cycle": "2023-h2"}
    world.url_kwargs |= {
        "public.report": slug,
        "public.cycle": {"cycle": "2023-h2"},
        "public.member": {"slug": "aurora-video"},
        "public.commitment": {"key": "find"},
        "public.figures": {"key": "find", "indicator": "content-actioned"},
        "public.report.concluded": {"slug": "aurora-video", "cycle": "2024-h1"},
        "public.evidence": {**slug, "sha256": _digest_of(PUBLIC_FILE)},
        "public.evidence.kept": {**slug, "sha256": _digest_of(RESTRICTED_FILE)},
        "public.publication": {"number": 1},
        "report.published": {"pk": report.pk},
        "cycle.published": {"slug": "2023-h2"},
    }


def _measures(world: World, report: Report) -> list[dict[str, Any]]:
    texts = names_of(ValueKind.LINE, ValueKind.TEXT)
    words = {name: canary(f"withheld-{name}") for name in (*texts, "disclosure_reason")}
    numbers = dict.fromkeys(NUMBER_COLUMNS, WITHHELD_NUMBER)
    withheld_figure = submitted_figure(
        "content-actioned",
        WITHHELD_NUMBER,
        service="aurora-kids",
        disclosure="secretariat",
        **words,
        **numbers,
    )
    figure = submitted_figure(
        "content-actioned", "20", service="aurora-live", disclosure_reason=canary("disclosure-reason")
    )
    measures: list[dict[str, Any]] = body_of(report, figures={"search": [withheld_figure, figure]})[
        "measures"
    ]
    withheld = {"disclosure": "secretariat", "disclosure_reason": canary("withheld-answer-reason")}
    measures[0]["answers"][0] |= {"text": canary("withheld-answer"), **withheld}
    measures[0]["evidence"] = [
        _named("public", PUBLIC_FILE),
        _named("secretariat", RESTRICTED_FILE),
        _citation(world),
    ]
    measures[0]["warnings"] = [
        {
            "indicator": "content-actioned", "service": "aurora-kids", "cell": "",
            "text": dict.fromkeys(("en", "ru"), canary("warning")), "note": canary("warning-note"),
        }
    ]  # fmt: skip
    return measures


def _named(disclosure: str, content: bytes) -> dict[str, Any]:
    name = "open" if disclosure == "public" else canary("kept-evidence")
    return {
        "id": 1, "kind": "file", "title": name, "url": "", "file_name": f"{name}.csv", "media_type": "text/csv",
        "size": len(content), "sha256": _stored(content), "disclosure": disclosure,
    }  # fmt: skip


def _citation(world: World) -> dict[str, Any]:
    """The use of a RED practice as public evidence: the report says that it was given, and no more."""
    return {
        "id": 2, "kind": "practice", "title": "", "url": "", "file_name": "", "media_type": "", "size": 0,
        "sha256": "", "disclosure": "public", "source": "adoption", "reference": str(world["adoption.red"]["key"]),
    }  # fmt: skip


def _make_pledges(world: World) -> None:
    """A pledge in each state; the published one through the real service, the accession too."""
    accession = world.cast.aurora.accessions.get()
    record_accession_publication(SYSTEM, accession)
    public = _pledge(world, PledgeState.SIGNED, "find", "We pledge to look.")
    publish_pledge(SYSTEM, public)
    draft = _pledge(world, PledgeState.DRAFT, "", canary("draft-pledge"), title=canary("draft-pledge-title"),
                    returned_reason=canary("returned"))  # fmt: skip
    new = _pledge(world, PledgeState.DRAFT, "", "We think.", title="Thought")
    signed = _pledge(world, PledgeState.SIGNED, "answer", canary("signed-pledge"))
    Target.objects.create(pledge=draft, text=canary("target"))
    world.url_kwargs |= {
        "pledge": {"pk": draft.pk},
        "pledge.new": {"pk": new.pk},
        "pledge.signed": {"pk": signed.pk},
        "pledge.signed.record": {"record": signed.record},
        "pledge.published": {"pk": public.pk},
        "accession": {"pk": accession.pk},
    }


def _pledge(world: World, state: str, commitment: str, text: str, **others: Any) -> Pledge:
    signed = {} if state == PledgeState.DRAFT else {
        "signatory_name": "Sven", "signatory_office": "Chief", "signed_by": world.cast.sven,
        "signed_at": timezone.now(),
    }  # fmt: skip
    return Pledge.objects.create(
        organisation=world.cast.aurora,
        state=state,
        commitment_key=commitment,
        text=text,
        **signed,
        **others,
    )


# --- The rival, and what waits in inboxes -------------------------------------------------------


def _make_rival(world: World) -> None:
    """Beacon has a report of its own in the open cycle; a third member is exempt from it, a fourth was late."""
    cycle = Cycle.objects.get(slug="2026-h1")
    fill_report(world.cast.actor("carol"), make_report(cycle, world.cast.beacon), text="Beacon's own words.")
    cedar, dune = make_organisation("cedar"), make_organisation("dune")
    exempt = make_report(cycle, cedar, ReportState.EXEMPT)
    dora = make_person("Dora", dune, Role.SIGNATORY)
    late = make_report(Cycle.objects.get(slug="2023-h2"), dune)
    submission = make_submission(late, ReportState.CONCLUDED, answer=canary("late"))
    _verdicts(world, late, submission, canary("late-verdict"))
    signed = {"state": "signed", "signatory_name": canary("signed-accession")}
    Accession.objects.filter(organisation=cedar).update(**signed)
    world.url_kwargs |= {
        "report.late": {"pk": late.pk},
        "accession.signed": {"pk": cedar.accessions.get().pk},
        "reset": {"uidb36": user_pk_to_url_str(dora), "key": default_token_generator.make_token(dora)},
    }
    Report.objects.filter(pk=exempt.pk).update(exempt_reason=canary("exempt"))


def _make_inbox_and_documents(world: World) -> None:
    """Alice's inbox and documents, an invitation, a failed job."""
    cast = world.cast
    invitation = Invitation(
        organisation=cast.aurora, email=f"{canary('invitation')}@aurora-video.example", name=canary("invited"),
        office=canary("invited-office"), roles=["reader"], invited_by=cast.sven,
        expires_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    token = new_invitation_token(invitation)
    invitation.token_sha256 = digest_of(token)
    invitation.save()
    event = journal.record(SYSTEM, "organisation.change", cast.aurora)
    lines = [
        Delivery.objects.create(
            event=event, channel=Channel.INBOX, recipient=person, tenant_id=organisation.pk,
            state=DeliveryState.SENT, subject=canary("inbox"), url="/",
        )
        for person, organisation in ((cast.alice, cast.aurora), (cast.mona, cast.secretariat))
    ]  # fmt: skip
    job = Job.objects.create(
        kind="send_delivery",
        dedupe_key="dead",
        state=JobState.DEAD,
        attempts=8,
        last_error="smtplib.SMTPException",
    )
    world.url_kwargs |= {
        "membership": {"pk": cast.bob.memberships.get().pk},
        "invitation": {"pk": invitation.pk},
        "invitation.token": {"token": token},
        "line": {"pk": lines[0].pk},
        "unsubscribe.token": {"token": token_for(cast.alice.pk, ["deadlines"])},
        "line.mona": {"pk": lines[1].pk},
        "job": {"pk": job.pk},
        "job.on_hold": {"pk": _job_on_hold().pk},
        "document": {"key": _document(world, DocumentState.READY).key},
        "document.failed": {"key": _document(world, DocumentState.FAILED).key},
        "document.number": {"number": _document(world, DocumentState.READY).pk},
    }


def _job_on_hold() -> Job:
    """A message that nobody has decided on since a restore, which is over: letters go out again."""
    now = timezone.now()
    Restoration.objects.create(taken_at=now - timedelta(hours=6), released_at=now)
    return Job.objects.create(kind="send_delivery", dedupe_key="on_hold", state=JobState.ON_HOLD)


def _document(world: World, state: str) -> Document:
    path = default_storage.save("documents/world.pdf", ContentFile(canary("document-content").encode()))
    return Document.objects.create(
        kind="report.preview", target_id=world["report.submitted"]["pk"], language="en",
        title=canary("document-title"), requested_by=world.cast.alice, tenant_id=world.cast.aurora.pk,
        state=state, file=path, file_name=f"{canary('document')}.pdf", media_type="application/pdf",
    )  # fmt: skip
