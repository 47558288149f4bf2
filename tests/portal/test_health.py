"""Health answers in time whichever service is away, and reveals one word alone to the public."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from portal import health
from portal.kernel import monitoring
from portal.kernel.files.backends.folder import FolderStorage
from portal.kernel.monitoring import Heartbeat, ProcessKind, probes

pytestmark = pytest.mark.django_db
# the questions go over a connection of their own, which sees what is committed
COMMITTED = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_probes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No answer of another test is remembered."""
    health._cached_health.forget()
    monkeypatch.setattr(probes, "_STORAGE", monitoring.PatientProbe())
    yield
    health._cached_health.forget()


def ready(client: Client, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = client.get("/health/ready", headers=headers)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json()


@COMMITTED
def test_a_portal_with_all_its_servers_is_ready(client: Client) -> None:
    monitoring.note_alive("sweeper@here", ProcessKind.SWEEPER)

    status, report = ready(client)

    assert (status, report["status"], set(report["checks"].values())) == (200, "ready", {"ok"})
    assert report["last_seen_seconds_ago"]["sweeper"] < 5
    assert report["missing_migrations"] == []


def test_without_a_broker_it_is_degraded_and_serves(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis+socket:///nowhere/valkey.sock"

    status, report = ready(client)

    assert (status, report["status"], report["checks"]["broker"]) == (200, "degraded", "failing")


def test_a_silent_database_is_reported_within_a_second(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "connections", {"default": Silent()})
    began = time.monotonic()

    status, report = ready(client)

    assert time.monotonic() - began < 2
    assert (status, report["status"], report["checks"]["database"]) == (503, "unavailable", "failing")


class Silent:
    """A database at an address to which packets vanish."""

    def get_connection_params(self) -> dict[str, object]:
        return {
            "host": "192.0.2.1",
            "dbname": "portal",
            "user": "portal",
            "password": "s3cret-of-the-database",
        }


def test_a_schema_that_is_behind_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "code_migrations", lambda: frozenset({("portal", "9999_to_come")}))

    status, report = ready(client)

    assert (status, report["missing_migrations"]) == (503, ["portal.9999_to_come"])


def test_a_storage_that_takes_nothing_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FolderStorage, "probe", refuse)

    status, report = ready(client)

    assert (status, report["checks"]["storage"]) == (503, "failing")


def refuse(storage: FolderStorage) -> None:
    del storage
    raise OSError("no space left")


def test_a_folder_that_is_away_is_said_to_be_and_not_made_anew(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "unmounted"}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}

    status, report = ready(client)

    assert (status, report["status"], report["checks"]["storage"]) == (503, "unavailable", "missing")
    assert not (tmp_path / "unmounted").exists()


def test_a_storage_that_is_slow_is_served_with_and_one_that_stays_silent_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes_back = threading.Event()
    monkeypatch.setattr(FolderStorage, "probe", lambda storage: comes_back.wait(60))
    monkeypatch.setattr(health, "_TIMEOUT", 0.1)

    status, report = ready(client)
    assert (status, report["status"], report["checks"]["storage"]) == (200, "degraded", "slow")

    monkeypatch.setattr(monitoring.PatientProbe, "SILENT_AFTER", 0.0)
    health._cached_health.forget()
    status, report = ready(client)
    assert (status, report["checks"]["storage"]) == (503, "failing")
    comes_back.set()


def test_a_blocked_disk_is_asked_once_and_keeps_nobody_waiting() -> None:
    comes_back, asked, probe = threading.Event(), list[int](), monitoring.PatientProbe()

    def blocked() -> None:
        asked.append(1)
        comes_back.wait(60)

    answers = [probe.ask(blocked, 0.1) for _ask in range(3)]

    assert (answers, len(asked)) == ([monitoring.StorageState.SLOW] * 3, 1)
    comes_back.set()


def test_what_failed_is_not_said_to_be_slow_before_it_has_answered() -> None:
    comes_back, probe = threading.Event(), monitoring.PatientProbe()

    def fail() -> None:
        raise OSError("refused")

    assert probe.ask(fail, 5) is monitoring.StorageState.FAILING
    assert probe.ask(lambda: comes_back.wait(60), 0.1) is monitoring.StorageState.FAILING
    comes_back.set()
    assert [probe.ask(lambda: None, 5) for _ask in range(2)][-1] is monitoring.StorageState.OK


def test_a_storage_is_asked_again_after_a_fault_that_nobody_foresaw() -> None:
    probe = monitoring.PatientProbe()

    def break_down() -> None:
        raise ValueError("of a client of buckets")

    with capture_logs() as lines:
        assert probe.ask(break_down, 5) is monitoring.StorageState.FAILING
    assert [line["event"] for line in lines] == ["storage_probe_broke"]
    assert probe.ask(lambda: None, 5) is monitoring.StorageState.OK


def test_a_storage_is_asked_again_once_a_thread_can_be_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = monitoring.PatientProbe()

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", refuse)
        assert probe.ask(lambda: None, 5) is monitoring.StorageState.FAILING

    assert probe.ask(lambda: None, 5) is monitoring.StorageState.OK


@pytest.mark.parametrize(
    ("headers", "address"), [({"x-forwarded-for": "203.0.113.7"}, "127.0.0.1"), ({}, "203.0.113.7")]
)
def test_the_public_learns_only_the_state(headers: dict[str, str], address: str) -> None:
    status, report = ready(Client(REMOTE_ADDR=address), **headers)

    assert (status, report) == (200, {"status": "ready"})


def test_the_token_opens_the_details(settings: Any) -> None:
    settings.METRICS_TOKEN = "a-long-token"
    visitor = Client(REMOTE_ADDR="203.0.113.7")

    assert "checks" in ready(visitor, authorization="Bearer a-long-token")[1]
    assert "checks" not in ready(visitor, authorization="Bearer another")[1]


def test_an_empty_token_opens_nothing() -> None:
    assert "checks" not in ready(Client(REMOTE_ADDR="203.0.113.7"), authorization="Bearer ")[1]


def test_health_neither_opens_a_session_nor_leads_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/health/ready")

    assert (answer.status_code, dict(answer.cookies)) == (200, {})


@COMMITTED
def test_a_worker_that_was_asked_and_did_not_answer_is_no_sign_of_life(client: Client) -> None:
    monitoring.note_started("celery@here")
    monitoring.note_question("celery@here")

    assert "worker" not in ready(client)[1]["last_seen_seconds_ago"]
    assert Heartbeat.objects.get(name="celery@here").unanswered_since is not None
