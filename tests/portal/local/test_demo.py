"""`manage.py demo`, started for real on folders of its own."""

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.launcher import Demo, manage
from tests.support.mail import wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("данные с пробелом") / "var"


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    running = Demo(folder)
    yield running
    running.end()


def test_demo_serves_the_portal_and_says_where(demo: Demo) -> None:
    url = json.loads((demo.folder / "demo.json").read_text())["url"]
    assert url == f"http://127.0.0.1:{demo.port}"
    with urllib.request.urlopen(f"{url}/health/live") as answer:
        assert answer.status == 200


def test_demo_refuses_a_second_start_on_the_same_folder(demo: Demo) -> None:
    second = manage("demo", "--data-dir", str(demo.folder))
    assert second.returncode == 1
    assert "A portal is already running" in second.stderr


def test_demo_refuses_a_port_in_use(demo: Demo, tmp_path: Path) -> None:
    second = manage("demo", "--data-dir", str(tmp_path / "var"), "--port", str(demo.port))
    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {demo.port} is in use by another program.")


def test_other_commands_use_the_running_demo(demo: Demo) -> None:
    shown = manage("showmigrations", "portal", PORTAL_DATA_DIR=str(demo.folder))
    assert "[X] 0001_initial" in shown.stdout


def test_ctrl_c_stops_all_of_it_within_three_seconds(demo: Demo) -> None:
    assert demo.end(signal.SIGINT) < 3
    assert demo.processes() == []


def test_a_killed_launcher_leaves_nothing_behind_and_starts_again(demo: Demo) -> None:
    demo.end(signal.SIGKILL)
    again = Demo(demo.folder)
    assert "Press Ctrl-C" in again.said()
    again.end(signal.SIGKILL)
    wait_until(lambda: again.processes() == [], 10, "the orphans to end")


def test_a_dead_database_is_started_again(demo: Demo) -> None:
    pid = int((demo.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: "postgres has ended" in demo.said(), 10, "the launcher to notice")
    shown = _until_migrations_show(demo.folder)
    assert "[X] 0001_initial" in shown


def _until_migrations_show(folder: Path) -> str:
    """PostgreSQL needs a moment to recover; the command says so until then."""
    for _ in range(10):
        shown = manage("showmigrations", "portal", PORTAL_DATA_DIR=str(folder))
        if shown.returncode == 0:
            break
    return shown.stdout
