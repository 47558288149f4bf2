"""The pages of every area in a real browser: axe, a telephone's width, the console, in both schemes.

Few pages, which together are made from every template that at least three share, with much room in English in light,
or with little in Russian, whose words are longer, in dark; with `--full` every page in both ways. The page of all
components always is in both; without `--full` colours are looked at there and on the pages of errors alone.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Route

from alliance.models import Person, Site
from alliance.queries.site import read_site
from portal.mailbox import FileBackend, letters
from tests.policy import CASES, Case
from tests.support.page_inspection import VIEWPORTS, Inspector, open_page, viewports_of
from tests.support.routes import route_names
from tests.support.snapshots import Snapshot
from tests.support.world import World

_RECORD_FILES = ("data", "table", "feed", "badge", "card")
# What answers a GET, and is no page.
NO_PAGES = {
    "health-live": "a line of text for the machine that watches",
    "health-ready": "data for the machine that watches",
    "metrics": "figures for the machine that watches",
    "csp-report": "takes what browsers report",
    "robots": "lines for crawlers",
    "favicon": "a picture",
    "public:card": "a picture",
    "secretariat:charter-file": "a file",
    "sitemap": "addresses for crawlers",
    "sitemap-section": "addresses for crawlers",
    "security-txt": "lines for finders of weaknesses",
    "display-css": "a stylesheet",
    "app-picture": "a picture",
    "mfa_download_recovery_codes": "a file",
    "mfa_add_webauthn": "not there at an address without a name; tried in test_second_factors.py",
    "saml-metadata": "a file",
    "session-account-menu": "a piece of a page, fetched into the public ones",
    "session-token": "answers a script in JSON",
    "session-start": "leads on; who has no access is shown a page of errors, which stands among those",
    "personal-data-progress": "a piece of the page about one's own data",
    "personal-data-file": "a file",
    "site-logo": "a picture",
    "calendar-feed": "a file",
    "workspace:report-figures-file": "a table as a file",
    "workspace:report-upload-refused": "a table as a file",
    "workspace:report-upload-refused-workbook": "a workbook",
    "document-progress": "a piece of the document's page",
    "document-file": "a file",
    "dev-mail-html": "a letter's own markup, which is the mail program's to show",
    "public:commitment-figures": "a table as a file",
    "public:commitment-drawing": "a drawing as a file",
    "public:cycle-matrix": "a table as a file",
    "public:report-data": "data as a file",
    "public:report-figures": "a table as a file",
    "public:report-document-progress": "a piece of the document's page",
    "document-numbered": "leads on to the document's page",
    "public:report-file-pdf": "a file",
    "public:report-file-xlsx": "a file",
    "public:report-file-json": "a file",
    "public:cycle-document-progress": "a piece of the document's page",
    "public:cycle-file-pdf": "a file",
    "public:cycle-file-xlsx": "a file",
    "public:cycle-file-matrix-pdf": "a file",
    "public:cycle-file-matrix-xlsx": "a file",
    "public:charter-document-progress": "a piece of the document's page",
    "workspace:report-upload-progress": "a piece of the upload's page",
    "public:member-certificate-progress": "a piece of the certificates' page",
    "public:member-certificate-file": "a file",
    "public:report-evidence": "a file",
    "public:publication-body": "the bytes of a record",
    "public:publication-chain": "data as a file",
    "public:compare-table": "a table as a file",
    "public:compare-drawing": "a drawing as a file",
    **dict.fromkeys(
        (f"public:{record}-{part}" for record in ("member", "commitment", "cycle") for part in _RECORD_FILES),
        "a file of one record",
    ),
    **dict.fromkeys(
        ("public:report-feed", "public:report-badge", "public:report-card"), "a file of one record"
    ),
    **dict.fromkeys(("public:data-feed", "public:data-feed-json"), "lines for programs that follow"),
    "data-file": "a file",
    "data-catalogue": "a catalogue for programs",
    "data-package": "a file",
    "public:promise-table": "a table as a file",
    "public:promise-data": "data as a file",
    "public:changes-table": "a table as a file",
    "public:figure-table": "a table as a file",
    "public:figure-data": "data as a file",
    "public:search-table": "a table as a file",
    "public:search-feed": "a feed",
    "public:verify-digests": "data as a file",
    "public:publication-file": "a file",
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
    "workspace:practice-access-log-table": "a file",
    "workspace:practice-titles": "a part of a page",
    "secretariat:practice-titles": "a part of a page",
    "workspace:import-progress": "a part of a page",
    "secretariat:evidence": "a file",
    "public:supporter-table": "a table as a file",
    "workspace:report-calendar-file": "a file",
    "workspace:correction-file": "a file",
    "secretariat:correction-file": "a file",
    "secretariat:supporter-export": "a file",
    "secretariat:member-verdict-table": "a file",
    "secretariat:supporter-import-faulty": "a file",
    "secretariat:supporter-import-faulty-workbook": "a file",
    "secretariat:supporter-import-progress": "a part of a page",
    "secretariat:calendar-file": "a file",
    "secretariat:cycle-calendar-file": "a file",
    "secretariat:review-csv": "a file",
    "secretariat:finding-csv": "a file",
    "secretariat:review-submission": "the bytes of a submission",
}
# The demonstration's own, which the table of who sees what has as pages for nobody.
DEMONSTRATION = ("components", "dev-mail", "dev-mail-message")
# As whom: the first of these who may.
PREFERRED_READERS = ("vera", "sven", "rita", "mona", "alice")
# Together these are made from every template that at least three pages are made from.
WITH_SHARED_TEMPLATES = (
    "account_change_password",
    "public:home",
    "public:commitment public.commitment",
    "public:embed-member public.member",
    "public:practice practice.clear",
    "public:practice-compare practice.clear.versions",
    "public:member-certificate public.certificate",
    "public:privacy",
    "public:promise-list",
    "public:question-list",
    "public:report public.report",
    "secretariat:cycle-close cycle.open",
    "secretariat:member member",
    "secretariat:member-step member.suspend",
    "secretariat:practice practice.green",
    "secretariat:public-question-act public_question.forward",
    "secretariat:review-list",
    "workspace:field-history report.field",
    "secretariat:review-measure review.measure",
    "secretariat:settings-time-zone ?zone=Asia/Vladivostok",
    "workspace:adoption-change adoption",
    "workspace:affiliation-confirm affiliation",
    "workspace:correction correction",
    "workspace:report-upload upload",
    "workspace:group-list",
    "workspace:group-make",
    "workspace:membership-freeze membership",
    "workspace:membership-hand-over membership",
    "workspace:membership-invite",
    "workspace:practice practice.green",
    "workspace:practice-discussion practice.green",
    "workspace:practice-edit practice.draft",
    "workspace:practice-uses practice.green",
    "workspace:practice-version version",
    "workspace:provider-add",
    "workspace:report report",
    "workspace:report-measure report.measure",
    "workspace:request request.green",
    "workspace:search-save ?text=grooming",
    "workspace:token-create",
    "workspace:work",
)
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


class PageToInspect(NamedTuple):
    """As whom, by which name in messages and turns, at which URL, with which answer, whether always in both ways."""

    who: str
    name: str
    address: str
    status: int = 200
    both: bool = False


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


@pytest.fixture
def world(live_server: Any, settings: Any, tmp_path: Path, world_snapshot: Snapshot[World]) -> World:
    """Everything in it once, and the demonstration's own pages."""
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    world = world_snapshot.restore()
    Site.objects.update_or_create(id=1, defaults={"name_en": "The alliance", "name_ru": "Альянс"})
    read_site.forget()
    FileBackend().send_messages(
        [EmailMessage("Привет", "Hello", "portal@localhost", ["alice@aurora.example"])]
    )
    return world


