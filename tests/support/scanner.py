"""A virus scanner, as far as the portal speaks to it: clamd's INSTREAM, with the answer that a test wants."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Scanner:
    """Answers each scan with `answer`; `address` is what CLAMAV is set to."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection:
                received = b""
                while not received.endswith(b"\0\0\0\0"):
                    received += connection.recv(65536)
                connection.sendall(self.answer)


@contextmanager
def scanner(answer: bytes) -> Iterator[Scanner]:
    """A scanner for as long as the block lasts."""
    running = Scanner(answer)
    try:
        yield running
    finally:
        running.server.close()
