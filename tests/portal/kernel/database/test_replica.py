"""What is only read comes from a replica where it has what the reader must see, and from the primary otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.kernel import documents, jobs
from portal.kernel.access import ANYONE, Actor, reading_as
from portal.kernel.database import REPLICA, reading_replica
from portal.kernel.database import outage as primary_outage
from portal.kernel.database import replica as replicas
from portal.kernel.database.outage import replica_outage
from portal.kernel.documents import Built, Document, DocumentKind, kinds
from portal.kernel.publishing import read_public_revision, touch_public_revision
from portal.kernel.publishing import revision as revisions
from portal.kernel.web.public_pages import PublicAnswers
from tests.support.public_urls import all_public_urls
from tests.support.world import World


@pytest.fixture
def replica(transactional_db: None) -> Iterator[dict[str, Any]]:
    """The settings of a replica that is level with the primary: the same database, to be read alone."""
    primary = connections["default"].settings_dict
    options = primary["OPTIONS"] | {"options": "-c default_transaction_read_only=on"}
    entry = {**primary, "IS_REPLICA": True, "OPTIONS": options}
    settings.DATABASES[REPLICA] = connections.settings[REPLICA] = entry
    try:
        yield entry
    finally:
        connections[REPLICA].close()
        del connections[REPLICA]
        settings.DATABASES.pop(REPLICA, None)
        connections.settings.pop(REPLICA, None)


def is_read_only() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone()[0] == "on")


def respond(status: int, made: list[bool]) -> Any:
    """What makes an answer, and notes whether it was made from the replica; there its status is this one."""

    def make(request: HttpRequest) -> HttpResponse:
        del request
        made.append(is_read_only())
        return HttpResponse(b'<main id="main" tabindex="-1">', status=status if made[-1] else 200)

    return make


def ask(answers: PublicAnswers, make: Any) -> Any:
    return answers.answer(RequestFactory().get("/en/"), "/en/", make)


def test_everything_inside_asks_the_replica_and_nothing_outside(replica: dict[str, Any]) -> None:
    with reading_replica(lambda: True) as is_replica:
        inside = (is_replica, is_read_only(), read_public_revision())
        with pytest.raises(DatabaseError), transaction.atomic():
            touch_public_revision()

    assert inside == (True, True, read_public_revision())
    assert not is_read_only()


def test_a_replica_that_is_behind_is_not_read(replica: dict[str, Any]) -> None:
    with reading_replica(lambda: False) as is_replica:
        assert (is_replica, is_read_only()) == (False, False)


def test_a_transaction_stays_where_it_began(replica: dict[str, Any]) -> None:
    with transaction.atomic(), reading_replica(lambda: True) as is_replica:
        assert (is_replica, is_read_only()) == (False, False)


def test_a_replica_that_is_away_is_left_out_and_the_primary_is_not_taken_to_be_away(
    replica: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_outage, "_is_back", lambda: False)
    replica |= {"HOST": "127.0.0.1", "PORT": "1"}

    try:
        for _time in range(2):
            with reading_replica(lambda: is_read_only() or True) as is_replica:
                assert (is_replica, is_read_only()) == (False, False)
        assert (replica_outage.is_on, primary_outage.is_on) == (True, False)
    finally:
        replica_outage.is_on = False


@pytest.mark.parametrize("is_behind", [False, True])
def test_what_was_committed_before_is_found_where_it_is_read(
    replica: dict[str, Any], monkeypatch: pytest.MonkeyPatch, is_behind: bool
) -> None:
    if is_behind:
        monkeypatch.setattr(replicas, "_REPLAYED", "SELECT %s::pg_lsn < '0/0'")

    with reading_as(ANYONE):
        assert is_read_only() is not is_behind


@pytest.mark.parametrize("is_long", [True, False])
def test_a_long_document_is_collected_from_the_replica_and_stored_by_the_primary(
    replica: dict[str, Any], is_long: bool
) -> None:
    read: list[bool] = []

    def collect(actor: Actor, document: Document) -> bytes:
        read.append(is_read_only())
        return document.title.encode()

    kind = DocumentKind(
        "read", collect, lambda content, _progress: Built(content, "read.txt", "text/plain"), is_long=is_long
    )
    documents.register(kind)
    try:
        document = documents.request_document(ANYONE, "read", 1, title="Read", language="en")
        jobs.run_job(jobs.Job.objects.get(kind="build_document").pk)
    finally:
        kinds.KINDS.pop("read")

    document.refresh_from_db()
    assert (read, document.state) == ([is_long], "ready")


def test_a_page_is_made_from_the_replica_of_the_same_revision(replica: dict[str, Any]) -> None:
    touch_public_revision()
    made: list[bool] = []

    assert ask(PublicAnswers(1_000_000, is_exact=True), respond(200, made)).status_code == 200
    assert made == [True]


def test_a_page_of_a_later_revision_than_the_replica_has_is_made_from_the_primary(
    replica: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "read_public_revision", lambda: read_public_revision() + 1)
    made: list[bool] = []

    ask(PublicAnswers(1_000_000, is_exact=True), respond(200, made))

    assert made == [False]


def test_a_page_that_the_replica_cannot_make_is_made_from_the_primary(replica: dict[str, Any]) -> None:
    made: list[bool] = []

    assert ask(PublicAnswers(1_000_000, is_exact=True), respond(503, made)).status_code == 200
    assert made == [True, False]


def test_without_the_primary_a_page_comes_from_the_replica_with_a_note_and_is_not_kept(
    replica: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(revisions, "read_public_revision", away)
    answers, made = PublicAnswers(1_000_000), list[bool]()

    first, second = (ask(answers, respond(200, made)) for _time in range(2))

    assert made == [True, True]
    assert (b"outage-note" in first.content, first["Cache-Control"]) == (True, "no-store")
    assert second.status_code == 200


def test_without_both_the_page_is_made_as_ever_and_says_that_it_cannot_be(
    replica: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(revisions, "read_public_revision", away)
    monkeypatch.setattr(replica_outage, "_is_back", lambda: False)
    replica |= {"HOST": "127.0.0.1", "PORT": "1"}
    made: list[bool] = []

    try:
        assert ask(PublicAnswers(1_000_000), respond(503, made)).status_code == 200
    finally:
        replica_outage.is_on = False
    assert made == [False]  # by what answers 503 while the database is away


@contextmanager
def nothing_may_be_written() -> Iterator[None]:
    """As on a replica, for as long as a savepoint lasts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("rollback")
def test_no_public_page_writes(world: World, client: Client) -> None:
    writing = []
    for address in all_public_urls():
        with nothing_may_be_written():
            if client.get(address).status_code >= 500:
                writing.append(address)

    assert writing == []
