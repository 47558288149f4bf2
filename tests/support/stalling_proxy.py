"""A proxy to a server that can be made to stall, as a network does that is gone without a reset."""

import contextlib
import selectors
import socket
import threading
from pathlib import Path


class StallingProxy:
    """Listens on a socket of its own and hands on what comes, both ways."""

    def __init__(self, path: Path, server: Path) -> None:
        self.path = path
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o777)
        self._listener.listen(64)
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._swallowed: list[socket.socket] = []
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stall(self) -> int:
        """From now on, open connections transfer nothing and are not closed; new connections work."""
        with self._lock:
            for pair in list(self._pairs):
                self._selector.unregister(pair)
                self._swallowed.append(pair)
            count = len(self._pairs)
            self._pairs.clear()
        return count

    def close(self) -> None:
        self._closed = True
        self._thread.join(5)
        with self._lock:
            for connection in (self._listener, *self._pairs, *self._swallowed):
                connection.close()
        self._selector.close()
        self.path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._closed:
            for key, _events in self._selector.select(0.2):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.fileobj in self._pairs:
                        self._forward(key.fileobj)

    def _accept(self) -> None:
        near, _address = self._listener.accept()
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(self._server))
        for connection, other in ((near, far), (far, near)):
            self._pairs[connection] = other
            self._selector.register(connection, selectors.EVENT_READ)

    def _forward(self, connection: socket.socket) -> None:
        other = self._pairs[connection]
        with contextlib.suppress(OSError):
            if piece := connection.recv(65536):
                other.sendall(piece)
                return
        for each in (connection, other):
            self._selector.unregister(each)
            self._pairs.pop(each)
            each.close()
