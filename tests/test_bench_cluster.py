"""What `bench cluster` is made of: its way to the store misbehaves as told, its readers notice a page from before."""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from alliance.models import Evidence, Report
from bench.chaos.ledger import Kind
from bench.chaos.population import Member, SignedIn
from bench.cluster.phases import PHASES
from bench.cluster.readers import MOST_SECONDS_OLD, Answer, Readers
from bench.cluster.results import section, short_section
from bench.cluster.run import Run, Stretch
from bench.cluster.signs import unseen
from bench.cluster.store import Store
from bench.cluster.watch import REFUSED, WHOLE, Look, Sight, make_file, metrics_of, word_of
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_report, read_charter
from tests.factories.cast import Cast


class _Bucket(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"bytes")

    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def store() -> Iterator[Store]:
    """The way to a store that answers everything with five bytes."""
    bucket = ThreadingHTTPServer(("127.0.0.1", 0), _Bucket)
    store = Store()
    store.port = bucket.server_address[1]
    for server in (bucket, store.way):
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield store
    for server in (bucket, store.way):
        server.shutdown()
        server.server_close()


def fetch(store: Store) -> tuple[int, bytes]:
    connection = HTTPConnection(store.variables()["FILES_S3_ENDPOINT"].removeprefix("http://"), timeout=5)
    connection.request("GET", "/portal/file")
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def test_the_proxy_before_the_store_delays_refuses_and_damages(store: Store) -> None:
    assert fetch(store) == (200, b"bytes")
    with store.behaving("refusing"):
        assert fetch(store)[0] == 503
    with store.behaving("damaging"):
        assert fetch(store) == (200, b"byter")
    assert fetch(store) == (200, b"bytes")


def test_a_page_older_than_the_one_shown_is_noticed_and_one_of_the_same_moment_is_not() -> None:
    later = MOST_SECONDS_OLD + 1
    shown = Answer(0.0, "/en/publications/", 200, 0.1, newest=7)
    readers = Readers([shown, Answer(0.5, "/en/publications/", 200, 0.1, newest=6)])
    assert readers.outdated() == []

    readers.answers.append(Answer(later, "/en/publications/", 200, 0.1, newest=6))

    assert readers.outdated() == [readers.answers[-1]]


def test_the_section_counts_each_phase_by_itself() -> None:
    run = Run(seconds=10)
    run.stretches = [Stretch(PHASES[0], 0.0, 10.0, 14.0), Stretch(PHASES[1], 14.0, 24.0, 28.0)]
    run.readers.answers = [Answer(at, "/en/", 200 if at < 20 else 503, 0.1) for at in range(28)]
    for moment in (1.0, 12.0, 25.0):
        run.ledger.open(Kind.COMMENT, person=1).acknowledged = moment

    run.readers.answers.append(Answer(28, "/en/publications/", 200, 0.1, newest=7))
    run.damaged_answers = 3

    run.watch.looks = [
        Look(1.0, "ready", {"portal_replica_delay_seconds": 0.0}, WHOLE, WHOLE),
        Look(15.0, "degraded", {"portal_broker_up": 0.0, "portal_oldest_job_seconds": 31.0}, REFUSED, WHOLE),
    ]

    text = section(run)
    assert "| nothing | ready 1 | none moved | whole 1 | whole 1 | 0 |" in text
    seen = "`portal_broker_up` 0 to 0, `portal_oldest_job_seconds` 31 to 31"
    assert f"| degraded 1 | {seen} | not given 1 | whole 1 | 0 |" in text
    assert "the standby that is read stands still: `portal_replica_delay_seconds`." in text
    assert "| comment | 3 | 3 | 0 | 0 |" in short_section(run)
    assert "Of 1 lists\nof publications 0 were outdated" in text
    assert "The store gave\n3 damaged answers." in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]

    assert rows[1].startswith("| nothing | 10 | 1 | 2.0 | 11.0 | 14 | 0 |")
    assert rows[2].startswith("| the standby that is read stands still | 10 | 0 | 1.0 | 11.0 | 14 | 8 |")
    assert "| comment | 3 | 3 | 0 | 0 |" in rows


def test_what_the_manual_promises_of_a_phase_is_looked_for_in_what_was_seen() -> None:
    away = Sight(
        [Look(0.0, "unavailable", {"portal_database_up": 0.0, "portal_broker_up": 1.0}, REFUSED, REFUSED)]
    )

    assert list(unseen("primary", away, 60)) == []
    assert list(unseen("broker", away, 60)) == ["`portal_broker_up` 0", "`/health/ready` “degraded”"]
    assert list(unseen("damaging", away, 60)) == ["`portal_damaged_files`"]


@pytest.mark.django_db
def test_health_and_metrics_are_read_as_the_portal_gives_them(client: Client) -> None:
    """And the metrics that are watched are there."""
    assert word_of(client.get("/health/ready").content) in ("ready", "degraded", "unavailable")
    assert word_of(b"<html>") == "no answer"
    seen = metrics_of(client.get("/metrics").content)
    assert {"portal_broker_up", "portal_replica_away", "portal_replica_delay_seconds"} <= seen.keys()


@pytest.mark.django_db
def test_the_file_that_is_fetched_is_evidence_of_a_member(cast: Cast) -> None:
    with acting_as(SYSTEM):
        report: Report = make_report(make_cycle(read_charter()), cast.aurora)
    download = make_file(Member(SignedIn(cast.alice.pk, "session"), report.pk))

    with acting_as(SYSTEM):
        assert Evidence.objects.get(report=report).sha256 == download.sha256
    assert (download.address.startswith("/workspace/evidence/"), download.cookie) == (True, "session=session")
