"""Keeps programs running: one that dies is started again, a little later each time; one that freezes is ended first."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.local import processes
from portal.local.environment import LauncherError
from portal.local.folder import DataFolder
from portal.local.watchdog import SILENCE_TIMEOUT, VARIABLE, Watchdog

_MAX_PAUSE = 30.0
_RETRY_PAUSE = 5.0  # seconds after a start that the machine did not allow
# A program that has run as long as this is not in a crash loop.
_STABLE_AFTER = 60.0
# How often a program may die while it starts, and how often a line says that it still does.
_MAX_DEATHS = 3
_PROGRESS_INTERVAL = 10.0

MakeProgram = Callable[[], processes.Program]


@dataclass
class WatchedProgram:
    """A program, its present child, how often it has died lately, and the socket of its signs of life, if any."""

    make_program: MakeProgram
    child: processes.Child
    watchdog: Watchdog | None = None
    deaths: int = 0
    restart_at: float | None = None


class Supervisor:
    """Starts programs on a data folder, looks after them, and stops them all."""

    def __init__(self, folder: DataFolder, silent: float = SILENCE_TIMEOUT) -> None:
        """`silent`: seconds without a sign of life after which a program is taken for frozen."""
        self._folder = folder
        self._silent = silent
        self._watched: list[WatchedProgram] = []

    def start(self, describe: MakeProgram) -> WatchedProgram:
        """Start a program; `describe` is asked anew each time it has to be started."""
        program = describe()
        watchdog = self._open_watchdog(program)
        watched = WatchedProgram(describe, self._folder.spawn(program), watchdog)
        self._watched.append(watched)
        return watched

    def _open_watchdog(self, program: processes.Program) -> Watchdog | None:
        """Open the socket before the program starts; nothing for a program without one."""
        path = program.environment.get(VARIABLE)
        if path is None:
            return None
        watchdog = Watchdog(Path(path), self._silent)
        self._folder.give_to_children(watchdog.path)
        return watchdog

    def wait_for(self, watched: WatchedProgram, answers: Callable[[], bool], seconds: float) -> None:
        """Wait until a program does its work; a line every ten seconds says that it is still starting.

        One question without an answer decides nothing: the machine may be busy, and PostgreSQL reads its log again
        after it was killed. Raises LauncherError, with the end of its log, when the time is over or it dies again
        and again.
        """
        name, began = watched.child.program.name, time.monotonic()
        next_line = began + _PROGRESS_INTERVAL
        log = self._folder.log / f"{name}.log"
        while not answers():
            waited = time.monotonic() - began
            if waited > seconds or watched.deaths > _MAX_DEATHS:
                why = (
                    "has died again and again"
                    if watched.deaths > _MAX_DEATHS
                    else f"did not start in {waited:.0f} s"
                )
                raise LauncherError(f"{name} {why}. The end of its log:\n{processes.log_tail(log, 30)}")
            if time.monotonic() >= next_line:
                last_line = processes.log_tail(log, 1)[:160]
                print(
                    f"{name} is still starting ({waited:.0f} s). It says: {last_line or 'nothing yet'}",
                    flush=True,
                )
                next_line += _PROGRESS_INTERVAL
            self.check_all()
            time.sleep(0.05)

    def check_all(self) -> None:
        """End frozen programs; restart those that have died and waited long enough. Call it every half second."""
        now = time.monotonic()
        for each in self._watched:
            if each.watchdog and each.restart_at is None and each.watchdog.is_silent():
                print(f"{each.child.program.name} says nothing any more; it is ended.", flush=True)
                each.child.kill_group()
            if each.restart_at is None and each.child.has_ended():
                self._note_death(each, now)
            elif each.restart_at is not None and now >= each.restart_at:
                self._restart(each, now)

    def stop(self, seconds: float) -> None:
        """Stop all of them, and kill what still runs after that time."""
        processes.stop_all([each.child for each in self._watched], seconds)
        for each in self._watched:
            if each.watchdog:
                each.watchdog.close()

    def _restart(self, each: WatchedProgram, now: float) -> None:
        """Start it again; where that fails, as on a full disk, once more a little later."""
        if each.watchdog:
            each.watchdog.restart()
        try:
            each.child = self._folder.spawn(each.make_program())
        except OSError as error:
            each.restart_at = now + _RETRY_PAUSE
            print(f"{each.child.program.name} cannot be started ({error.strerror}).", flush=True)
        else:
            each.restart_at = None

    def _note_death(self, each: WatchedProgram, now: float) -> None:
        each.child.kill_group()
        each.deaths = 1 if now - each.child.started > _STABLE_AFTER else each.deaths + 1
        pause = min(0.25 * 2**each.deaths, _MAX_PAUSE)
        each.restart_at = now + pause
        name, code = each.child.program.name, each.child.process.returncode
        log = self._folder.log / f"{name}.log"
        print(
            f"{name} has ended (exit code {code}); it is started again in {pause:g} s. Its log: {log}",
            flush=True,
        )
