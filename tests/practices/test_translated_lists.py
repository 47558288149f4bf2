"""A translation outside the page of its practice: in the library, its search, feeds and answers; each text says its
language, and one that is behind says so."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.kernel.access import acting_as
from portal.kernel.search import parse
from practices.models import Practice
from practices.queries.snippets import snippets
from practices.services.feed_addresses import create_feed_address
from practices.services.translations import share_translation
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_next_version, make_shared
from tests.practices.services.test_translations import TEXTS, offer
from tests.support.bearers import token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]
TITLE, RUSSIAN = CONTENT["title"], TEXTS["title"]


@pytest.fixture
def practice(cast: Cast) -> Practice:
    """In English, and in Russian."""
    practice = make_shared(cast)
    call_as(cast.actor("mona"), share_translation, offer(cast, "alice", practice))
    return practice


def reads(cast: Cast, language: str) -> Any:
    """Carol, in a language of the portal."""
    cast.carol.language = language
    cast.carol.save()
    client = Client()
    client.force_login(cast.carol)
    client.cookies["django_language"] = language
    return lambda address: (
        client.get(f"/workspace/practices/{address}", headers={"accept-language": language}).text
    )


def become_behind(cast: Cast, practice: Practice) -> None:
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")


def test_the_library_has_titles_in_the_readers_language_until_they_are_behind(
    cast: Cast, practice: Practice
) -> None:
    for look in ("", "?text=первое", "?text=slow"):
        assert f'lang="ru">{RUSSIAN}' in without_marks(reads(cast, "ru")(look)), look
    english = reads(cast, "en")("")
    assert f'lang="en">{TITLE}' in english
    assert "translated: Russian" in english

    become_behind(cast, practice)

    for look in ("", "?text=slow"):
        page = without_marks(reads(cast, "ru")(look))
        assert RUSSIAN not in page, look
        assert f'lang="en">{TITLE}' in page, look
    assert "(behind the original)" in reads(cast, "en")("")


def without_marks(page: str) -> str:
    return page.replace("<mark>", "").replace("</mark>", "")


def test_a_passage_that_is_found_in_a_translation_is_shown_in_its_language(
    cast: Cast, practice: Practice
) -> None:
    page = reads(cast, "en")("?text=незнакомца")

    assert f'lang="en">{TITLE}' in page
    passage = page.split("<mark>незнакомца</mark>")[0].rpartition("<p ")[2]
    assert 'lang="ru"' in passage


def test_a_translation_is_searched_for_a_passage_only_where_the_original_has_none(
    cast: Cast, practice: Practice
) -> None:
    """To find where the words stand costs most of a search: what is not shown is not read."""
    assert practice.pk

    def reads_of(text: str) -> list[tuple[str, int]]:
        actor = cast.actor("carol")
        with acting_as(actor), CaptureQueriesContext(connection) as queries:
            snippets([practice.pk], parse(text), "en")
        sql = next(query["sql"] for query in queries if "ts_headline" in query["sql"])
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            (plan,) = cursor.fetchone()
        return [
            (node["Relation Name"].removeprefix("practices_"), node["Actual Loops"])
            for node in nodes_of(plan[0]["Plan"])
            if node.get("Relation Name") == "practices_translation"
            and node["Alias"] == "practices_translation"
        ]

    assert reads_of("slow") == [("translation", 0)]
    assert reads_of("незнакомца") == [("translation", 1)]


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes_of(part))]


def test_each_text_of_a_page_says_its_language(cast: Cast, practice: Practice) -> None:
    become_behind(cast, practice)

    page = reads(cast, "ru")(f"{practice.key}/")

    assert f'<h1 lang="ru">{RUSSIAN}' in page
    assert '<div class="authored-text summary" lang="en"><p>It waits longer.' in page


def test_programs_and_feeds_read_translations_and_whether_they_are_behind(
    cast: Cast, client: Client, practice: Practice
) -> None:
    headers = {"Authorization": f"Bearer {token_of(cast.carol)}"}

    def answers() -> list[tuple[str, bool]]:
        listed = client.get("/api/v1/library/", headers=headers).json()["results"][0]["translations"][0]
        translation = client.get(f"/api/v1/library/{practice.key}/", headers=headers).json()["translations"][
            0
        ]
        assert (listed["language"], translation["language"], translation["version"]) == ("ru", "ru", 1)
        return [
            (listed["title"], listed["is_behind"]),
            (translation["content"]["summary"], translation["is_behind"]),
        ]

    assert answers() == [(RUSSIAN, False), (TEXTS["summary"], False)]
    cast.carol.language = "ru"
    cast.carol.save()
    with acting_as(cast.actor("carol")):
        feed = f"/accounts/practices/{create_feed_address(cast.actor('carol'))}"
    assert 'xml:lang="ru"' in client.get(f"{feed}.atom").text
    item = json.loads(client.get(f"{feed}.json").content)["items"][0]
    assert (item["title"], item["language"]) == (f"[TLP:GREEN] {RUSSIAN}", "ru")

    become_behind(cast, practice)

    assert answers() == [(RUSSIAN, True), ("It waits longer.", True)]
    item = json.loads(client.get(f"{feed}.json").content)["items"][0]
    assert (item["title"], item["language"]) == (f"[TLP:GREEN] {TITLE}", "en")
