"""Which pages are asked for, and by whom: those of the policy tables that show something, and their longer forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.urls import reverse

from alliance.enums import CycleState
from alliance.models import Cycle, Finding, Report
from alliance.queries.local_dates import day_of
from bench.desks.members import MANAGER, REVIEWERS, slug_of
from bench.desks.places import UrlKwargs

# imported by name: the types of the tests are not checked
_POLICY = import_module("tests.policy")
Case: Any = _POLICY.Case
PUBLIC, SECRETARIAT, WORKSPACE = _POLICY.PUBLIC, _POLICY.SECRETARIAT, _POLICY.WORKSPACE
# the letters of the policy tables, by whom they stand for here
_DESK = {"mona": "manager", "rita": "reviewer"}
_MEMBER = {"alice": "editor", "sven": "signatory"}
_SHOWN = "o"
# of other parts of the portal, which have benches of their own or no more rows in a large alliance; a file that
# somebody has uploaded is as long as it is
_ELSEWHERE = (
    "correction-file",
    "practice",
    "group",
    "request",
    "affiliation",
    "adoption",
    "search-",
    "import",
    "moderation",
    "offer",
)
# the day that the policy tables name; a small alliance has nothing from before it, a large one its first years
_BEFORE_THE_RECORD = "2020-01-01"
# lists at their longest, beside what the tables ask for
_LONGER = (
    ("secretariat:review-list", "", "?state=any&sort=-member"),
    ("secretariat:review-list", "", "?state=any&page=3"),
    ("secretariat:cycle", "cycle.open", ""),
    ("secretariat:cycle", "cycle.concluded", "?show=all&order=due"),
    ("secretariat:member-list", "", "?page=2"),
    ("secretariat:pledge-list", "", "?show=public"),
    ("secretariat:finding-list", "", "?show=all"),
    ("secretariat:journal", "", "?page=200"),
    ("secretariat:inbox", "", "?page=2"),
    ("secretariat:search", "", "?q=children"),
    ("secretariat:review", "report.concluded", ""),
    ("secretariat:review-measure", "review.measure", "?others=1"),
)
# a word of every text, some of many, a harm with its synonyms, a choice, a misspelt word, a question
_SEARCHES = (
    "?q=children",
    "?q=children+services&order=match",
    "?q=grooming",
    "?q=children&kind=passage&language=en",
    "?q=complaimts",
    "?q=which+company+removes+harmful+content+fastest",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One address and who asks for it; the public is nobody."""

    route: str
    address: str
    reader: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        return f"{self.route}{'?' + self.address.partition('?')[2] if '?' in self.address else ''}"


def pages(places: Mapping[str, UrlKwargs]) -> Iterator[Page]:
    """Every page that an object of this alliance fills; by each reader who may see it."""
    for case in (*SECRETARIAT, *(Case(*row[:2], get="L 444 4 ooo 4 44L", query=row[2]) for row in _LONGER)):
        yield from _pages_of_desk(case, places)
    for case in WORKSPACE:
        yield from _pages_of_member(case, places)
    day = _day_between_cycles()
    for case in PUBLIC:
        address = _address(case, places)
        if address and case.expected("GET")["vera"] == _SHOWN:
            yield Page(case.route, address.replace(_BEFORE_THE_RECORD, day))
    for query in _SEARCHES:
        yield Page("public:search", reverse("public:search") + query)


def _day_between_cycles() -> str:
    """The day after the last cycle but one was published: all alliances have had the same by then."""
    *_others, before, _last = Cycle.objects.filter(state=CycleState.PUBLISHED).order_by("starts_on")
    assert before.published_at is not None, "it is published"
    return (day_of(before.published_at) + timedelta(days=1)).isoformat()


def left_out(places: Mapping[str, UrlKwargs]) -> list[str]:
    """The pages of the tables that nothing in this alliance fills."""
    return sorted(
        {str(case) for case in (*SECRETARIAT, *WORKSPACE, *PUBLIC) if _address(case, places) is None}
    )


def _pages_of_desk(case: Any, places: Mapping[str, UrlKwargs]) -> Iterator[Page]:
    address = _address(case, places)
    emails = {"manager": f"{MANAGER}@secretariat.example", "reviewer": f"{REVIEWERS[0]}@secretariat.example"}
    for actor, reader in _DESK.items():
        if address and case.expected("GET")[actor] == _SHOWN:
            yield Page(case.route, address, reader, emails[reader])


def _pages_of_member(case: Any, places: Mapping[str, UrlKwargs]) -> Iterator[Page]:
    """As the editor, where it may see the page, else as the signatory, of the member that the object belongs to."""
    address = _address(case, places)
    reader = next((name for actor, name in _MEMBER.items() if case.expected("GET")[actor] == _SHOWN), None)
    if address and reader:
        yield Page(case.route, address, reader, f"{reader}@{_owner(case, places)}.example")


def _owner(case: Any, places: Mapping[str, UrlKwargs]) -> str:
    if case.object_name.startswith("finding"):
        return Finding.objects.get(pk=places[case.object_name]["pk"]).organisation.slug
    if case.object_name.startswith(("report", "receipt")):
        return Report.objects.get(pk=places[case.object_name]["pk"]).organisation.slug
    return slug_of(1)


def _address(case: Any, places: Mapping[str, UrlKwargs]) -> str | None:
    if case.object_name not in places or case.route.partition(":")[2].startswith(_ELSEWHERE):
        return None
    kwargs: dict[str, Any] = {**places[case.object_name], **case.extra_kwargs}
    return reverse(case.route, kwargs=kwargs) + case.query
