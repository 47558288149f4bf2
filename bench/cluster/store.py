"""An S3-compatible store behind a way that can be slow, refuse, or damage what is read."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.ports import free_port

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
BUCKET = "portal"
_SLOW_SECONDS = 2.0
_PATIENCE = 60  # seconds for the store to answer at its start
_OF_ONE_WAY = {"transfer-encoding", "connection", "expect", "content-length"}
_OWN_HEADERS = {"transfer-encoding", "connection", "content-length", "server", "date"}


class Store:
    """The store, and the conduct of the way to it: `well`, `slow`, `refusing` or `damaging`."""

    def __init__(self) -> None:
        self.conduct = "well"
        self.port = free_port()  # of the store itself
        self.way = _Server(self)
        self._program: subprocess.Popen[bytes] | None = None
        self.damaged = 0  # answers with other bytes

    def start(self) -> None:
        command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port))
        self._program = subprocess.Popen(
            command, env={**os.environ, **KEYS}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        threading.Thread(target=self.way.serve_forever, args=[0.1], daemon=True).start()
        until = time.monotonic() + _PATIENCE
        while self._ask("PUT", f"/{BUCKET}") != 200:
            if time.monotonic() > until:
                raise RuntimeError("The store of files does not start.")
            time.sleep(0.2)

    def stop(self) -> None:
        self.way.shutdown()
        self.way.server_close()
        if self._program is not None:
            self._program.kill()
            self._program.wait()

    def variables(self) -> Mapping[str, str]:
        """What the portal is told of it."""
        return {
            "FILES_S3_BUCKET": BUCKET,
            "FILES_S3_PREFIX": "files",
            "FILES_S3_ENDPOINT": f"http://127.0.0.1:{self.way.server_address[1]}",
            "FILES_S3_REGION": "us-east-1",
            **KEYS,
        }

    @contextmanager
    def behaving(self, conduct: str) -> Iterator[None]:
        self.conduct = conduct
        try:
            yield
        finally:
            self.conduct = "well"

    def _ask(self, method: str, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


class _Way(BaseHTTPRequestHandler):
    """Passes requests on to the store, as its conduct says."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def pass_on(self) -> None:
        body, store = self._body(), self.server.store
        if store.conduct == "slow":
            time.sleep(_SLOW_SECONDS)
        if store.conduct == "refusing":
            self._answer(503, {}, b"<Error><Code>SlowDown</Code><Message>no</Message></Error>")
            return
        try:
            status, headers, content = self._fetch(body)
        except OSError:
            self.close_connection = True
            return
        if store.conduct == "damaging" and self.command == "GET" and content:
            content = content[:-1] + bytes([content[-1] ^ 1])
            store.damaged += 1
        self._answer(status, headers, content)

    def _fetch(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.store.port, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _OF_ONE_WAY:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        length = {name.lower(): value for name, value in headers.items()}.get("content-length", "0")
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _OWN_HEADERS:
                    self.send_header(name, value)
            # of a HEAD it says how long the file is
            self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = pass_on

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: Store) -> None:
        super().__init__(("127.0.0.1", 0), _Way)
        self.store = store
