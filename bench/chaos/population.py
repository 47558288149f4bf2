"""Who acts meanwhile: members with complete reports beside the demonstration's, and people who are signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allauth.account.utils import flows
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from alliance.enums import CycleState, FigureStatus, OrganisationState, ReportState, Role
from alliance.figure_fields import FigureValues
from alliance.models import (
    Accession,
    Answer,
    Cycle,
    Figure,
    Membership,
    Organisation,
    Ownership,
    Person,
    Report,
    Service,
)
from alliance.models.sessions import SessionStore
from alliance.queries.actors import actor_from, memberships_of
from alliance.queries.report_frame import report_frame
from alliance.services.answers import save_answer
from alliance.services.figures import FigureChange, save_figures
from alliance.web.step_up import CONFIRMED_AT, record_confirmation
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label, PracticeState
from practices.models import Practice

_REASON = "Counted from next year on."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person and the session of their browser."""

    person: int
    session: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member with one signatory, who drafts too, and a report that is complete."""

    signatory: SignedIn
    report: int


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody who acts, and what they act upon."""

    submitting: list[Member]
    uploading: list[Member]
    pledging: Member
    commenting: Member
    reviewer: SignedIn
    manager: SignedIn
    measures: list[str]
    practice: str


@transaction.atomic
def populate(submissions: int, uploads: int) -> Population:
    """Add so many members whose reports are submitted, and to whose reports files are added. As SYSTEM."""
    with acting_as(SYSTEM):
        cycle = Cycle.objects.select_related("charter").get(state=CycleState.OPEN)
        first = Organisation.objects.filter(slug__startswith="chaos-").count()
        members = [_member(cycle, first + number) for number in range(submissions + uploads + 2)]
        _complete([report for report, _person in members])
        signed_in = [Member(_sign_in(person), report.pk) for report, person in members]
        practice = Practice.objects.filter(label=Label.GREEN, state=PracticeState.SHARED).earliest("pk")
        return Population(
            submitting=signed_in[:submissions],
            uploading=signed_in[submissions:-2],
            pledging=signed_in[-2],
            commenting=signed_in[-1],
            reviewer=_sign_in(_of_secretariat(Role.REVIEWER)),
            manager=_sign_in(_of_secretariat(Role.MANAGER)),
            measures=[required.measure.key for required in report_frame(members[0][0]).measures],
            practice=str(practice.key),
        )


def _member(cycle: Cycle, number: int) -> tuple[Report, Person]:
    slug, name = f"chaos-{number:03}", f"Chaos {number:03}"
    organisation = Organisation.objects.create(
        slug=slug,
        name_en=name,
        name_ru=name,
        kind="member",
        state=OrganisationState.ACTIVE,
        since=date(2020, 1, 1),
    )
    service = Service.objects.create(slug=f"{slug}-video", name_en=f"{name} video", name_ru=f"{name} video")
    Ownership.objects.create(service=service, organisation=organisation, starts_on=date(2020, 1, 1))
    person = Person.objects.create(
        email=f"{slug}@chaos.example", name=f"Signatory {number:03}", language="en", password="!"
    )
    Membership.objects.create(
        person=person, organisation=organisation, roles=[Role.EDITOR, Role.SIGNATORY], office="Chief"
    )
    Accession.objects.create(
        organisation=organisation, charter=cycle.charter, state="published", signatory_name=person.name,
        signatory_office="Chief", signed_at=timezone.now(),
    )  # fmt: skip
    report = Report.objects.create(
        cycle=cycle, organisation=organisation, state=ReportState.DRAFT, due_on=cycle.due_on
    )
    return report, person


def _complete(reports: list[Report]) -> None:
    """Answer all that is asked: the first report through the services, the others by its rows."""
    first, others = reports[0], reports[1:]
    actor = actor_from(
        memberships_of(Membership.objects.get(organisation=first.organisation_id).person_id), None
    )
    changes = []
    with acting_as(actor):
        for measure in report_frame(first).measures:
            for indicator in measure.narratives:
                save_answer(actor, first, indicator, text="We looked for it.", language="en", version=0)
            changes += [
                FigureChange(target, FigureValues(FigureStatus.NOT_MEASURED, reason=_REASON), version=0)
                for row in measure.figures
                for target in measure.totals(row)
            ]
        save_figures(actor, first, changes)
    services = dict(
        Ownership.objects.filter(organisation__in=[each.organisation_id for each in reports]).values_list(
            "organisation_id", "service_id"
        )
    )
    answers, figures = list(Answer.objects.filter(report=first)), list(Figure.objects.filter(report=first))
    for report in others:
        Answer.objects.bulk_create(_copies(answers, report))
        copied = _copies(figures, report)
        for figure in copied:
            if figure.service_id is not None:
                figure.service_id = services[report.organisation_id]
        Figure.objects.bulk_create(copied)


def _copies(rows: Iterable[Answer] | Iterable[Figure], report: Report) -> list:
    copies = []
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        own = {
            "id": None,
            "report_id": report.pk,
            "organisation_id": report.organisation_id,
            "updated_by_id": None,
        }
        copies.append(type(row)(**{**values, **own}))
    return copies


def _of_secretariat(role: Role) -> Person:
    membership = Membership.objects.filter(
        organisation__kind="secretariat", ended_at=None, roles__contains=[role]
    ).earliest("pk")
    person: Person = membership.person
    return person


def _sign_in(person: Person) -> SignedIn:
    """A session as signing in makes one. Nobody is asked again who they are for nearly twice the usual time, which
    is longer than fifty rounds take: a portal whose answer to that is lost has signed the client out.
    """
    request = HttpRequest()
    request.session = session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    (session[BACKEND_SESSION_KEY],) = settings.AUTHENTICATION_BACKENDS
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    flows.login.record_authentication(request, person, "password")
    record_confirmation(request)
    session[CONFIRMED_AT] += settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 1
    session.create()
    assert session.session_key
    return SignedIn(person.pk, session.session_key)
