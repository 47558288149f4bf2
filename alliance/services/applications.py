"""Named writes on applications for membership: made, answered and withdrawn by a link; decided by the secretariat."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import APPLYING_KINDS, ApplicationEntryKind, ApplicationState, OrganisationKind, Role
from alliance.models import ApplicationEntry, MembershipApplication, Organisation
from alliance.queries.applications import changed_since, shown_application
from alliance.services.application_links import (
    CONFIRM_WITHIN_DAYS,
    USE_WITHIN_DAYS,
    applications_with_link,
    send_application_letter,
)
from alliance.services.invitations import invite_person
from alliance.services.organisations import add_organisation, admit_organisation
from alliance.validators.languages import text_language
from alliance.workflows import APPLICATION
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require
from portal.kernel.database import lock_name
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import Texts, clean_name, clean_optional_name, clean_text, require_reason

MOST_OPEN_OF_AN_ADDRESS = 3  # applications that one e-mail address can have under way


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the public form asks."""

    kind: str
    name: str
    reason: str
    applicant_name: str
    applicant_office: str
    email: str
    sector: str = ""
    website: str = ""
    services: str = ""


# --- From the public form and by the link in a letter: everybody, as SYSTEM ------------------------------------


def apply_for_membership(facts: ApplicationFacts, *, language: str) -> None:
    """Store the application and send a link to confirm it; the secretariat sees it as waiting only then.

    The answer is the same for everybody: an address with three applications under way gets no further letter, the same
    organisation with the same address gets its link again. Raises the DomainError of a field.
    """
    cleaned = _cleaned(facts)
    with acting_as(SYSTEM), transaction.atomic():
        _lock_address(cleaned["email"])
        waiting = MembershipApplication.objects.filter(
            email__iexact=cleaned["email"],
            state__in=(ApplicationState.UNCONFIRMED, ApplicationState.OPEN, ApplicationState.ASKED),
        )
        same = waiting.filter(name__iexact=cleaned["name"]).first()
        if same is not None and same.state == ApplicationState.UNCONFIRMED:
            # what was typed last is meant
            MembershipApplication.objects.filter(pk=same.pk).update(**cleaned, language=language)
            same.refresh_from_db()
        elif same is None:
            if waiting.count() >= MOST_OPEN_OF_AN_ADDRESS:
                return
            same = MembershipApplication.objects.create(**cleaned, language=text_language(language))
        is_unconfirmed = same.state == ApplicationState.UNCONFIRMED
        send_application_letter(same, days=CONFIRM_WITHIN_DAYS if is_unconfirmed else USE_WITHIN_DAYS)


def _cleaned(facts: ApplicationFacts) -> dict[str, str]:
    if facts.kind not in APPLYING_KINDS:
        raise DomainError(_("Choose one of the listed kinds."), field="kind")
    reason = clean_text(facts.reason, field="reason").strip()
    if not reason:
        raise DomainError(_("Say why your organisation wants to join."), field="reason")
    return {
        "kind": OrganisationKind(facts.kind).value,
        "name": clean_name(facts.name, field="name"),
        "sector": clean_optional_name(facts.sector, field="sector"),
        "website": facts.website,
        "services": clean_text(facts.services, field="services").strip(),
        "reason": reason,
        "applicant_name": clean_name(facts.applicant_name, field="applicant_name"),
        "applicant_office": clean_name(facts.applicant_office, field="applicant_office"),
        "email": facts.email.strip(),
    }


def _lock_address(email: str) -> None:
    """Until the end of the transaction nobody else makes an application with this address."""
    lock_name(f"application:{email.lower()}")


@transaction.atomic
def confirm_application(token: str) -> MembershipApplication:
    """Confirm by the link in the letter: the managers are notified. Does nothing when it was confirmed before.

    Raises WrongState for a link that is not valid.
    """
    with acting_as(SYSTEM):
        application = _application_of(token)
        if application.state != ApplicationState.UNCONFIRMED:
            return application
        confirmed = APPLICATION.apply(SYSTEM, application, "confirm", changes={"confirmed_at": clock.now()})
        send_application_letter(confirmed, same_link=True)
        return confirmed


@transaction.atomic
def answer_application(token: str, text: str) -> MembershipApplication:
    """Answer the secretariat's question; the same answer again does nothing.

    Raises WrongState for a link that is not valid or when nothing is asked.
    """
    with acting_as(SYSTEM):
        application = _application_of(token)
        answer = clean_text(text, field="text").strip()
        if not answer:
            raise DomainError(_("Enter an answer."), field="text")
        if application.state == ApplicationState.OPEN and _last_answer(application) == answer:
            return application
        answered = APPLICATION.apply(SYSTEM, application, "answer")
        _add_entry(answered, ApplicationEntryKind.ANSWER, answer, answered.language)
        return answered


@transaction.atomic
def withdraw_application(token: str) -> MembershipApplication:
    """Withdraw it, by the link; again, it does nothing.

    Raises WrongState for a link that is not valid, or once it is decided.
    """
    with acting_as(SYSTEM):
        application = _application_of(token)
        if application.state == ApplicationState.WITHDRAWN:
            return application
        withdrawn = APPLICATION.apply(SYSTEM, application, "withdraw", changes={"decided_at": clock.now()})
        send_application_letter(withdrawn, same_link=True)
        return withdrawn


