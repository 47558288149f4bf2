"""Every page of every face in a real browser: axe, a telephone's width, the console, in both schemes.

Wide pages are looked at in English, in light and dark; narrow ones in Russian, whose words are longer, in dark.
"""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser

from alliance.models import Person, Site
from alliance.queries.site import read_site
from portal.mailbox import FileBackend, letters
from tests.policy import LINES, Line
from tests.support.routes import route_names
from tests.support.walk import NARROW, WIDE, Inspector, open_page
from tests.support.world import World, make_world

# What answers a GET, and is no page.
NO_PAGES = {
    "health-live": "a line of text for the machine that watches",
    "health-ready": "data for the machine that watches",
    "metrics": "figures for the machine that watches",
    "robots": "lines for crawlers",
    "sitemap": "addresses for crawlers",
    "sitemap-section": "addresses for crawlers",
    "security-txt": "lines for finders of weaknesses",
    "display-css": "a stylesheet",
    "app-picture": "a picture",
    "session-corner": "a piece of a page, fetched into the public ones",
    "session-start": "leads on; who has no access is shown a page of errors, which stands among those",
    "personal-data-progress": "a piece of the page about one's own data",
    "personal-data-file": "a file",
    "site-mark": "a picture",
    "document-progress": "a piece of the document's page",
    "document-file": "a file",
    "dev-mail-html": "a letter's own markup, which is the mail program's to show",
    "public:commitment-figures": "a table as a file",
    "public:cycle-matrix": "a table as a file",
    "public:report-data": "data as a file",
    "public:report-figures": "a table as a file",
    "public:report-document-progress": "a piece of the document's page",
    "document-numbered": "leads on to the document's page",
    "public:report-file-pdf": "a file",
    "public:report-file-xlsx": "a file",
    "public:report-file-json": "a file",
    "public:cycle-document-progress": "a piece of the document's page",
    "public:cycle-file": "a file",
    "public:report-evidence": "a file",
    "public:publication-body": "the bytes of a record",
    "public:compare-table": "a table as a file",
    "public:feed": "a feed",
    "public:practice-list-data": "data as a file",
    "public:practice-data": "data as a file",
    "public:practice-feed": "a feed",
    "public:practice-attachment": "a file",
    "workspace:report-presence": "a piece of the editor",
    "workspace:report-submission": "the bytes of a submission",
    "workspace:evidence": "a file",
    "workspace:practice-file": "a file",
    "secretariat:practice-file": "a file",
    "workspace:practice-markdown": "a file",
    "secretariat:practice-markdown": "a file",
    "workspace:practice-json": "a file",
    "secretariat:practice-json": "a file",
    "workspace:practice-openings-table": "a file",
    "workspace:practice-titles": "a part of a page",
    "secretariat:practice-titles": "a part of a page",
    "workspace:import-progress": "a part of a page",
    "secretariat:evidence": "a file",
}
# The demonstration's own, which the table of who sees what has as pages for nobody.
DEMONSTRATION = ("components", "dev-mail", "dev-mail-message")
# Through whose eyes: the first of these who may.
EYES = ("vera", "sven", "rita", "mona", "alice")
FACES = ("roof", "public", "workspace", "secretariat")
ERRORS = ("400.html", "403_csrf.html", "405.html", "410.html", "413.html", "429.html", "500.html", "503.html")


def pages() -> list[Line]:
    return [line for line in LINES if line.route not in NO_PAGES and "o" in line.expected("GET").values()]


def face_of(line: Line) -> str:
    return line.route.partition(":")[0] if ":" in line.route else "roof"


def eyes(line: Line) -> str:
    return next(name for name in (*EYES, *line.expected("GET")) if line.expected("GET")[name] == "o")


@pytest.fixture
def world(live_server: Any, settings: Any, tmp_path: Path) -> World:
    """Everything in it once, and the demonstration's own pages."""
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    with transaction.atomic():
        made = make_world()
        Site.objects.update_or_create(id=1, defaults={"name_en": "The alliance", "name_ru": "Альянс"})
    read_site.forget()
    FileBackend().send_messages(
        [EmailMessage("Привет", "Hello", "portal@localhost", ["alice@aurora.example"])]
    )
    return made


def address(world: World, line: Line) -> str:
    return reverse(line.route, kwargs={**(world[line.place] if line.place else {}), **line.also}) + line.query


def walked(browser: Browser, world: World, url: str, places: list[tuple[str, str, int]]) -> list[str]:
    """What is wrong with pages (whose eyes, address, status): wide in English, then narrow in Russian."""
    faults: list[str] = []
    for language, width in (("en", WIDE), ("ru", NARROW)):
        Person.objects.update(language=language)
        for name in dict.fromkeys(name for name, _place, _status in places):
            with open_page(browser, url, world.people.get(name), locale=language) as page:
                inspector = Inspector(page)
                for who, place, status in places:
                    if who == name:
                        spoken = place.replace("/en/", f"/{language}/", 1)
                        inspector.inspect(url + spoken, width, status)
                faults += inspector.faults
    return faults


@pytest.mark.parametrize("face", FACES)
def test_every_page_stands(world: World, browser: Browser, live_server: Any, face: str) -> None:
    with translation.override("en"):
        places = [(eyes(line), address(world, line), 200) for line in pages() if face_of(line) == face]

    assert walked(browser, world, live_server.url, places) == []


def test_the_pages_of_the_demonstration_stand(world: World, browser: Browser, live_server: Any) -> None:
    message = reverse("dev-mail-message", args=[letters()[0].name])
    places = [("vera", place, 200) for place in (reverse("components"), reverse("dev-mail"), message)]

    assert walked(browser, world, live_server.url, places) == []


def test_what_is_refused_or_missing_is_said_on_a_page(
    world: World, browser: Browser, live_server: Any
) -> None:
    submit = reverse("workspace:report-submit", kwargs=world["report"])
    places = [
        ("vera", "/en/no-such-page/", 404),
        ("alice", "/workspace/no-such-page/", 404),
        ("alice", submit, 403),
    ]

    assert walked(browser, world, live_server.url, places) == []


@pytest.mark.parametrize("template", ERRORS)
def test_the_pages_of_errors_stand(browser: Browser, live_server: Any, template: str) -> None:
    with open_page(browser, live_server.url) as page:
        shown = render_to_string(template)
        page.route(
            "**/broken/", lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8")
        )
        inspector = Inspector(page)
        for width in (WIDE, NARROW):
            inspector.inspect(f"{live_server.url}/broken/", width)

    assert inspector.faults == []


def test_every_route_is_walked_or_has_a_reason() -> None:
    answers = {line.route for line in LINES if "o" in line.expected("GET").values()}
    silent = {line.route for line in LINES} - answers - set(DEMONSTRATION) - set(NO_PAGES)
    walked_over = {line.route for line in pages()} | set(DEMONSTRATION)

    programs = {name for name in route_names() if name.startswith("api:")}  # data, tried in tests/api
    assert set(route_names()) - programs - walked_over - silent - set(NO_PAGES) == set()
    assert set(NO_PAGES) & walked_over == set()
