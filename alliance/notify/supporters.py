"""Letters to supporters, who have no account: the link to confirm or change an entry, decisions of the secretariat."""

from django.urls import reverse
from django.utils import translation

from alliance.enums import SupporterState
from alliance.models import SupporterContact
from alliance.notify.letters import LetterAddress, send_letter
from alliance.services.supporter_links import link_token_of, sending_of
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Outcome, handles


@handles("send_supporter_link", outward=True)
def send_supporter_link(claim: Claim) -> None:
    """Send the link, unless a later one has replaced it or the entry is gone."""
    contact = _contact(claim)
    token = link_token_of(contact) if contact and sending_of(contact) == claim.payload["sending"] else None
    outcome: Outcome | None = Outcome.POINTLESS
    if contact and token:
        waits = contact.supporter.state == SupporterState.UNCONFIRMED
        with translation.override(contact.language):
            url = reverse("public:supporter-link", args=[token])
        letter = "supporter_confirm" if waits else "supporter_link"
        outcome = _send(claim, contact, letter, url)
    with claim.finishing(outcome):
        pass


@handles("send_supporter_decision", outward=True)
def send_supporter_decision(claim: Claim) -> None:
    """Send that the secretariat has hidden the entry, shown it again or ended it; unless it was changed since."""
    contact = _contact(claim)
    outcome: Outcome | None = Outcome.POINTLESS
    if contact and contact.supporter.state == claim.payload["state"]:
        with translation.override(contact.language):
            url = reverse("public:contact")
        outcome = _send(claim, contact, "supporter_decision", url)
    with claim.finishing(outcome):
        pass


def _contact(claim: Claim) -> SupporterContact | None:
    rows = SupporterContact.objects.select_related("supporter__charter")
    with acting_as(SYSTEM):
        contact: SupporterContact | None = rows.filter(pk=int(claim.payload["supporter"])).first()
    return contact


def _send(claim: Claim, contact: SupporterContact, letter: str, url: str) -> Outcome | None:
    to = LetterAddress("s", contact.pk, contact.email, contact.language, f"letter-{claim.job_id}")
    context = {
        "supporter": contact.supporter,
        "contact": contact,
        "recipient": {"name": contact.signatory_name or contact.supporter.name},
    }
    return send_letter(letter, to, url, context)
