"""Letters to one person by themselves: an invitation, a link for a new password, a word that it was changed.

Links are made here, when the letter is sent; no job holds one.
"""

from collections.abc import Mapping, Sequence
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
from alliance.models import Invitation, Person
from alliance.queries.site import the_reply_to, the_sender, the_site
from alliance.services.invitation_tokens import token_of
from alliance.services.invitations import until_of
from portal.kernel import clock
from portal.kernel.outbox import Claim, handles


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
        send_letter(
            claim, letter, person.email, person.language, _LETTERS[letter](person), {"recipient": person}
        )
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


def send_letter(
    claim: Claim,
    letter: str,
    address: str,
    language: str,
    url: str,
    context: Mapping[str, Any],
    reply_to: Sequence[str] = (),
) -> None:
    """Render the letter in the language and send it; a repeated try carries the same Message-ID."""
    shown = {**context, "site": the_site(), "origin": settings.ORIGIN, "url": url}
    with translation.override(language):
        subject = " ".join(render_to_string(f"alliance/email/{letter}.subject.txt", shown).split())
        text = render_to_string(f"alliance/email/{letter}.txt", shown)
        html = render_to_string(f"alliance/email/{letter}.html", shown)
    answers = list(reply_to) or the_reply_to()
    mail = EmailMultiAlternatives(subject, text, from_email=the_sender(), to=[address], reply_to=answers)
    mail.attach_alternative(html, "text/html")
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    mail.extra_headers["Message-ID"] = f"<letter-{claim.job_id}@{host}>"
    mail.send()