def templates_of(world: World, every: list[PageToInspect]) -> dict[str, set[str]]:
    """The names of the templates that each page is made from, by the name of the page."""
    clients = {name: Client() for name in {page.who for page in every}}
    for name, client in clients.items():
        if (person := world.people[name]) is not None:
            client.force_login(person)
    templates = {}
    for page in every:
        response = clients[page.who].get(page.address)
        assert response.status_code == page.status, page
        templates[page.name] = {str(template.name) for template in response.templates}
    return templates


def faults_of(
    browser: Browser, world: World, url: str, every: list[PageToInspect], *, full: bool
) -> list[str]:
    """What is wrong with these pages."""
    faults: list[str] = []
    for look in VIEWPORTS:
        language, width = look
        Person.objects.update(language=language)
        now = [page for page in every if look in viewports_of(page.name, full=full or page.both)]
        for who in dict.fromkeys(page.who for page in now):
            with open_page(browser, url, world.people.get(who), locale=language) as window:
                inspector = Inspector(window, full=full)
                for page in now:
                    if page.who == who:
                        localised = page.address.replace("/en/", f"/{language}/", 1)
                        inspector.inspect(url + localised, width, page.status, colours=full or page.both)
                faults += inspector.faults
    return faults


def test_every_page_stands(world: World, browser: Browser, live_server: Any, full: bool) -> None:
    every = pages(world)
    inspected = every if full else [page for page in every if page.name in WITH_SHARED_TEMPLATES]

    assert len(inspected) >= len(WITH_SHARED_TEMPLATES)
    faults = faults_of(browser, world, live_server.url, inspected, full=full)
    assert faults == [], "\n".join(faults)


