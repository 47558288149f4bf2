"""The signed link in a letter to a supporter: made when the letter is sent, never stored; the row has its digest."""

from datetime import datetime

from django.db.models import QuerySet

from alliance.enums import SupporterState
from alliance.models import SupporterContact
from alliance.queries.local_dates import end_of_term
from alliance.services import letter_tokens
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import enqueue

_SALT = "alliance.supporter"
CONFIRM_WITHIN_DAYS = 7  # of an entry that was just made
USE_WITHIN_DAYS = 1  # of a link that was asked for


def send_link(contact: SupporterContact, *, days: int) -> None:
    """Put a new link in place of the last one, valid until 24:00 so many days from now, and queue its letter.

    Belongs into a transaction that acts as SYSTEM or the secretariat.
    """
    contact.link_sent_at = clock.now()
    contact.link_expires_at = end_of_term(days)
    contact.link_sha256 = link_digest_of(contact)
    contact.bounce_code = ""
    contact.save()
    sending = sending_of(contact)
    payload: dict[str, int | str] = {"supporter": contact.pk, "sending": sending}
    enqueue("send_supporter_link", key=f"supporter-link:{contact.pk}:{sending}", payload=payload)


def link_digest_of(contact: SupporterContact) -> str:
    """The digest of the link of this sending, for the row."""
    return digest_of(letter_tokens.new_token(_SALT, _facts(contact)))


def link_token_of(contact: SupporterContact) -> str | None:
    """The token of the link that holds; None when no key of ours made it."""
    return letter_tokens.find_token(_SALT, _facts(contact), contact.link_sha256)


def sending_of(contact: SupporterContact) -> str:
    """Which time a link was sent: by this a letter knows whether a later one has replaced it."""
    sent_at: datetime | None = contact.link_sent_at
    return f"{sent_at.timestamp():.6f}" if sent_at else ""


def contacts_with_link(token: str) -> QuerySet[SupporterContact]:
    """The contact that this link was sent to, if it is still valid and its entry stands; to be read as SYSTEM."""
    rows: QuerySet[SupporterContact] = SupporterContact.objects.select_related("supporter__charter").filter(
        link_sha256=digest_of(token), link_expires_at__gt=clock.now()
    )
    return rows.exclude(supporter__state=SupporterState.ENDED)


def contact_of_link(token: str) -> SupporterContact | None:
    """The contact that holds this valid link, with its supporter; None for any other token."""
    with acting_as(SYSTEM):
        return contacts_with_link(token).first()


def _facts(contact: SupporterContact) -> str:
    return f"{contact.pk}:{contact.email}:{sending_of(contact)}"
