"""PostgreSQL and Valkey together: started, waited for, described to the portal as environment variables."""

import enum
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from portal.local.environment import ADDRESS_VARIABLES, ROOT, LauncherError
from portal.local.folder import DataFolder
from portal.local.identity import choose_identity
from portal.local.postgres import APPLICATION, OWNER, Postgres, binary_path
from portal.local.supervisor import Supervisor
from portal.local.valkey import Valkey

# A PostgreSQL that was killed under load reads its log again before it takes connections.
_START_TIMEOUT = 180


def configured_addresses() -> dict[str, str]:
    """The servers that the environment names; empty when it names none. Refuses half of them."""
    addresses = {name: os.environ[name] for name in ADDRESS_VARIABLES if os.environ.get(name)}
    if addresses and len(addresses) < len(ADDRESS_VARIABLES):
        missing = " and ".join(name for name in ADDRESS_VARIABLES if name not in addresses)
        raise LauncherError(f"{missing} must be set too, or none of {', '.join(ADDRESS_VARIABLES)}.")
    return addresses


class Purpose(enum.Enum):
    """What the servers are for: in DEVELOPMENT tests may clone databases; TESTS and BENCHES throw the data away."""

    DEMONSTRATION = "demonstration"
    DEVELOPMENT = "development"
    TESTS = "tests"
    BENCHES = "benches"


class EmbeddedServers:
    """The two embedded servers on a data folder."""

    ours = True

    def __init__(self, folder: DataFolder, purpose: Purpose) -> None:
        throw_away = purpose in (Purpose.TESTS, Purpose.BENCHES)
        self._purpose = purpose
        self._folder = folder
        self._postgres = Postgres(folder, throw_away, for_tests=purpose is Purpose.TESTS)
        self._valkey = Valkey(folder, throw_away)
        self._supervisor = Supervisor(folder)

    def start(self) -> None:
        """Start both and make the roles. Refuses, with the end of the log, when one does not come up."""
        postgres = self._supervisor.start(self._postgres.program)
        valkey = self._supervisor.start(self._valkey.program)
        self._supervisor.wait_for(postgres, self._postgres.accepts_connections, _START_TIMEOUT)
        self._supervisor.wait_for(valkey, self._valkey.accepts_commands, _START_TIMEOUT)
        try:
            self._postgres.set_up_roles(may_create_databases=self._purpose is not Purpose.DEMONSTRATION)
        except psycopg2.OperationalError as error:
            raise LauncherError(f"PostgreSQL answered, and then no more: {str(error).strip()}") from error

    def addresses(self) -> dict[str, str]:
        """The two servers as environment variables for the portal's settings."""
        values = (self._postgres.url(APPLICATION), self._postgres.url(OWNER), self._valkey.url())
        return dict(zip(ADDRESS_VARIABLES, values, strict=True))

    def checkpoint(self) -> None:
        """Bring everything to the disk now, so that stopping is quick."""
        self._postgres.checkpoint()

    def restart_ended(self) -> None:
        """Start again what has died."""
        self._supervisor.check_all()

    def stop(self) -> None:
        """Stop both within a second or little more; neither loses anything when it is ended the hard way."""
        self._supervisor.stop(1.0)


class ExternalServers:
    """Servers that somebody else runs: their addresses are in the environment."""

    ours = False

    def addresses(self) -> dict[str, str]:
        return configured_addresses()

    def checkpoint(self) -> None:
        """They are not ours to stop."""

    def restart_ended(self) -> None:
        """They are not ours to start again."""


@contextmanager
def running_servers(folder: DataFolder, purpose: Purpose) -> Iterator[EmbeddedServers | ExternalServers]:
    """Servers for as long as the block lasts: those that the environment names, or our own on the folder."""
    needed = [
        Path(sys.executable),
        Path(psycopg2.__file__),
        ROOT / "manage.py",
        Path(__file__),
        folder.path.parent,
    ]
    shares_files = purpose is not Purpose.DEMONSTRATION
    if configured_addresses():
        folder.prepare(choose_identity(needed, shares_files))
        yield ExternalServers()
        return
    folder.prepare(choose_identity([*needed, binary_path("postgres")], shares_files))
    embedded = EmbeddedServers(folder, purpose)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.stop()
