"""The feeds of changes: whoever stores the cursor misses nothing and reads nothing twice."""

import threading
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, publish
from practices.models import Practice, PracticeChange
from tests.factories import Cast, read_cast
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs

PUBLIC, OWN = "/api/v1/changes/", "/api/v1/library/changes/"


def something_published(*records: str) -> None:
    for record in records:
        publish(SYSTEM, "notice", record, {"a": 1}, title={"en": "A"}, languages=["en"])


def numbers(page: Any) -> list[int]:
    return [row["publication"]["number"] for row in page["results"]]


def read(client: Client, url: str, token: str = "", **query: object) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.get(url, query, headers=headers)


@pytest.mark.django_db
def test_each_publication_comes_once(client: Client) -> None:
    something_published("a", "b", "c")

    first = read(client, PUBLIC, limit=2).json()
    second = read(client, PUBLIC, since=first["cursor"], limit=2).json()
    third = read(client, PUBLIC, since=second["cursor"]).json()

    assert (numbers(first), first["has_more"]) == ([1, 2], True)
    assert (numbers(second), second["has_more"]) == ([3], False)
    assert (third["results"], third["cursor"]) == ([], second["cursor"])


@pytest.mark.django_db
def test_an_empty_record_has_a_cursor_too(client: Client) -> None:
    empty = read(client, PUBLIC).json()
    something_published("a")

    assert empty == {"cursor": "0", "has_more": False, "results": []}
    assert numbers(read(client, PUBLIC, since=empty["cursor"]).json()) == [1]


@pytest.mark.django_db
def test_nothing_new_is_304(client: Client) -> None:
    something_published("a")
    etag = read(client, PUBLIC)["ETag"]

    assert client.get(PUBLIC, headers={"If-None-Match": etag}).status_code == 304
    something_published("b")
    assert client.get(PUBLIC, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "since", ["x", "-1", "1", "1-", "01-0123456789abcdef", "1-é", "9" * 300, "1-0123", "²-0123456789abcdef"]
)
def test_what_is_no_cursor_is_refused_plainly(client: Client, since: str) -> None:
    answer = read(client, PUBLIC, since=since)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "since"


@pytest.mark.django_db
@pytest.mark.parametrize("since", ["7-0123456789abcdef", "1-0123456789abcdef"])
def test_a_cursor_of_what_was_lost_in_a_restore_is_gone(client: Client, since: str) -> None:
    something_published("a")

    answer = read(client, PUBLIC, since=since)

    assert answer.status_code == 410
    assert answer.json()["type"].endswith("/problems/cursor-unknown/")


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_limit_beyond_is_refused(client: Client, limit: str) -> None:
    assert read(client, PUBLIC, limit=limit).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_publication_that_is_not_committed_yet_is_not_passed_over(client: Client) -> None:
    """The next one waits for it: nobody reads the second before the first is there."""
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic(), acting_as(SYSTEM):
            something_published("slow")
            begun.set()
            may_end.wait(5)
        connection.close()

    def quick() -> None:
        begun.wait(5)
        with transaction.atomic(), acting_as(SYSTEM):
            something_published("quick")
        connection.close()

    threads = [threading.Thread(target=each) for each in (slow, quick)]
    for thread in threads:
        thread.start()
    begun.wait(5)
    before = read(client, PUBLIC).json()
    may_end.set()
    for thread in threads:
        thread.join()
    after = read(client, PUBLIC, since=before["cursor"]).json()

    assert before["results"] == []
    assert [row["publication"]["record"] for row in after["results"]] == ["slow", "quick"]


# --- Practices, as the owner of the token may read them ---


@pytest.fixture
def practices(db: None) -> list[Practice]:
    """One that is GREEN, and one for Aurora alone."""
    cast = read_cast()
    with acting_as(SYSTEM):
        return [
            Practice.objects.create(organisation=cast.aurora, label=label, state="shared")
            for label in ("green", "amber_strict")
        ]


def happens(practice: Practice, kind: str = "practice.update") -> None:
    with acting_as(SYSTEM):
        journal.record(SYSTEM, kind, practice)
    run_all_jobs()


def keys(page: Any) -> list[str]:
    return [row["practice"] for row in page["results"]]


def test_each_change_comes_once_to_those_who_may_read(
    client: Client, cast: Cast, practices: list[Practice]
) -> None:
    green, amber = practices
    alice, carol = token_of(cast.alice), token_of(cast.carol)
    happens(green, "practice.share")
    happens(amber)

    first = read(client, OWN, alice, limit=1).json()
    second = read(client, OWN, alice, since=first["cursor"]).json()
    of_rival = read(client, OWN, carol).json()

    assert (keys(first), first["has_more"]) == ([str(green.key)], True)
    assert (keys(second), second["has_more"]) == ([str(amber.key)], False)
    assert keys(of_rival) == [str(green.key)]
    assert of_rival["results"][0]["tlp"] == "TLP:GREEN"
    assert of_rival["results"][0]["change"] == "practice.shared"
    assert read(client, OWN, carol, since=of_rival["cursor"]).json()["results"] == []
    assert read(client, OWN, carol)["Cache-Control"] == "private, no-store"


def test_numbers_have_no_gaps_and_each_entry_has_one(practices: list[Practice]) -> None:
    for _time in range(3):
        happens(practices[0])

    with acting_as(SYSTEM):
        assert list(PracticeChange.objects.values_list("number", flat=True)) == [1, 2, 3]
        events = Event.objects.filter(kind="practice.update").order_by("pk").values_list("pk", flat=True)
        assert list(PracticeChange.objects.values_list("event_id", flat=True)) == list(events)


def test_a_cursor_tells_nothing_of_what_one_does_not_see(
    client: Client, cast: Cast, practices: list[Practice]
) -> None:
    happens(practices[1])

    cursor = read(client, OWN, token_of(cast.carol)).json()["cursor"]

    assert not cursor.isdigit()
    assert len(cursor) > 20


def test_a_cursor_of_a_change_that_is_not_there_any_more_is_gone(
    client: Client, cast: Cast, practices: list[Practice]
) -> None:
    token = token_of(cast.alice)
    happens(practices[0])
    cursor = read(client, OWN, token).json()["cursor"]
    with acting_as(SYSTEM):
        PracticeChange.objects.update(mark="another")

    assert read(client, OWN, token, since=cursor).status_code == 410
    assert read(client, OWN, token, since="made up").status_code == 400


def test_publications_are_what_the_feed_says(client: Client, db: None) -> None:
    something_published("a")
    row = read(client, PUBLIC).json()["results"][0]

    with acting_as(SYSTEM):
        publication = Publication.objects.get()
    assert row["publication"]["sha256"] == publication.sha256
    for url in (row["url"], row["figures"]):
        assert client.get(url.removeprefix(settings.ORIGIN)).status_code == 200
