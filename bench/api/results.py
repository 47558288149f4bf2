"""The results of the API bench: its section of the results page, and its bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.bars import Bar, at_least, at_most, table
from bench.pages.pair import Pair, Profile
from bench.results_page import measured_by

TITLE = "API"
OF_PEER, MOST_QUERIES = 0.6, 5


@dataclass(frozen=True, slots=True)
class MeasuredList:
    """A list beside its peer, what its time goes for, and what each of its queries reads or writes."""

    pair: Pair
    profile: Profile

    @property
    def queries(self) -> Sequence[str]:
        return self.profile.queries


def bars(lists: Sequence[MeasuredList]) -> list[Bar]:
    """Bar 4."""
    return [
        bar
        for api_list in lists
        for bar in (
            at_least(f"4. {api_list.pair.name}", OF_PEER, api_list.pair.ratio, "plain DRF"),
            at_most(f"4. Queries: {api_list.pair.name}", MOST_QUERIES, len(api_list.queries), ""),
        )
    ]


def report(lists: Sequence[MeasuredList], members: int) -> str:
    """The section: each list beside its peer, its queries one by one, the bars."""
    pairs = [api_list.pair for api_list in lists]
    return "\n".join([
        _HEAD.format(measured=measured_by("api"), members=f"{members:,}"),
        "| list of 50 | kB | portal, CPU ms | with the database | peer, CPU ms | with the database | ratio |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {pair.name} | {pair.portal.bytes / 1000:.1f} | {pair.portal.ms:.3g} | {pair.portal.all_ms:.3g}"
            f" | {pair.peer.ms:.3g} | {pair.peer.all_ms:.3g} | {pair.ratio:.2f} |"
            for pair in pairs
        ),
        "",
        "What each query is about, the one that sets who acts and the count of a token’s use among them:",
        "",
        *(f"- {api_list.pair.name}: {', '.join(api_list.queries)}" for api_list in lists),
        "",
        table(bars(lists)),
        "",
        "The time of each, by what it buys; looked at as in *Pages*:",
        "",
        *(line for api_list in lists for line in api_list.profile.report()),
    ])  # fmt: skip


_HEAD = """{measured} The demonstration's alliance, grown to {members}
members. Portal and peer are web processes of their own that are asked in turn, A B A B, without a server between; the
middle of the rounds counts. A millisecond is one that the web process spends on its processor, beside it together with
the database's process; the ratio is that of the web processes. No answer comes from memory, which is turned off
(`PAGE_CACHE_MB=0`): the list that everybody may read has a copy there otherwise. None of these members has left: where
the page has one that did, the journal is asked once until when each was a member.

The peer is Django with DRF and without middleware: it reads the same rows by a `ModelSerializer`, page by page with
DRF's cursor; ready text makes its answer as long as the portal's. It asks nobody who they are. The portal learns of a
token whose it is, whether its owner still has access there and the second factor that they need, in which other
organisations they are, and counts its use: four queries, and one more that tells the database who acts, so that
row-level security holds for the list. Each row of one's own reports decides with its cycle, charter and organisation
what may be done with it. The peer says no such thing.
"""
