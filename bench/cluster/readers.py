"""People who read public pages all the time; what they were answered, and whether an answer went back in time."""

import contextlib
import itertools
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.cluster.installation import Cluster

PAGES = (
    "/en/", "/en/publications/", "/en/members/", "/en/reports/", "/ru/", "/en/commitments/", "/en/practices/",
    "/en/search/?q=report", "/ru/publications/",
)  # fmt: skip
_READERS = 2
_PAUSE = 0.15  # seconds between two pages of a reader
_TIMEOUT = 10.0  # seconds after which a page was not answered
_NEWEST = re.compile(rb'href="/en/publications/(\d+)/"')
_NOTE = b'id="outage-note"'
# how old a page may be: one second until a process looks at the revision, and as long as it takes to be made
MOST_SECONDS_OLD = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: when it was asked for, how it was answered after how many seconds; the newest publication on it."""

    at: float
    address: str
    status: int
    seconds: float
    newest: int = 0
    has_note: bool = False  # that it is a saved copy, while the database is away


@dataclass
class Readers:
    """All answers, in the order in which they came."""

    answers: list[Answer] = field(default_factory=list)

    @contextlib.contextmanager
    def reading(self, cluster: Cluster) -> Iterator[None]:
        stopping = threading.Event()
        threads = [
            threading.Thread(target=self._read, args=(cluster, stopping, start), daemon=True)
            for start in range(_READERS)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join(2 * _TIMEOUT)

    def _read(self, cluster: Cluster, stopping: threading.Event, start: int) -> None:
        pages = itertools.cycle((*PAGES[start * 3 :], *PAGES[: start * 3]))
        while not stopping.wait(_PAUSE):
            address, at = next(pages), time.monotonic()
            status, body = cluster.get(address, _TIMEOUT)
            numbers = [int(number) for number in _NEWEST.findall(body)] if address == PAGES[1] else []
            newest = max(numbers, default=0)
            has_note = _NOTE in body
            self.answers.append(Answer(at, address, status, time.monotonic() - at, newest, has_note))

    def between(self, begin: float, end: float) -> "Period":
        return Period([answer for answer in self.answers if begin <= answer.at < end])

    def outdated(self) -> list[Answer]:
        """Pages that lacked a publication which another page had shown longer than MOST_SECONDS_OLD before."""
        shown = sorted((each.at + each.seconds, each.newest) for each in self.answers if each.newest)
        return [
            answer
            for answer in self.answers
            if answer.newest
            and answer.newest < max((n for at, n in shown if at < answer.at - MOST_SECONDS_OLD), default=0)
        ]


@dataclass(frozen=True, slots=True)
class Period:
    """What readers were answered in a while."""

    answers: Sequence[Answer]

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    @property
    def refused(self) -> int:
        return sum(answer.status != 200 for answer in self.answers)

    @property
    def noted(self) -> int:
        return sum(answer.has_note for answer in self.answers)

    def percentile(self, share: int) -> float:
        """Milliseconds of the pages that came."""
        times = [answer.seconds * 1000 for answer in self.answers if answer.status == 200]
        return statistics.quantiles(times, n=100)[share - 1] if len(times) > 1 else 0.0

    @property
    def longest_silence(self) -> float:
        """Seconds between two pages that came."""
        moments = sorted(answer.at + answer.seconds for answer in self.answers if answer.status == 200)
        return max((later - earlier for earlier, later in itertools.pairwise(moments)), default=0.0)
