"""What letters to those who follow the public record say, and when they come."""

import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState
from alliance.models import Organisation, Subscriber, Subscription
from alliance.notify.subscriptions import send_follow_digest
from alliance.services import subscription_digests
from alliance.services.mergers import MergerPlan, merge_organisation
from alliance.services.subscription_digests import enqueue_follow_digests
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, queue
from portal.kernel.journal import Event
from portal.kernel.search import SearchDocument
from tests.factories import Cast, make_cycle, read_charter
from tests.support.following import (
    follow,
    let_mornings_come,
    publish,
    run_follow_jobs,
    send_digests_at_once,
)
from tests.support.published_reports import make_published_report
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db

SLUGS = ("2024-h1", "2024-h2", "2025-h1", "2025-h2")


@pytest.fixture(autouse=True)
def digests_at_once(pages_are_new: None, monkeypatch: pytest.MonkeyPatch) -> None:
    send_digests_at_once(monkeypatch)


# --- Letters -------------------------------------------------------------------------------------


def test_a_letter_says_verdict_and_reason_in_the_language_chosen(cast: Cast) -> None:
    follow(language="ru")
    publish(cast)

    (letter,) = let_mornings_come()
    assert "Частично" in letter.body
    assert "Reason for find." in letter.body
    assert re.search("[а-яё]", letter.subject)
    assert let_mornings_come() == []  # nothing new: no letter


@pytest.mark.parametrize(
    ("kind", "key", "is_about_it"),
    [
        ("record", "all", True),
        ("commitment", "find", True),
        ("cycle", "2026-h1", True),
        ("member", "beacon-search", False),
    ],
)
def test_each_kind_of_subject_gets_what_concerns_it(
    cast: Cast, kind: str, key: str, is_about_it: bool
) -> None:
    cycle = make_cycle(read_charter(), "2026-h1")
    follow(kind, key)
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})

    letters = let_mornings_come()
    assert bool(letters) == is_about_it
    assert all("Limited" in letter.body for letter in letters)


def test_one_letter_for_all_subjects_says_nothing_twice(cast: Cast) -> None:
    follow()
    follow("record", "all")
    publish(cast)

    (letter,) = let_mornings_come()
    assert letter.body.count("Reason for find.") == 1


def test_a_weekly_letter_waits_for_monday(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(pace="weekly")
    publish(cast)
    wednesday = date(2026, 7, 15)
    monkeypatch.setattr(subscription_digests, "last_digest_day", lambda: wednesday)
    with acting_as(SYSTEM):
        Subscriber.objects.update(last_on=wednesday - timedelta(days=2))
    assert enqueue_follow_digests() == 0
    monkeypatch.setattr(subscription_digests, "last_digest_day", lambda: wednesday + timedelta(days=5))

    assert enqueue_follow_digests() == 1
    assert enqueue_follow_digests() == 0  # two schedulers, one letter


def test_many_are_queued_in_chunks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription_digests, "CHUNK", 2)
    for number in range(5):
        follow(email=f"reader{number}@home.example")
    publish(cast)

    assert len(let_mornings_come()) == 5


def test_a_worker_killed_after_sending_sends_the_same_letter_again_and_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow()
    publish(cast)
    with acting_as(SYSTEM):
        Subscriber.objects.update(last_on=date(2020, 1, 1))
    enqueue_follow_digests()
    (job_id,) = [pk for pk in queue.due_ids() if _kind_of(pk) == "send_follow_digest"]
    claim = queue.claim_job(job_id)
    assert claim is not None
    monkeypatch.setattr("alliance.notify.subscriptions.finish_letter", _die)
    with pytest.raises(KeyboardInterrupt):
        send_follow_digest(claim)
    monkeypatch.undo()
    send_digests_at_once(monkeypatch)
    publish(cast, "2026-h2")  # meanwhile something else is published
    with acting_as(SYSTEM):  # two minutes pass
        Job.objects.filter(pk=job_id).update(lease_until=timezone.now() - timedelta(hours=1))
    run_follow_jobs()

    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.body == second.body
    mail.outbox.clear()
    (next_letter,) = let_mornings_come()
    assert "2026-h2" not in first.body
    assert next_letter.body != first.body


def _kind_of(pk: int) -> str:
    with acting_as(SYSTEM):
        return str(Job.objects.get(pk=pk).kind)


