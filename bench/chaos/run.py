"""`manage.py bench chaos`: fifty rounds of faults while six clients work, and the account afterwards."""

import random
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db import connection

from bench.chaos.account import Account, wait_until_drained
from bench.chaos.clients import Clients
from bench.chaos.faults import Fault, all_faults, draw
from bench.chaos.installation import Installation
from bench.chaos.ledger import Ledger
from bench.chaos.population import populate
from bench.chaos.reader import Reader
from portal.local.environment import ROOT

_RECOVERY_TIMEOUT = 180  # seconds from the end of a fault until the portal must be ready
_SUBMISSIONS_PER_ROUND = 3


@dataclass(frozen=True, slots=True)
class Round:
    """One fault, and the moment at which it was over."""

    fault: Fault
    over: float


@dataclass
class Run:
    """What a run has to say."""

    seed: int
    has_own_disk: bool
    ledger: Ledger = field(default_factory=Ledger)
    reader: Reader = field(default_factory=Reader)
    rounds: list[Round] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    drained: float = 0.0  # seconds after the last round until no job was left


def run_faults(
    installation: Installation, rounds: int, seed: int, megabytes: int, only: Collection[str] = ()
) -> Run:
    """Let the clients work through so many faults, of these targets only if any, and account for what they did."""
    run, chance = Run(seed, installation.has_own_disk), random.Random(seed)
    population = populate(
        submissions=max(6, _SUBMISSIONS_PER_ROUND * rounds), uploads=max(2, megabytes // 600)
    )
    faults = [fault for fault in all_faults(installation.has_own_disk) if not only or fault.target in only]
    connection.close()  # the server will not be the same for long
    clients = Clients(installation.port, population, run.ledger, megabytes)
    with run.reader.reading(installation):
        clients.start()
        for fault in draw(faults, rounds, chance):
            time.sleep(chance.uniform(1, 3))
            print(f"{len(run.rounds) + 1:3} {fault}", flush=True)
            fault.strike(installation, chance)
            run.rounds.append(Round(fault, time.monotonic()))
            if not _comes_back(installation):
                run.findings.append(f"After “{fault}” the portal did not come back.")
                return run
        clients.stop()
        run.drained = wait_until_drained(installation.is_ready)
    account = Account(run.ledger, population, installation.port, installation.data / "mail")
    run.findings += [*clients.failures, *account.findings(), *_backup(installation)]
    return run


def _comes_back(installation: Installation) -> bool:
    until = time.monotonic() + _RECOVERY_TIMEOUT
    while time.monotonic() < until:
        if installation.is_ready():
            return True
        time.sleep(0.1)
    return False


def _backup(installation: Installation) -> Iterator[str]:
    """A finding when a backup of what is there cannot be taken, or is not whole."""
    command = [sys.executable, "manage.py", "backup", str(installation.disk / "backups"), "--verify"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"The backup fails: {(done.stdout + done.stderr).strip()[-500:]}"
