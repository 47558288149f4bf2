"""Named writes on subscriptions to the public record: asked for, confirmed by a link, changed, ended."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.enums import LetterPace
from alliance.models import Subscriber, Subscription
from alliance.queries.local_dates import today
from alliance.queries.public.followed import FollowedSubject, find_subject, successor_of, titles_of
from alliance.queries.public.record import last_number
from alliance.services.subscription_links import (
    CONFIRM_WITHIN,
    confirmation_digest,
    sending_of,
    subscriber_link_digest,
)
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.mail import AddressFault, LetterReference, address_fingerprint

MOST_SUBSCRIPTIONS = 50  # of one address
MOST_BOUNCES = 3  # letters in a row that came back


@dataclass(frozen=True, slots=True)
class Asking:
    """What the public form has: the subject, the address, and how letters are to come."""

    kind: str
    key: str
    email: str
    language: str
    pace: str


# --- From the public form and by links in letters: everybody, as SYSTEM ----------------------------------------


def ask_to_follow(asking: Asking) -> None:
    """Send a link that confirms it; nothing about the subject is sent before.

    Who follows it already, or as much as one address may, is sent the link to all of it instead. What has a successor
    is followed by that. Raises DomainError of a subject that there is not.
    """
    named = find_subject(asking.kind, asking.key)
    if named is None:
        raise DomainError(_("Not found"))
    subject = successor_of(named) or named
    with acting_as(SYSTEM):
        subscriber = _lock_subscriber(asking)
        rows = {(row.kind, row.key): row for row in subscriber.subscriptions.all()}
        subscription = rows.get((subject.kind, subject.key))
        if subscription is not None and subscription.confirmed_at is not None:
            _send_link_again(subscriber, "again")
        elif subscription is None and len(rows) >= MOST_SUBSCRIPTIONS:
            _send_link_again(subscriber, "full")
        else:
            _send_confirmation(subscription or Subscription(subscriber=subscriber), subject, asking)


def confirm_subscription(token: str) -> Subscriber:
    """Begin to send what is new about the subject, by the link in its letter; again, it does nothing.

    Language and pace of all letters are from now on those that were asked for. Raises WrongState for a link that is
    not valid any more.
    """
    with acting_as(SYSTEM):
        rows = Subscription.objects.select_for_update(of=("self", "subscriber")).select_related("subscriber")
        subscription = rows.filter(link_sha256=digest_of(token)).first()
        if subscription is None:
            raise WrongState(_outdated())
        subscriber: Subscriber = subscription.subscriber
        if subscription.confirmed_at is not None:
            return subscriber
        if subscription.confirm_until <= clock.now():
            raise WrongState(_outdated())
        number = last_number()
        if not subscriber.subscriptions.filter(confirmed_at__isnull=False).exists():
            subscriber.last_on, subscriber.last_number = today(), number
            subscriber.last_moment = clock.now()
        subscriber.language, subscriber.pace = subscription.language, subscription.pace
        subscriber.save()
        subscription.confirmed_at, subscription.from_number = clock.now(), number
        subscription.save(update_fields=["confirmed_at", "from_number"])
        journal.record(SYSTEM, "subscription.confirm", subscription, key=_name_of(subscription))
        return subscriber


def change_letters(token: str, *, language: str, pace: str) -> Subscriber:
    """Change the language and the pace of all letters, by the link in one. Raises WrongState for another link."""
    with acting_as(SYSTEM):
        subscriber = _lock_by_link(token)
        if subscriber is None:
            raise WrongState(_outdated())
        subscriber.language, subscriber.pace = language, str(LetterPace(pace))
        subscriber.save(update_fields=["language", "pace"])
        return subscriber


def end_subscription(token: str, pk: int) -> None:
    """End one subscription, by the link in a letter; the last one erases the address. Again, it does nothing."""
    with acting_as(SYSTEM):
        subscriber = _lock_by_link(token)
        if subscriber is not None:
            _end(subscriber, "reader", pk)


def end_all_subscriptions(token: str) -> None:
    """End all subscriptions and erase the address, by the link in a letter; again, or for another link: nothing."""
    with acting_as(SYSTEM):
        subscriber = _lock_by_link(token)
        if subscriber is not None:
            _end(subscriber, "reader")


def _outdated() -> str:
    return _("This link is no longer valid.")


def _name_of(subscription: Subscription) -> str:
    """For the journal, which keeps it for good: of a search, whose words are the reader's, the kind alone."""
    return subscription.kind if subscription.kind == "search" else f"{subscription.kind}/{subscription.key}"


