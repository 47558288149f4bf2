"""Documents: progress for the person who asked, the file through a check, and a notice at the end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Membership
from portal.kernel import documents
from portal.kernel.access import ANYONE, Actor
from portal.kernel.documents import Built, Document, DocumentKind, Progress, kinds
from portal.kernel.errors import DomainError
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


def collect(actor: Actor, document: Document) -> Any:
    if document.target_id == 0:
        raise DomainError("There is nothing to build.")
    return actor


def render(collected: Any, progress: Progress) -> Built:
    progress(60, "Laying out pages")
    return Built(f"for {collected.person_id}".encode(), "leaflet.html", "text/html")


@pytest.fixture(autouse=True)
def _leaflet() -> Iterator[None]:
    """A kind of document that only these tests know."""
    documents.register(DocumentKind("leaflet", collect, render))
    yield
    kinds.KINDS.pop("leaflet")


def ask(actor: Actor, target: int = 1, cache_key: str | None = None) -> Document:
    return documents.request_document(
        actor, "leaflet", target, title="A leaflet", language="en", cache_key=cache_key
    )


def fetch(client: Client, document: Document) -> tuple[int, bytes]:
    response = client.get(f"/documents/{document.key}/file/")
    return response.status_code, b"".join(response.streaming_content)


def test_the_page_looks_again_until_the_document_is_ready(cast: Cast, client: Client) -> None:
    document = ask(cast.actor("alice"))
    client.force_login(cast.alice)
    waiting = client.get(f"/documents/{document.key}/").content.decode()
    assert f'hx-get="/documents/{document.key}/progress/"' in waiting
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    run_all_jobs()
    ready = client.get(f"/documents/{document.key}/progress/").content.decode()
    assert "hx-get" not in ready
    assert f'href="/documents/{document.key}/file/"' in ready


def test_a_document_for_everybody_promises_no_message(cast: Cast, client: Client) -> None:
    own, shared = ask(cast.actor("alice")), ask(ANYONE, 2)
    client.force_login(cast.alice)
    promise = "we will notify you when it is ready"
    assert promise in client.get(f"/documents/{own.key}/").content.decode()
    page = client.get(f"/documents/{shared.key}/").content.decode()
    assert (promise in page, "Everybody: it contains only public data" in page) == (False, True)


def test_the_file_is_kept_not_shown(cast: Cast, client: Client) -> None:
    document = ask(cast.actor("alice"))
    run_all_jobs()
    client.force_login(cast.alice)
    response = client.get(f"/documents/{document.key}/file/")
    assert b"".join(response.streaming_content) == f"for {cast.alice.pk}".encode()
    assert response["Content-Disposition"] == 'attachment; filename="leaflet.html"'
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Event.objects.filter(kind="document.download", person_id=cast.alice.pk).count() == 1


@pytest.mark.parametrize("name", ["sven", "carol", "mona"])
def test_nobody_else_finds_it(cast: Cast, client: Client, name: str) -> None:
    document = ask(cast.actor("alice"))
    run_all_jobs()
    client.force_login(getattr(cast, name))
    for path in ("", "progress/", "file/"):
        foreign, missing = (
            client.get(f"/documents/{document.key}/{path}"),
            client.get(f"/documents/00000000-0000-4000-8000-000000000000/{path}"),
        )
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert client.post(f"/documents/{document.key}/retry/").status_code == 404


def test_the_public_does_not_find_it(cast: Cast, client: Client) -> None:
    document = ask(cast.actor("alice"))
    assert client.get(f"/documents/{document.key}/").status_code == 404


def test_acting_for_another_organisation_one_does_not_find_it(cast: Cast, client: Client) -> None:
    document = ask(cast.actor("alice"))
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.READER])
    client.force_login(cast.alice)
    assert client.get(f"/documents/{document.key}/").status_code == 200
    client.post("/session/switch/", {"organisation": "beacon-search"})
    assert client.get(f"/documents/{document.key}/").status_code == 404


def test_what_was_built_for_everybody_is_everybodys(cast: Cast, client: Client) -> None:
    document = ask(ANYONE, cache_key="leaflet:1")
    run_all_jobs()
    assert client.get(f"/documents/{document.key}/").status_code == 200
    assert fetch(client, document) == (200, b"for None")


def test_a_failure_says_why_and_can_be_tried_again(cast: Cast, client: Client) -> None:
    document = ask(cast.actor("alice"), target=0)
    run_all_jobs()
    client.force_login(cast.alice)
    assert "There is nothing to build." in client.get(f"/documents/{document.key}/").content.decode()
    Document.objects.filter(pk=document.pk).update(target_id=1)
    assert client.post(f"/documents/{document.key}/retry/")["Location"] == f"/documents/{document.key}/"
    run_all_jobs()
    assert fetch(client, document) == (200, f"for {cast.alice.pk}".encode())


def test_a_file_that_is_not_ready_is_not_found(cast: Cast, client: Client) -> None:
    document = ask(cast.actor("alice"))
    client.force_login(cast.alice)
    assert client.get(f"/documents/{document.key}/file/").status_code == 404


def test_the_list_is_ones_own(cast: Cast, client: Client) -> None:
    document, _other = ask(cast.actor("alice")), ask(cast.actor("sven"))
    client.force_login(cast.alice)
    assert [row.pk for row in client.get("/workspace/documents/").context["page"]] == [document.pk]


def test_the_end_is_notified_in_the_inbox_and_not_by_mail(cast: Cast, mailoutbox: list[Any]) -> None:
    document = ask(cast.actor("alice"))
    run_all_jobs()
    line = Delivery.objects.get()
    assert (line.channel, line.recipient, line.url) == (
        Channel.INBOX,
        cast.alice,
        f"/documents/{document.key}/",
    )
    assert mailoutbox == []


def test_the_page_of_a_form_leads_back_to_its_report(cast: Cast, client: Client) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    client.force_login(cast.alice)
    asked = client.post(f"/workspace/reports/{report.pk}/document/", {"document": "form.xlsx"})
    page = client.get(asked["Location"])

    content = page.content.decode()
    assert content.count(f'href="/workspace/reports/{report.pk}/">Report for ') == 2
    assert f'href="/workspace/reports/{report.pk}/spreadsheet/"' in content
