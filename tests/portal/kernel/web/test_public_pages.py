"""Public pages from memory: a copy for each address, a budget of bytes, the last copy when the database is away."""

import gzip
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.kernel.publishing import CachedAnswer, PageCache, touch_public_revision
from portal.kernel.publishing import revision as revisions
from portal.kernel.web.compression import accepts_gzip
from portal.kernel.web.public_pages import PublicAnswers
from tests.support.pages import words_of

MEGABYTE = 1024 * 1024
GZIP = {"Accept-Encoding": "br, gzip"}


@pytest.fixture
def revision(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The revision as the database says it, or the error that it answers with; asked each time."""
    state: dict[str, Any] = {"value": 1}

    def read() -> int:
        if isinstance(state["value"], Exception):
            raise state["value"]
        return int(state["value"])

    monkeypatch.setattr(revisions, "read_public_revision", read)
    monkeypatch.setattr(revisions, "_REFRESH_SECONDS", 0.0)
    return state


def ask(answers: PublicAnswers, key: str = "/en/", made: list[str] | None = None, **headers: str) -> Any:
    """What is answered to a reader; the names of pages that had to be made are noted."""

    def make(request: HttpRequest) -> HttpResponse:
        if made is not None:
            made.append(key)
        return HttpResponse(f'<html><main id="main" tabindex="-1"><p>{key}</p>'.encode() * 40)

    return answers.answer(RequestFactory().get("/en/", headers=headers), key, make)


def answer_of(revision: int, content: bytes) -> CachedAnswer:
    return CachedAnswer.of(revision, HttpResponse(content))


def test_copies_stay_within_the_budget_and_the_last_used_stay() -> None:
    cache = PageCache(MEGABYTE)
    cache.get("/", 1)
    cache.put("/favourite/", answer_of(1, b"favourite"))
    for number in range(2000):
        cache.put(f"/{number}/", answer_of(1, str(number).encode() * 50))
        assert cache.get("/favourite/", 1) is not None
        assert cache.size <= MEGABYTE

    assert cache.get("/0/", 1) is None
    assert cache.get("/1999/", 1) is not None


def test_uncompressed_copies_count_too() -> None:
    cache = PageCache(MEGABYTE)
    cache.get("/", 1)
    for number in range(100):
        answer = answer_of(1, b"a" * 50_000)
        cache.put(f"/{number}/", answer)
        assert cache.plain(f"/{number}/", answer) == b"a" * 50_000

    assert cache.size <= MEGABYTE


def test_a_new_revision_forgets_all_of_the_one_before() -> None:
    cache = PageCache(MEGABYTE)
    cache.get("/", 1)
    cache.put("/", answer_of(1, b"old"))

    assert (cache.get("/", 2), cache.size) == (None, 0)
    cache.put("/", answer_of(1, b"old"))  # made before the publication, finished after it
    assert cache.get("/", 2) is None


def test_readers_with_and_without_gzip_get_the_same_page(revision: dict[str, Any]) -> None:
    answers, made = PublicAnswers(MEGABYTE), list[str]()

    plain, compressed = ask(answers, made=made), ask(answers, made=made, **GZIP)
    refused = ask(answers, made=made, **{"Accept-Encoding": "gzip;q=0, *"})

    assert made == ["/en/"]
    assert gzip.decompress(compressed.content) == plain.content == refused.content
    assert (compressed["Content-Encoding"], plain.has_header("Content-Encoding")) == ("gzip", False)
    assert compressed["ETag"] == plain["ETag"]
    assert plain["ETag"].startswith('W/"')
    assert plain["Vary"] == compressed["Vary"] == "Accept-Encoding"
    assert ask(answers, **{**GZIP, "If-None-Match": plain["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("header", "accepted"),
    [("", False), ("br", False), ("gzip", True), ("br;q=1, gzip;q=0.2", True), ("gzip; q=0", False),
     ("gzip;q=0.0, br", False), ("gzip;q=0.01", True)],
)  # fmt: skip
def test_who_takes_gzip(header: str, accepted: bool) -> None:
    assert accepts_gzip(RequestFactory().get("/", headers={"Accept-Encoding": header})) == accepted


def test_a_crowd_has_a_page_made_once(revision: dict[str, Any]) -> None:
    answers, made, at_work = PublicAnswers(MEGABYTE), list[str](), threading.Event()

    def slowly(request: HttpRequest) -> HttpResponse:
        made.append("page")
        at_work.wait(5)
        return HttpResponse(b"page")

    contents = []

    def read() -> None:
        answer: Any = answers.answer(RequestFactory().get("/en/"), "/en/", slowly)
        contents.append(answer.content)

    crowd = [threading.Thread(target=read) for _ in range(8)]
    for reader in crowd:
        reader.start()
    time.sleep(0.1)
    at_work.set()
    for reader in crowd:
        reader.join()

    assert (made, contents) == (["page"], [b"page"] * 8)


def test_without_the_database_the_last_copy_says_when_it_was_right(revision: dict[str, Any]) -> None:
    answers = PublicAnswers(MEGABYTE)
    current = ask(answers)
    revision["value"] = OperationalError("gone")

    copy, again = ask(answers), ask(answers, **{**GZIP, "If-None-Match": current["ETag"]})

    assert "This is a saved copy of the page" in words_of(copy)
    assert (copy.status_code, copy["Cache-Control"], copy.has_header("ETag")) == (200, "no-store", False)
    assert copy["Cache-Status"].startswith("portal; hit; ttl=-")
    assert int(copy["Age"]) < 5
    assert (again.status_code, gzip.decompress(again.content)) == (200, copy.content)


def test_a_copy_is_not_current_when_the_database_is_back(
    revision: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    answers, made = PublicAnswers(MEGABYTE), list[str]()
    ask(answers, made=made)
    revision["value"] = OperationalError("gone")
    ask(answers, made=made)
    revision["value"] = 2
    monkeypatch.setattr(time, "monotonic", lambda: now + 1)

    renewed = ask(answers, made=made)

    assert (made, "saved copy" in words_of(renewed), renewed.has_header("ETag")) == (
        ["/en/"] * 2,
        False,
        True,
    )


def test_what_may_have_been_withdrawn_is_not_served_without_the_database(revision: dict[str, Any]) -> None:
    """The database had named a later revision before it went away."""
    answers, made = PublicAnswers(MEGABYTE), list[str]()
    ask(answers, "/en/a/", made)
    revision["value"] = 2
    ask(answers, "/en/b/", made)
    revision["value"] = OperationalError("gone")

    ask(answers, "/en/a/", made)

    assert made == ["/en/a/", "/en/b/", "/en/a/"]  # and there the database is missed again, which is a 503


def test_a_database_that_is_away_is_asked_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def read() -> int:
        asked.append(1)
        raise OperationalError("gone")

    monkeypatch.setattr(revisions, "read_public_revision", read)
    reader = revisions.PublicRevisionReader()
    for _request in range(20):
        with pytest.raises(OperationalError):
            reader()

    assert len(asked) == 1


@pytest.mark.django_db
def test_pages_of_both_languages_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("en", "ru"):
        client.get(f"/{language}/members/")

    def away(*_: Any) -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(revisions, "read_public_revision", away)
    monkeypatch.setattr(revisions, "_REFRESH_SECONDS", 0.0)

    english, russian = (client.get(f"/{language}/members/?utm_source=x") for language in ("en", "ru"))

    assert "Part of the portal is temporarily unavailable" in words_of(english)
    assert "Это сохранённая копия страницы" in words_of(russian)


@pytest.mark.django_db
def test_junk_makes_no_second_copy(client: Client) -> None:
    first = client.get("/en/members/")

    junk = [client.get(f"/en/members/?x={number}&utm_source=b") for number in range(3)]

    assert {answer.content for answer in junk} == {first.content}
    assert {getattr(answer, "page_cache", "") for answer in junk} == {"hit"}


@pytest.mark.django_db
def test_the_api_is_right_at_once_after_a_publication(client: Client) -> None:
    tags = [client.get("/api/v1/members/?limit=3")["ETag"] for _ask in range(2)]
    touch_public_revision()

    assert (tags[0] == tags[1], client.get("/api/v1/members/?limit=3")["ETag"] != tags[0]) == (True, True)
