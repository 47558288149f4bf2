"""What goes wrong: a program is killed or frozen, the broker forgets, the disk is full."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.chaos.installation import Installation

# the launcher's names of the programs
SERVERS = ("postgres", "valkey")
PROGRAMS = ("web", "worker", "beat", "sweeper")
TARGETS = (*PROGRAMS, "database", "broker", "launcher", "disk")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; `strike` returns when it is over, which is before all has recovered."""

    target: str
    kind: str
    strike: Callable[[Installation, random.Random], None]

    def __str__(self) -> str:
        return f"{self.target}: {self.kind}"


def _kill(name: str) -> Callable[[Installation, random.Random], None]:
    def strike(installation: Installation, chance: random.Random) -> None:
        """The program and its children at once, as when power fails."""
        del chance
        installation.signal(name, signal.SIGKILL)

    return strike


def _kill_child(name: str) -> Callable[[Installation, random.Random], None]:
    def strike(installation: Installation, chance: random.Random) -> None:
        """One of its processes alone, as when memory runs out."""
        children = installation.children(name)
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)

    return strike


def _freeze(name: str) -> Callable[[Installation, random.Random], None]:
    def strike(installation: Installation, chance: random.Random) -> None:
        """It is there, and answers nothing for a while."""
        installation.signal(name, signal.SIGSTOP)
        time.sleep(chance.uniform(3, 9))
        installation.signal(name, signal.SIGCONT)

    return strike


def _flush(installation: Installation, chance: random.Random) -> None:
    """The broker forgets everything."""
    del chance
    installation.flush_broker()


def _fill_disk(installation: Installation, chance: random.Random) -> None:
    """No byte is left on the disk of the data folder."""
    with installation.full_disk():
        time.sleep(chance.uniform(3, 7))


def _kill_launcher(installation: Installation, chance: random.Random) -> None:
    """The launcher, and with it all that it has started; then it is started again, as a person would."""
    time.sleep(chance.uniform(0, 1))
    installation.kill_launcher()
    installation.start_launcher()


def _freeze_launcher(installation: Installation, chance: random.Random) -> None:
    installation.signal("launcher", signal.SIGSTOP)
    time.sleep(chance.uniform(3, 9))
    installation.signal("launcher", signal.SIGCONT)


def all_faults(may_fill_disk: bool) -> list[Fault]:
    """Each kind of fault once."""
    faults = []
    for name in (*PROGRAMS, *SERVERS):
        target = {"postgres": "database", "valkey": "broker"}.get(name, name)
        faults += [Fault(target, "killed", _kill(name)), Fault(target, "frozen", _freeze(name))]
        if name in ("web", "worker", "postgres"):
            faults.append(Fault(target, "one process killed", _kill_child(name)))
    faults += [
        Fault("broker", "emptied", _flush),
        Fault("launcher", "killed", _kill_launcher),
        Fault("launcher", "frozen", _freeze_launcher),
    ]
    if may_fill_disk:
        faults.append(Fault("disk", "full", _fill_disk))
    return faults


def draw(faults: Sequence[Fault], rounds: int, chance: random.Random) -> list[Fault]:
    """So many faults in a random order, each kind as often as another."""
    drawn: list[Fault] = []
    while len(drawn) < rounds:
        drawn += chance.sample(faults, len(faults))
    return drawn[:rounds]
