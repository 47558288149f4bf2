"""Chapters of the demonstration that upper floors tell.

An upper floor adds its chapter in its `apps.ready()`; its acts join the alliance's chronicle, so that everything
happens in one order of time.
"""

from collections.abc import Callable

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.chronicle import Chronicle

Chapter = Callable[[Cast, Calendar, Chronicle], None]
_CHAPTERS: list[Chapter] = []


def add_chapter(chapter: Chapter) -> None:
    """Have the chapter told whenever the demonstration is."""
    _CHAPTERS.append(chapter)


def schedule_chapters(cast: Cast, calendar: Calendar, chronicle: Chronicle) -> None:
    """Add the acts of all chapters to the chronicle."""
    for chapter in _CHAPTERS:
        chapter(cast, calendar, chronicle)
