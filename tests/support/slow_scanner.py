"""A virus scanner that takes its time: it answers when the test lets it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 60  # seconds after which it answers by itself: a test that failed does not hang


class SlowScanner:
    """clamd's INSTREAM, as far as the portal speaks it."""

    def __init__(self) -> None:
        self.is_scanning, self._go_on = threading.Event(), threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def answer(self) -> None:
        """Let every scan end well, from now on."""
        self._go_on.set()

    def close(self) -> None:
        self.answer()
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._scan, args=[connection], daemon=True).start()

    def _scan(self, connection: socket.socket) -> None:
        with connection:
            received = b""
            while not received.endswith(b"\0\0\0\0"):
                received += connection.recv(65536)
            self.is_scanning.set()
            self._go_on.wait(PATIENCE)
            connection.sendall(b"stream: OK\0")


@contextmanager
def slow_scanner() -> Iterator[SlowScanner]:
    scanner = SlowScanner()
    try:
        yield scanner
    finally:
        scanner.close()