def _last_answer(application: MembershipApplication) -> str:
    """What the applicant answered, where nothing was asked since."""
    entry: ApplicationEntry | None = application.entries.last()
    return entry.text if entry is not None and entry.kind == ApplicationEntryKind.ANSWER else ""


def _application_of(token: str) -> MembershipApplication:
    application = applications_with_link(token).select_for_update(of=("self",)).first()
    if application is None:
        raise WrongState(_("This link is no longer valid. Apply again, or write to the secretariat."))
    return application


# --- By the secretariat ----------------------------------------------------------------------------------------


@transaction.atomic
def ask_applicant(
    actor: Actor, application: MembershipApplication, text: str, language: str = "", seen: str | None = None
) -> MembershipApplication:
    """Ask the applicant something; they answer by the link in the letter.

    `seen`: the application as the actor was shown it (`shown_application`), None for any. Raises Forbidden, WrongState
    that says what was asked, answered or decided since then, or DomainError without a question.
    """
    question = clean_text(text, field="text").strip()
    if not question:
        raise DomainError(_("Enter a question."), field="text")
    asked = APPLICATION.apply(actor, _lock_as_shown(actor, application, "ask", seen), "ask")
    _add_entry(asked, ApplicationEntryKind.QUESTION, question, text_language(language), person_of(actor))
    send_application_letter(asked)
    return asked


@transaction.atomic
def decline_application(
    actor: Actor, application: MembershipApplication, reason: str, seen: str | None = None
) -> MembershipApplication:
    """Decline it; the applicant is sent the reason.

    `seen` as of `ask_applicant`. Raises Forbidden, WrongState, or DomainError without a reason.
    """
    changes = {**_decided(actor), "decision_reason": require_reason(reason)}
    locked = _lock_as_shown(actor, application, "decline", seen)
    declined = APPLICATION.apply(actor, locked, "decline", changes=changes)
    send_application_letter(declined)
    return declined


@transaction.atomic
def reopen_application(
    actor: Actor, application: MembershipApplication, seen: str | None = None
) -> MembershipApplication:
    """Take a declined one up again; the applicant is notified.

    Who declined it, when and why stays readable for the secretariat until it is decided again. `seen` as of
    `ask_applicant`. Raises Forbidden or WrongState.
    """
    reopened = APPLICATION.apply(actor, _lock_as_shown(actor, application, "reopen", seen), "reopen")
    send_application_letter(reopened)
    return reopened


@transaction.atomic
def admit_application(
    actor: Actor,
    application: MembershipApplication,
    *,
    names: Texts,
    slug: str = "",
    sectors: Texts | None = None,
    seen: str | None = None,
) -> Organisation:
    """Make an organisation of it, admit and publish it, and invite the applicant to sign and administer.

    Services are added by its people, with the dates that they know. `seen` as of `ask_applicant`. Raises Forbidden,
    WrongState, or the DomainError of a name or an address that is taken.
    """
    organisations: list[Organisation] = []

    def make(locked: MembershipApplication) -> dict[str, object]:
        added = add_organisation(
            actor, kind=locked.kind, names=names, slug=slug, sectors=sectors, website=locked.website
        )
        organisations.append(admit_organisation(actor, added))
        return {"organisation": added.pk}

    locked = _lock_as_shown(actor, application, "admit", seen)
    admitted = APPLICATION.apply(actor, locked, "admit", changes=_decided(actor), check=make)
    organisation = organisations[0]
    admitted.organisation = organisation
    admitted.save(update_fields=["organisation"])
    invite_person(
        actor,
        organisation,
        email=admitted.email,
        name=admitted.applicant_name,
        roles=_first_roles(organisation),
        office=admitted.applicant_office if organisation.is_reporting else "",
        language=admitted.language,
    )
    send_application_letter(admitted)
    return organisation


def _lock_as_shown(
    actor: Actor, application: MembershipApplication, action: str, seen: str | None
) -> MembershipApplication:
    """Lock it; raise WrongState, with what has happened since, where it is another one than the actor was shown."""
    rows = MembershipApplication.objects.select_for_update(of=("self",))
    locked: MembershipApplication = rows.prefetch_related("decided_by").get(pk=application.pk)
    require(actor, APPLICATION.rule(action), locked)
    if seen not in (None, shown_application(actor, locked)):
        changes = changed_since(actor, locked, seen or "")
        raise WrongState(" ".join([*changes, _("Nothing was done: read it, then decide.")]))
    return locked


def _first_roles(organisation: Organisation) -> list[str]:
    """Of the first person: all that its kind needs to begin."""
    if organisation.is_reporting:
        return [Role.SIGNATORY.value, Role.ADMINISTRATOR.value]
    return [Role.ADMINISTRATOR.value]


def _decided(actor: Actor) -> dict[str, object]:
    return {"decided_by_id": person_of(actor), "decided_at": clock.now()}


def _add_entry(
    application: MembershipApplication,
    kind: ApplicationEntryKind,
    text: str,
    language: str,
    person_id: int | None = None,
) -> None:
    ApplicationEntry.objects.create(
        application=application,
        kind=kind,
        text=text,
        language=language,
        written_by_id=person_id,
        written_at=clock.now(),
    )
