"""Keeps programs running: one that dies is started again, a little later each time; one that freezes is ended first."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.local import processes
from portal.local.folder import DataFolder
from portal.local.pulse import SILENT, VARIABLE, Pulse

_LONGEST_PAUSE = 30.0
# Whoever has run as long as this is not in a loop of dying.
_SETTLED = 60.0

Describe = Callable[[], processes.Program]


@dataclass
class Watched:
    """A program, its present child, how often it has died lately, and where it tells that it lives, if it does."""

    describe: Describe
    child: processes.Child
    pulse: Pulse | None = None
    deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """Starts programs on a data folder, looks after them, and stops them all."""

    def __init__(self, folder: DataFolder, silent: float = SILENT) -> None:
        """`silent`: seconds without a word after which a program that tells that it lives is taken for frozen."""
        self._folder = folder
        self._silent = silent
        self._watched: list[Watched] = []

    def start(self, describe: Describe) -> Watched:
        """Start a program; `describe` is asked anew each time it has to be started."""
        program = describe()
        pulse = self._listen(program)
        watched = Watched(describe, self._folder.spawn(program), pulse)
        self._watched.append(watched)
        return watched

    def _listen(self, program: processes.Program) -> Pulse | None:
        """Before it starts; nothing for a program that was not told where to."""
        path = program.environment.get(VARIABLE)
        if path is None:
            return None
        pulse = Pulse(Path(path), self._silent)
        self._folder.give(pulse.path)
        return pulse

    def look(self) -> None:
        """End whoever is frozen; start again whoever has died and has waited long enough. Call it every half second."""
        now = time.monotonic()
        for each in self._watched:
            if each.pulse and each.again_at is None and each.pulse.is_still():
                print(f"{each.child.program.name} says nothing any more; it is ended.", flush=True)
                each.child.sweep_up()
            if each.again_at is None and each.child.has_ended():
                self._note_death(each, now)
            elif each.again_at is not None and now >= each.again_at:
                if each.pulse:
                    each.pulse.begin()
                each.child = self._folder.spawn(each.describe())
                each.again_at = None

    def stop(self, seconds: float) -> None:
        """Tell all of them to stop, and kill what has not after that time."""
        processes.stop([each.child for each in self._watched], seconds)
        for each in self._watched:
            if each.pulse:
                each.pulse.close()

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
