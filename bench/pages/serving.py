"""The same pages over real servers: answers in a second, and how soon a publication is seen."""

import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from alliance.models import Person
from alliance.queries.actors import actor_for, secretariat_id
from alliance.services.organisations import add_organisation, admit_organisation
from bench.pages.client import count_answers, fetch
from bench.pages.pair import PEER, PORTAL, ROOT
from portal.kernel.access import SYSTEM, acting_as

WORKERS = CLIENTS = 2
_SETTLED = 40  # right answers in a row: by then every worker has answered


@dataclass(frozen=True, slots=True)
class Throughput:
    """Answers in a second, of the portal and of its peer."""

    name: str
    portal: float
    peer: float


@contextmanager
def server(settings: str, log: Path) -> Iterator[int]:
    """Sync workers of gunicorn that serve one application; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    variables = {"DJANGO_SETTINGS_MODULE": settings, "PORTAL_ORIGIN": f"http://127.0.0.1:{port}"}
    with log.open("ab") as log_file:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "bench.pages.wsgi:application", "--worker-class=sync"),
                *(f"--workers={WORKERS}", f"--bind=127.0.0.1:{port}", "--no-control-socket", "--graceful-timeout=1"),
            ],
            env={**os.environ, **variables}, cwd=ROOT, stdout=log_file, stderr=log_file,
        )  # fmt: skip
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_until_it_answers(port: int) -> None:
    limit = time.monotonic() + 30
    while True:
        try:
            fetch(port, "/en/")
            return
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


def throughput(folder: Path, rounds: int = 5, seconds: float = 2.0) -> list[Throughput]:
    """Two clients against two sync workers on the same machine, the portal and its peer in turn."""
    spawning = multiprocessing.get_context("spawn")
    with (
        server(PORTAL, folder / "portal.log") as ours,
        server(PEER, folder / "peer.log") as theirs,
        ProcessPoolExecutor(CLIENTS, mp_context=spawning) as clients,
    ):
        results = []
        for name, path, fresh in (
            ("the home page, from memory", "/en/", False),
            ("members", "/en/members/", True),
        ):
            body = fetch(ours, path).partition(b"\r\n\r\n")[2]
            bare = fetch(theirs, f"{path}?fill=0").partition(b"\r\n\r\n")[2]
            peer_path = f"{path}?fill={max(0, len(body) - len(bare))}"
            rates: list[tuple[float, float]] = []
            for _round in range(rounds):
                rates.append(
                    (
                        _rate(clients, ours, path, seconds, fresh),
                        _rate(clients, theirs, peer_path, seconds, fresh),
                    )
                )
            portal, peer = (statistics.median(rate[side] for rate in rates) for side in (0, 1))
            results.append(Throughput(name, portal, peer))
    return results  # fmt: skip


def _rate(clients: ProcessPoolExecutor, port: int, path: str, seconds: float, fresh: bool) -> float:
    results = [clients.submit(count_answers, port, path, seconds, fresh) for _ in range(CLIENTS)]
    return sum(result.result() for result in results) / seconds


def freshness(folder: Path, times: int = 5) -> float:
    """The longest time from the end of a publication to the last answer without it, in seconds."""
    with server(PORTAL, folder / "portal.log") as port:
        return max(_seen_after(port, number) for number in range(1, times + 1))


def growth(folder: Path, times: int = 300) -> tuple[float, float]:
    """What so many requests with an unknown query cost: megabytes of the web process that grew most, and the time of
    one beside the plain address."""
    with server(PORTAL, folder / "portal.log") as port:
        for _ in range(_SETTLED):
            fetch(port, "/en/")
        before = _megabytes(port)
        seconds: tuple[list[float], list[float]] = ([], [])
        for number in range(times):
            for side, address in enumerate(("/en/", f"/en/?x={number}")):
                began = time.perf_counter()
                fetch(port, address)
                seconds[side].append(time.perf_counter() - began)
        after = _megabytes(port)
    plain, with_query = map(statistics.median, seconds)
    return max(after[pid] - before[pid] for pid in before), with_query / plain


def _megabytes(port: int) -> dict[int, float]:
    """The memory of each process of the server that is its own or its share of what they have in common."""
    wanted, memory = f"--bind=127.0.0.1:{port}".encode(), {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (folder / "cmdline").read_bytes():
                share = re.search(r"^Pss:\s+(\d+)", (folder / "smaps_rollup").read_text(), re.MULTILINE)
                memory[int(folder.name)] = int(share[1]) / 1000 if share else 0.0
    return memory


def _seen_after(port: int, number: int) -> float:
    """Admit a member, then ask for the list of members until every worker names it."""
    name = f"Aaa {number:02} Newly Admitted"
    for _ in range(_SETTLED):
        fetch(port, "/en/members/")
    # as the secretariat's manager does it: through the services, with everything that follows
    with acting_as(SYSTEM):
        secretariat, mona = secretariat_id(), Person.objects.get(email="mona@secretariat.example")
    assert secretariat is not None
    with acting_as(actor_for(mona.pk, secretariat)) as actor:
        organisation = add_organisation(
            actor, kind="member", names={"en": name, "ru": name}, slug=f"newly-admitted-{number}"
        )
        admit_organisation(actor, organisation)
    published = last_without = time.monotonic()
    right = 0
    while right < _SETTLED:
        is_listed = name.encode() in fetch(port, "/en/members/")
        right = right + 1 if is_listed else 0
        if not is_listed:
            last_without = time.monotonic()
        if last_without - published > 60:
            raise TimeoutError("a publication was not seen within a minute")
        time.sleep(0.005)
    return last_without - published
