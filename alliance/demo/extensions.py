"""Chapters that upper layers add to the demonstration.

An upper layer adds its chapter in its `apps.ready()`; its acts join the alliance's schedule, so that everything
happens in one order of time.
"""

from collections.abc import Callable

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.schedule import Schedule

DemoExtension = Callable[[Cast, Calendar, Schedule], None]
_EXTENSIONS: list[DemoExtension] = []


def register_demo_extension(extension: DemoExtension) -> None:
    """Add the chapter to every demonstration."""
    _EXTENSIONS.append(extension)


def schedule_demo_extensions(cast: Cast, calendar: Calendar, schedule: Schedule) -> None:
    """Add the acts of all chapters to the schedule."""
    for chapter in _EXTENSIONS:
        chapter(cast, calendar, schedule)
