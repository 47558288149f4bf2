"""Two hundred hostile strings in every text of the portal, stored and typed: in a browser nothing runs.

The policy would stop most of it, and reports what it stops: that it has nothing to report shows that the pages escape.
Each page is also looked through for markup that was a text. By default a few pages and forms; with `--full` all,
or a share of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count, product
from typing import Any
from zlib import crc32

import pytest
from django.core.cache import cache
from django.db.models import F
from playwright.sync_api import Browser, Route

from alliance.models import Person
from alliance.queries.site import read_site
from portal.kernel.publishing import PublicRevision, revision_cache
from portal.kernel.text import LANGUAGES
from tests.policy import CASES, Case
from tests.support import hostile_rows
from tests.support.hostile_forms import forms_of, type_and_send
from tests.support.hostile_pages import expect_no_reports, reports_so_far, watched_window
from tests.support.hostile_strings import COUNT, HOST, STRINGS
from tests.support.inspected_pages import address, page_cases, reader_of
from tests.support.no_pages import NO_PAGES
from tests.support.page_inspection import cookie_of
from tests.support.pages import show_at_once
from tests.support.shares import Share
from tests.support.snapshots import Snapshot, snapshot
from tests.support.world import World

pytestmark = pytest.mark.slow

Start = tuple[Snapshot[World], dict[str, Any]]
NUMBERS = count(1)
# What is looked at by default.
PAGES = ("public:report", "public:supporter", "workspace:report-measure", "secretariat:review-measure")
FORMS = ("public:contact", "workspace:practice-list")


@pytest.fixture
def start(
    live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, world_snapshot: Snapshot[World]
) -> Iterator[Start]:
    """A world with something of everything and its people signed in, to begin from again and again; their cookies."""
    settings.DEMO = True
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = (
        24 * 3600
    )  # a walk of many minutes, each form with one sign-in
    show_at_once(monkeypatch)  # or pages would be of the world before
    cookies: dict[str, Any] = {}

    def make() -> World:
        world = world_snapshot.objects()
        hostile_rows.make_rows(world.cast)
        cookies.update(
            {name: cookie_of(person, live_server.url) for name, person in world.people.items() if person}
        )
        return world

    with snapshot("hostile", make, world_snapshot.database) as made:
        yield made, cookies


def begin(made: Snapshot[World]) -> World:
    """The world as it was, and no memory of another."""
    world = made.restore()
    forget()
    return world


def forget() -> None:
    """Let this process remember nothing of the rows; stored public pages are of a revision that never comes back."""
    cache.clear()
    PublicRevision.objects.update(value=F("value") + 1_000_000 * next(NUMBERS))
    read_site.forget()
    revision_cache.clear()


def cases(full: bool, few: tuple[str, ...]) -> list[Case]:
    """The lines of the policy table that answer HTML: pages, and the pieces of pages that scripts fetch."""
    pieces = {
        route for route, reason in NO_PAGES.items() if "piece of" in reason or "part of a page" in reason
    }
    every = page_cases() + [
        line for line in CASES if line.route in pieces and "o" in line.expected("GET").values()
    ]
    # a search shows what it has found with marks in it
    every += [replace(line, query="?text=hostile") for line in every if line.route.endswith(":practice-list")]
    return every if full else [line for line in every if line.route in few]


def test_stored_strings_never_run(
    start: Start, browser: Browser, live_server: Any, full: bool, turns: int, share: Share
) -> None:
    """Half of the pages in English and half in Russian, in the next turn the other way round."""
    made, cookies = start
    world = begin(made)
    before, faults, pages, characters = reports_so_far(), list[str](), 0, 0
    every = share.part(cases(full, PAGES))
    for turn in range(turns):
        counts = hostile_rows.fill(turn)
        assert list(hostile_rows.empty_columns(counts)) == []
        forget()
        for number, language in enumerate(LANGUAGES):
            Person.objects.update(language=language)
            now = [
                line for line in every if (crc32(str(line).encode()) + turn + number) % len(LANGUAGES) == 0
            ]
            for reader in dict.fromkeys(map(reader_of, now)):
                window = watched_window(browser, live_server.url, cookies.get(reader), locale=language)
                with window as (page, watch):
                    for line in now:
                        if reader_of(line) == reader:
                            cache.clear()  # with it what was spent of the limits
                            localised = address(world, line).replace("/en/", f"/{language}/", 1)
                            characters += watch.open(page, live_server.url + localised)
                            pages += 1
                faults += watch.faults
    print(f"{len(counts)} columns, {sum(counts.values())} rows, {pages} pages, {characters} characters")

    assert not faults, "\n".join(faults)
    assert pages == turns * len(every) >= (240 // share.of if full else len(PAGES))
    assert characters > pages * 10_000
    expect_no_reports(browser, live_server.url, before)


def test_typed_strings_never_run(
    start: Start, browser: Browser, live_server: Any, full: bool, turns: int, share: Share
) -> None:
    made, cookies = start
    world = begin(made)
    before, faults, kinds, fields, sent = reports_so_far(), list[str](), set[Any](), 0, 0
    for line in share.part(cases(full, FORMS)):
        reader, target = reader_of(line), live_server.url + address(world, line)
        with watched_window(browser, live_server.url, cookies.get(reader)) as (page, watch):
            watch.open(page, target)
            forms = [form for form in forms_of(page) if form.kind not in kinds]
        faults += watch.faults
        # in one turn each form is sent once, in one of the two ways
        for form, fitting in product(forms, (False, True) if turns > 1 else (bool(len(kinds) % 2),)):
            kinds.add(form.kind)
            for turn in range(turns if fitting else 1):
                with watched_window(browser, live_server.url, cookies.get(reader)) as (page, watch):
                    watch.open(page, target)
                    watch.where = f"{target} → {form.action}"
                    type_and_send(page, watch, form, 17 * len(kinds) + 41 * turn, fitting=fitting)
                faults += watch.faults
                sent += 1
                if form.method == "post":
                    begin(made)  # what was saved, and whoever was signed out
        fields += sum(len(form.lengths) for form in forms)
    print(f"{len(kinds)} forms, {fields} fields, {sent} times sent")

    assert not faults, "\n".join(faults)
    assert len(kinds) >= (90 // share.of if full else len(FORMS))
    expect_no_reports(browser, live_server.url, before)


def test_what_runs_is_seen(browser: Browser, live_server: Any) -> None:
    """A page without the policy, in which three of the strings are markup."""
    assert len(set(STRINGS)) == COUNT == 200
    planted = f"{live_server.url}/planted"
    with watched_window(browser, live_server.url) as (page, watch):
        page.route(planted, partial(_answer, body=f"<p>{''.join(STRINGS[:3])}"))
        watch.open(page, planted)

    faults = "\n".join(watch.faults)
    for fault in (
        "string 0 ran",
        f"asked for http://{HOST}/1",
        "string 2 ran",
        "markup: <script",
        "markup: <img",
    ):
        assert fault in faults


def _answer(route: Route, *, body: str) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")