@pytest.mark.slow
def test_every_template_that_three_pages_share_is_in_one_of_the_few(world: World) -> None:
    """A template that is missing is named with the pages made from it, of which one is to be added to the few."""
    templates = templates_of(world, pages(world))
    uses = Counter(name for names in templates.values() for name in names)
    looked_at = {name for page in WITH_SHARED_TEMPLATES for name in templates[page]}

    missing = {name for name, count in uses.items() if count > 2} - looked_at
    assert {name: [page for page, names in templates.items() if name in names] for name in missing} == {}


def test_what_is_the_demonstrations_refused_or_missing_is_said_on_a_page(
    world: World, browser: Browser, live_server: Any, full: bool
) -> None:
    submit = reverse("workspace:report-submit", kwargs=world["report"])
    message = reverse("dev-mail-message", args=[letters()[0].name])
    every = [
        PageToInspect("vera", "components", reverse("components"), both=True),
        PageToInspect("vera", "dev-mail", reverse("dev-mail")),
        PageToInspect("vera", "dev-mail-message", message),
        PageToInspect("vera", "missing", "/en/no-such-page/", 404),
        PageToInspect("alice", "missing inside", "/workspace/no-such-page/", 404),
        PageToInspect("alice", "refused", submit, 403),
    ]

    assert faults_of(browser, world, live_server.url, every, full=full) == []


def _answer(route: Route, *, body: str) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")


def test_the_pages_of_errors_stand(browser: Browser, live_server: Any, full: bool) -> None:
    with open_page(browser, live_server.url) as page:
        inspector = Inspector(page, full=full)
        for template in ERRORS:
            body, address = render_to_string(template), f"{live_server.url}/{template}"
            page.route(address, partial(_answer, body=body))
            for _language, width in viewports_of(template, full=full):
                inspector.inspect(address, width)

    assert inspector.faults == []


def test_every_route_is_walked_or_has_a_reason() -> None:
    answers = {line.route for line in CASES if "o" in line.expected("GET").values()}
    silent = {line.route for line in CASES} - answers - set(DEMONSTRATION) - set(NO_PAGES)
    walked_over = {line.route for line in page_cases()} | set(DEMONSTRATION)

    programs = {name for name in route_names() if name.startswith("api:")}  # data, tried in tests/api
    assert set(route_names()) - programs - walked_over - silent - set(NO_PAGES) == set()
    assert set(NO_PAGES) & walked_over == set()
