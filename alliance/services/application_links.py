"""The signed link in a letter to an applicant: made when the letter is sent, never stored; the row has its digest."""

from django.db.models import QuerySet

from alliance.models import MembershipApplication
from alliance.queries.local_dates import end_of_term
from alliance.services import letter_tokens
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import enqueue

_SALT = "alliance.application"
CONFIRM_WITHIN_DAYS = 7  # of an application that was just made
USE_WITHIN_DAYS = 90  # of the link by which it is followed, answered and withdrawn


def send_application_letter(
    application: MembershipApplication, *, days: int = USE_WITHIN_DAYS, same_link: bool = False
) -> None:
    """Put a new link in place of the last one, valid until 24:00 so many days from now, and queue the letter.

    `same_link`: the letter has the link by which the applicant has just acted, valid for so long from now: pressed
    twice, or opened again, it leads to what became of it. The letter says in which state the application is. Belongs
    into a transaction that acts as SYSTEM or the secretariat.
    """
    if not same_link:
        application.link_sent_at = clock.now()
        application.link_sha256 = digest_of(letter_tokens.new_token(_SALT, _facts(application)))
    application.link_expires_at = end_of_term(days)
    application.bounce_code = ""
    application.save(update_fields=["link_sent_at", "link_expires_at", "link_sha256", "bounce_code"])
    if clock.is_set():  # the past, which nobody gets letters from
        return
    sending = sending_of(application)
    state = str(application.state)
    payload: dict[str, int | str] = {"application": application.pk, "sending": sending, "state": state}
    # its key holds the state: confirmed and withdrawn by one link are two letters
    key = f"application:{application.pk}:{sending}:{state}"
    enqueue("send_application_letter", key=key, payload=payload)


def application_token_of(application: MembershipApplication) -> str | None:
    """The token of the link that holds; None when no key of ours made it."""
    return letter_tokens.find_token(_SALT, _facts(application), application.link_sha256)


def sending_of(application: MembershipApplication) -> str:
    """Which time a link was sent: by this a letter knows whether a later one has replaced it."""
    sent_at = application.link_sent_at
    return f"{sent_at.timestamp():.6f}" if sent_at else ""


def applications_with_link(token: str) -> QuerySet[MembershipApplication]:
    """The application that this link was sent for, if it is still valid; to be read as SYSTEM."""
    rows: QuerySet[MembershipApplication] = MembershipApplication.objects.filter(
        link_sha256=digest_of(token), link_expires_at__gt=clock.now()
    )
    return rows


def application_of_link(token: str) -> MembershipApplication | None:
    """The application of a valid link, with its questions and answers; None for any other token."""
    with acting_as(SYSTEM):
        return applications_with_link(token).prefetch_related("entries").first()


def _facts(application: MembershipApplication) -> str:
    return f"{application.pk}:{application.email}:{sending_of(application)}"
