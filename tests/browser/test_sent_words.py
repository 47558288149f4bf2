"""What was sent with a button stays on the device until there is proof that the portal has it."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser, Page, Route, expect

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.models import Report
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.jobs import run_all_jobs
from tests.support.kept_forms import KEEP_OF, STORED, WORDS, kinds_of_form, press
from tests.support.page_inspection import open_page
from tests.support.pages import signed_in

pytestmark = pytest.mark.slow

AWAY = "<h1>The portal is away for a moment</h1>"  # of the proxy: no script of ours


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: Any) -> Iterator[Page]:
    with open_page(browser, live_server.url, cast.alice) as page:
        yield page


@pytest.fixture
def workspace(live_server: Any) -> str:
    return f"{live_server.url}/workspace/"


def fail_posts(page: Page, status: int | None) -> None:
    """Each post is answered so; without a status its connection breaks."""

    def respond(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
        elif status is None:
            route.abort("connectionreset")
        else:
            route.fulfill(status=status, body=AWAY, content_type="text/html")

    page.route("**/workspace/**", respond)


def refuse(route: Route) -> None:
    """The page that answers says that it did nothing."""
    answer = route.fetch()
    page = answer.text().replace(" data-answers=", " data-is-refused data-answers=", 1)
    route.fulfill(response=answer, body=page)


def test_words_not_taken(cast: Cast, report: Report, page: Page, workspace: str) -> None:
    """Whatever page comes next, they are in their form again."""
    forms = {name: form for name, form in kinds_of_form(cast, report).items() if not form.is_autosaved}
    there = {}
    for (name, form), status in zip(forms.items(), cycle((503, 500, 429, None)), strict=False):
        page.goto(workspace + form.path)
        page.locator(form.field).fill(WORDS)
        fail_posts(page, status)
        # of the post itself: the page asks what was taken, too
        event = "requestfailed" if status is None else "requestfinished"
        with page.expect_event(event, lambda request: request.method == "POST"):
            press(page, form)
        page.unroute_all()
        page.goto(f"{workspace}inbox/")
        page.wait_for_load_state("networkidle")
        page.goto(workspace + form.path)
        expect(page.locator(form.field)).to_have_value(WORDS)
        there[name] = page.get_by_text("What you had typed here was kept on this device.").is_visible()
    assert there == dict.fromkeys(forms, True)


def test_words_taken(cast: Cast, report: Report, page: Page, workspace: str) -> None:
    """The answer is lost: the page that comes next asks. Other words with the same key are not taken for these."""
    form = kinds_of_form(cast, report)["message"]
    statuses = []

    def take(route: Route) -> None:
        statuses.append(route.fetch(max_redirects=0).status)
        route.fulfill(status=503, body=AWAY, content_type="text/html")

    page.goto(workspace + form.path)
    key = page.locator("form:has(textarea[name=text]) [name=once]").input_value()
    page.locator(form.field).fill(WORDS)
    page.route(
        f"**/{form.path}", lambda route: take(route) if route.request.method == "POST" else route.fallback()
    )
    with page.expect_navigation():
        press(page, form)
    page.unroute_all()
    page.goto(f"{workspace}inbox/")
    page.wait_for_function(f"() => {STORED} === ''")
    assert statuses == [302]

    page.wait_for_timeout(1000)
    page.goto(workspace + form.path)
    page.locator("form:has(textarea[name=text]) [name=once]").evaluate(
        "(field, key) => { field.value = key; }", key
    )
    page.locator(form.field).fill("Gone back, and changed.")
    fail_posts(page, 503)
    with page.expect_navigation():
        press(page, form)
    page.unroute_all()
    page.goto(workspace + form.path)
    expect(page.locator(form.field)).to_have_value("Gone back, and changed.")

    # shown in the answer itself, where no form is left, by its own word: a browser need not tell the status
    page.add_init_script("delete PerformanceResourceTiming.prototype.responseStatus")
    stored = []
    for name, is_refused in (("A script", True), ("Another", False)):
        page.goto(f"{workspace}tokens/create/")
        page.wait_for_load_state(
            "networkidle"
        )  # what the device has comes once the portal has said what it took
        page.locator("[name=name]").fill(name)
        page.locator("[name=scopes]").first.check()
        if is_refused:
            page.route("**/tokens/create/", refuse, times=1)
        with page.expect_navigation():
            page.locator("main form [type=submit]").click()
        expect(page.locator("main .facts")).to_contain_text(name)
        page.wait_for_load_state("networkidle")
        stored.append(name in page.evaluate(STORED))
    assert stored == [True, False]


def test_vanished_fields(cast: Cast, report: Report, page: Page, workspace: str) -> None:
    """What was typed of names that an answer shows no more goes with the form, and with nothing else."""
    table = SimpleUploadedFile("ours.csv", b"Team;Moderators\nDay;5\nNight;7\n")
    sheet = f"/workspace/reports/{report.pk}/spreadsheet/"
    answer = signed_in(cast.alice).post(sheet, {"table": table, "own": "1"})
    run_all_jobs()
    page.goto(f"{workspace.removesuffix('/workspace/')}{answer['Location']}columns/")
    page.get_by_label("Day").fill("content-actioned")
    page.locator("[name=role-0]").select_option("ignore")
    stored = []
    for act, names in (("look", 1), ("look", 1), ("apply", 0)):
        with page.expect_navigation():
            page.locator(f"button:not(.hidden)[value={act}]").click()
        expect(page.locator("[list=meanings]")).to_have_count(names)
        stored.append("content-actioned" in page.evaluate(STORED))
        if names:
            page.get_by_label("Moderators").fill("moderators")
    page.wait_for_function(f"() => {STORED} === ''")
    assert stored[:2] == [True, True]


def test_two_windows(page: Page, workspace: str) -> None:
    """Each keeps its own words of one form, finds them again, and sends no others away."""
    other, form = page.context.new_page(), f"{workspace}pledges/new/"
    windows = {page: "In the first.", other: "In the second."}
    text = "textarea[name=text]"
    for window in windows:
        window.goto(form)
    for window, words in windows.items():
        window.locator(text).fill(words)
    for window in windows:  # in the first one without a reload
        expect(window.locator("[data-other-words]")).to_be_visible()
    for window, words in windows.items():
        assert words in window.evaluate(STORED)
        window.reload()
        expect(window.locator(text)).to_have_value(words)
        expect(window.get_by_text("in another window is on this device too")).to_be_visible()
    # what a window has of the other one's, it has put there itself
    page.locator(text).fill("In the first, and more.")
    other.locator("[name=title]").fill("Lessons")
    with other.expect_navigation():
        other.locator(text).evaluate("field => field.form.requestSubmit()")
    expect(other.locator(".messages")).to_be_visible()
    other.wait_for_function(f"() => !{STORED}.includes('In the second.')")
    expect(page.locator("[data-other-words]")).to_have_count(0)
    page.reload()
    expect(page.locator(text)).to_have_value("In the first, and more.")
    expect(page.locator("[data-other-words]")).to_have_count(0)


def test_erasure(cast: Cast, page: Page, workspace: str, live_server: Any) -> None:
    page.goto(f"{workspace}pledges/new/")
    page.locator("textarea[name=text]").fill(WORDS)
    page.evaluate(KEEP_OF, [f"draft:{cast.bob.pk}-{cast.aurora.pk}:/workspace/inbox/#form", "Bob's own."])
    page.goto(f"{live_server.url}/accounts/data/erase/")
    left = []
    for password in ("wrong", PASSWORD):
        page.locator("[name=password]").fill(password)
        with page.expect_navigation():
            page.get_by_role("button", name="Erase for good").click()
        left.append(page.evaluate(STORED))
    assert [WORDS in stored for stored in left] == [True, False]
    assert "Bob's own." in left[-1]


def test_words_typed_below_an_error_survive_a_reload(
    cast: Cast, report: Report, page: Page, workspace: str
) -> None:
    """The browser posts again what was posted first, and the same answer comes without them."""
    forms = [form for form in kinds_of_form(cast, report).values() if not form.is_autosaved]
    shown = []
    for form in forms:
        page.goto(workspace + form.path)
        field = page.locator(form.field)
        field.evaluate("(field) => { field.form.noValidate = true; }")
        press(page, form)
        page.wait_for_load_state("networkidle")
        if not (field.count() and page.locator("#errors a[href]").count()):
            continue
        field.fill(WORDS)
        page.reload()
        expect(page.locator("#errors")).to_be_visible()
        expect(field).to_have_value(WORDS)
        shown.append(form.path)
    assert len(shown) > 1
