"""What supervisors of containers ask: a web server whether it is ready, other processes whether they run."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal import probe
from portal.kernel.monitoring import watchdog
from portal.local.environment import ROOT
from tests.support.isolation import free_ports


@contextmanager
def server(status: int) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/health/ready"
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as answering:
        threading.Thread(target=answering.serve_forever, args=[0.05], daemon=True).start()
        yield answering.server_address[1]
        answering.shutdown()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False), (400, False)])
def test_a_web_server_is_ready_when_it_says_so(status: int, ready: bool) -> None:
    with server(status) as port:
        assert probe.web_is_ready(port) is ready


def test_a_web_server_that_is_away_is_not_ready() -> None:
    assert not probe.web_is_ready(*free_ports(1))


def asked(*words: str, **variables: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "portal.probe", *words],
        env={"PATH": os.environ["PATH"], **variables}, cwd=ROOT, capture_output=True,
    ).returncode  # fmt: skip


def test_a_process_that_touches_its_file_runs(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    file = tmp_path / "alive"
    assert asked("alive", "60", ALIVE_FILE=str(file)) == 1
    settings.ALIVE_FILE = str(file)
    watchdog.note_running()
    assert asked("alive", "60", ALIVE_FILE=str(file)) == 0
    long_ago = time.time() - 61
    os.utime(file, (long_ago, long_ago))
    assert asked("alive", "60", ALIVE_FILE=str(file)) == 1
    watchdog.note_running()
    assert probe.is_alive(str(file), 60)


def test_what_cannot_be_asked_fails_in_words() -> None:
    assert [asked(), asked("alive"), asked("alive", "long")] == [1, 1, 1]
    with pytest.raises(SystemExit, match="Ask for"):
        probe.main(["alive", "-1"])


def test_the_probe_loads_nothing_of_the_portal() -> None:
    """It is started every few seconds, beside whatever the machine has to do."""
    words = "import sys; import portal.probe; print(sorted(name for name in sys.modules if 'django' in name))"
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
