"""Clients that dawdle hold nobody up: a real gunicorn with the portal's worker, and a small application."""

import http.client
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.local.environment import ROOT
from portal.web_server import UPLOAD_THREADS, threads, workers

APPLICATION = textwrap.dedent("""
    def application(environment, start_response):
        if environment["PATH_INFO"] == "/refused/":
            start_response("413 Too Large", [("Content-Type", "text/plain"), ("Content-Length", "3")])
            return [b"No."]
        try:
            body = environment["wsgi.input"].read()
        except OSError:
            body = b"broken off"
        start_response("200 OK", [("Content-Type", "text/plain")])
        with open("seen.txt", "a") as seen:
            seen.write(f"{environment['PATH_INFO']} {len(body)} {body[:20]!r}\\n")
        return [b"%d" % len(body)]
""")
HEAD = b"POST /form/ HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n"
DAWDLERS = {
    "nothing at all": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: he",
    "half a form": HEAD % 1000 + b"a=b",
    "the beginning of an upload": HEAD % 1_000_000 + b"a" * 10,
    "the beginning of a refused upload": (HEAD % 1_000_000)
    .replace(b"form", b"refused")
    .replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\naaaaaaaaaa"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Its port, and the folder where the application notes what it has seen."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "small.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = (sys.executable, "-m", "gunicorn", "small:application", "--config=python:portal.web_server",
               f"--pythonpath={ROOT}", f"--bind=127.0.0.1:{port}", "--graceful-timeout=1")  # fmt: skip
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 20
            while time.monotonic() < until:
                try:
                    ask(port)
                    break
                except OSError:
                    time.sleep(0.1)
            yield port, folder
        finally:
            process.terminate()
            process.wait()


def ask(port: int, body: bytes = b"", path: str = "/health/") -> tuple[int, float]:
    """The status of an answer, and the seconds until it came."""
    began, wire = time.monotonic(), http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        wire.request("POST" if body else "GET", path, body or None)
        return wire.getresponse().status, time.monotonic() - began
    finally:
        wire.close()


@pytest.mark.parametrize("sent", DAWDLERS.values(), ids=DAWDLERS)
def test_clients_that_dawdle_hold_nobody_up(server: tuple[int, Path], sent: bytes) -> None:
    port, _folder = server
    crowd = [
        socket.create_connection(("127.0.0.1", port)) for _ in range(3 * workers * (threads + UPLOAD_THREADS))
    ]
    try:
        for wire in crowd:
            wire.sendall(sent)
        time.sleep(0.2)
        answers = [ask(port) for _ in range(4)] + [ask(port, b"a=b" * 1000) for _ in range(4)]
    finally:
        for wire in crowd:
            wire.close()

    assert {status for status, _seconds in answers} == {200}
    assert max(seconds for _status, seconds in answers) < 1


def test_an_upload_comes_whole_or_not_at_all(server: tuple[int, Path]) -> None:
    port, folder = server
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(b"POST /cut/ HTTP/1.1\r\nHost: here\r\nContent-Length: 500000\r\n\r\n" + b"a" * 100_000)

    assert ask(port, b"b" * 500_000, "/whole/")[0] == 200
    until = time.monotonic() + 5
    while "/cut/" not in (seen := (folder / "seen.txt").read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    assert "/whole/ 500000 " in seen
    assert "/cut/ 10 b'broken off'" in seen


def test_a_refusal_that_comes_before_the_end_of_an_upload_is_not_lost(server: tuple[int, Path]) -> None:
    """A proxy that is still sending would see a reset connection, and say that the portal is away."""
    port, _folder = server
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall((HEAD % 20_000_000).replace(b"form", b"refused"))
        time.sleep(0.2)  # the refusal is on its way
        wire.sendall(b"a" * 20_000_000)
        received = b""
        while part := wire.recv(65536):
            received += part

    assert received.startswith(b"HTTP/1.1 413 ")
    assert received.endswith(b"No.")


def test_requests_one_after_the_other_on_one_connection(server: tuple[int, Path]) -> None:
    port, _folder = server
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(b"GET /one/ HTTP/1.1\r\nHost: here\r\n\r\n" + HEAD % 3 + b"a=bGET /three/ HTTP/1.1\r\n")
        time.sleep(0.2)
        wire.sendall(b"Host: here\r\nConnection: close\r\n\r\n")
        received = b""
        while part := wire.recv(65536):
            received += part

    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_a_head_without_end_is_refused(server: tuple[int, Path]) -> None:
    port, _folder = server
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"a" * 40_000)

        assert wire.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Content-Length: +4",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
    ],
)
def test_a_request_whose_end_is_in_doubt_is_refused(server: tuple[int, Path], head: bytes) -> None:
    """Proxy and server would otherwise disagree where the next request begins."""
    port, _folder = server
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: here\r\n" + head + b"\r\n\r\n0\r\n\r\nGET /stolen/ HTTP/1.1\r\n\r\n"
        )
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert answer.count(b"HTTP/1.1") == 1
