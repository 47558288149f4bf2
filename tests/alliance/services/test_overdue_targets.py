"""A target whose day is over and that nothing decides: its member, followers and feeds are notified, once."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

import alliance.tasks  # noqa: F401 - the jobs register themselves
from alliance.enums import TargetState
from alliance.models import Pledge, PublishedPledge, PublishedTarget, Subscriber, Subscription
from alliance.queries.local_dates import today
from alliance.queries.public.overdue import overdue_targets
from alliance.services.overdue_targets import enqueue_overdue_targets
from alliance.services.target_outcomes import project_targets
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import Cast, make_cycle, read_charter
from tests.support.following import follow, let_mornings_come, send_digests_at_once
from tests.support.jobs import run_all_jobs
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def digests_at_once(pages_are_new: None, monkeypatch: pytest.MonkeyPatch) -> None:
    send_digests_at_once(monkeypatch)


def promise(cast: Cast, due_on: date, text: str = "Within a day.", key: str = "find") -> PublishedPledge:
    """Aurora's pledge with one target, which names no figure."""
    published = make_published_pledge(cast.aurora, {"text": text, "due_on": due_on.isoformat()})
    PublishedTarget.objects.create(
        valid_from=0, organisation=cast.aurora, record=published.record, number=1, commitment_key="find",
        due_on=due_on, outcome=TargetState.LATE,
    )  # fmt: skip
    with acting_as(SYSTEM):
        Pledge.objects.create(
            organisation=cast.aurora, record=published.record, state="published", commitment_key=key,
            text="We will.", language="en",
        )  # fmt: skip
    touch_public_revision()
    return published


def note_overdue() -> int:
    """The schedule runs twice, and the worker."""
    with acting_as(SYSTEM):
        count = enqueue_overdue_targets() + enqueue_overdue_targets()
    run_all_jobs()
    return count


def events() -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        return list(Event.objects.filter(kind="pledge.target_overdue").values_list("data", flat=True))


def test_its_member_is_notified_once_when_the_day_is_over(cast: Cast) -> None:
    yesterday = today() - timedelta(days=1)
    promise(cast, yesterday)
    promise(cast, today(), "Still in time.", "")

    assert (note_overdue(), note_overdue()) == (1, 0)

    assert [(event["number"], event["on"]) for event in events()] == [(1, yesterday.isoformat())]
    with acting_as(SYSTEM):
        recipients = Delivery.objects.filter(event__kind="pledge.target_overdue", channel="inbox")
        assert {delivery.recipient.name for delivery in recipients} == {"Alice", "Sven"}
    texts = [letter.body for letter in mail.outbox if "Within a day." in letter.body]
    assert len(texts) == 2
    assert "The secretariat decides what became of it" in texts[0]


def test_one_that_was_decided_or_moved_meanwhile_is_not_called_overdue(cast: Cast) -> None:
    pledge = promise(cast, today() - timedelta(days=1))
    with acting_as(SYSTEM):
        assert enqueue_overdue_targets() == 1
    (target,) = pledge.targets
    pledge.targets = [{**target, "due_on": (today() + timedelta(days=9)).isoformat()}]
    pledge.save()
    run_all_jobs()

    assert events() == []


def test_one_that_a_publication_itself_makes_overdue_needs_no_letter(cast: Cast) -> None:
    make_published_pledge(cast.aurora, {"text": "Long ago.", "due_on": str(today() - timedelta(days=1))})
    make_published_report(make_cycle(read_charter()), cast.aurora)
    project_targets(Publication.objects.latest("number"), [cast.aurora.pk])

    assert PublishedTarget.objects.current().get().outcome == TargetState.LATE
    assert note_overdue() == 0


def test_followers_and_feeds_say_it_once(cast: Cast, client: Client) -> None:
    for kind, key in (("member", "aurora-video"), ("commitment", "find"), ("record", "all")):
        follow(kind, key)
    with acting_as(SYSTEM):
        before = timezone.now() - timedelta(days=3)
        Subscriber.objects.update(last_moment=before)
        Subscription.objects.update(confirmed_at=before)
    pledge = promise(cast, today() - timedelta(days=1))

    (letter,) = let_mornings_come()

    assert letter.body.count("is overdue") == 1
    assert "Within a day." in letter.body
    assert let_mornings_come() == []
    for address in ("/en/members/aurora-video.atom", "/en/commitments/find.atom", "/en/feed.atom"):
        feed = client.get(address).content.decode()
        assert f"#pledge-{pledge.record}-1-" in feed, address
    assert "is overdue" not in client.get("/en/members/beacon-search.atom").content.decode()


def test_a_later_revision_with_another_target_in_its_place_lends_it_no_words(cast: Cast) -> None:
    yesterday = today() - timedelta(days=1)
    pledge = promise(cast, yesterday, "The first.")
    make_published_report(make_cycle(read_charter()), cast.aurora)
    number = Publication.objects.latest("number").number
    later = {**pledge.targets[0], "text": "The second.", "due_on": str(today() + timedelta(days=90))}
    PublishedPledge.objects.filter(pk=pledge.pk).update(valid_from=0, valid_to=number)
    PublishedTarget.objects.filter(record=pledge.record).update(valid_to=number)
    pledge.pk, pledge.valid_from, pledge.revision, pledge.targets = None, number, 2, [later]
    pledge.save()

    overdue = overdue_targets(timezone.now() - timedelta(days=3), timezone.now())

    assert [(target.text, target.due_on, target.revision) for target in overdue] == [
        ("The first.", yesterday, 2)
    ]


def test_a_letter_about_a_target_that_another_one_has_replaced_is_not_sent(cast: Cast) -> None:
    pledge = promise(cast, today() - timedelta(days=1))
    with acting_as(SYSTEM):
        subject = Pledge.objects.get(record=pledge.record)
        earlier = today() - timedelta(days=60)
        journal.record(SYSTEM, "pledge.target_overdue", subject, number=1, on=earlier.isoformat())
    run_all_jobs()

    assert [letter for letter in mail.outbox if "Within a day." in letter.body] == []
