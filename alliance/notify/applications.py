"""Applications for membership: the letters to applicants, who have no account, and the notice to the managers."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import translation

from alliance.enums import ApplicationState, Role
from alliance.models import MembershipApplication
from alliance.notify.letters import LetterAddress, send_letter
from alliance.notify.recipients import notice, secretariat_staff
from alliance.queries.site import read_site
from alliance.services.application_links import application_token_of, sending_of
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.jobs import Claim, Outcome, handles
from portal.kernel.journal import Event

LETTERS = {
    ApplicationState.UNCONFIRMED: "applicant_confirm",
    ApplicationState.OPEN: "applicant_received",
    ApplicationState.ASKED: "applicant_asked",
    ApplicationState.ADMITTED: "applicant_admitted",
    ApplicationState.DECLINED: "applicant_declined",
    ApplicationState.WITHDRAWN: "applicant_withdrawn",
}


@handles("send_application_letter", outward=True)
def send_application_letter(claim: Claim) -> None:
    """Send how the application stands, with its link; unless it stands otherwise or has another link by now."""
    with acting_as(SYSTEM):
        rows = MembershipApplication.objects.prefetch_related("entries")
        application = rows.filter(pk=int(claim.payload["application"])).first()
    token = None
    if application is not None and _is_current(claim, application):
        token = application_token_of(application)
    outcome: Outcome | None = Outcome.POINTLESS
    if application is not None and token:
        outcome = _send(claim, application, token)
    with claim.finishing(outcome):
        pass


def _is_current(claim: Claim, application: MembershipApplication) -> bool:
    """Whether no later letter has replaced this one."""
    state = claim.payload.get("state", application.state)
    return sending_of(application) == claim.payload["sending"] and state == application.state


def _send(claim: Claim, application: MembershipApplication, token: str) -> Outcome | None:
    with translation.override(application.language):
        url = reverse("public:application", args=[token])
    to = LetterAddress("m", application.pk, application.email, application.language, f"letter-{claim.job_id}")
    entries = list(application.entries.all())
    context = {
        "application": application,
        "question": entries[-1] if entries else None,
        "recipient": {"name": application.applicant_name},
    }
    return send_letter(LETTERS[ApplicationState(application.state)], to, url, context)


def _managers(event: Event) -> Any:
    del event
    return secretariat_staff(Role.MANAGER)


def _about_application(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Nothing once it has moved on: a withdrawn application is nobody's to read up on."""
    application = MembershipApplication.objects.visible_to(actor).filter(pk=event.target_id).first()
    if application is None:
        return None
    return {
        "site": read_site(),
        "application": application,
        "url": reverse("secretariat:application", args=[application.pk]),
    }


NOTICES = (
    notice("application.confirm", _managers, _about_application, "application.name", group="signed"),
    notice("application.answer", _managers, _about_application, "application.name", group="signed"),
    notice("application.withdraw", _managers, _about_application, "application.name", group="signed"),
)
