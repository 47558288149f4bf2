"""A small alliance with everything in it once: what the policy table and the canaries are tried against.

Every confidential text is a canary, so that every leak is recognised.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone

from alliance.enums import (
    CycleState,
    OrganisationKind,
    OrganisationState,
    ReportState,
    Role,
    SignatureRule,
)
from alliance.models import (
    Accession,
    Charter,
    CharterUpload,
    Cycle,
    Harm,
    Invitation,
    KeyMapping,
    Membership,
    Organisation,
    Ownership,
    Person,
    Report,
    SignatureObjection,
)
from alliance.services.invitation_tokens import new_invitation_token
from alliance.services.publications import record_charter_publication
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.files import find_digest
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
from tests.support.canaries import canary
from tests.support.charter_files import SMALL
from tests.support.open_data import build_release
from tests.support.submissions import make_submission
from tests.support.working_copies import fill_report
from tests.support.world_accounts import make_accounts
from tests.support.world_api import places_of_reports
from tests.support.world_applications import make_applications
from tests.support.world_corrections import make_corrections
from tests.support.world_files import make_file_cases
from tests.support.world_mediation import make_invited_comments
from tests.support.world_pledges import make_own_pledge, make_pledges
from tests.support.world_practices import make_practices
from tests.support.world_public import RECORD_BEGINS, make_public_report
from tests.support.world_public_questions import make_public_questions
from tests.support.world_reviews import make_reviews, make_verdicts
from tests.support.world_sign_on import make_sign_on
from tests.support.world_supporters import make_supporters
from tests.support.world_texts import make_texts
from tests.support.world_tokens import make_tokens
from tests.support.world_webhooks import make_practice_changes, make_webhooks
from tests.support.world_working_copy import make_working_copy

UrlKwargs = dict[str, Any]


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
        world.url_kwargs |= make_own_pledge(cast)
        # what the practices are about
        Harm.objects.create(
            charter=world.charter, key="grooming", position=1, title_en="Grooming", title_ru="Груминг"
        )
        world.url_kwargs |= make_practices(cast)
        world.url_kwargs |= make_working_copy(cast, world.charter, world.url_kwargs)
        world.url_kwargs |= make_reviews(cast, world.charter, world.url_kwargs)
        world.url_kwargs |= make_public_report(cast, world.charter, world.url_kwargs)
        world.url_kwargs |= make_corrections(cast, Report.objects.get(pk=world["report.published"]["pk"]))
        world.url_kwargs |= make_pledges(cast)
        _make_rival(world)
        _make_inbox_and_documents(world)
        world.url_kwargs |= make_tokens(world.people)
        world.url_kwargs |= make_webhooks(cast)
        make_practice_changes()
        world.url_kwargs |= make_accounts(cast, world.people)
        world.url_kwargs |= make_sign_on(cast)
        world.url_kwargs |= make_file_cases(cast)
        world.url_kwargs |= make_texts(cast)
        world.url_kwargs |= make_applications()
        world.url_kwargs |= make_supporters(world.charter, cast.mona)
        world.url_kwargs |= make_invited_comments(world["report.published"]["pk"], cast.mona, cast.beacon)
        world.url_kwargs["data.package"] = {"number": build_release().number}
        world.url_kwargs |= make_public_questions(cast.aurora)
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


# --- Charters and cycles ---------------------------------------------------------------------


def _make_charters_and_cycles(world: World) -> None:
    draft = make_charter("next-charter", state="draft")
    Harm.objects.create(
        charter=draft, key="bullying", position=1, title_en=canary("harm"), title_ru=canary("harm")
    )
    KeyMapping.objects.create(
        charter=draft, earlier_key="find", key="find", reason_en=canary("series-break"), reason_ru=""
    )
    Charter.objects.filter(pk=draft.pk).update(title_en=canary("charter"), title_ru=canary("charter"))
    second = make_charter("next-charter", state="draft", version=2, mapping=(("find", "find"),))
    Charter.objects.filter(pk=second.pk).update(supersedes=1)
    announced = make_charter("next-charter", state="draft", version=3)
    Charter.objects.filter(pk=announced.pk).update(planned_on="2199-01-01")
    objected = make_charter("coming-charter", state="draft")
    Charter.objects.filter(pk=objected.pk).update(
        announced_at=clock.now(), signatures=SignatureRule.CARRY_OVER, objections_until="2199-01-01"
    )
    objection = SignatureObjection.objects.create(
        charter=objected,
        organisation=world.cast.aurora,
        reason=canary("objection"),
        signatory_name="Sven",
        signatory_office="Director",
    )
    make_charter("past-charter", state="superseded")
    past = make_charter("past-charter", state="superseded", version=2)
    with clock.at(RECORD_BEGINS):
        record_charter_publication(SYSTEM, past)
    upload = CharterUpload.objects.create(
        person=world.cast.mona, name=canary("charter-upload"), content=SMALL.encode()
    )
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
        "charter.published": {"key": "past-charter", "version": 2},
        "charter.upload": {"pk": upload.pk},
        "charter.announced": {"key": "coming-charter", "version": 1},
        "objection": {"pk": objection.pk},
        "charter.planned": {"key": "next-charter", "version": 3},
        "charter.mapping": {"key": "next-charter", "version": 2, "item": "find"},
        "cycle.planned": {"slug": "2027-h1"},
        "cycle.open": {"slug": "2026-h1"},
        "member": {"pk": world.cast.aurora.pk},
        "service.own": {"service": Ownership.objects.filter(organisation=world.cast.aurora)[0].service_id},
        "member.service": {
            "pk": world.cast.aurora.pk,
            "service": Ownership.objects.filter(organisation=world.cast.aurora)[0].service_id,
        },
        "service": {"pk": Ownership.objects.filter(organisation=world.cast.aurora)[0].service_id},
        "member.suspend": {"pk": world.cast.aurora.pk, "action": "suspend"},
        "member.expel": {"pk": world.cast.aurora.pk, "action": "expel"},
        "member.admit": {"pk": applicant.pk, "action": "admit"},
        "public.applicant": {"slug": "applicant"},
        "public.cycle.planned": {"cycle": "2027-h1"},
    }


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
    make_verdicts(world.cast, world.charter, late, submission, canary("late-verdict"))
    signed = {"state": "signed", "signatory_name": canary("signed-accession")}
    Accession.objects.filter(organisation=cedar).update(**signed)
    world.url_kwargs |= {
        "report.late": {"pk": late.pk},
        "report.joined": {"pk": exempt.pk},
        "accession.signed": {"pk": cedar.accessions.get().pk},
        "reset": {"uidb36": user_pk_to_url_str(dora), "key": default_token_generator.make_token(dora)},
    }
    # it had none when the cycle was opened, and was left out
    Report.objects.filter(pk=exempt.pk).update(exempt_reason=canary("exempt"), joined_on=cycle.starts_on)


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
        "document.queued": {"key": _document(world, DocumentState.QUEUED).key},
        "document.failed": {"key": _document(world, DocumentState.FAILED).key},
        "document.number": {"number": _document(world, DocumentState.READY).pk},
    }


def _job_on_hold() -> Job:
    """A message that nobody has decided on since a restore, which is over: letters go out again."""
    now = timezone.now()
    Restoration.objects.create(taken_at=now - timedelta(hours=6), released_at=now)
    return Job.objects.create(kind="send_delivery", dedupe_key="on_hold", state=JobState.ON_HOLD)


def _document(world: World, state: str) -> Document:
    content = canary("document-content").encode()
    path = files.store_at("documents/world", content)
    return Document.objects.create(
        kind="report.preview", target_id=world["report.submitted"]["pk"], language="en",
        title=canary("document-title"), requested_by=world.cast.alice, tenant_id=world.cast.aurora.pk,
        sha256=find_digest(path), size=len(content), state=state, file=path,
        file_name=f"{canary('document')}.pdf", media_type="application/pdf",
    )  # fmt: skip
