"""A publication is on every public page within two seconds, in both processes of the web server, and stays there."""

import time
from http.client import HTTPConnection
from threading import Event, Thread
from typing import NamedTuple, Self

import pytest

from alliance.enums import Role
from alliance.models import Cycle, Organisation, Service
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import make_cycle, make_organisation, make_person, make_service, read_charter
from tests.support.installation import Installation
from tests.support.mail import wait_until
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

# all of them on one installation
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]

LIMIT = 2.0  # seconds from a publication to the last answer without it
LONGER = 1.5  # for which all answers are right after that
SETTLED = 12  # right answers in a row: by then each of the two processes has one in memory
MEMBER, VALUE = "fresh-video", "77.25"
SHARED = "public, max-age=0, must-revalidate"  # caches between ask again each time
NUMBER, FIGURE = "number", "figure"
SEARCH = (
    "/en/search/?q=fresh"  # what somebody typed is made for them alone, and no cache is told to ask again
)
# what each page says of the last publication: its number, as in the foot of every page, or the new figure
PAGES = {
    "/en/": NUMBER,
    "/ru/": NUMBER,
    f"/en/members/{MEMBER}/": NUMBER,
    f"/en/members/{MEMBER}.json": FIGURE,
    f"/en/members/{MEMBER}.csv": FIGURE,
    "/en/commitments/find/": NUMBER,
    "/en/cycles/2024-h1/": NUMBER,
    "/en/cycles/": NUMBER,
    "/en/reports/": NUMBER,
    "/en/compare/?indicator=time-to-removal": FIGURE,
    "/en/compare.csv?indicator=time-to-removal": FIGURE,
    "/en/promises/": NUMBER,
    "/en/changes/": NUMBER,
    "/en/data/": NUMBER,
    "/en/publications/": NUMBER,
    "/en/publications/1/": NUMBER,
    f"/en/reports/{MEMBER}/2024-h1/": NUMBER,
    SEARCH: NUMBER,
    "/en/figures/?indicator=time-to-removal": NUMBER,
    "/en/figures.csv?indicator=time-to-removal": FIGURE,
    f"/en/embed/members/{MEMBER}/": NUMBER,
    "/en/embed/compare/?indicator=time-to-removal": NUMBER,
    "/en/practices/": NUMBER,
    f"/en/members/{MEMBER}.atom": NUMBER,
    "/en/feed.atom": NUMBER,
    "/api/v1/publications/": NUMBER,
    f"/api/v1/figures/?member={MEMBER}": FIGURE,
}


class Answer(NamedTuple):
    status: int
    etag: str
    cache_control: str
    text: str


@pytest.fixture(scope="module")
def member(installation: Installation) -> Organisation:
    """A member with one published report."""
    del installation
    with acting_as(SYSTEM):
        member = make_organisation(MEMBER)
        make_person("Freya", member, Role.SIGNATORY)
        make_service(member, "fresh-clips")
        publish(member, make_cycle(read_charter(), "2024-h1"), "50")
    return member


def publish(member: Organisation, cycle: Cycle, hours: str) -> int:
    """A report of the member, and its cycle. Gives the number of the publication."""
    service = Service.objects.get(slug="fresh-clips")
    figures = {"speed": [submitted_figure("time-to-removal", hours, service=service.slug)]}
    number = make_published_report(cycle, member, figures, {"find": "complete"}).number
    make_published_cycle(cycle)
    return number


def ask(port: int, path: str, etag: str = "") -> Answer:
    """One answer on a connection of its own, which either process may take."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        response = connection.getresponse()
        headers = response.headers
        text = response.read().decode("utf-8", errors="replace")
        return Answer(response.status, headers.get("ETag", ""), headers.get("Cache-Control", ""), text)
    finally:
        connection.close()


def says(path: str, answer: Answer, number: int, hours: str) -> bool:
    """Whether the answer knows of this publication."""
    if answer.status != 200:
        return False
    if PAGES[path] == FIGURE:
        return hours in answer.text
    texts = (f"No. {number}<", f"No. {number},", f"№ {number},", f"№\N{NO-BREAK SPACE}{number},")
    return any(text in answer.text for text in (*texts, f"/publications/{number}/", f'"number":{number},'))


def settle(port: int, number: int, hours: str) -> dict[str, str]:
    """Ask for each page until both processes have it in memory as it is. Gives the ETags."""
    etags = {}
    for path in PAGES:
        for _turn in range(SETTLED):
            answer = ask(port, path)
            assert says(path, answer, number, hours), (path, answer.status)
        etags[path] = answer.etag
    return etags


class Watcher:
    """Readers who ask for each page again and again, as a browser does that has it already."""

    def __init__(self, port: int, etags: dict[str, str]) -> None:
        self.answers: list[tuple[float, str, Answer]] = []
        self._port, self._etags, self._has_begun, self._is_over = port, etags, Event(), Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._has_begun.wait(30), "each page was to be asked for once before something is published"
        return self

    def __exit__(self, *failure: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.05):  # programs may ask the API so often in a minute and no more
            for path, etag in self._etags.items():
                self.answers.append((time.monotonic(), path, ask(self._port, path, etag)))
            self._has_begun.set()


def test_a_publication_is_seen_everywhere_and_no_stale_page_after_it(
    installation: Installation, member: Organisation
) -> None:
    port = installation.port
    with acting_as(SYSTEM):
        before = Publication.objects.latest("number").number
    wait_until(lambda: says("/en/", ask(port, "/en/"), before, "50"), 30, "the first publication")
    time.sleep(LIMIT)
    etags = settle(port, before, "50")

    with Watcher(port, etags) as watcher:
        with acting_as(SYSTEM):
            number = publish(member, make_cycle(read_charter(), "2024-h2"), VALUE)
        published_at = time.monotonic()
        time.sleep(LIMIT + LONGER)

    stale = {
        path: max(asked_at - published_at, 0.0)
        for asked_at, path, answer in watcher.answers
        if not says(path, answer, number, VALUE)
    }
    assert stale.keys() == PAGES.keys()
    assert {path: round(age, 2) for path, age in stale.items() if age > LIMIT} == {}
    settle(port, number, VALUE)
    for path in PAGES.keys() - {SEARCH}:
        whole = ask(port, path)
        again = ask(port, path, whole.etag)
        assert (path, whole.cache_control, again.cache_control) == (path, SHARED, SHARED)
        assert (path, again.status, again.text) == (path, 304, "")
