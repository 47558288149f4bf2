"""Letters to one person by themselves: an invitation, links for a change of address; how all such letters are sent.

Links are made here, when the letter is sent; no job holds one. Letters about an account: `account_letters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from alliance.enums import InvitationState
from alliance.models import EmailChange, Invitation, Person
from alliance.queries.people import has_account
from alliance.queries.site import load_site
from alliance.queries.tokens import tokens_revoked_at
from alliance.services.email_changes import NEW, OLD, email_change_token_of
from alliance.services.freezing import new_freeze_token
from alliance.services.invitation_tokens import invitation_token_of, sending_of
from alliance.services.notifications import (
    OUTSIDERS,
    record_invitation_complaint,
    record_letter_complaint,
    record_letter_returned_to_outsider,
    record_returned_invitation,
    record_returned_letter,
)
from alliance.services.subscriptions import (
    record_complaint_of_subscriber,
    record_returned_letter_to_subscriber,
)
from portal.kernel import clock, mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Outcome, handles
from portal.kernel.mail import LetterReference, address_fingerprint, make_return_path
from portal.kernel.notices import register_bounce_handler, register_complaint_handler
from portal.kernel.text import CLOCK_24, use_time_format

# Who is notified when such a letter bounces: p is about a person's account, i an invitation, f what somebody follows;
# OUTSIDERS have no account.
_BOUNCE_HANDLERS = {
    "p": record_returned_letter,
    "i": record_returned_invitation,
    **dict.fromkeys(OUTSIDERS, record_letter_returned_to_outsider),
    "f": record_returned_letter_to_subscriber,
}
for _kind, _note in _BOUNCE_HANDLERS.items():
    register_bounce_handler(_kind, _note)
register_complaint_handler("p", record_letter_complaint)
register_complaint_handler("i", record_invitation_complaint)
register_complaint_handler("f", record_complaint_of_subscriber)


@dataclass(frozen=True, slots=True)
class LetterAddress:
    """Whom a letter goes to, and by what it is known: its sort and number if it comes back, its key for ever.

    When a letter without a sort bounces, only its sender is notified. A reply to it goes to
    `reply_to`, where that is another address than the usual one. `headers` are those of mailing lists.
    """

    kind: str
    pk: int
    address: str
    language: str
    key: str
    time_format: str = CLOCK_24
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@handles("send_invitation", outward=True)
def send_invitation(claim: Claim) -> None:
    """Send the letter, unless the invitation was answered, revoked, sent anew or has run out."""
    rows = Invitation.objects.select_related("organisation", "invited_by").filter(
        pk=claim.payload["invitation"], state=InvitationState.OPEN, expires_at__gt=clock.now()
    )
    with acting_as(SYSTEM):
        invitation = rows.first()
        may_sign_in = invitation is not None and has_account(invitation.email)
    latest = invitation is not None and sending_of(invitation) == claim.payload["sending"]
    token = invitation_token_of(invitation) if invitation and latest else None
    outcome: Outcome | None = Outcome.POINTLESS
    if invitation and token:
        context = {
            "invitation": invitation,
            "recipient": {"name": invitation.name},
            "has_account": may_sign_in,
        }
        url = reverse("invitation-accept", args=[token])
        key = f"letter-{claim.job_id}"
        to = LetterAddress("i", invitation.pk, invitation.email, invitation.language, key)
        outcome = send_letter("invitation", to, url, context)
    with claim.finishing(outcome):
        pass


@handles("send_email_change_letter", outward=True)
def send_email_change_letter(claim: Claim) -> None:
    """Send one of the letters about a change of address, unless it has become pointless meanwhile."""
    with acting_as(SYSTEM):
        change = EmailChange.objects.select_related("person").get(pk=claim.payload["change"])
        letter, address, url = _email_change_letter(change, str(claim.payload["letter"]))
        recipient = Person.objects.filter(email=address).first() if letter == _TAKEN else change.person
    outcome: Outcome | None = Outcome.POINTLESS
    if recipient and url and change.person.is_active:
        to = to_person(claim, recipient, address)
        with acting_as(SYSTEM):
            tokens = tokens_revoked_at(change.person, change.done_at) if change.done_at else []
        freeze_url = reverse("account-freeze-link", args=[new_freeze_token(change.person)])
        context = {"recipient": recipient, "change": change, "tokens": tokens, "freeze_url": freeze_url}
        outcome = send_letter(letter, to, url, context)
    with claim.finishing(outcome):
        pass


_TAKEN = "email_change_taken"


def _email_change_letter(change: EmailChange, letter: str) -> tuple[str, str, str]:
    """Name, address and link; no link where it is not valid any more."""
    if letter == OLD:
        return "email_change_old", change.old_email, _confirm_url(change, OLD)
    if letter == NEW:
        if Person.objects.filter(email=change.new_email).exists():
            return _TAKEN, change.new_email, reverse("account_login") if change.is_open else ""
        return "email_change_new", change.new_email, _confirm_url(change, NEW)
    address = change.new_email if letter == "done_new" else change.old_email
    return f"email_change_{letter}", address, reverse("account_login") if letter == "done_new" else "/"


def _confirm_url(change: EmailChange, side: str) -> str:
    token = email_change_token_of(change, side) if change.is_open else None
    return reverse("email-change-confirm", args=[token]) if token else ""


def to_person(claim: Claim, person: Person, address: str = "") -> LetterAddress:
    """To the address with which somebody signs in, or to another one of theirs."""
    key = f"letter-{claim.job_id}"
    return LetterAddress("p", person.pk, address or person.email, person.language, key, person.time_format)


def send_letter(
    letter: str, recipient: LetterAddress, url: str, context: Mapping[str, Any]
) -> Outcome | None:
    """Send the letter; a repeated try carries the same Message-ID. Reports when it was refused.

    It was asked for just now, so it is sent to an address that took no letter before, too. An address that does not
    exist ends it: nobody could read it, however often it were sent.
    """
    try:
        mail.send(compose_letter(letter, recipient, url, context))
    except mail.AddressRefused as refusal:
        if recipient.kind:
            letter_reference = LetterReference(
                recipient.kind, recipient.pk, address_fingerprint(recipient.address)
            )
            _BOUNCE_HANDLERS[recipient.kind](letter_reference, refusal.fault)
        return Outcome.REFUSED
    return None


def compose_letter(name: str, to: LetterAddress, url: str, context: Mapping[str, Any]) -> mail.Letter:
    """The letter of that name, ready to be sent, in the language of its recipient."""
    context = {**context, "site": load_site(), "origin": settings.ORIGIN, "url": url}
    with translation.override(to.language), use_time_format(to.time_format):
        letter = mail.render_letter(f"alliance/email/{name}.html", context)
    return mail.Letter(
        to.key,
        to.address,
        letter.subject,
        letter.text,
        letter.html,
        to.headers,
        return_path=make_return_path(to.kind, to.pk, to.address) if to.kind else "",
        reply_to=to.reply_to,
        language=to.language,
    )
