"""Letters to one person by themselves: an invitation, links about password and address, words on what has changed.

Links are made here, when the letter is sent; no job holds one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from alliance.enums import InvitationState
from alliance.models import EmailChange, Invitation, Person
from alliance.queries.site import the_site
from alliance.services.email_changes import NEW, OLD
from alliance.services.email_changes import token_of as token_of_change
from alliance.services.invitation_tokens import token_of
from alliance.services.invitations import until_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from portal.kernel.hours import OF_24, written
from portal.kernel.outbox import Claim, handles
from portal.kernel.row_security import acting_as


@handles("send_invitation")
def send_invitation(claim: Claim) -> None:
    """Send the letter, unless the invitation was answered, revoked, sent anew or has run out."""
    invitation = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(pk=claim.payload["invitation"], state=InvitationState.OPEN, expires_at__gt=clock.now())
        .first()
    )
    latest = invitation is not None and until_of(invitation) == claim.payload["until"]
    token = token_of(invitation) if invitation and latest else None
    if invitation and token:
        context = {"invitation": invitation, "recipient": {"name": invitation.name}}
        url = reverse("invitation-accept", args=[token])
        send_letter(claim, "invitation", invitation.email, invitation.language, url, context)
    with claim.finishing():
        pass


@handles("send_account_letter")
def send_account_letter(claim: Claim) -> None:
    """Send a letter about the account; nobody is there to get one when the address was unknown."""
    person = Person.objects.filter(pk=claim.payload["person"], is_active=True).first()
    if person:
        letter = str(claim.payload["letter"])
        context = {"recipient": person, "change": claim.payload.get("change", "")}
        url = _LETTERS[letter](person)
        send_letter(claim, letter, person.email, person.language, url, context, hours=person.time_format)
    with claim.finishing():
        pass


def _reset_url(person: Person) -> str:
    """A link that is good once, for as long as the settings say."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


_LETTERS = {
    "password_reset": _reset_url,
    "password_changed": lambda person: reverse("account_reset_password"),
    "factors_changed": lambda person: reverse("mfa_index"),
    "factors_reset": lambda person: reverse("mfa_index"),
}


@handles("send_email_change_letter")
def send_email_change_letter(claim: Claim) -> None:
    """Send one of the letters about a change of address, unless it has become pointless meanwhile."""
    with acting_as(SYSTEM):
        change = EmailChange.objects.select_related("person").get(pk=claim.payload["change"])
    letter, address, url = _email_change_letter(change, str(claim.payload["letter"]))
    recipient = Person.objects.filter(email=address).first() if letter == _TAKEN else change.person
    if recipient and url and change.person.is_active:
        context = {"recipient": recipient, "change": change}
        send_letter(claim, letter, address, recipient.language, url, context, hours=recipient.time_format)
    with claim.finishing():
        pass


_TAKEN = "email_change_taken"


def _email_change_letter(change: EmailChange, which: str) -> tuple[str, str, str]:
    """Name, address and link; no link where there is nothing to say any more."""
    if which == OLD:
        return "email_change_old", change.old_email, _confirm_url(change, OLD)
    if which == NEW:
        if Person.objects.filter(email=change.new_email).exists():
            return _TAKEN, change.new_email, reverse("account_login") if change.is_open else ""
        return "email_change_new", change.new_email, _confirm_url(change, NEW)
    address = change.new_email if which == "done_new" else change.old_email
    return f"email_change_{which}", address, reverse("account_login") if which == "done_new" else "/"


def _confirm_url(change: EmailChange, side: str) -> str:
    token = token_of_change(change, side) if change.is_open else None
    return reverse("email-change-confirm", args=[token]) if token else ""


def send_letter(
    claim: Claim,
    letter: str,
    address: str,
    language: str,
    url: str,
    context: Mapping[str, Any],
    *,
    hours: str = OF_24,
) -> None:
    """Render the letter in the language and send it; a repeated try carries the same Message-ID."""
    shown = {**context, "site": the_site(), "origin": settings.ORIGIN, "url": url}
    with translation.override(language), written(hours):
        subject = " ".join(render_to_string(f"alliance/email/{letter}.subject.txt", shown).split())
        text = render_to_string(f"alliance/email/{letter}.txt", shown)
        html = render_to_string(f"alliance/email/{letter}.html", shown)
    mail = EmailMultiAlternatives(subject, text, to=[address])
    mail.attach_alternative(html, "text/html")
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    mail.extra_headers["Message-ID"] = f"<letter-{claim.job_id}@{host}>"
    mail.send()