def _lock_by_link(token: str) -> Subscriber | None:
    rows = Subscriber.objects.select_for_update(of=("self",))
    row: Subscriber | None = rows.filter(link_sha256=digest_of(token)).first()
    return row


def _lock_subscriber(asking: Asking) -> Subscriber:
    """The subscriber with this address; one who has confirmed nothing yet where it is new."""
    new = Subscriber(
        email=asking.email.strip().lower(), language=asking.language, pace=asking.pace, created_at=clock.now()
    )
    values = {name: getattr(new, name) for name in ("language", "pace", "created_at")}
    subscriber: Subscriber
    subscriber, _is_new = Subscriber.objects.select_for_update(of=("self",)).get_or_create(
        email=new.email, defaults={**values, "link_sha256": subscriber_link_digest(new)}
    )
    return subscriber


def _send_confirmation(subscription: Subscription, subject: FollowedSubject, asking: Asking) -> None:
    """Put a new link in place of the last one, and queue its letter."""
    subscription.kind, subscription.key = subject.kind, subject.key
    subscription.titles = titles_of(subject)
    subscription.language, subscription.pace = asking.language, asking.pace
    subscription.asked_at = clock.now()
    subscription.confirm_until = subscription.asked_at + CONFIRM_WITHIN
    subscription.link_sha256 = confirmation_digest(subscription)
    subscription.save()
    sending = sending_of(subscription)
    payload: dict[str, int | str] = {"subscription": subscription.pk, "sending": sending}
    enqueue("send_follow_confirmation", key=f"follow:{subscription.pk}:{sending}", payload=payload)


def _send_link_again(subscriber: Subscriber, why: str) -> None:
    """Queue the letter with the link to all subscriptions, once an hour at most."""
    key = f"follow-link:{subscriber.pk}:{clock.now():%Y-%m-%dT%H}"
    enqueue("send_follow_link", key=key, payload={"subscriber": subscriber.pk, "why": why})


def _end(subscriber: Subscriber, why: str, pk: int | None = None) -> None:
    """End one or all; who follows nothing more is removed, with what was never confirmed."""
    rows = list(subscriber.subscriptions.all())
    ended = [row for row in rows if pk in (None, row.pk)]
    for row in ended:
        if row.confirmed_at is not None:
            journal.record(SYSTEM, "subscription.end", row, key=_name_of(row), ended_by=why)
    if len(ended) == len(rows):
        subscriber.delete()
    else:
        Subscription.objects.filter(pk__in=[row.pk for row in ended]).delete()


# --- What becomes of letters -----------------------------------------------------------------------------------


def record_returned_letter_to_subscriber(letter: LetterReference, fault: AddressFault) -> None:
    """Note, as SYSTEM, that a letter came back for good: after three in a row nothing more is sent to the address.

    Who has confirmed nothing is removed at once.
    """
    with acting_as(SYSTEM):
        subscriber = _lock_by_letter(letter)
        if subscriber is None or not fault.is_permanent or subscriber.bounce_code:
            return
        subscriber.bounce_code, subscriber.bounces = fault.code, subscriber.bounces + 1
        subscriber.save(update_fields=["bounce_code", "bounces"])
        is_confirmed = subscriber.subscriptions.filter(confirmed_at__isnull=False).exists()
        if not is_confirmed or subscriber.bounces >= MOST_BOUNCES:
            _end(subscriber, "bounces")


def record_complaint_of_subscriber(letter: LetterReference) -> None:
    """End, as SYSTEM, all subscriptions of somebody who has reported a letter as spam."""
    with acting_as(SYSTEM):
        subscriber = _lock_by_letter(letter)
        if subscriber is not None:
            _end(subscriber, "complaint")


def _lock_by_letter(letter: LetterReference) -> Subscriber | None:
    """To whom a letter went, as long as the address is the same."""
    row: Subscriber | None = Subscriber.objects.select_for_update(of=("self",)).filter(pk=letter.pk).first()
    return row if row and address_fingerprint(row.email) == letter.fingerprint else None
