"""A client that asks one server for one page as fast as it can; it knows nothing of Django."""

import socket
import time


def fetch(port: int, address: str) -> bytes:
    """One request on a connection of its own: head and body as they came."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {address} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def count_answers(port: int, path: str, seconds: float, fresh: bool) -> int:
    """How many answers come in that time; anything but a page is a failure. `fresh`: none from memory."""
    answers, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        separator = "&" if "?" in path else "?"
        address = f"{path}{separator}fresh={time.monotonic_ns()}" if fresh else path
        if fetch(port, address).split(b" ", 2)[1] != b"200":
            raise ValueError(f"{address} was not answered with a page")
        answers += 1
    return answers
