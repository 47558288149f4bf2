"""`check --deploy` asks the servers around the portal: each that is away, or wrongly set up, is named."""

import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.checks.registry import run_checks

from portal.kernel import files
from portal.kernel.checks import folders, servers
from tests.support.isolation import free_ports
from tests.support.mail import MailServer


class Broker:
    """A broker that says what it does when its memory is full, or nothing."""

    def __init__(self, memory: dict[str, str]) -> None:
        self._memory = memory

    def __enter__(self) -> "Broker":
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to close."""

    def ping(self) -> None:
        """It is there."""

    def info(self, section: str) -> dict[str, str]:
        return self._memory if section == "memory" else {}


def ids(*issues: Any) -> list[str]:
    return [each.id for each in issues]


def test_servers_that_answer_have_no_faults(mail: MailServer) -> None:
    """Those of the tests: a real broker and cache, a real mail server."""
    assert run_checks(tags=[servers.TAG], include_deployment_checks=True) == []


def test_every_server_that_is_away_is_named(settings: Any) -> None:
    port = free_ports(1)[0]
    settings.REDIS_URL = f"redis://:a-password@127.0.0.1:{port}/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/1"}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.CLAMAV = "127.0.0.1", port, f"127.0.0.1:{port}"

    issues = run_checks(tags=[servers.TAG], include_deployment_checks=True)

    assert sorted(ids(*issues)) == ["portal.E040", "portal.E042", "portal.E043", "portal.E044"]
    assert "a-password" not in "".join(map(str, issues))
    assert f"redis://127.0.0.1:{port}/0: Error 111" in "".join(map(str, issues))


@pytest.mark.parametrize(
    ("policy", "fault"), [("noeviction", []), ("allkeys-lru", ["portal.E041"]), ("", ["portal.W004"])]
)
def test_a_broker_that_throws_work_away_is_refused(
    policy: str, fault: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = {"maxmemory_policy": policy} if policy else {}
    monkeypatch.setattr(servers.monitoring, "broker_client", lambda seconds: Broker(memory))

    assert ids(*servers.broker_keeps_what_it_is_given(None)) == fault


@pytest.mark.parametrize("address", ["clamd", "clamd:port", "/nowhere/clamd.sock"])
def test_what_is_no_address_of_a_scanner_is_refused(address: str, settings: Any) -> None:
    settings.CLAMAV = address
    assert ids(*servers.virus_scanner_answers(None)) == ["portal.E044"]


def test_a_scanner_that_answers_is_well(settings: Any) -> None:
    def answer(listener: socket.socket) -> None:
        wire, _address = listener.accept()
        with wire:
            assert wire.recv(64) == b"zPING\0"
            wire.sendall(b"PONG\0")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.CLAMAV = f"127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=answer, args=[listener], daemon=True).start()

        assert servers.virus_scanner_answers(None) == []


def test_a_mail_server_without_the_encryption_asked_for_is_refused(mail: MailServer, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    (fault,) = servers.mail_server_lets_us_in(None)
    assert (fault.id, "STARTTLS extension not supported" in fault.msg) == ("portal.E043", True)


def test_a_mail_server_that_does_not_know_us_is_refused(mail: MailServer, settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "a-password"
    (fault,) = servers.mail_server_lets_us_in(None)
    assert (fault.id, "a-password" in str(fault)) == ("portal.E043", False)


# --- The disk ---------------------------------------------------------------------------------


def test_the_data_folder_is_there_and_private(tmp_path: Path, settings: Any, monkeypatch: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    assert ids(*folders.data_folder_is_private(None)) == ["portal.E060"]
    settings.DATA_DIR.mkdir(mode=0o750)
    assert folders.data_folder_is_private(None) == []
    settings.DATA_DIR.chmod(0o755)
    assert folders.data_folder_is_private(None) == []  # pytest's own folder above it is closed to others
    monkeypatch.setattr(folders, "_reaches", lambda folder: True)
    assert ids(*folders.data_folder_is_private(None)) == ["portal.E061"]


def test_a_data_folder_or_a_storage_that_takes_nothing_is_refused(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(folders.os, "access", lambda path, mode: False)
    assert ids(*folders.data_folder_is_private(None)) == ["portal.E062"]

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(servers.files, "probe_storage", full)
    assert ids(*servers.storage_takes_files(None)) == ["portal.E045"]


def test_a_bucket_that_does_not_list_its_versions_is_refused(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(servers.files, "probe_storage", lambda: None)
    assert servers.storage_takes_files(None) == []

    def refuse() -> None:
        raise files.ReadRefused

    monkeypatch.setattr(servers.files, "is_storage_shared", lambda: True)
    monkeypatch.setattr(servers.files, "probe_erasing", refuse)
    assert ids(*servers.storage_takes_files(None)) == ["portal.E046"]


def test_a_translation_that_is_not_compiled_is_named(tmp_path: Path, settings: Any) -> None:
    assert folders.translations_are_compiled(None) == []
    source = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.touch()
    settings.LOCALE_PATHS = [tmp_path]
    assert ids(*folders.translations_are_compiled(None)) == ["portal.E063"]
