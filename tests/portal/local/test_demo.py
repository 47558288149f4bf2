"""`manage.py demo`, started for real on folders of its own."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.launcher import Demo, manage
from tests.support.mail import wait_until

# the set-up of these tests takes long: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("launcher")]


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Demo]]:
    """Those started so far, all on one folder."""
    started = [Demo(tmp_path_factory.mktemp("данные с пробелом") / "var")]
    yield started
    if not started[-1].has_ended():
        started[-1].end()


@pytest.fixture
def demo(demos: list[Demo]) -> Demo:
    """A running one: the last, or a new one when a test has ended that."""
    if demos[-1].has_ended():
        demos.append(Demo(demos[-1].folder))
    return demos[-1]


def test_demo_serves_the_portal_and_says_where(demo: Demo) -> None:
    url = json.loads((demo.folder / "demo.json").read_text())["url"]
    assert url == f"http://127.0.0.1:{demo.port}"
    with urllib.request.urlopen(f"{url}/health/live") as answer:
        assert answer.status == 200


def test_demo_answers_to_a_name_too_for_passkeys_need_one(demo: Demo) -> None:
    with urllib.request.urlopen(f"http://localhost:{demo.port}/accounts/login/") as answer:
        assert b'data-passkey="get"' in answer.read()


def test_demo_refuses_a_second_start_on_the_same_folder(demo: Demo) -> None:
    second = manage("demo", "--data-dir", str(demo.folder))
    assert second.returncode == 1
    assert "A portal is already running" in second.stderr


def test_demo_refuses_a_port_in_use(demo: Demo, tmp_path: Path) -> None:
    second = manage("demo", "--data-dir", str(tmp_path / "var"), "--port", str(demo.port))
    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {demo.port} is in use by another program.")


def test_a_start_that_is_refused_deletes_nothing(demo: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    for name in (".portal-data", "kept"):
        (folder / name).touch()
    again = manage("demo", "--reset", "--data-dir", str(folder), "--port", str(demo.port))
    assert (again.returncode, (folder / "kept").exists()) == (1, True)


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_demo_refuses_what_is_no_port(port: str, tmp_path: Path) -> None:
    refused = manage("demo", "--data-dir", str(tmp_path / "var"), "--port", port)
    assert refused.stderr.startswith(f"{port} is no port.")


def test_an_example_that_there_is_not_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    refused = manage("demo", "--data-dir", str(tmp_path / "var"), "--example", "nosuch")

    assert refused.returncode == 2
    assert "(choose from" in refused.stderr
    assert not (tmp_path / "var").exists()


def test_demo_is_empty_or_an_example(tmp_path: Path) -> None:
    refused = manage("demo", "--data-dir", str(tmp_path / "var"), "--empty", "--example", "disclosures")
    assert "not allowed with argument" in refused.stderr


def test_other_commands_use_the_running_demo(demo: Demo, tmp_path: Path) -> None:
    """A backup, for one: of its tables, written and read back while it runs."""
    result = manage("backup", str(tmp_path), "--verify", PORTAL_DATA_DIR=str(demo.folder))

    assert result.returncode == 0, result.stderr
    (archive,) = tmp_path.glob("*.tar")
    assert result.stdout.startswith(f"{archive}\n")


def test_a_killed_launcher_leaves_nothing_behind(demo: Demo) -> None:
    demo.end(signal.SIGKILL)
    wait_until(lambda: demo.processes() == [], 120, "the orphans to end")


def test_the_next_start_prepares_nothing_again(demo: Demo) -> None:
    assert "Press Ctrl-C to stop." in demo.output()
    assert "Bringing the database up to date." not in demo.output()


def test_a_dead_database_is_started_again(demo: Demo) -> None:
    os.kill(demo.pid("postgres"), signal.SIGKILL)
    wait_until(lambda: "postgres has ended" in demo.output(), what="the launcher to notice")
    wait_until(lambda: _is_ready(demo), what="the portal to be ready again")


def _is_ready(demo: Demo) -> bool:
    """503 until PostgreSQL has recovered."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/health/ready") as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def test_ctrl_c_stops_all_of_it_within_three_seconds(demo: Demo) -> None:
    assert demo.end(signal.SIGINT) < 3
    assert demo.processes() == []
