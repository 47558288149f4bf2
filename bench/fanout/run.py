"""`manage.py bench fanout`: one act, notified to ten thousand people by the portal's own jobs.

Processor time counts that of this process and of the database's that serves it.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.bars import Bar, all_hold, at_least, at_most, table
from bench.fanout.hints import one_by_one, sweep
from bench.fanout.letters import mail_server, send
from bench.fanout.recipients import cancel_pending_jobs, due, make_alliance, make_published_cycle
from bench.fanout.rows import insert, route
from bench.processor_time import ProcessorTime
from bench.profiling import Profiled, Spent, profile_table
from bench.purposes import OF_FAN_OUT
from bench.results_page import PAGE, measured_by, write_section

TITLE = "Notifying ten thousand people"
PEOPLE, LETTERS = 10_000, 400
MOST_FOR_ROWS, LEAST_FOR_HINTS, LEAST_FOR_MAIL = 3.0, 10.0, 0.85
_ROUNDS = 3


@dataclass
class FanoutResults:
    """Milliseconds of the processor, and letters a second; portal and peer in the same order."""

    people: int
    routed: list[float] = field(default_factory=list)
    inserted: list[float] = field(default_factory=list)
    swept: list[float] = field(default_factory=list)
    one_by_one: list[float] = field(default_factory=list)
    sent: list[ProcessorTime] = field(default_factory=list)
    sent_over_one: list[ProcessorTime] = field(default_factory=list)
    letters: int = 0
    profile: Spent | None = None  # of routing

    def rate(self, runs: Sequence[ProcessorTime]) -> float:
        """Letters a second by the clock."""
        return self.letters / statistics.median(run.seconds for run in runs)


def measure(people: int, letters: int, rounds: int = _ROUNDS) -> FanoutResults:
    """Portal and peer in turn, so many rounds; each round is a new act."""
    figures = FanoutResults(people, letters=min(letters, people // 2))
    manager = make_alliance()
    cycle = make_published_cycle(people)
    with mail_server():
        for _round in range(rounds):
            figures.routed.append(route(manager, cycle, people))
            figures.inserted.append(insert(cycle, people))
            rows = due()
            figures.swept.append(sweep(len(rows)))
            figures.one_by_one.append(one_by_one(rows))
            first, second = rows[: figures.letters], rows[figures.letters : 2 * figures.letters]
            figures.sent.append(send(first))
            figures.sent_over_one.append(send(second, reuses_connection=True))
            cancel_pending_jobs()
    with Profiled(OF_FAN_OUT) as profiled:
        route(manager, cycle, people)
    figures.profile = profiled.spent
    return figures


def bars(figures: FanoutResults) -> list[Bar]:
    """Bar 7."""
    rows = statistics.median(figures.routed) / statistics.median(figures.inserted)
    hints = statistics.median(figures.one_by_one) / statistics.median(figures.swept)
    mail = figures.rate(figures.sent) / figures.rate(figures.sent_over_one)
    return [
        at_most("7. Inbox items and letters as rows", MOST_FOR_ROWS, rows, "times a raw insert"),
        Bar(
            "7. Hints to workers",
            f"at least {LEAST_FOR_HINTS:.0f} times cheaper than a task for each row",
            f"{hints:.1f} times",
            hints >= LEAST_FOR_HINTS,
        ),
        at_least("7. Letters a second", LEAST_FOR_MAIL, mail, "a connection that stays open"),
    ]


def report(figures: FanoutResults) -> str:
    """The section."""
    rows, raw = statistics.median(figures.routed), statistics.median(figures.inserted)
    swept, single = statistics.median(figures.swept), statistics.median(figures.one_by_one)
    sent, over_one = figures.rate(figures.sent), figures.rate(figures.sent_over_one)
    head = _HEAD.format(
        measured=measured_by("fanout"), people=f"{figures.people:,}", letters=f"{figures.letters:,}"
    )
    lines = [
        head,
        "| work | portal | beside it | |",
        "|---|---|---|---|",
        f"| an inbox item, a letter and a job for each: CPU ms | {rows:,.0f} | {raw:,.0f} | {rows / raw:.1f} times |",
        f"| all jobs named to workers: CPU ms | {swept:,.0f} | {single:,.0f} | {single / swept:.0f} times cheaper |",
        f"| letters a second | {sent:,.0f} | {over_one:,.0f} | {sent / over_one:.2f} |",
        "",
        table(bars(figures)),
        "",
        *_profile(figures, rows),
    ]
    return "\n".join(lines)


def _profile(figures: FanoutResults, ms: float) -> list[str]:
    """What routing spends its time for; a raw insert writes the rows, and asks for nothing."""
    if figures.profile is None:
        return []
    share = ms / figures.profile.ms
    own = figures.profile.own_ms
    scaled = figures.profile.scaled(own * share, (figures.profile.ms - own) * share)
    return ["What the first of these costs is for:", "", *profile_table(scaled)]


def main(arguments: Sequence[str]) -> int:
    """Gather the people, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench fanout", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="recipients, by tens")
    parser.add_argument(
        "--letters", type=int, default=LETTERS, help="letters that are really sent, each round"
    )
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is done in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    figures = measure(options.people, options.letters, options.rounds)
    print(write_section(TITLE, report(figures), options.report))
    return 0 if all_hold(bars(figures)) else 1


_HEAD = """{measured} A cycle is published, and {people} people of its members
are notified, ten of each. Portal and peer in turn, A B A B; the middle of the rounds counts. A millisecond is one of
the processor, here and in the database's process together.

The portal's job routes the act: it finds the recipients, checks whether they may see it, and writes an inbox item,
a letter and its job for each; beside it the same rows, known beforehand, in large statements.
Then the sweeper names the jobs to the workers in hundreds; beside it a task for each row. {letters} letters of each
round are really sent over SMTP, hint by hint as a worker does; beside them as many on one connection that is kept
open.

Rows written raw ask nobody. The portal checks each of the thousand organisations: the database is told who acts, and
asked whether its people may see the event and what it says of their own report. And it finds the people, each with
every membership that decides what they may see: once to divide them into parts, and once more when a part is notified,
since access may have ended meanwhile.
"""
