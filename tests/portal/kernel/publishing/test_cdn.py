"""A network in front may keep public pages, and drops them when anything that the public sees has changed."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client, RequestFactory

from portal.environment import headers
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, run_job
from portal.kernel.publishing import (
    renew_public_revision,
    stale_copies,
    touch_public_revision,
    touch_public_revision_soon,
)
from portal.kernel.publishing import revision as revisions
from portal.kernel.web.public_pages import PublicAnswers


def purges() -> QuerySet[Job]:
    return Job.objects.filter(kind="purge_cdn").order_by("next_at")


class Network(HTTPServer):
    """Notes what it is asked for, and answers with its status."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Network

    def do_PURGE(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_parts: object) -> None:
        """Silent."""


@pytest.fixture
def network(settings: Any) -> Iterator[Network]:
    with Network() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CDN_MAX_AGE = 86400
        settings.CDN_PURGE_URL = f"http://127.0.0.1:{server.server_port}/purge/"
        settings.CDN_PURGE_METHOD = "PURGE"
        settings.CDN_PURGE_HEADERS = {"Authorization": "Bearer abc"}
        settings.CDN_PURGE_BODY = '{"tags": ["public-record"]}'
        yield server
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_change_of_what_is_public_has_copies_dropped_at_once_and_again(network: Network) -> None:
    with transaction.atomic():
        touch_public_revision()
        touch_public_revision()

    first, second = purges()
    run_job(first.pk)

    [(method, path, sent, body)] = network.asked
    assert (method, path, body) == ("PURGE", "/purge/", b'{"tags": ["public-record"]}')
    assert (sent["Surrogate-Key"], sent["Authorization"]) == ("public-record", "Bearer abc")
    assert purges().get(pk=first.pk).state == "done"
    assert timedelta(seconds=2) < second.next_at - first.next_at < timedelta(seconds=4)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [302, 403, 503])
def test_a_network_that_refuses_is_asked_again(network: Network, status: int) -> None:
    network.status = status
    touch_public_revision_soon()
    first = purges()[0]

    run_job(first.pk)

    first.refresh_from_db()
    assert (first.state, first.attempts, len(network.asked)) == ("ready", 1, 1)


@pytest.mark.django_db(transaction=True)
def test_copies_are_stale_until_an_order_is_taken_that_began_after_the_change(network: Network) -> None:
    def wait(**since: float) -> None:
        """As if all that was done had been done so much earlier."""
        with acting_as(SYSTEM):
            time = timedelta(**since)
            Job.objects.update(
                created_at=F("created_at") - time,
                next_at=F("next_at") - time,
                lease_until=F("lease_until") - time,
                done_at=F("done_at") - time,
            )

    def stale_minutes() -> float:
        with acting_as(SYSTEM):
            return round(stale_copies() / timedelta(minutes=1), 1)

    touch_public_revision_soon()
    first, second = purges()
    run_job(first.pk)
    assert stale_minutes() == 0

    # of the same change, but for what was made from the state before it
    network.status = 503
    wait(minutes=5)
    run_job(second.pk)
    assert stale_minutes() in (4.9, 5.0)

    network.status = 200
    wait(minutes=11)  # it is tried again by then
    run_job(second.pk)
    assert stale_minutes() == 0

    # a change while the network is busy with the order: it may have dropped its copies just before
    wait(minutes=1)
    with acting_as(SYSTEM):
        Job.objects.filter(pk=second.pk).update(done_at=Now())
    touch_public_revision_soon()
    with acting_as(SYSTEM):
        Job.objects.filter(state="ready").update(created_at=Now() - timedelta(seconds=30))
    assert stale_minutes() == 0.5


@pytest.mark.django_db
def test_a_new_day_drops_copies_only_where_the_revision_moves(network: Network) -> None:
    touch_public_revision()
    purges().delete()
    changed_at = revisions.PublicRevision.objects.get().changed_at

    renew_public_revision(changed_at)
    assert purges().count() == 0
    renew_public_revision(changed_at + timedelta(seconds=1))
    assert purges().count() == 2


@pytest.mark.django_db
def test_without_a_network_nothing_is_said_to_one_and_no_job_waits(client: Client) -> None:
    touch_public_revision()

    answer = client.get("/en/")

    assert purges().count() == 0
    assert {"CDN-Cache-Control", "Surrogate-Key"}.isdisjoint(answer.headers)


@pytest.mark.django_db
def test_public_pages_bear_the_key_and_pages_of_one_person_do_not(network: Network, client: Client) -> None:
    public, private = client.get("/en/members/"), client.get("/accounts/login/")

    assert public["CDN-Cache-Control"] == public["Surrogate-Control"]
    assert public["CDN-Cache-Control"] == "max-age=86400, stale-while-revalidate=2, stale-if-error=86400"
    assert public["Surrogate-Key"] == public["Cache-Tag"] == "public-record"
    assert public["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert {"CDN-Cache-Control", "Surrogate-Control", "Surrogate-Key"}.isdisjoint(private.headers)


@pytest.mark.django_db
def test_a_copy_with_the_note_of_an_outage_is_kept_by_nobody(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = PublicAnswers(1_000_000)

    def ask() -> Any:
        page = HttpResponse(b'<main id="main" tabindex="-1">')
        return answers.answer(RequestFactory().get("/en/"), "/en/", lambda _request: page)

    def away() -> int:
        raise OperationalError("gone")

    assert "Surrogate-Key" in ask().headers
    monkeypatch.setattr(revisions, "_REFRESH_SECONDS", 0.0)
    monkeypatch.setattr(revisions, "read_public_revision", away)
    copy = ask()

    assert copy["Cache-Control"] == "no-store"
    assert {"CDN-Cache-Control", "Surrogate-Control", "Surrogate-Key"}.isdisjoint(copy.headers)


def test_headers_are_read_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDN_PURGE_HEADERS", "Authorization: Bearer a:b; Content-Type: application/json;")
    assert headers("CDN_PURGE_HEADERS") == {"Authorization": "Bearer a:b", "Content-Type": "application/json"}

    monkeypatch.setenv("CDN_PURGE_HEADERS", "Bearer abc")
    with pytest.raises(ImproperlyConfigured, match="CDN_PURGE_HEADERS must be headers"):
        headers("CDN_PURGE_HEADERS")
