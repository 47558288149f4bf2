"""The links in letters to those who follow the record: made when a letter is sent, never stored; rows have digests.

That of a subscription confirms it, for two days. That of a subscriber opens all of its subscriptions and ends them; it
holds as long as the subscriber is there, for people come back to a letter after months.
"""

from datetime import timedelta

from alliance.models import Subscriber, Subscription
from alliance.services import letter_tokens
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as

CONFIRM_WITHIN = timedelta(hours=48)
_SUBSCRIBER, _SUBSCRIPTION = "alliance.subscriber", "alliance.subscription"


def subscriber_link_digest(subscriber: Subscriber) -> str:
    """The digest of the link to all subscriptions, for the row."""
    return digest_of(letter_tokens.new_token(_SUBSCRIBER, _subscriber_facts(subscriber)))


def subscriber_token_of(subscriber: Subscriber) -> str | None:
    """The token of that link; None when no key of ours made it."""
    return letter_tokens.find_token(_SUBSCRIBER, _subscriber_facts(subscriber), subscriber.link_sha256)


def subscriber_of_link(token: str) -> Subscriber | None:
    """The subscriber that holds this link; None for any other token."""
    with acting_as(SYSTEM):
        row: Subscriber | None = Subscriber.objects.filter(link_sha256=digest_of(token)).first()
    return row


def confirmed_subscriptions(subscriber: Subscriber) -> list[Subscription]:
    """What the subscriber follows, what was confirmed first first."""
    with acting_as(SYSTEM):
        rows = subscriber.subscriptions.filter(confirmed_at__isnull=False)
        return list(rows.order_by("confirmed_at", "pk"))


def confirmation_digest(subscription: Subscription) -> str:
    """The digest of the link that confirms this asking, for the row."""
    return digest_of(letter_tokens.new_token(_SUBSCRIPTION, _subscription_facts(subscription)))


def confirmation_token_of(subscription: Subscription) -> str | None:
    """The token of that link; None when no key of ours made it."""
    facts = _subscription_facts(subscription)
    return letter_tokens.find_token(_SUBSCRIPTION, facts, subscription.link_sha256)


def subscription_of_link(token: str) -> Subscription | None:
    """The subscription that this link confirms, or has confirmed; None for one not used in time, or another token."""
    with acting_as(SYSTEM):
        rows = Subscription.objects.select_related("subscriber").filter(link_sha256=digest_of(token))
        row: Subscription | None = rows.first()
    if row is None or (row.confirmed_at is None and row.confirm_until <= clock.now()):
        return None
    return row


def sending_of(subscription: Subscription) -> str:
    """Which asking a letter belongs to: by this it knows whether a later one has replaced it."""
    return f"{subscription.asked_at.timestamp():.6f}"


def _subscriber_facts(subscriber: Subscriber) -> str:
    return f"{subscriber.email}:{subscriber.created_at.timestamp():.6f}"


def _subscription_facts(subscription: Subscription) -> str:
    subject = f"{subscription.kind}/{subscription.key}"
    return f"{subscription.subscriber.email}:{subject}:{sending_of(subscription)}"
