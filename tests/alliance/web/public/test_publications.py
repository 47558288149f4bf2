"""The record, a publication, and its exact bytes."""

import hashlib
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.kernel.access import SYSTEM
from portal.kernel.publishing import Publication, publish

pytestmark = pytest.mark.django_db

TITLE = {"en": "Aurora pledges", "ru": "Аврора обязуется"}


def pledge(text: str) -> Publication:
    document = {"organisation": {"slug": "aurora-video"}, "text": text}
    return publish(SYSTEM, "unknown", "record", document, title=TITLE, languages=["en"])


def test_the_ledger_has_the_latest_first_in_the_readers_language(client: Client) -> None:
    pledge("one"), pledge("two")

    entries = client.get("/ru/publications/").context["publications"]

    assert [(entry.number, entry.title) for entry in entries] == [("2", TITLE["ru"]), ("1", TITLE["ru"])]


def test_the_ledger_is_narrowed_to_a_type_that_occurs(client: Client) -> None:
    pledge("one")

    assert len(client.get("/en/publications/?type=unknown").context["publications"]) == 1
    assert client.get("/en/publications/?type=cycle").status_code == 404


def test_a_page_of_the_ledger_far_down_counts_nothing_and_goes_past_nothing(client: Client) -> None:
    """Both take a second of the database where there are a million publications."""
    for number in range(103):
        pledge(str(number))
    publish(SYSTEM, "other", "another", {}, title=TITLE, languages=["en"])

    with CaptureQueriesContext(connection) as queries:
        page = client.get("/en/publications/?page=3").context["page"]

    assert [row.number for row in page] == [4, 3, 2, 1]
    assert (page.paginator.count, page.paginator.num_pages, page.has_next()) == (104, 3, False)
    asked = [query["sql"] for query in queries if "portal_publication" in query["sql"]]
    assert asked
    assert not [sql for sql in asked if "OFFSET" in sql or "COUNT(" in sql.upper() or "DISTINCT" in sql]
    assert [type_ for type_, _word in client.get("/en/publications/").context["types"]] == [
        "other",
        "unknown",
    ]
    assert client.get("/en/publications/?page=4").status_code == 404


def test_a_publication_names_the_revisions_on_both_sides(client: Client) -> None:
    pledge("one"), pledge("two")

    first, second = (client.get(f"/en/publications/{number}/").context for number in (1, 2))

    assert (first["publication"].previous, first["later"].number) == (None, 2)
    assert (second["publication"].previous.number, second["later"]) == (1, None)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_body_is_what_was_published_to_the_byte(client: Client, language: str) -> None:
    publication = pledge("Обязуемся — навсегда.")

    answer = client.get(f"/{language}/publications/1/body")

    assert answer["Content-Type"] == "application/json"
    assert answer.content == bytes(Publication.objects.get().body)
    assert hashlib.sha256(answer.content).hexdigest() == publication.sha256
    assert json.loads(answer.content)["salt"] == publication.salt


def test_the_page_gives_digest_and_salt(client: Client) -> None:
    publication = pledge("one")

    text = client.get("/en/publications/1/").text

    assert publication.sha256 in text
    assert publication.salt in text


@pytest.mark.parametrize("address", ["2/", "0/", "2/body"])
def test_there_is_no_publication_of_another_number(client: Client, address: str) -> None:
    pledge("one")

    assert client.get(f"/en/publications/{address}").status_code == 404


def test_the_feed_has_the_publications(client: Client) -> None:
    pledge("one")

    answer = client.get("/ru/feed.atom")

    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert f"<title>{TITLE['ru']}</title>" in answer.text


def test_a_program_is_led_to_the_page_and_given_the_link_of_the_chain(client: Client, settings: Any) -> None:
    publication = pledge("one")

    row = client.get("/api/v1/publications/").json()["results"][0]
    whole = client.get(f"/api/v1/publications/{publication.number}/").json()

    assert row["page"] == whole["page"] == f"{settings.ORIGIN}/en/publications/{publication.number}/"
    assert row["link"] == whole["link"] == publication.link
