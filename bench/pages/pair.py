"""The portal and its peer side by side: each in a process of its own, asked in turn."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench.profiling import Spent, profile_table, remainder

ROOT = Path(__file__).resolve().parents[2]
PORTAL, PEER = "portal.settings", "bench.pages.peer.settings"
_fresh = count(1)
_TRIES = 4  # of which the fewest queries count: some things are read again once a second by whichever page comes next
_PROFILED = 20  # addresses, asked again and again


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page costs: processor time of the web process and of the database's, its bytes."""

    ms: float
    database_ms: float
    bytes: int

    @property
    def all_ms(self) -> float:
        return self.ms + self.database_ms


class Target:
    """A web application that is asked for pages and reports what they cost."""

    def __init__(self, settings: str, log: Path) -> None:
        self._log = log
        with log.open("ab") as log_file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.pages.target"],
                env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log_file, text=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    def cost(self, addresses: Sequence[str], cookie: str = "", token: str = "") -> Cost:
        """Ask for all of them, the first one for warmth."""
        measurement = self._command(addresses, cookie, token)
        return Cost(measurement["ms"], measurement["database_ms"], measurement["bytes"])

    def count(self, address: str, cookie: str = "") -> tuple[int, int]:
        """How many queries a page takes, and its bytes."""
        measurement = self._command([address], cookie, count=True)
        return measurement["queries"], measurement["bytes"]

    def queries(self, address: str, token: str = "", cookie: str = "") -> list[str]:
        """What each query of a page is about."""
        return list(self._command([address], cookie, token, count=True)["about"])

    def profile(self, addresses: Sequence[str], cookie: str = "", token: str = "") -> Spent:
        """What the processor's time goes for, here and in the database's process."""
        return Spent(**self._command(addresses, cookie, token, profile=True))

    def _command(
        self,
        addresses: Sequence[str],
        cookie: str,
        token: str = "",
        *,
        count: bool = False,
        profile: bool = False,
    ) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "addresses": list(addresses),
            "cookie": cookie,
            "token": token,
            "count": count,
            "profile": profile,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{addresses[0]} was not answered: {self._log.read_text()[-2000:]}")
        measurement = json.loads(line)
        if "failure" in measurement:
            raise ValueError(measurement["failure"])
        return measurement

    def stop(self) -> None:
        self._process.communicate()


@dataclass(frozen=True, slots=True)
class Pair:
    """What a page costs the portal and its peer."""

    name: str
    portal: Cost
    peer: Cost

    @property
    def ratio(self) -> float:
        """How near the portal comes to its peer: 1 is as cheap as it."""
        return self.peer.ms / self.portal.ms


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of a page goes, beside the peer's where there is one; and what each query is about."""

    name: str
    queries: Sequence[str]
    portal: Spent
    peer: Spent | None = None

    def report(self) -> list[str]:
        """A table of what the time goes for, and how much of it is for what the peer does not do."""
        lines = [f"What {self.name} costs is for:", "", *profile_table(self.portal, self.peer)]
        return [*lines, remainder(self.portal, self.peer)] if self.peer else lines


@contextmanager
def portal_and_peer(folder: Path, peer_module: str = PEER) -> Iterator[tuple[Target, Target]]:
    """The portal and its peer, each started; their output goes to log files in the folder."""
    targets = [Target(PORTAL, folder / "portal.log"), Target(peer_module, folder / "peer.log")]
    try:
        yield targets[0], targets[1]
    finally:
        for target in targets:
            target.stop()


def fresh(path: str, times: int, **query: int) -> list[str]:
    """So many addresses of a page, none of which is answered from memory: see `bench.pages.wsgi`."""
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    separator = "&" if "?" in path else "?"
    return [f"{path}{separator}fresh={next(_fresh):06}{rest}" for _ in range(times + 1)]


def same(path: str, times: int, **query: int) -> list[str]:
    """One address so many times."""
    rest = "&".join(f"{name}={value}" for name, value in query.items())
    return [f"{path}?{rest}" if rest else path] * (times + 1)


def compare(
    name: str,
    path: str,
    portal: Target,
    peer: Target,
    *,
    rounds: int,
    times: int,
    again: bool = False,
    token: str = "",
) -> Pair:
    """Ask both in turn, A B A B; the middle of the rounds counts. The peer's page is as long as the portal's.

    `again`: one address each time, where no other is known or the answer shall come from memory.
    """
    ask = same if again else fresh
    portal.cost(ask(path, 5), token=token)
    size = portal.cost(ask(path, 1), token=token).bytes
    bare = peer.cost(fresh(path, 5, fill=0)).bytes
    costs: list[tuple[Cost, Cost]] = []
    for _round in range(rounds):
        portal_cost = portal.cost(ask(path, times), token=token)
        peer_cost = peer.cost(fresh(path, times, fill=max(0, size - bare)))
        costs.append((portal_cost, peer_cost))
    return Pair(
        name,
        portal=_middle([portal_cost for portal_cost, _ in costs]),
        peer=_middle([peer_cost for _, peer_cost in costs]),
    )


def profile(
    pair: Pair, path: str, portal: Target, peer: Target, *, again: bool = False, token: str = ""
) -> Profile:
    """What both spend that time for: shares by looking, of the milliseconds that were measured without."""
    ask = same if again else fresh
    queries = min((portal.queries(each, token) for each in ask(path, _TRIES)), key=len)
    bare = peer.cost(fresh(path, 1, fill=0)).bytes
    own = portal.profile(ask(path, _PROFILED), token=token)
    other = peer.profile(fresh(path, _PROFILED, fill=max(0, pair.portal.bytes - bare)))
    return Profile(
        pair.name,
        queries,
        own.scaled(pair.portal.ms, pair.portal.database_ms),
        other.scaled(pair.peer.ms, pair.peer.database_ms),
    )


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.ms for cost in costs),
        statistics.median(cost.database_ms for cost in costs),
        costs[-1].bytes,
    )
