"""Letters to one person by themselves: an invitation, a link for a new password, a word that it was changed.

Links are made here, when the letter is sent; no job holds one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from alliance.enums import InvitationState
from alliance.models import Invitation, Person
from alliance.queries.site import the_site
from alliance.services.invitation_tokens import token_of
from alliance.services.invitations import until_of
from alliance.services.notifications import note_returned_invitation, note_returned_letter
from portal.kernel import clock, mail, subjects
from portal.kernel.mail.return_path import Sent, print_of, return_path
from portal.kernel.notices.returns import returns_go_to
from portal.kernel.outbox import Claim, handles

# Who hears when such a letter comes back: p is about a person's account, i an invitation.
_RETURNS = {"p": note_returned_letter, "i": note_returned_invitation}
for _kind, _note in _RETURNS.items():
    returns_go_to(_kind, _note)


@dataclass(frozen=True, slots=True)
class _To:
    """Whom a letter goes to, and by what it is known: its sort and number if it comes back, its key for ever."""

    kind: str
    pk: int
    address: str
    language: str
    key: str


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
        key = f"letter-{claim.job_id}"
        send_letter(
            "invitation", _To("i", invitation.pk, invitation.email, invitation.language, key), url, context
        )
    with claim.finishing():
        pass


@handles("send_account_letter")
def send_account_letter(claim: Claim) -> None:
    """Send a letter about the account; nobody is there to get one when the address was unknown."""
    person = Person.objects.filter(pk=claim.payload["person"], is_active=True).first()
    if person:
        letter = str(claim.payload["letter"])
        to = _To("p", person.pk, person.email, person.language, f"letter-{claim.job_id}")
        send_letter(letter, to, _LETTERS[letter](person), {"recipient": person})
    with claim.finishing():
        pass


def _reset_url(person: Person) -> str:
    """A link that is good once, for as long as the settings say."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


_LETTERS = {
    "password_reset": _reset_url,
    "password_changed": lambda person: reverse("account_reset_password"),
}


def send_letter(letter: str, to: _To, url: str, context: Mapping[str, Any]) -> None:
    """Render the letter in the language and send it; a repeated try carries the same Message-ID.

    It was asked for just now, so it is sent to an address that took no letter before, too. An address that does not
    exist ends it: nobody could read it, however often it were sent.
    """
    shown = {**context, "site": the_site(), "origin": settings.ORIGIN, "url": url}
    template = f"alliance/email/{letter}"
    with translation.override(to.language):
        subject = subjects.render(template, shown)
        text, html = (render_to_string(f"{template}.{form}", shown) for form in ("txt", "html"))
    back = return_path(to.kind, to.pk, to.address)
    try:
        mail.send(mail.Letter(to.key, to.address, subject, text, html, comes_back_to=back))
    except mail.AddressRefused as refusal:
        _RETURNS[to.kind](Sent(to.kind, to.pk, print_of(to.address)), refusal.trouble)
