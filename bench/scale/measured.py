"""One size of the alliance that grows: what its pages, its regular work and its tables cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.pages.pair import Cost
from bench.processor_time import ProcessorTime
from bench.scale.limits import Limits

NOTE = "a note of one word, published"  # without projections, files and recipients
CHAIN, BACKUP = "the chain computed again", "a backup"
TIMES = 5  # requests for each page
DESK_PAGES = ("a member’s first page", "inbox", "journal", "secretariat")
API_LISTS = ("publications", "members", "reports", "verdicts", "changes")
PUBLIC_PAGES = ("home", "members", "a member", "reports", "publications", "comparison")


@dataclass
class Measured:
    """What each page costs, and each regular work; bytes of tables and of a backup; megabytes of processes."""

    members: int
    publications: int
    grown_in: float = 0.0
    pages: dict[str, Cost] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)  # of the desk pages
    failures: dict[str, str] = field(default_factory=dict)
    work: dict[str, ProcessorTime] = field(default_factory=dict)
    bytes_of: dict[str, int] = field(default_factory=dict)
    backup_bytes: int = 0
    web_mb: float = 0.0
    backend_mb: float = 0.0  # of a process of the database, for itself
    limits: Limits | None = None  # of the engines, at one of the sizes

    @property
    def title(self) -> str:
        return f"{self.members:,} members, {self.publications:,} publications"

    def mean(self, names: Sequence[str]) -> Cost:
        """Of those pages that were answered."""
        costs = [self.pages[name] for name in names if name in self.pages]
        count = max(1, len(costs))
        return Cost(
            sum(cost.ms for cost in costs) / count,
            sum(cost.database_ms for cost in costs) / count,
            sum(cost.bytes for cost in costs) // count,
        )

    def mean_queries(self, names: Sequence[str]) -> float:
        counts = [self.queries[name] for name in names if name in self.queries]
        return sum(counts) / max(1, len(counts))

    @property
    def share_of_database(self) -> float:
        """Of the processor time of all pages."""
        costs = self.pages.values()
        return sum(cost.database_ms for cost in costs) / max(1.0, sum(cost.all_ms for cost in costs))
