"""Every page by the table of who gets what, so that a new page is among them: as whom it is opened, and where."""

from typing import NamedTuple

from django.urls import reverse
from django.utils import translation

from tests.policy import CASES, Case
from tests.support.no_pages import NO_PAGES
from tests.support.world import World
from tests.support.world_public import DAY_IN_THE_RECORD

# As whom: the first of these who may.
PREFERRED_READERS = ("vera", "sven", "rita", "mona", "alice")
# The templates of answers that no route of the table gives.
ERRORS = (
    "400.html",
    "403_csrf.html",
    "405.html",
    "410.html",
    "413.html",
    "413_fields.html",
    "422_fields.html",
    "429.html",
    "500.html",
    "503.html",
)

# Pages that are read as they stood on a day; the world's record began before it.
AS_IT_STOOD = (
    ("public:home", ""),
    ("public:commitment", "public.commitment"),
    ("public:cycle", "public.cycle"),
    ("public:member", "public.member"),
    ("public:promise-list", ""),
)


class PageToInspect(NamedTuple):
    """As whom, by which name in messages and turns, at which URL, with which answer, whether always in both ways."""

    who: str
    name: str
    address: str
    status: int = 200
    both: bool = False

    def address_in(self, language: str) -> str:
        return self.address.replace("/en/", f"/{language}/", 1)


def page_cases() -> list[Case]:
    return [line for line in CASES if line.route not in NO_PAGES and "o" in line.expected("GET").values()]


def pages(world: World) -> list[PageToInspect]:
    with translation.override("en"):
        return [
            PageToInspect(
                reader_of(line),
                f"{line.route} {line.object_name}{line.query}".strip(),
                address(world, line),
            )
            for line in page_cases()
        ] + [
            PageToInspect(
                "vera",
                f"{route} {record}?as-of={DAY_IN_THE_RECORD}",
                f"{reverse(route, kwargs=world[record] if record else {})}?as-of={DAY_IN_THE_RECORD}",
            )
            for route, record in AS_IT_STOOD
        ]


def reader_of(line: Case) -> str:
    return next(
        name for name in (*PREFERRED_READERS, *line.expected("GET")) if line.expected("GET")[name] == "o"
    )


def address(world: World, line: Case) -> str:
    return (
        reverse(
            line.route, kwargs={**(world[line.object_name] if line.object_name else {}), **line.extra_kwargs}
        )
        + line.query
    )


def public_pages(world: World) -> list[PageToInspect]:
    """Those that somebody gets who is not signed in: by the table of who gets what, so that a new one is among them."""
    return [page for page in pages(world) if page.who == "vera"]
