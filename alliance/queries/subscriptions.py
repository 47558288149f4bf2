"""Reads of what one address follows, for the page behind its own link."""

from collections.abc import Iterable
from dataclasses import dataclass

from alliance.models import Subscription
from alliance.queries.public.followed import find_subject, kind_label
from portal.kernel.text import reader_language


@dataclass(frozen=True, slots=True)
class FollowedRow:
    """One subscription that was confirmed: what its subject is called now, and its page, if it still is public."""

    subscription: Subscription
    label: str
    title: str
    url: str


def followed_rows(subscriptions: Iterable[Subscription]) -> list[FollowedRow]:
    """What these subscriptions are about, in the active language."""
    return [_row(subscription) for subscription in subscriptions]


def _row(subscription: Subscription) -> FollowedRow:
    subject = find_subject(subscription.kind, subscription.key)
    before = subscription.titles.get(reader_language(), subscription.key)
    title, url = (subject.title, subject.url) if subject else (before, "")
    return FollowedRow(subscription, kind_label(subscription.kind), title, url)
