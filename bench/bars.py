"""What is asked of the portal, what was measured, and whether the one meets the other."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One demand: `requirement` and `measured` are words for a reader."""

    subject: str
    requirement: str
    measured: str
    holds: bool


def at_least(subject: str, bound: float, measured: float, of: str) -> Bar:
    """A ratio that may not be smaller."""
    return Bar(subject, f"at least {bound:.2f} of {of}", f"{measured:.2f}", measured >= bound)


def at_most(subject: str, bound: float, measured: float, unit: str) -> Bar:
    """A figure that may not be larger."""
    return Bar(subject, f"at most {bound:g} {unit}".strip(), f"{measured:.3g}", measured <= bound)


def all_hold(bars: Iterable[Bar]) -> bool:
    return all(bar.holds for bar in bars)


def table(bars: Iterable[Bar]) -> str:
    """The demands, one a row."""
    rows = [
        f"| {bar.subject} | {bar.requirement} | {bar.measured} | {'holds' if bar.holds else '**does not hold**'} |"
        for bar in bars
    ]
    return "\n".join(["| bar | asked | measured | |", "|---|---|---|---|", *rows])
