"""`manage.py bench cluster`: clients work while each part of a cluster is taken away, and the account afterwards."""

import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db import connection

from bench.chaos.account import Account, wait_until_drained
from bench.chaos.clients import Clients
from bench.chaos.ledger import Ledger
from bench.chaos.population import populate
from bench.cluster.installation import Cluster
from bench.cluster.phases import PHASES, WITHOUT_PRIMARY, Phase
from bench.cluster.readers import Answer, Readers
from bench.cluster.signs import unseen
from bench.cluster.watch import OTHER_BYTES, Watch, make_file, newest_body
from portal.local.environment import ROOT

_RECOVERY_TIMEOUT = 120  # seconds from the end of a phase until an act must be acknowledged
_AFTERWARDS = 4.0  # seconds in which clients go on after a phase


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase: when it began, when what went wrong was over, and when the next began."""

    phase: Phase
    began: float
    over: float
    ended: float


@dataclass
class Run:
    """What a run has to say."""

    seconds: float
    ledger: Ledger = field(default_factory=Ledger)
    readers: Readers = field(default_factory=Readers)
    watch: Watch = field(default_factory=Watch)
    stretches: list[Stretch] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    drained: float = 0.0
    database_bytes: int = 0
    damaged_answers: int = 0  # of the store
    memory: dict[str, float] = field(default_factory=dict)  # megabytes of each program
    load: str = ""


def run_phases(cluster: Cluster, seconds: float, only: Collection[str], megabytes: int) -> Run:
    """Let the clients work through these phases, each so long, and account for what they did."""
    run = Run(seconds)
    chosen = [phase for phase in PHASES if not only or phase.name in only]
    total = len(chosen) * (seconds + _AFTERWARDS)
    population = populate(submissions=max(6, int(total / 3)), uploads=3)
    file, body = make_file(population.uploading[0]), newest_body()
    connection.close()
    clients = Clients(cluster.port, population, run.ledger, megabytes, most_megabytes=2)
    with run.readers.reading(cluster), run.watch.watching(cluster, file, body):
        clients.start()
        for phase in chosen:
            began = time.monotonic()
            print(f"{phase.title}", flush=True)
            phase.act(cluster, seconds)
            over = time.monotonic()
            if not _goes_on(run, over):
                run.findings.append(f"After “{phase.title}” the portal did not come back.")
                break
            time.sleep(_AFTERWARDS)
            run.stretches.append(Stretch(phase, began, over, time.monotonic()))
        clients.stop()
        if not run.findings:
            run.drained = wait_until_drained(lambda: cluster.status("/health/live") == 200)
    run.database_bytes, run.damaged_answers = cluster.database_bytes(), cluster.store.damaged
    run.memory = dict(cluster.memory())
    account = Account(run.ledger, population, cluster.port, cluster.folder.path / "mail")
    run.findings += [
        *clients.failures,
        *account.findings(),
        *_of_readers(run),
        *_of_watch(run),
        *_backup(cluster),
    ]
    return run


def _goes_on(run: Run, over: float) -> bool:
    """Whether another act is acknowledged after what went wrong was over; not what a probe thinks of a busy machine."""
    until = time.monotonic() + _RECOVERY_TIMEOUT
    while time.monotonic() < until:
        if any((act.acknowledged or 0) > over for act in reversed(run.ledger.acts)):
            return True
        time.sleep(0.1)
    return False


def _of_readers(run: Run) -> Iterator[str]:
    """A finding for a public page that was refused while a primary was there, or from before what was shown already."""
    away = [(each.began, each.ended) for each in run.stretches if each.phase.name in WITHOUT_PRIMARY]

    def is_excused(answer: Answer) -> bool:
        return any(answer.at + answer.seconds >= begin and answer.at < end for begin, end in away)

    for answer in run.readers.answers:
        if answer.status != 200 and not is_excused(answer):
            yield f"{answer.address} was answered with {answer.status} after {answer.seconds:.1f} s"
    for answer in run.readers.outdated():
        if not is_excused(answer):
            yield f"{answer.address} lacked a publication that had been shown for {answer.newest}"


def _of_watch(run: Run) -> Iterator[str]:
    """A finding for each file and body that came with other bytes than its digest is of."""
    for look in run.watch.looks:
        for name, came in (("The evidence file", look.file), ("The body of a publication", look.body)):
            if came == OTHER_BYTES:
                yield f"{name} was given with other bytes."


def unseen_signs(run: Run) -> Iterator[tuple[str, list[str]]]:
    """Each phase of which something was not seen that the manual promises, and what."""
    for stretch in run.stretches:
        sight = run.watch.between(stretch.began, stretch.ended)
        missing = list(unseen(stretch.phase.name, sight, run.seconds))
        if missing:
            yield stretch.phase.title, missing


def _backup(cluster: Cluster) -> Iterator[str]:
    """A finding when a backup of what is there cannot be taken, or is not whole."""
    folder = cluster.folder.path / "backups"
    command = [sys.executable, "manage.py", "backup", str(folder), "--verify"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"The backup fails: {(done.stdout + done.stderr).strip()[-500:]}"
