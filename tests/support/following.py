"""Somebody follows the public record by e-mail, and mornings come."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from alliance.models import Subscriber
from alliance.services import subscription_digests
from alliance.services.subscription_digests import enqueue_follow_digests
from alliance.services.subscription_links import subscriber_token_of
from alliance.services.subscriptions import Asking, ask_to_follow, confirm_subscription
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from tests.factories import Cast, make_cycle, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.published_reports import make_published_cycle, make_published_report

EMAIL = "parent@home.example"


def send_digests_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next morning's digest has what was published a moment before."""
    monkeypatch.setattr(subscription_digests, "_MARGIN", timedelta(0))


def ask(kind: str = "member", key: str = "aurora-video", **changes: str) -> None:
    values = {"email": EMAIL, "language": "en", "pace": "daily", **changes}
    ask_to_follow(Asking(kind, key, **values))


def link_in(letter: Any, name: str) -> str:
    (link,) = set(re.findall(rf"/(?:en|ru)/follow/{name}/[-\w]+/", str(letter.body)))
    return link


def follow(kind: str = "member", key: str = "aurora-video", **changes: str) -> str:
    """Somebody follows a subject and has confirmed it; gives the token of their letters."""
    ask(kind, key, **changes)
    run_all_jobs()
    confirm_subscription(link_in(mail.outbox[-1], "confirm").split("/")[-2])
    mail.outbox.clear()
    with acting_as(SYSTEM):
        token = subscriber_token_of(Subscriber.objects.get(email=changes.get("email", EMAIL)))
    assert token is not None
    return token


def publish(cast: Cast, slug: str = "2026-h1") -> None:
    cycle = make_cycle(read_charter(), slug)
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)


def let_mornings_come(days: int = 3) -> list[Any]:
    """So many days pass; the letters that go out then."""
    with acting_as(SYSTEM):
        for row in Subscriber.objects.exclude(last_on=None):
            row.last_on -= timedelta(days=days)
            row.save()
        Job.objects.filter(kind="send_follow_digest").delete()  # that of the day before
    enqueue_follow_digests()
    run_follow_jobs()
    letters = list(mail.outbox)
    mail.outbox.clear()
    return letters


def run_follow_jobs() -> None:
    """What a publication has queued besides is no concern of these tests."""
    with acting_as(SYSTEM):
        Job.objects.exclude(kind__startswith="send_follow").delete()
    run_all_jobs()


def subscribers() -> int:
    with acting_as(SYSTEM):
        return Subscriber.objects.count()
