"""Letters to those who follow the public record, who have no account: the link to confirm, and what is new."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import translation

from alliance.models import Subscriber, Subscription
from alliance.notify.letters import LetterAddress, send_letter
from alliance.services.subscription_digests import begin_letter, finish_letter, sections_for
from alliance.services.subscription_links import confirmation_token_of, sending_of, subscriber_token_of
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Outcome, Payload, handles, on_cancelled
from portal.kernel.notices import list_headers

SORT = "f"  # of these letters, in their return addresses


@handles("send_follow_confirmation", outward=True)
def send_follow_confirmation(claim: Claim) -> None:
    """Send the link that confirms a subscription, unless it is confirmed, gone or asked for anew."""
    rows = Subscription.objects.select_related("subscriber").filter(confirmed_at__isnull=True)
    with acting_as(SYSTEM):
        subscription = rows.filter(pk=int(claim.payload["subscription"])).first()
    outcome: Outcome | None = Outcome.POINTLESS
    is_latest = subscription is not None and sending_of(subscription) == claim.payload["sending"]
    token = confirmation_token_of(subscription) if subscription and is_latest else None
    if subscription and token:
        subscriber, language = subscription.subscriber, subscription.language
        with translation.override(language):
            url = reverse("public:follow-confirm", args=[token])
        to = LetterAddress(SORT, subscriber.pk, subscriber.email, language, f"letter-{claim.job_id}")
        context = {"subscription": subscription, "title": subscription.titles.get(language, subscription.key)}
        outcome = send_letter("follow_confirm", to, url, {**context, "recipient": {"name": ""}})
    with claim.finishing(outcome):
        pass


@handles("send_follow_link", outward=True)
def send_follow_link(claim: Claim) -> None:
    """Send the link to all subscriptions to somebody who follows the subject already, or no more may be followed."""
    with acting_as(SYSTEM):
        subscriber = Subscriber.objects.filter(pk=int(claim.payload["subscriber"])).first()
        count = subscriber.subscriptions.filter(confirmed_at__isnull=False).count() if subscriber else 0
    outcome: Outcome | None = Outcome.POINTLESS
    token = subscriber_token_of(subscriber) if subscriber else None
    if subscriber and token:
        context = {"n": count, "is_full": claim.payload["why"] == "full"}
        outcome = _send(subscriber, token, "follow_link", f"letter-{claim.job_id}", context)
    with claim.finishing(outcome):
        pass


@handles("send_follow_digest", outward=True)
def send_follow_digest(claim: Claim) -> None:
    """Send the letter of that day, once, with all that is new; where nothing is, none.

    Another try sends the same letter under the same Message-ID.
    """
    pk, on = int(claim.payload["subscriber"]), date.fromisoformat(str(claim.payload["on"]))
    subscriber = begin_letter(pk, on)
    token = subscriber_token_of(subscriber) if subscriber else None
    if subscriber is None or token is None:
        with claim.finishing(Outcome.POINTLESS):
            return
    with translation.override(subscriber.language):
        sections = sections_for(subscriber)
    outcome: Outcome | None = Outcome.POINTLESS
    if sections:
        n = sum(len(section.changes) + section.more for section in sections)
        outcome = _send(
            subscriber, token, "follow_digest", f"follow-{pk}-{on}", {"followed": sections, "n": n}
        )
    with claim.finishing(outcome):
        finish_letter(pk, sections)


@on_cancelled("send_follow_digest")
def skip_follow_digest(payload: Payload) -> None:
    """What a person has cancelled is not in the next letter either."""
    pk = int(payload["subscriber"])
    if begin_letter(pk, date.fromisoformat(str(payload["on"]))):
        with acting_as(SYSTEM):
            finish_letter(pk, ())


def _send(
    subscriber: Subscriber, token: str, letter: str, key: str, context: Mapping[str, Any]
) -> Outcome | None:
    """A letter with the links to all subscriptions, and to end them without being asked (RFC 8058)."""
    with translation.override(subscriber.language):
        url, stop = (reverse(f"public:{name}", args=[token]) for name in ("follow-link", "follow-stop"))
    to = LetterAddress(
        SORT, subscriber.pk, subscriber.email, subscriber.language, key, headers=list_headers(stop, "follow")
    )
    addresses = {"choices_url": url, "unsubscribe_url": stop, "recipient": {"name": ""}}
    return send_letter(letter, to, url, {**context, **addresses})
