"""The public record: exact bytes, salt, gapless numbers, and nothing changed in silence."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2.errors
import pytest
from django.db import DatabaseError, connection, transaction

from portal.kernel.access import SYSTEM
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, PublicRevision, publish, read_publication

pytestmark = pytest.mark.django_db


def put(record: str = "thing", **document: Any) -> Publication:
    title = {"en": "A thing", "ru": "Вещь"}
    return publish(SYSTEM, "test", record, document, title=title, languages=["en", "ru"])


def test_publish_keeps_the_exact_canonical_bytes_and_their_digest() -> None:
    publication = Publication.objects.get(number=put(word="детство", figure="81.30").number)

    body = bytes(publication.body)
    envelope = json.loads(body)
    assert publication.sha256 == hashlib.sha256(body).hexdigest()
    assert list(envelope) == sorted(envelope)
    assert read_publication(publication) == {"word": "детство", "figure": "81.30"}
    assert envelope["salt"] == publication.salt
    assert len(bytes.fromhex(publication.salt)) == 16


def test_publish_salts_equal_documents_differently() -> None:
    assert put("a", word="same").salt != put("b", word="same").salt


def test_publish_numbers_revisions_and_links_to_the_earlier_one() -> None:
    first, _other, second = put("a"), put("b"), put("a")

    assert [(row.number, row.revision, row.previous_id) for row in (first, second)] == [
        (1, 1, None),
        (3, 2, 1),
    ]


def test_publish_leaves_no_gap_where_a_transaction_failed() -> None:
    def put_and_fail() -> None:
        put()
        raise RuntimeError

    put()
    with pytest.raises(RuntimeError), transaction.atomic():
        put_and_fail()

    assert put().number == 2


def test_publish_is_journalled_and_moves_the_public_revision() -> None:
    before = PublicRevision.objects.first()
    publication = put()

    assert Event.objects.get().kind == "publication.publish"
    assert (before, PublicRevision.objects.get().value) == (None, publication.number)


@pytest.mark.parametrize(
    "statement", ["UPDATE portal_publication SET sha256 = ''", "DELETE FROM portal_publication"]
)
def test_the_application_cannot_change_a_publication(statement: str) -> None:
    put()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["portal_publication", "portal_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_an_append_only_table(
    owner_cursor: Any, table: str, statement: str
) -> None:
    put()
    owner_cursor.execute("SELECT set_config('portal.kind', 'system', false)")
    column = {"portal_publication": "sha256", "portal_event": "kind"}[table]
    with pytest.raises(psycopg2.errors.RaiseException, match=r"append-only|Cannot"):
        owner_cursor.execute(statement.format(table, column))


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_publish_at_once() -> None:
    def one(number: int) -> None:
        try:
            put(f"record-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(24)))

    assert sorted(Publication.objects.values_list("number", flat=True)) == list(range(1, 25))
