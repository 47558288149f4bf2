"""Where processor time goes, by what it buys: the program's stack is looked at some hundred times a second of it.

What counts is the innermost part of the stack that serves a purpose: a query of the policies is theirs, one that a
template or a view makes for what it shows is the reading of rows. The database's time is that of each statement,
counted in its process; what opens and ends transactions, and what a cursor fetches later, is of no statement.
"""

import inspect
import signal
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any

from django.db import connections

from bench.processor_time import ProcessorTime

_ROOT = Path(__file__).resolve().parents[1]
ROWS, REST = "reading the rows", "everything else"
WORDS, FRAME = "the page itself: its words and cells", "head, navigation and foot"
_EVERY = 0.001  # seconds of the processor; the kernel looks less often
_LIBRARIES = ("/site-packages/", f"/{inspect.__file__.rsplit('/', 2)[1]}/")
_DATABASE = ("/django/db/", "/psycopg2/")
_NODE = "/django/template/base.py:render_annotated"
_LEAST = 0.02  # of the whole; less is not named
_HARDLY = 0.1  # of the portal's: the peer does as good as nothing of it


@dataclass(frozen=True, slots=True)
class Purpose:
    """`places` are parts of `/path/file.py:function`. What only shows rows does not own the reading of them."""

    name: str
    places: Sequence[str]
    shows: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds by purpose: of the program, and of the database's process."""

    own: Mapping[str, float]
    database: Mapping[str, float]

    def of(self, name: str) -> float:
        return self.own.get(name, 0.0) + self.database.get(name, 0.0)

    @property
    def own_ms(self) -> float:
        return sum(self.own.values())

    @property
    def ms(self) -> float:
        return self.own_ms + sum(self.database.values())

    def scaled(self, ms: float, database_ms: float) -> "Spent":
        """The same shares of times that were measured without looking."""
        return Spent(_scaled(self.own, ms), _scaled(self.database, database_ms))


def _scaled(parts: Mapping[str, float], whole: float) -> Mapping[str, float]:
    total = sum(parts.values()) or 1.0
    return {name: part / total * whole for name, part in parts.items()}


class Purposes:
    """Finds the purpose of a stack: the first of the list that its innermost frame belongs to, else the next frame."""

    def __init__(self, purposes: Sequence[Purpose]) -> None:
        self._purposes = purposes
        self._shows = {purpose.name for purpose in purposes if purpose.shows} | {WORDS, FRAME}
        self._known: dict[CodeType, str] = {}

    def of(self, frame: FrameType | None) -> str:
        reads = False
        while frame is not None:
            name = self._of_code(frame.f_code)
            if name == _NODE:
                name = _of_template(frame)
            if name == ROWS:
                reads = True
            elif name:
                return ROWS if reads and name in self._shows else name
            frame = frame.f_back
        return ROWS if reads else REST

    def _of_code(self, code: CodeType) -> str:
        if code not in self._known:
            self._known[code] = self._find(place_of(code.co_filename, code.co_name))
        return self._known[code]

    def _find(self, place: str) -> str:
        if place == _NODE:
            return _NODE
        if place.startswith(_DATABASE):
            return ROWS
        names = (each.name for each in self._purposes if any(mark in place for mark in each.places))
        return next(names, "")


def place_of(path: str, function: str) -> str:
    """Where a function is: below its library, or below the repository, whatever folder that lies in."""
    for mark in _LIBRARIES:
        _before, has_mark, after = path.rpartition(mark)
        if has_mark:
            return f"/{after}:{function}"
    return f"{path.removeprefix(str(_ROOT))}:{function}"


def _of_template(frame: FrameType) -> str:
    """Whether the piece that is rendered belongs to the frame of every page; components are of who includes them."""
    origin = getattr(frame.f_locals.get("self"), "origin", None)
    name = str(getattr(origin, "template_name", None) or "")
    if not name or name.startswith(("components/", "django/")):
        return ""
    return FRAME if name.startswith("base/") or name.endswith("base.html") else WORDS


