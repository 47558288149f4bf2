"""The results of the pages bench: its section of the results page, and its bars."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.bars import Bar, at_least, at_most, table
from bench.pages.pair import Cost, Pair, Profile
from bench.pages.serving import Throughput
from bench.results_page import measured_by

TITLE = "Pages"
FROM_MEMORY, UNCACHED = 0.8, 0.6  # of the peer
FRESH, MOST_ON_A_LIST, MOST_ON_HOME = 2.0, 6, 10
_SENTENCE = "public:application-sent"
MOST_GROWTH, MOST_FOR_A_QUERY = 5.0, 1.5  # MB for 300 requests; times the plain address, with some noise


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What a public page costs in the largest alliance, and its queries in each; None where it was not there."""

    name: str
    cost: Cost
    queries: Sequence[int | None]

    @property
    def is_same(self) -> bool:
        """It takes as many queries in each alliance."""
        return len(set(self._counts)) == 1

    @property
    def is_bounded(self) -> bool:
        """It takes no more in a larger alliance: a feed asks for each kind that is among its newest fifty entries."""
        return self._counts[0] == max(self._counts)

    @property
    def _counts(self) -> list[int]:
        return [count for count in self.queries if count is not None]


@dataclass
class PageResults:
    """Everything that one run has measured."""

    queries: Mapping[int, Mapping[str, int]]  # by members, by page
    cached: Pair
    lists: Sequence[Pair]
    detail: Pair
    home: Cost
    served: Sequence[Throughput] = ()
    fresh_after: float = field(default=float("inf"))
    growth: float = field(default=float("inf"))  # MB, of 300 requests with an unknown query
    query_cost: float = field(default=float("inf"))  # times the plain address
    profiles: Sequence[Profile] = ()
    public: Sequence[PublicPage] = ()
    left_out: Sequence[str] = ()  # routes of which this alliance has nothing to show


def bars(figures: PageResults) -> list[Bar]:
    """Bars 1 to 3, and 10."""
    slowest = min(figures.lists, key=lambda pair: pair.ratio)
    last = list(figures.queries.values())[-1]
    on_lists = max(last[pair.name] for pair in figures.lists)
    return [
        at_least("1. A public page from memory", FROM_MEMORY, figures.cached.ratio, "a bare view"),
        at_most("1. A publication is seen after", FRESH, figures.fresh_after, "s"),
        at_least(f"2. A list of 50, the dearest: {slowest.name}", UNCACHED, slowest.ratio, "its peer"),
        at_most("2. Queries of a list", MOST_ON_A_LIST, on_lists, ""),
        Bar(
            f"2. The same queries for {', '.join(f'{size:,}' for size in figures.queries)} members",
            "the same",
            "the same" if _steady(figures) else "not the same",
            _steady(figures),
        ),
        Bar(
            "2. The same queries of every public page",
            "the same",
            f"{sum(page.is_same for page in figures.public)} of {len(figures.public)}",
            all(page.is_same for page in figures.public),
        ),
        Bar(
            "Beside it, a bar of the bench's own: no public page asks more where there are more members",
            "no more",
            f"{sum(page.is_bounded for page in figures.public)} of {len(figures.public)}",
            all(page.is_bounded for page in figures.public),
        ),
        at_least("3. A member, uncached", UNCACHED, figures.detail.ratio, "its peer"),
        at_most("3. Queries of a member's first page", MOST_ON_HOME, last["first page"], ""),
        at_most("10. 300 requests with `?x=n` let a process grow by", MOST_GROWTH, figures.growth, "MB"),
        at_most("10. Such a request costs", MOST_FOR_A_QUERY, figures.query_cost, "times the plain address"),
    ]


def _steady(figures: PageResults) -> bool:
    first, *others = figures.queries.values()
    return all(other == first for other in others)


def report(figures: PageResults) -> str:
    """The section: each page beside its peer, then over real servers, then the bars."""
    members = f"{max(figures.queries):,}"
    return "\n".join([
        _HEAD.format(measured=measured_by("pages"), members=members),
        "| page | kB | portal, CPU ms | with the database | peer, CPU ms | with the database | ratio | queries |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(pair, figures) for pair in (figures.cached, *figures.lists, figures.detail)),
        f"| a member's first page | {_kb(figures.home)} | {figures.home.ms:.2f} | {figures.home.all_ms:.2f}"
        f" | | | | {_last(figures)['first page']} |",
        "",
        *_frame(figures),
        *_profiles(figures),
        _SERVED,
        "| page | portal, answers a second | peer, answers a second | ratio |",
        "|---|---|---|---|",
        *(
            f"| {each.name} | {each.portal:,.0f} | {each.peer:,.0f} | {each.portal / each.peer:.2f} |"
            for each in figures.served
        ),
        "",
        table(bars(figures)),
        "",
        *_unsteady(figures),
        *_public_table(figures),
    ])  # fmt: skip


def _frame(figures: PageResults) -> list[str]:
    """What a page costs that says one sentence, and how the lists stand beside their peers without that."""
    frame = next((page.cost for page in figures.public if page.name == _SENTENCE), None)
    if frame is None:
        return []
    without = ", ".join(
        f"{pair.name} {pair.peer.ms / (pair.portal.ms - frame.ms):.2f}" for pair in figures.lists
    )
    return [_FRAME.format(ms=f"{frame.ms:.1f}", without=without), _REMAINDER]