def _die(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_an_answered_question_is_news(cast: Cast) -> None:
    follow()
    now = clock.now()
    make_public_question(
        cast.aurora, text="How do you check ages?", answer="By documents. Always.", answer_language="en",
        answered_at=now, state="answered", asker_agrees=True, published_at=now,
    )  # fmt: skip

    (letter,) = let_mornings_come()
    assert "How do you check ages?" in letter.body
    assert "By documents." in letter.body


def test_what_is_newest_is_in_the_letter_whatever_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very much the letter has the beginning: an answer is not cut for the publications before it."""
    monkeypatch.setattr(subscription_digests, "MOST_CHANGES", 1)
    follow()
    publish(cast)
    make_public_question(
        cast.aurora, text="How do you check ages?", answer="By documents. Always.", answer_language="en",
        answered_at=clock.now(), state="answered", asker_agrees=True, published_at=clock.now(),
    )  # fmt: skip

    (letter,) = let_mornings_come()
    assert "How do you check ages?" in letter.body
    assert "more" in letter.body


def test_a_merged_member_is_followed_by_its_successor(cast: Cast) -> None:
    follow()
    with acting_as(cast.actor("mona")) as mona:
        merge_organisation(mona, cast.aurora, MergerPlan(cast.beacon, date(2026, 4, 1), "They are one."))

    (letter,) = let_mornings_come()
    assert "Beacon Search has taken its place" in letter.body
    with acting_as(SYSTEM):
        assert Subscription.objects.get().key == "beacon-search"


def test_a_new_name_is_announced_once(cast: Cast) -> None:
    follow()
    Organisation.objects.filter(pk=cast.aurora.pk).update(name_en="Aurora Live", name_ru="Аврора Лайв")
    publish(cast)

    (letter,) = let_mornings_come()
    assert "Its name before: Aurora Video." in letter.body
    publish(cast, "2026-h2")
    (letter,) = let_mornings_come()
    assert "Its name before" not in letter.body


# --- A search ------------------------------------------------------------------------------------


def answer(cast: Cast, slug: str, text: str) -> None:
    cycle = make_cycle(read_charter(), slug, CycleState.PUBLISHED)
    make_published_report(cycle, cast.aurora, answer=text)


def test_a_followed_search_says_what_is_new_in_it(client: Client, cast: Cast) -> None:
    answer(cast, "2024-h1", "Signs of grooming are looked at within an hour.")
    key = re.findall(r'kind=search&amp;key=([^"]+)"', client.get("/en/search/?q=grooming").text)[0]
    run_follow_jobs()
    follow("search", unquote(key))

    answer(cast, "2024-h2", "Nothing of the kind was seen.")
    assert not [letter for letter in let_mornings_come() if "looked at" in str(letter.body)]
    answer(cast, "2025-h1", "Signs of grooming are looked at within a minute.")
    (letter,) = let_mornings_come()

    assert "Search for “grooming”" in str(letter.body)
    assert "within a minute" in str(letter.body)
    assert "within an hour" not in str(letter.body)


def test_a_followed_search_for_two_words_waits_for_both(cast: Cast) -> None:
    answer(cast, "2024-h1", "Signs of grooming are looked at within an hour.")
    run_follow_jobs()
    follow("search", "q=grooming+xylophones")

    answer(cast, "2024-h2", "Signs of grooming are looked at within a minute.")
    assert not [letter for letter in let_mornings_come() if "within a minute" in str(letter.body)]
    answer(cast, "2025-h1", "Signs of grooming on xylophones are looked at.")
    (letter,) = let_mornings_come()

    assert "on xylophones" in str(letter.body)
    assert "within a minute" not in str(letter.body)


def test_letters_of_a_search_name_new_publications_with_earlier_texts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription_digests, "MOST_CHANGES", 6)
    answer(cast, "2024-h1", "Signs of grooming are looked at within an hour.")
    run_follow_jobs()
    follow("search", "q=grooming")
    earlier = SearchDocument.objects.filter(kind="passage").latest("pk")
    with acting_as(SYSTEM):
        for day in range(60):  # of texts that were published before, and are of later days
            earlier.pk, earlier.scope, earlier.at = None, f"test:{day}", timezone.now() + timedelta(days=day)
            earlier.save(force_insert=True)
    for minutes, slug in enumerate(("2024-h2", "2025-h1", "2025-h2"), 101):
        answer(cast, slug, f"Signs of grooming are looked at within {minutes} minutes.")

    (letter,) = let_mornings_come()
    body = str(letter.body)

    assert ["within 103" in body, "within 102" in body, "within 101" in body] == [True, True, False]
    assert "And 3 more" in body  # the same answer to three measures is found three times
    assert "within an hour" not in body


def test_a_search_without_words_cannot_be_followed(client: Client, cast: Cast) -> None:
    assert client.get("/en/follow/?kind=search&key=member%3Daurora-video").status_code == 404


def test_a_search_too_long_to_be_kept_cannot_be_followed(client: Client, cast: Cast) -> None:
    assert client.get("/en/follow/", {"kind": "search", "key": f"q={'ж' * 120}"}).status_code == 404


def test_the_journal_keeps_no_words_of_a_followed_search(cast: Cast) -> None:
    follow("search", "q=a+private+name")

    with acting_as(SYSTEM):
        event = Event.objects.get(kind="subscription.confirm")
    assert "private" not in str(event.data)
