"""How gunicorn serves the portal: `gunicorn portal.wsgi:application --config=python:portal.web_server`.

Its threads are few, and a thread that waits for a slow client serves nobody. So the worker reads requests itself, in
its one event loop, and gives a thread only what has come whole; what is too large to wait for (an upload) gets one of a
few threads of its own. However many clients dawdle, pages and probes of health are answered. A proxy in front does the
same and more (docs/how-to/deploy.md): it also takes large answers off these threads, which here a slow reader holds.
"""

import re
import selectors
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.environment import number

# --- Settings of gunicorn ---------------------------------------------------------------------

worker_class = "portal.web_server.PatientWorker"
workers = number("WEB_WORKERS", 2, least=1)
threads = number("WEB_THREADS", 4, least=1)
preload_app = True
control_socket_disable = True
keepalive = 5  # seconds for which a connection may be idle
timeout = 60  # seconds after which a worker whose event loop stands still is replaced
worker_connections = 200  # at once in each worker, those that send nothing among them
backlog = 512
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# --- Limits for slow clients -------------------------------------------------------------------

UPLOAD_THREADS = 2
_REQUEST_SECONDS = 10.0  # for head and small body to arrive
_SILENCE_SECONDS = 20.0  # for the next bytes of a large body, or for a reader to take a piece of the answer
# for a large body: at least so long, and then so many bytes a second
_UPLOAD_SECONDS, _UPLOAD_RATE = 30.0, 50_000
_LINGER_SECONDS = 30.0  # for a client to stop sending what was refused before it had all come
_MOST_HEAD, _MOST_BODY = 32 * 1024, 64 * 1024  # bytes that are waited for in the event loop
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_UNKNOWN_LENGTH = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class ClientSocket(socket.socket):
    """A connection whose thread waits for a bounded time; a body that breaks off is an error and no end."""

    body_until: float | None = None  # until when a large body must have come

    def setblocking(self, flag: bool) -> None:
        """Blocking means waiting for as long as a client may be silent."""
        self.settimeout(_SILENCE_SECONDS if flag else 0)

    def recv(self, size: int, flags: int = 0) -> bytes:
        if self.body_until is not None and time.monotonic() > self.body_until:
            raise TimeoutError("the request came too slowly")
        content = super().recv(size, flags)
        if not content and self.body_until is not None:
            raise ConnectionResetError("the request broke off")
        return content


class PatientWorker(ThreadWorker):
    """Reads requests in the event loop, and has threads of their own for those that are too large for that."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._arriving: dict[TConn, tuple[bytearray, float]] = {}
        self._leaving: dict[TConn, float] = {}

    def init_process(self) -> None:
        self._upload_threads = ThreadPoolExecutor(UPLOAD_THREADS, thread_name_prefix="upload")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Begin to read a request; called when a connection is new, or has something to read again."""
        if not isinstance(conn.sock, ClientSocket):
            conn.sock = ClientSocket(fileno=conn.sock.detach())
        conn.sock.body_until = None
        received = bytearray(conn.parser.unreader.take_buffered() if conn.initialized else b"")
        conn.sock.setblocking(False)
        self._arriving[conn] = received, time.monotonic() + _REQUEST_SECONDS
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
        self._read(conn, conn.sock)

    def _read(self, conn: TConn, sock: ClientSocket) -> None:
        received, _until = self._arriving[conn]
        try:
            content = sock.recv(_MOST_BODY)
        except BlockingIOError:
            content = None
        except OSError:
            content = b""
        if content == b"":
            self._close(conn)
            return
        received += content or b""
        missing = _missing_bytes(received)
        if missing == 0:
            self._hand_over(conn, self.tpool)
        elif missing is None and len(received) > _MOST_HEAD:
            self._close(conn, _TOO_LARGE)
        elif missing is not None and missing > _MOST_BODY - len(received):
            sock.body_until = time.monotonic() + _UPLOAD_SECONDS + min(missing, 2**30) / _UPLOAD_RATE
            self._hand_over(conn, self._upload_threads)

    def _hand_over(self, conn: TConn, threads_of: ThreadPoolExecutor) -> None:
        """Give the request to a thread, with what has been read of it."""
        received, _until = self._arriving.pop(conn)
        self.poller.unregister(conn.sock)
        conn.init()
        conn.parser.unreader.unread(bytes(received))
        future = threads_of.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def finish_request(self, conn: TConn, done: Future[Any]) -> None:
        """Wait for the next request of the connection, or close it."""
        is_last = not (done.cancelled() or done.exception()) and not done.result()
        if is_last:
            self._leave(conn)
        else:
            super().finish_request(conn, done)

    def _close(self, conn: TConn, last_words: bytes = b"") -> None:
        self._arriving.pop(conn)
        self.poller.unregister(conn.sock)
        if last_words:
            with suppress(OSError):
                conn.sock.send(last_words)
            self._leave(conn)
        else:
            self._forget(conn)

    def _leave(self, conn: TConn) -> None:
        """Close a connection after its last answer, without losing that.

        Who closes while something arrives resets the connection: the client, or the proxy, would see the reset instead
        of the answer. So what was refused half-way is let in and thrown away.
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._discard, conn))
        except (OSError, ValueError):  # the client has gone
            self._forget(conn)
        else:
            self._leaving[conn] = time.monotonic() + _LINGER_SECONDS

    def _discard(self, conn: TConn, sock: ClientSocket) -> None:
        try:
            is_over = not socket.socket.recv(sock, _MOST_BODY)
        except OSError as error:
            is_over = not isinstance(error, BlockingIOError)
        if is_over:
            self._cut(conn)

    def _cut(self, conn: TConn) -> None:
        """End a connection that is being left."""
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self._forget(conn)

    def _forget(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close what has not come in time; of a worker that stops, also what has not begun."""
        super().murder_pending()
        now = time.monotonic()
        for conn, (received, until) in list(self._arriving.items()):
            if now > until or not (self.alive or received):
                self._close(conn, _SLOW if received else b"")
        for conn, until in list(self._leaving.items()):
            if now > until:
                self._cut(conn)


def _missing_bytes(received: bytearray) -> int | None:
    """How many bytes of the request have not come yet; None while its head is incomplete.

    Of a body of unknown length, more than is waited for.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[: end + 2])
    if _UNKNOWN_LENGTH.search(head):
        return 2 * _MOST_BODY + len(received)
    length = _LENGTH.search(head)
    return max(0, end + 4 + int(length[1]) - len(received)) if length else 0