def _profiles(figures: PageResults) -> list[str]:
    """What the time of each page goes for that costs more than its peer, or asks more than its bar; and its queries."""
    if not figures.profiles:
        return []
    return [
        _PROFILED,
        *(line for each in figures.profiles for line in each.report()),
        "What their queries are about:",
        "",
        *(f"- {each.name}: {_asked(each.queries)}" for each in figures.profiles),
        "",
    ]


def _asked(queries: Sequence[str]) -> str:
    counts = Counter(queries)
    return "; ".join(f"{count} × {about}" if count > 1 else about for about, count in counts.items())


def _unsteady(figures: PageResults) -> list[str]:
    """Which pages miss bar 2 as it is written, and why."""
    pages = [page for page in figures.public if not page.is_same]
    return (
        [_UNSTEADY.format(pages=", ".join(f"`{page.name}` ({_counts(page)})" for page in pages))]
        if pages
        else []
    )


def _public_table(figures: PageResults) -> list[str]:
    """All public pages, the dearest first."""
    sizes = ", ".join(f"{size:,}" for size in figures.queries)
    dearest = sorted(figures.public, key=lambda page: -page.cost.all_ms)
    return [
        _PUBLIC.format(left_out=", ".join(f"`{name}`" for name in figures.left_out) or "none"),
        f"| page | kB | CPU ms | of which the database's | queries, {sizes} members |",
        "|---|---|---|---|---|",
        *(
            f"| `{page.name}` | {_kb(page.cost)} | {page.cost.all_ms:.0f} | {page.cost.database_ms:.1f}"
            f" | {_counts(page)} |"
            for page in dearest
        ),
    ]


def _counts(page: PublicPage) -> str:
    known = ["–" if count is None else str(count) for count in page.queries]
    if page.is_same:
        return next(each for each in known if each != "–")
    return ", ".join(known) if page.is_bounded else f"**{', '.join(known)}**"


def _last(figures: PageResults) -> Mapping[str, int]:
    return list(figures.queries.values())[-1]


def _row(pair: Pair, figures: PageResults) -> str:
    queries = _last(figures).get(pair.name, 0)
    return (
        f"| {pair.name} | {_kb(pair.portal)} | {pair.portal.ms:.3g} | {pair.portal.all_ms:.3g}"
        f" | {pair.peer.ms:.3g} | {pair.peer.all_ms:.3g} | {pair.ratio:.2f} | {queries} |"
    )


def _kb(cost: Cost) -> str:
    return f"{cost.bytes / 1000:.1f}"


_HEAD = """{measured} The demonstration's alliance, grown to {members} members
who each filed in every half-year. Portal and peer are web processes of their own that are asked in turn, A B A B,
without a server between; the middle of the rounds counts. A millisecond is one that the web process spends on its
processor, beside it together with the database's process; the ratio is that of the web processes: 1 is as cheap as
the peer. No page but the first is answered from memory: the portal forgets its copies before each request.

The peer is Django without middleware, visibility policies, languages or navigation: it reads the same rows by the
ORM and writes their facts by one template; ready text makes its page as long as the portal's. Beside the page from
memory stands a view that returns ready bytes. Queries are all that a page sends but those that open and end its
transaction.
"""
_FRAME = """\
A page that says one sentence costs {ms} ms: the whole middleware, the database told who acts, head, navigation and
foot in the reader's language, and the copy for the next reader, compressed and with its digest. The peer has none of
these. Without them the ratios are: {without}.
"""
_REMAINDER = """\
A member's page has no peer that shows the same. Beside what the peer shows, the portal's has the ledger of its
promises with a drawing of each (every published figure of it, through all versions of the charter, and what the
verdicts said), a sun for each cycle, from which version of the charter on each accession and pledge holds, who ran a
service before and after, withdrawn pledges, practices; a query for each of these.

A member's first page asks five times who it is (session, person, memberships, and twice the database is told who acts),
and once for each thing that may wait for this person: reports, pledges, sections given to them, questions of
reviewers and of the public, comments asked for, messages and which are unread, practices. Their number does not grow
with the alliance.
"""
_PROFILED = """Where a page misses its bar, its time by what it buys: the stack is looked at some hundred times a second
of the processor, and each statement is counted in the database's process; shares are of the milliseconds above. *Who
asks* is session or token, person, memberships, second factor; *who may see it* tells the database who acts, and what
may be done; *a copy for the next reader* is one that knows until when it is right, compressed, with its digest;
*middleware* is headers, log, metrics and checks of what was sent.
"""
_UNSTEADY = """Not every public page asks as often at each size: {pages}. They ask once for each kind of entry that is
among those they show, or for what only some alliances have: fewer where all of these are of one kind, and never more
than their kinds, however many members there are. That is another bar than the written one, so that both stand above.
"""
_PUBLIC = """Every public page of the same alliance, none answered from memory. They are those of the policy tables
(`tests/policy`), which have a line for each route: a new page stands here by itself. This alliance has nothing to show
at: {left_out}.
"""
_SERVED = """Over gunicorn, two sync workers asked by two clients on the same machine, in turn:
"""
