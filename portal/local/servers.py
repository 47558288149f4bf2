"""PostgreSQL and Valkey together: started, waited for, described to the portal as environment variables."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from portal.local import processes
from portal.local.environment import ADDRESSES, ROOT, Refusal
from portal.local.folder import DataFolder
from portal.local.identity import choose
from portal.local.postgres import APPLICATION, OWNER, Postgres, binary
from portal.local.valkey import Valkey

# After a killed server the next one waits for the last of its processes.
_PATIENCE = 15


def given_addresses() -> dict[str, str]:
    """The servers that the environment names; empty when it names none. Refuses half of them."""
    given = {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}
    if given and len(given) < len(ADDRESSES):
        missing = " and ".join(name for name in ADDRESSES if name not in given)
        raise Refusal(f"{missing} must be set too, or none of {', '.join(ADDRESSES)}.")
    return given


class Servers:
    """The two embedded servers on a data folder."""

    def __init__(self, folder: DataFolder, throw_away: bool = False) -> None:
        self.folder = folder
        self.postgres = Postgres(folder, throw_away)
        self.valkey = Valkey(folder, throw_away)
        self.children: list[processes.Child] = []

    def start(self, may_create_databases: bool) -> dict[str, str]:
        """Start both and give back their addresses. Refuses, with the log's last words, when one does not come up."""
        for server in (self.postgres, self.valkey):
            self.children.append(self.folder.spawn(server.program()))
        self._wait_for_postgres()
        if not processes.wait_until(self.valkey.answers, _PATIENCE):
            raise Refusal(f"Valkey did not start:\n{processes.last_words(self.folder.log / 'valkey.log')}")
        self.postgres.set_up_roles(may_create_databases)
        return self.addresses()

    def addresses(self) -> dict[str, str]:
        values = (self.postgres.url(APPLICATION), self.postgres.url(OWNER), self.valkey.url())
        return dict(zip(ADDRESSES, values, strict=True))

    def stop(self) -> None:
        """Stop both within a second and a half."""
        processes.stop(self.children, 1.5)

    def _wait_for_postgres(self) -> None:
        def answered() -> bool:
            if self.children[0].has_ended():  # the last processes of a killed server were still there
                self.children[0] = self.folder.spawn(self.postgres.program())
                processes.wait_until(self.postgres.answers, 1)
            return self.postgres.answers()

        if not processes.wait_until(answered, _PATIENCE):
            raise Refusal(f"PostgreSQL did not start:\n{processes.last_words(self.folder.log / 'postgres.log')}")


@contextmanager
def embedded(folder: DataFolder, throw_away: bool = False, may_create_databases: bool = False) -> Iterator[Servers]:
    """Run the servers for as long as the block lasts."""
    servers = Servers(folder, throw_away)
    try:
        servers.start(may_create_databases)
        yield servers
    finally:
        servers.stop()


def prepare(folder: DataFolder) -> None:
    """Decide as whom the children run on this folder, and make it theirs."""
    needed = [Path(sys.executable), Path(psycopg2.__file__), ROOT / "manage.py", Path(__file__), folder.path.parent]
    if not given_addresses():
        needed.append(binary("postgres"))
    folder.prepare(choose(needed))
