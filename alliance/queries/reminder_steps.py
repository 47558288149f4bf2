"""The days on which reminders are planned: so long before a day, or each week after one, on working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7
_FRIDAY = 4


def working_day_before(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


def working_day_after(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > _FRIDAY else 0)


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """So many days before a day, and the day for which the reminder is planned."""

    days: int
    planned_on: date


def reached_step(
    day: date, now: date, steps: Iterable[int], announced_on: date | None
) -> ReminderStep | None:
    """The nearest step that has been reached; None where it was reached before people were notified of the day."""
    planned = (ReminderStep(step, _planned_day(day, step)) for step in steps)
    reached = [step for step in planned if step.planned_on <= now]
    if not reached:
        return None
    step = min(reached, key=lambda each: each.days)
    if announced_on is None:
        return step
    if day - timedelta(days=step.days) < announced_on:
        return None
    if step.planned_on < announced_on:  # on the weekend: not late on the next working day
        return ReminderStep(step.days, working_day_after(announced_on))
    return step


def _planned_day(day: date, step: int) -> date:
    """Not on a weekend, but for the last day itself."""
    return working_day_before(day - timedelta(days=step)) if step else day


def passed_week(since: date, now: date) -> tuple[int, date] | None:
    """How many weeks are over, and the day for which a reminder of that is planned; None in the first one.

    A week that ends on a weekend counts from the Friday before.
    """
    weeks = (now - since).days // WEEK + 1  # the next one may be due already
    for week in (weeks, weeks - 1):
        planned_on = working_day_before(since + timedelta(days=WEEK * week))
        if week > 0 and planned_on <= now:
            return week, planned_on
    return None
