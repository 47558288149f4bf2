"""A receiver of webhooks as somebody else writes one. It can refuse, be gone, redirect, hang, and trickle."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook as Verifier


@dataclass
class Received:
    """One message as it came."""

    body: bytes
    headers: dict[str, str]

    def verified(self, secret: str) -> Any:
        """What it says, once a library that is not ours has verified it. Raises where it does not hold."""
        return Verifier(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """What it answers, and what it has received."""

    address: str = ""
    status: int = 204
    location: str = ""
    hangs: bool = False  # takes the message and answers nothing
    trickles: bool = False  # answers a byte now and then, without end
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def webhook_receiver() -> Iterator[Receiver]:
    """A receiver on this machine, at an address of its own."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(body, headers))
            if receiver.hangs:
                receiver.released.wait(30)
                return
            if receiver.trickles:
                self._trickle()
                return
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _trickle(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not receiver.released.wait(0.3):
                    self.wfile.write(b"X-A: a\r\n")
                    self.wfile.flush()
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    receiver.address = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
