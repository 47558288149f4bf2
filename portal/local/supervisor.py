"""Keeps programs running: one that dies is started again, a little later each time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from portal.local import processes
from portal.local.folder import DataFolder

_LONGEST_PAUSE = 30.0
# Whoever has run as long as this is not in a loop of dying.
_SETTLED = 60.0

Describe = Callable[[], processes.Program]


@dataclass
class Watched:
    """A program, its present child, and how often it has died lately."""

    describe: Describe
    child: processes.Child
    deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """Starts programs on a data folder, looks after them, and stops them all."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._watched: list[Watched] = []

    def start(self, describe: Describe) -> Watched:
        """Start a program; `describe` is asked anew each time it has to be started."""
        watched = Watched(describe, self._folder.spawn(describe()))
        self._watched.append(watched)
        return watched

    def look(self) -> None:
        """Start again whoever has died and has waited long enough. Call it every half second or so."""
        now = time.monotonic()
        for each in self._watched:
            if each.again_at is None and each.child.has_ended():
                self._note_death(each, now)
            elif each.again_at is not None and now >= each.again_at:
                each.child = self._folder.spawn(each.describe())
                each.again_at = None

    def stop(self, seconds: float) -> None:
        """Tell all of them to stop, and kill what has not after that time."""
        processes.stop([each.child for each in self._watched], seconds)

    def _note_death(self, each: Watched, now: float) -> None:
        each.child.sweep_up()
        each.deaths = 1 if now - each.child.started > _SETTLED else each.deaths + 1
        pause = min(0.25 * 2**each.deaths, _LONGEST_PAUSE)
        each.again_at = now + pause
        name, code = each.child.program.name, each.child.process.returncode
        log = self._folder.log / f"{name}.log"
        print(
            f"{name} has ended (exit code {code}); it is started again in {pause:g} s. Its log: {log}",
            flush=True,
        )
