"""The pages of every area in a real browser: axe, a telephone's width, the console, in both schemes.

Few pages, which together are made from every template that at least three share, with much room in English in light,
or with little in Russian, whose words are longer, in dark; with `--full` every page in one of the two ways, in both
with `--turns 2`. The page of all components always is in both; without `--full` colours are looked at there and on
the pages of errors alone.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Route

from alliance.models import Person, Site
from alliance.queries.site import read_site
from portal.mailbox import FileBackend, letters
from tests.policy import CASES
from tests.support.inspected_pages import ERRORS, PageToInspect, page_cases, pages, public_pages
from tests.support.no_pages import NO_PAGES
from tests.support.page_inspection import VIEWPORTS, WIDE, Inspector, open_page, viewports_of
from tests.support.page_walk import LANGUAGES, Walk, looks_of
from tests.support.routes import route_names
from tests.support.shares import Share
from tests.support.snapshots import Snapshot
from tests.support.world import World

# The demonstration's own, which the table of who sees what has as pages for nobody.
DEMONSTRATION = ("components", "dev-mail", "dev-mail-message")
# Together these are made from every template that at least three pages are made from.
WITH_SHARED_TEMPLATES = (
    "account_change_password",
    "public:changes ?since=2020-01-01",
    "public:home",
    "public:commitment public.commitment",
    "public:compare ?indicator=content-actioned&view=table",
    "public:cycle public.cycle",
    "public:embed-member public.member",
    "public:practice practice.clear",
    "public:practice-compare practice.clear.versions",
    "public:member public.member?as-of=2026-03-20",
    "public:member-certificate public.certificate",
    "public:privacy",
    "public:promise-list",
    "public:question-list",
    "public:report public.report",
    "public:search ?q=aurora",
    "secretariat:correction-list",
    "secretariat:cycle-close cycle.open",
    "secretariat:cycle-publish cycle.concluded",
    "secretariat:member member",
    "secretariat:member-step member.suspend",
    "secretariat:job-list",
    "secretariat:practice practice.green",
    "secretariat:public-question-act public_question.forward",
    "secretariat:public-question-list",
    "secretariat:review-list",
    "workspace:field-history report.field",
    "secretariat:review-measure review.measure",
    "secretariat:settings-time-zone ?zone=Asia/Vladivostok",
    "workspace:adoption-change adoption",
    "workspace:affiliation-confirm affiliation",
    "workspace:correction correction",
    "workspace:correction-step correction.propose",
    "workspace:device-words",
    "workspace:evidence-add-link report.measure",
    "workspace:report-upload upload",
    "workspace:group-list",
    "workspace:group-make",
    "workspace:membership-freeze membership",
    "workspace:membership-hand-over membership",
    "workspace:membership-invite",
    "workspace:practice practice.green",
    "workspace:practice-discussion practice.green",
    "workspace:practice-edit practice.draft",
    "workspace:practice-run-add practice.green",
    "workspace:practice-submit practice.ready",
    "workspace:practice-test-set practice.green",
    "workspace:practice-uses practice.green",
    "workspace:practice-version version",
    "workspace:webhook webhook",
    "workspace:webhook-edit webhook",
    "workspace:provider-add",
    "workspace:report report",
    "workspace:report-measure report.measure",
    "workspace:request request.green",
    "workspace:search-save ?text=grooming",
    "workspace:token-create",
    "workspace:work",
    "workspace:translation translation",
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


def _name_of(page: PageToInspect) -> str:
    return page.name


def faults_of(
    browser: Browser, world: World, url: str, every: list[PageToInspect], *, full: bool, turns: int
) -> list[str]:
    """What is wrong with these pages."""
    faults: list[str] = []
    for look in VIEWPORTS:
        language, width = look
        Person.objects.update(language=language)
        now = [page for page in every if look in viewports_of(page.name, turns=2 if page.both else turns)]
        for who in dict.fromkeys(page.who for page in now):
            with open_page(browser, url, world.people.get(who), locale=language) as window:
                inspector = Inspector(window, full=turns > 1)
                for page in now:
                    if page.who == who:
                        address = url + page.address_in(language)
                        inspector.inspect(address, width, page.status, colours=full or page.both)
                faults += inspector.faults
    return faults


def test_every_page_stands(
    world: World, browser: Browser, live_server: Any, full: bool, turns: int, share: Share
) -> None:
    # with `--full` all but the public ones, which are walked through below
    every = [
        page for page in pages(world) if (page.who != "vera" if full else page.name in WITH_SHARED_TEMPLATES)
    ]
    inspected = share.part(every, _name_of)

    assert len(every) >= len(WITH_SHARED_TEMPLATES)
    assert inspected
    faults = faults_of(browser, world, live_server.url, inspected, full=full, turns=turns)
    assert faults == [], "\n".join(faults)


def test_public_pages_stand_in_every_scheme_width_and_language(
    world: World, browser: Browser, live_server: Any, full: bool, turns: int, share: Share
) -> None:
    """With `--full` every one in each width, language and scheme; with `--turns 5` in all of these together.

    Without, those that share templates with others, each in one way.
    """
    inspected = [page for page in public_pages(world) if full or page.name in WITH_SHARED_TEMPLATES]
    assert len(inspected) > (60 if full else 5)
    faults: list[str] = []
    for language in LANGUAGES:
        with open_page(browser, live_server.url, locale=language) as window:
            walk = Walk(window)
            for page in share.part(inspected, _name_of):
                if looks := looks_of(page.name, language, full=full, turns=turns):
                    walk.look(live_server.url + page.address_in(language), looks, page.status)
            faults += walk.faults
    assert faults == [], "\n".join(faults)


def test_public_pages_are_gone_through_by_tab_alone(
    world: World, browser: Browser, live_server: Any, full: bool, turns: int, share: Share
) -> None:
    """With `--full` wide in English or narrow in Russian; without, the two pages with most to come to, narrow."""
    few = ("public:home", "public:compare")
    inspected = [page for page in public_pages(world) if full or page.name in few]
    assert len(inspected) >= (60 if full else 2)
    faults: list[str] = []
    for look in VIEWPORTS:
        language, width = look
        with open_page(browser, live_server.url, locale=language) as window:
            walk = Walk(window)
            for page in share.part(inspected, _name_of):
                if look in (viewports_of(page.name, turns=turns) if full else VIEWPORTS[1:]):
                    walk.tab_through(live_server.url + page.address_in(language), width)
            faults += walk.faults
    assert faults == [], "\n".join(faults)


def test_a_text_that_does_not_stand_out_is_noticed(browser: Browser, live_server: Any) -> None:
    with open_page(browser, live_server.url) as window:
        walk = Walk(window)
        walk.look(f"{live_server.url}/en/about/terms/", {WIDE: ("light",)})
        assert walk.faults == []
        assert "<h1" in "".join(walk.dim("h1"))


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

    assert faults_of(browser, world, live_server.url, every, full=full, turns=1) == []


def _answer(route: Route, *, body: str) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")


def test_the_pages_of_errors_stand(browser: Browser, live_server: Any, full: bool) -> None:
    with open_page(browser, live_server.url) as page:
        inspector = Inspector(page, full=full)
        for template in ERRORS:
            body, address = render_to_string(template), f"{live_server.url}/{template}"
            page.route(address, partial(_answer, body=body))
            for _language, width in viewports_of(template, turns=2 if full else 1):
                inspector.inspect(address, width)

    assert inspector.faults == []


def test_every_route_is_walked_or_has_a_reason() -> None:
    answers = {line.route for line in CASES if "o" in line.expected("GET").values()}
    silent = {line.route for line in CASES} - answers - set(DEMONSTRATION) - set(NO_PAGES)
    walked_over = {line.route for line in page_cases()} | set(DEMONSTRATION)

    programs = {name for name in route_names() if name.startswith("api:")}  # data, tried in tests/api
    assert set(route_names()) - programs - walked_over - silent - set(NO_PAGES) == set()
    assert set(NO_PAGES) & walked_over == set()
