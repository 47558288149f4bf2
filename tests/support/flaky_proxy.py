"""A proxy before the portal that fails on purpose: answers that are lost, cut, damaged, or that ask to wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass
class PlannedFault:
    """What happens to the next requests whose path has this part in it."""

    kind: str  # refused, lost, busy, damaged, cut
    part: str
    times: int


class FlakyProxy:
    """`url` is where clients go; `plan` says what fails next. `requests` are those that came, failed or not."""

    def __init__(self, target: str) -> None:
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._target, self._faults, self._lock = urlsplit(target), list[PlannedFault](), threading.Lock()
        proxy = self

        class Handler(_Handler):
            flaky_proxy = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def plan(self, kind: str, part: str = "", times: int = 1) -> None:
        """Have the next requests with this in their path fail in this way."""
        with self._lock:
            self._faults.append(PlannedFault(kind, part, times))

    def recover(self) -> None:
        """Let nothing fail any more."""
        with self._lock:
            self._faults.clear()

    def fault_of(self, path: str) -> str:
        """How this request fails; empty when it does not. Counts."""
        with self._lock:
            for fault in self._faults:
                if fault.times and fault.part in path:
                    fault.times -= 1
                    return fault.kind
        return ""

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        """What the portal answers."""
        connection = HTTPConnection(str(self._target.hostname), self._target.port, timeout=60)
        try:
            connection.request(
                method, path, body, {**headers, "Host": self._target.netloc, "Connection": "close"}
            )
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    flaky_proxy: FlakyProxy
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""

    def handle_one(self) -> None:
        proxy, headers = self.flaky_proxy, dict(self.headers.items())
        sent = self.rfile.read(int(headers.get("Content-Length", 0)))
        proxy.requests.append(
            (self.command, self.path, {name.lower(): text for name, text in headers.items()})
        )
        fault = proxy.fault_of(self.path)
        self.close_connection = True
        if fault == "refused":
            return
        if fault == "busy":
            self._write(503, {"Retry-After": "1"}, b"")
            return
        response, body = proxy.ask(self.command, self.path, sent, headers)
        if fault == "lost":
            return
        if fault == "damaged":
            body = body[:-1] + bytes([body[-1] ^ 1])
        passed_on = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP}
        self._write(response.status, passed_on, body, cut=fault == "cut")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

    def _write(self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)


@contextmanager
def flaky_proxy(target: str) -> Iterator[FlakyProxy]:
    """A proxy for as long as the block runs."""
    proxy = FlakyProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
