"""Chapters of the demonstration that upper floors tell.

An upper floor adds its chapter in its `apps.ready()`; its acts join the alliance's chronicle, so that everything
happens in one order of time.
"""

from collections.abc import Callable

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.schedule import Schedule

DemoExtension = Callable[[Cast, Calendar, Schedule], None]
_EXTENSIONS: list[DemoExtension] = []


def register_demo_extension(extension: DemoExtension) -> None:
    """Have the chapter told whenever the demonstration is."""
    _EXTENSIONS.append(extension)


def schedule_demo_extensions(cast: Cast, calendar: Calendar, schedule: Schedule) -> None:
    """Add the acts of all chapters to the chronicle."""
    for chapter in _EXTENSIONS:
        chapter(cast, calendar, schedule)
