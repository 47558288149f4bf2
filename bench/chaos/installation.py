"""The demonstration as a person starts it, on a disk of its own that can be filled; its programs can be killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import redis

from bench.chaos.disk import own_disk
from bench.ports import free_port
from portal.local.environment import ADDRESS_VARIABLES, ROOT

_DISK_MEGABYTES = 6000
_START_TIMEOUT = 300  # seconds; the demonstration's data is loaded at the first start


class InstallationError(Exception):
    """The portal did not come up, or did not come back."""


class Installation:
    """`manage.py demo` on a data folder, and the processes that it has started."""

    def __init__(self, disk: Path, log: Path, has_own_disk: bool) -> None:
        """`log` takes the launcher's words, and lies elsewhere: `disk` will be full, if it is nobody else's."""
        self.disk, self.port, self.has_own_disk = disk, free_port(), has_own_disk
        self.data, self._log = disk / "data", log
        self._launcher: subprocess.Popen[bytes] | None = None

    # --- the launcher ---

    def start_launcher(self) -> None:
        """Start the portal and wait until it answers. Raises InstallationError with the launcher's words."""
        outside = {name: value for name, value in os.environ.items() if name not in ADDRESS_VARIABLES}
        for name in (
            "DJANGO_SETTINGS_MODULE",
            "SECRET_KEY",
            "CREDENTIAL_KEYS",
            "PORTAL_DATA_DIR",
            "PORTAL_ORIGIN",
            "PORTAL_DEMO",
        ):
            outside.pop(name, None)
        with self._log.open("ab") as output:
            self._launcher = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--data-dir", str(self.data), "--port", str(self.port)],
                cwd=ROOT, env=outside, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + _START_TIMEOUT
        while not self.is_ready():
            if self._launcher.poll() is not None or time.monotonic() > until:
                raise InstallationError(f"The portal does not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.2)

    def kill_launcher(self) -> None:
        assert self._launcher is not None
        self._launcher.kill()
        self._launcher.wait()

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._launcher is not None and self._launcher.poll() is None:
            self._launcher.terminate()
            try:
                self._launcher.wait(30)
            except subprocess.TimeoutExpired:
                self._launcher.kill()

    # --- its processes ---

    def pid(self, name: str) -> int:
        """The process of a program by the launcher's name, or the launcher's own."""
        if name == "launcher":
            assert self._launcher is not None
            return self._launcher.pid
        children = json.loads((self.data / "children.json").read_text())
        return int(children[name][0])

    def children(self, name: str) -> list[int]:
        """The processes that a program has started."""
        try:
            listing = Path(f"/proc/{self.pid(name)}/task/{self.pid(name)}/children").read_text()
        except OSError:
            return []
        return [int(number) for number in listing.split()]

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a program and all that it has started; the launcher's reaches it alone."""
        pids = [self.pid(name)] if name == "launcher" else [self.pid(name), *self.children(name)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    # --- its servers ---

    def environment(self) -> dict[str, str]:
        """The variables of the programs that run now."""
        return dict(json.loads((self.data / "environment.json").read_text()))

    def flush_broker(self) -> None:
        url = self.environment()["REDIS_URL"].replace("redis+socket://", "unix://")
        with contextlib.closing(redis.Redis.from_url(url, socket_timeout=5)) as client:
            client.flushall()

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """Meanwhile no byte is left where the data lies."""
        filler = self.disk / "filler"
        status = os.statvfs(self.disk)
        with filler.open("wb") as output:
            free = status.f_bavail * status.f_frsize
            while free >= status.f_frsize:
                try:
                    os.posix_fallocate(output.fileno(), output.seek(0, os.SEEK_END), free)
                except OSError:
                    free //= 2
        try:
            yield
        finally:
            filler.unlink()

    # --- whether it answers ---

    def is_ready(self) -> bool:
        """Whether it serves, with its broker or without."""
        return self.status("/health/ready") == 200

    def status(self, address: str, seconds: float = 5) -> int:
        """The status of an address; 0 where nothing answers in time."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", address)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()


@contextlib.contextmanager
def running_installation() -> Iterator[Installation]:
    """A demonstration in folders that are thrown away, on a disk of its own where the machine allows one."""
    with tempfile.TemporaryDirectory(prefix="portal-chaos-") as name:
        disk = Path(name, "disk")
        for folder in (disk.parent, disk):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)  # the programs may run as somebody else
        with own_disk(disk, _DISK_MEGABYTES) as has_own_disk:
            installation = Installation(disk, Path(name, "launcher.log"), has_own_disk)
            try:
                installation.start_launcher()
                yield installation
            finally:
                installation.stop()
