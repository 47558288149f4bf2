"""A public practice as something that readers follow by e-mail, and as an entry of the feed when it ends."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from alliance.models import Subscriber, Subscription
from alliance.services.subscription_digests import enqueue_follow_digests
from alliance.services.subscription_links import confirmation_token_of
from alliance.services.subscriptions import Asking, ask_to_follow, confirm_subscription
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from practices.enums import Label
from practices.models import Practice
from practices.services.practices import recall_practice
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_next_version, make_shared
from tests.support.following import send_digests_at_once
from tests.support.jobs import run_all_jobs
from tests.support.public_practices import read_publishing_cast, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    send_digests_at_once(monkeypatch)
    return read_publishing_cast(monkeypatch)


def follow(practice: Practice) -> None:
    ask_to_follow(Asking("practice", str(practice.key), "reader@home.example", "en", "daily"))
    with acting_as(SYSTEM):
        token = confirmation_token_of(Subscription.objects.select_related("subscriber").get())
    confirm_subscription(token or "")


def letters() -> list[str]:
    """Some mornings come; the texts of the letters of this reader."""
    with acting_as(SYSTEM):
        for row in Subscriber.objects.exclude(last_on=None):
            row.last_on -= timedelta(days=3)
            row.save()
        Job.objects.all().delete()
    enqueue_follow_digests()
    run_all_jobs()
    texts = [str(letter.body) for letter in mail.outbox]
    mail.outbox.clear()
    return texts


def test_a_next_version_is_news_and_the_end_of_a_practice_ends_it(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    follow(practice)
    make_next_version(cast, practice, title="Slow it twice")
    (letter,) = letters()
    assert "Slow it twice" in letter

    call_as(cast.actor("sven"), recall_practice, practice, "It misjudges school classes.")
    (letter,) = letters()
    assert "It misjudges school classes." in letter
    assert "You no longer follow it" in letter
    with acting_as(SYSTEM):
        assert not Subscriber.objects.exists()
    feed = text(client, "/en/practices/feed.atom")
    assert "Withdrawn: Slow it twice" in feed
    assert "It misjudges school classes." in feed


def test_each_practice_has_a_feed_of_its_versions_and_its_end(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    make_shared(cast, Label.CLEAR, title="Another one")
    make_next_version(cast, practice, title="Slow it twice")
    address = f"/en/practices/{practice.key}/feed.atom"
    assert f'href="{address}"' in text(client, f"/en/practices/{practice.key}/")

    versions = text(client, address)
    assert [title in versions for title in ("Slow it twice", "Another one")] == [True, False]
    assert f"/en/practices/{practice.key}/versions/1/" in versions
    assert versions.count("<entry>") == 2

    call_as(cast.actor("sven"), recall_practice, practice, "It misjudges school classes.")
    withdrawn = text(client, address)
    assert "Withdrawn: Slow it twice" in withdrawn
    assert "It misjudges school classes." in withdrawn
    assert withdrawn.count("<entry>") == 3
    titles = re.findall(r"<entry><title>([^<]*)</title>", withdrawn)
    assert titles == ["Withdrawn: Slow it twice", "Slow it twice, version 2", "Slow it twice, version 1"]


def test_a_practice_that_is_not_public_has_no_feed(client: Client, cast: Cast) -> None:
    for practice in (make_draft(cast, Label.CLEAR), make_shared(cast, Label.GREEN)):
        assert client.get(f"/en/practices/{practice.key}/feed.atom").status_code == 404


def test_a_practice_that_is_not_public_cannot_be_followed(client: Client, cast: Cast) -> None:
    for practice in (make_draft(cast, Label.CLEAR), make_shared(cast, Label.GREEN)):
        assert client.get(f"/en/follow/?kind=practice&key={practice.key}").status_code == 404