class Profiled:
    """While its block lasts, here and in the database: what processor time is spent for. In the main thread alone."""

    def __init__(self, purposes: Sequence[Purpose], alias: str = "default") -> None:
        self._purposes, self._alias = Purposes(purposes), alias
        self._clock = ProcessorTime(alias)
        self._looks: Counter[str] = Counter()
        self._statements: defaultdict[str, float] = defaultdict(float)
        self._stack = ExitStack()

    @property
    def spent(self) -> Spent:
        """By purpose; what was not seen is of none."""
        looks = self._looks or Counter({REST: 1})
        rest = self._clock.database_ms - sum(self._statements.values())
        database = {**self._statements, REST: self._statements.get(REST, 0.0) + max(0.0, rest)}
        return Spent(_scaled(looks, self._clock.own_ms), database)

    @property
    def own_seconds(self) -> float:
        """Of this process's processor, so far."""
        return time.process_time() - self._began

    def __enter__(self) -> "Profiled":
        self._began = time.process_time()
        self._stack.enter_context(connections[self._alias].execute_wrapper(self._watched))
        self._stack.enter_context(self._clock)
        signal.signal(signal.SIGPROF, self._look)
        signal.siginterrupt(signal.SIGPROF, False)
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)  # a late one would end the process
        self._stack.close()

    def _look(self, number: int, frame: FrameType | None) -> None:
        del number
        self._looks[self._purposes.of(frame)] += 1

    def _watched(
        self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        name, before = self._purposes.of(inspect.currentframe()), self._clock.database_now()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self._statements[name] += self._clock.database_now() - before


def profile_table(portal: Spent, peer: Spent | None = None, beside: str = "peer") -> list[str]:
    """What the time goes for, the dearest first, in milliseconds; beside the peer, where there is one."""
    names = sorted(
        {*portal.own, *portal.database, *(peer.own if peer else ())}, key=lambda each: -portal.of(each)
    )
    named = [
        name
        for name in names
        if name != REST and max(_part(portal, name), _part(peer, name) if peer else 0.0) >= _LEAST
    ]
    head = f"| what for | portal, CPU ms | of the database |{f' {beside}, CPU ms | of the database |' if peer else ''}"
    both = [portal, *([peer] if peer else [])]
    rows = [
        (name, [(spent.own.get(name, 0.0), spent.database.get(name, 0.0)) for spent in both])
        for name in named
    ]
    rows.append(
        (
            REST,
            [
                (
                    spent.own_ms - sum(pairs[place][0] for _name, pairs in rows),
                    spent.ms - spent.own_ms - sum(pairs[place][1] for _name, pairs in rows),
                )
                for place, spent in enumerate(both)
            ],
        )
    )
    return [
        head,
        "|---|" + "---:|" * (2 * len(both)),
        *(f"| {name} | {' | '.join(_ms(ms) for pair in pairs for ms in pair)} |" for name, pairs in rows),
        "",
    ]


def remainder(portal: Spent, peer: Spent) -> str:
    """How much of the portal's own time is for what the peer does not do, and how the rest stands beside it."""
    alone = [
        name
        for name in sorted(portal.own, key=lambda each: -portal.own[each])
        if name != REST
        and _part(portal, name) >= _LEAST
        and peer.own.get(name, 0.0) < _HARDLY * portal.own[name]
    ]
    only = sum(portal.own[name] - peer.own.get(name, 0.0) for name in alone)
    rest = portal.own_ms - only
    sentence = (
        f"Of the portal's {_ms(portal.own_ms)} ms {_ms(only)} are for what the peer does not do, or hardly"
        f" ({'; '.join(alone) or 'nothing that is named here'}). The other {_ms(rest)} stand beside"
        f" {_ms(peer.own_ms)}: {peer.own_ms / rest if rest else 0.0:.2f}."
    )
    return textwrap.fill(sentence, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def _part(spent: Spent, name: str) -> float:
    return spent.of(name) / (spent.ms or 1.0)


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{max(0.0, value):.2f}"
