"""The next cycle from the last: leap years, ends of months, halves, quarters, odd periods; names in pattern."""

from datetime import date

import pytest

from alliance.models import Charter, Cycle
from alliance.services.next_cycle import add_months, propose_next_cycle


def cycle_from(starts_on: str, ends_on: str, due_on: str, title: str, slug: str, title_ru: str = "") -> Cycle:
    return Cycle(
        slug=slug, title_en=title, title_ru=title_ru or title, charter=Charter(key="c", version=1),
        starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on),
        due_on=date.fromisoformat(due_on), grace_days=7, review_days=30, response_days=21,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "period", "due_on", "title", "slug"),
    [
        (
            ("2026-01-01", "2026-06-30", "2026-08-31", "January–June 2026", "2026-h1"),
            ("2026-07-01", "2026-12-31"), "2027-02-28", "July–December 2026", "2026-h2",
        ),
        (
            ("2026-07-01", "2026-12-31", "2027-02-28", "July–December 2026", "2026-h2"),
            ("2027-01-01", "2027-06-30"), "2027-08-31", "January–June 2027", "2027-h1",
        ),
        (  # the end of February in a leap year
            ("2027-01-01", "2027-06-30", "2027-08-31", "Half 1 of 2027", "2027-h1"),
            ("2027-07-01", "2027-12-31"), "2028-02-29", "Half 2 of 2027", "2027-h2",
        ),
        (
            ("2026-10-01", "2026-12-31", "2027-01-30", "Q4 2026", "2026-q4"),
            ("2027-01-01", "2027-03-31"), "2027-04-30", "Q1 2027", "2027-q1",
        ),
        (
            ("2027-01-01", "2027-12-31", "2028-02-29", "2027", "2027"),
            ("2028-01-01", "2028-12-31"), "2029-02-28", "2028", "2028",
        ),
        (
            ("2026-12-01", "2026-12-31", "2027-01-15", "December 2026", "2026-12"),
            ("2027-01-01", "2027-01-31"), "2027-02-15", "January 2027", "2027-01",
        ),
        (  # no whole months: as many days later
            ("2026-01-05", "2026-01-25", "2026-02-10", "Pilot", "pilot"),
            ("2026-01-26", "2026-02-15"), "2026-03-03", "Pilot", "pilot",
        ),
    ],
    ids=["half", "half over the year", "leap year", "quarter", "year", "month", "days"],
)  # fmt: skip
def test_everything_is_one_period_later(
    last: tuple[str, str, str, str, str], period: tuple[str, str], due_on: str, title: str, slug: str
) -> None:
    plan = propose_next_cycle(cycle_from(*last))

    assert (plan.starts_on.isoformat(), plan.ends_on.isoformat()) == period
    assert plan.due_on.isoformat() == due_on
    assert (plan.titles["en"], plan.slug) == (title, slug)
    assert (plan.grace_days, plan.review_days, plan.response_days) == (7, 30, 21)


def test_russian_months_follow_in_their_case() -> None:
    last = cycle_from("2026-01-01", "2026-06-30", "2026-08-31", "x", "x", "январь — июнь 2026")

    assert propose_next_cycle(last).titles["ru"] == "июль — декабрь 2026"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 6, "2028-08-31"),
        ("2026-08-30", 6, "2027-02-28"),
        ("2026-03-15", 12, "2027-03-15"),
    ],
)
def test_months_are_added_to_the_end(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == later
