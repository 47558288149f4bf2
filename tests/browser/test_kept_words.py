"""Forms of pledges and practices keep what is typed as reports do: offline, left at once, signed out, two people."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from alliance.models import Answer, Report
from portal.kernel.access import SYSTEM, acting_as
from practices.models import Draft, Post
from tests.browser.test_drafts_and_sessions import end_sessions
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.kept_forms import BEGAN, STORED, WORDS, KindOfForm, kinds_of_form, press
from tests.support.page_inspection import open_page

pytestmark = pytest.mark.slow

KEEP = """([key, text]) => {
  const entry = { since: Date.now(), label: "What you did", values: { text }, base: {} };
  const row = { since: Date.now(), label: "Choose the row", values: { "row=f1-2": "f1-2" }, base: {} };
  localStorage.setItem(key, JSON.stringify({ text: entry, row }));
}"""

BREAK_OFF = """() => {
  const { json } = Response.prototype;
  Response.prototype.json = function (...rest) {
    if (!this.url.includes("/files/")) return json.apply(this, rest);
    Response.prototype.json = json;
    return Promise.reject(new TypeError("The answer broke off"));
  };
}"""


@pytest.fixture
def forms(cast: Cast, report: Report) -> Mapping[str, KindOfForm]:
    return kinds_of_form(cast, report)


@pytest.fixture
def workspace(live_server: Any) -> str:
    return f"{live_server.url}/workspace/"


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: Any) -> Iterator[Page]:
    with open_page(browser, live_server.url, cast.alice) as page:
        yield page


def test_words_typed_offline_or_left_at_once_are_there_again(
    page: Page, forms: Mapping[str, KindOfForm], workspace: str
) -> None:
    there = {}
    for name, form in forms.items():
        page.goto(workspace + form.path)
        field = page.locator(form.field)
        page.context.set_offline(True)
        field.fill(WORDS)
        press(page, form)
        if form.is_autosaved:
            expect(page.locator("#saved-state")).to_contain_text("Not saved yet")
        else:
            expect(page.get_by_text("Not sent: the connection is away")).to_be_visible()
        page.context.set_offline(False)
        if not form.is_autosaved:
            expect(page.get_by_text("Not on the portal yet: kept on this device since")).to_be_visible()
        field.press_sequentially(" Always.")
        page.goto(f"{workspace}inbox/")
        page.goto(workspace + form.path)
        there[name] = page.locator(form.field).input_value()
    assert there == dict.fromkeys(forms, f"{WORDS} Always.")


def test_words_that_were_saved_without_an_answer_are_not_there_twice(
    page: Page, forms: Mapping[str, KindOfForm], workspace: str
) -> None:
    """The page is left while it is saved; on its way out the connection is away."""
    form, saved = forms["practice"], []

    def respond(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
        elif saved:
            route.abort()
        else:
            saved.append(route.fetch().status)  # and the answer never comes

    page.route(f"**/{form.path}", respond)
    page.goto(workspace + form.path)
    field = page.locator(form.field)
    field.fill(WORDS)
    while not saved:
        page.wait_for_timeout(100)
    field.press_sequentially(" Always.")
    page.goto(f"{workspace}inbox/")
    page.goto(workspace + form.path)

    assert saved == [200]
    expect(field).to_have_value(f"{WORDS} Always.")


def test_words_sent_after_the_session_has_ended_wait_for_the_sign_in(
    cast: Cast, page: Page, forms: Mapping[str, KindOfForm], workspace: str
) -> None:
    there = {}
    for name, form in forms.items():
        page.goto(workspace + form.path)
        end_sessions(cast.alice)
        page.locator(form.field).fill(WORDS)
        press(page, form)
        password = page.locator("[name=password]:visible")
        password.fill(PASSWORD)
        if page.locator("dialog#sign-in-again[open]").count():
            password.press("Enter")
            expect(page.locator("dialog#sign-in-again[open]")).to_have_count(0)
            there[name] = True
        else:
            page.locator("input[name=login]").fill(cast.alice.email)
            page.locator("main button[type=submit]").first.click()
            there[name] = WORDS in page.locator("main").inner_text()
    assert there == dict.fromkeys(forms, True)


def test_a_message_that_a_script_sends_is_sent_once_and_leaves_nothing_on_the_device(
    cast: Cast, page: Page, forms: Mapping[str, KindOfForm], workspace: str
) -> None:
    form = forms["discussion"]
    page.goto(workspace + form.path)
    page.locator(form.field).fill("Does it hold for voice?")
    end_sessions(cast.alice)
    press(page, form)
    page.locator("dialog#sign-in-again").get_by_label("Password").fill(PASSWORD)
    page.locator("dialog#sign-in-again").get_by_role("button", name="Sign in and send").click()
    expect(page.locator("#discussion .thread")).to_contain_text("Does it hold for voice?")
    assert page.evaluate(STORED) == ""
    page.reload()
    expect(page.locator(form.field)).to_have_value("")

    # the form that came with the answer keeps words too, and says why they were not taken
    page.locator(form.field).fill("And for video?")
    gone = {"status": 404, "body": "<small>Aurora</small><main><p>It was taken down.</p></main>"}
    sent_to = page.locator(form.field).evaluate("field => field.form.action")
    page.route(sent_to, lambda route: route.fulfill(**gone), times=1)
    press(page, form)
    expect(page.get_by_text("Not saved. It was taken down.")).to_be_visible()
    press(page, form)
    expect(page.locator("#discussion .thread")).to_contain_text("And for video?")
    page.locator(form.field).fill("And for games?")
    page.reload()

    expect(page.locator(form.field)).to_have_value("And for games?")
    with acting_as(SYSTEM):
        assert Post.objects.filter(text__startswith="Does it hold for voice").count() == 1


@pytest.mark.parametrize("name", ["pledge", "practice", "account"])
def test_two_people_in_one_field_are_shown_both_and_a_merge_has_both_changes(
    cast: Cast, page: Page, browser: Browser, forms: Mapping[str, KindOfForm], live_server: Any, name: str
) -> None:
    form = forms[name]
    address = f"{live_server.url}/workspace/{form.path}"
    if name == "account":
        page.goto(address)
        page.locator(form.field).fill(BEGAN)
        press(page, form)
        expect(page.locator(".messages")).to_contain_text("Saved")
    page.goto(address)
    with open_page(browser, live_server.url, cast.sven) as other:
        other.goto(address)
        other.locator(form.field).fill(BEGAN.replace("two", "three"))
        with other.expect_navigation():
            press(other, form)
    page.locator(form.field).fill(BEGAN.replace("People", "Trained people"))
    if not form.is_autosaved:
        press(page, form)
    if form.is_autosaved:
        page.clock.install()
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("Sven saved this while you were editing it")
    expect(conflict.locator(".word-diff del").first).to_be_visible()
    with page.expect_navigation():
        conflict.get_by_role("button", name="Merge both").click()

    merged = "We search with three tools. Trained people look at each hit."
    expect(page.locator(form.field)).to_have_value(merged)
    if form.is_autosaved:
        # a person reads it first: it is not sent by itself, by leaving or by coming back
        for sentence in ("Check it, then save.", "What you had typed here was kept on this device."):
            expect(page.get_by_text(sentence)).to_be_visible()
            page.clock.run_for(5000)
            page.goto(address)
            expect(page.locator(form.field)).to_have_value(merged)
        with acting_as(SYSTEM):
            stored = {
                "practice": lambda: Draft.objects.get(content__title="Two people look").content["limits"],
                "account": lambda: Answer.objects.get(pledge_record__isnull=False).text,
            }
            assert stored[name]() == BEGAN.replace("two", "three")
    with page.expect_navigation():
        press(page, form)
    page.goto(address)
    expect(page.locator(form.field)).to_have_value(merged)
    page.wait_for_function(f"() => {STORED} === ''")  # the next page asks whether they were taken


def test_a_pledge_left_in_a_conflict_is_one_again_once_it_is_sent(
    cast: Cast, page: Page, browser: Browser, forms: Mapping[str, KindOfForm], live_server: Any
) -> None:
    form = forms["pledge"]
    address = f"{live_server.url}/workspace/{form.path}"
    page.goto(address)
    with open_page(browser, live_server.url, cast.sven) as other:
        other.goto(address)
        other.locator(form.field).fill("Sven's words.")
        with other.expect_navigation():
            press(other, form)
    page.locator(form.field).fill("Alice's words.")
    press(page, form)
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("Sven's words.")

    for _time in range(2):
        page.goto(address)
        expect(page.locator(form.field)).to_have_value("Alice's words.")
    press(page, form)

    expect(conflict).to_contain_text("Sven saved this while you were editing it")
    expect(conflict).to_contain_text("Sven's words.")
    with page.expect_navigation():
        conflict.get_by_role("button", name="Keep theirs").click()
    page.goto(address)
    expect(page.locator(form.field)).to_have_value("Sven's words.")
    page.wait_for_function(f"() => {STORED} === ''")


def test_text_typed_after_a_discarded_conflict_starts_from_the_stored_version(
    cast: Cast, page: Page, browser: Browser, forms: Mapping[str, KindOfForm], live_server: Any
) -> None:
    form = forms["pledge"]
    address = f"{live_server.url}/workspace/{form.path}"
    page.goto(address)
    with open_page(browser, live_server.url, cast.sven) as other:
        other.goto(address)
        other.locator(form.field).fill("Sven's words.")
        with other.expect_navigation():
            press(other, form)
    page.locator(form.field).fill("Alice's words.")
    press(page, form)
    expect(page.locator(".conflict")).to_contain_text("Sven's words.")
    page.goto(address)
    expect(page.locator(form.field)).to_have_value("Alice's words.")

    page.locator("[data-kept-words] button").click()
    expect(page.locator(form.field)).to_have_value("Sven's words.")
    page.locator(form.field).fill("Alice goes on from there.")
    with page.expect_navigation():
        press(page, form)

    expect(page.locator(".conflict")).to_have_count(0)
    page.goto(address)
    expect(page.locator(form.field)).to_have_value("Alice goes on from there.")


def test_words_in_a_fold_open_it_when_they_come_back(page: Page, report: Report, workspace: str) -> None:
    url = f"{workspace}reports/{report.pk}/check/?kind=empty"
    page.goto(url)
    fold = page.locator("details.field-note").first
    fold.locator("summary").click()
    fold.locator("textarea").fill("Counted by hand.")
    page.goto(f"{workspace}inbox/")

    page.goto(url)

    expect(fold.locator("textarea")).to_be_visible()
    expect(fold.locator("textarea")).to_have_value("Counted by hand.")
    expect(page.locator("details.field-note[open]")).to_have_count(1)


def test_a_refused_file_stays_chosen_and_its_reason_is_said_once(page: Page, address: str) -> None:
    page.goto(f"{address.partition('measures/')[0]}spreadsheet/")
    page.locator("input[name=file]").set_input_files(
        {"name": "ours.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 cut off"}
    )
    page.get_by_role("button", name="Show what would change").click()

    message = page.get_by_role("alert").filter(has_text="Not received. The file stays chosen here. File: ")
    expect(message).to_have_class("small danger")
    sentences = message.inner_text().partition("File: ")[2].rstrip(".").split(". ")
    assert len(sentences) == len(set(sentences)), sentences


def test_a_chosen_file_stays_while_the_portal_does_not_take_it_and_is_sent_again(
    page: Page, address: str
) -> None:
    answers = [("/spreadsheet/", 503), ("/spreadsheet/", 429), ("/spreadsheet/", 504)]

    def respond(route: Any) -> None:
        if route.request.method == "POST" and answers:
            route.fulfill(status=answers.pop()[1], body="<p>Away</p>", headers={"Retry-After": "1"})
        else:
            route.fallback()

    page.route("**/spreadsheet/", respond)
    page.goto(f"{address.partition('measures/')[0]}spreadsheet/")
    table = {"name": "ours.csv", "mimeType": "text/csv", "buffer": b"indicator,value\nmoderators,12\n"}
    page.locator("input[name=file]").set_input_files(table)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Not received: the portal did not take the file just now")).to_be_visible()

    expect(page.locator(".upload-card .name")).to_have_text("ours.csv")
    assert answers == []

    # what was typed beside a file that was taken does not come back, on the same page neither
    page.goto(address)
    under_way: list[Any] = []

    def take(route: Any) -> None:
        if under_way:
            route.fulfill(json={"go_to": f"{address}#evidence"})
        else:
            under_way.append(route)

    page.route("**/files/", take)
    page.get_by_text("Add a file").first.click()
    evidence = page.locator("form", has=page.locator("[type=file]"))
    evidence.locator("[name$=title]").fill("Lessons")
    evidence.locator("[type=file]").set_input_files(table)
    add = evidence.get_by_role("button", name="Add a file")
    # another choice calls the first file off, and the other one goes
    with page.expect_request("**/files/"):
        add.click()
    with page.expect_event("requestfailed"):
        evidence.locator("[type=file]").set_input_files({**table, "name": "other.csv"})
    page.evaluate(BREAK_OFF)
    add.click()
    expect(evidence.get_by_text("Not received: the connection is away")).to_be_visible()
    with page.expect_navigation():
        evidence.get_by_role("button", name="Try now").click()
    expect(evidence.locator("[name$=title]")).to_have_value("")
    page.wait_for_load_state()  # the place on the page was a navigation of its own
    assert page.evaluate(STORED) == ""


def test_words_on_the_device_are_listed_for_their_writer_alone_to_copy_and_discard(
    page: Page, workspace: str
) -> None:
    page.goto(f"{workspace}pledges/new/")
    page.locator("[name=title]").fill("Lessons")
    page.locator("textarea[name=text]").fill(WORDS)
    owner = page.evaluate("document.body.dataset.draftOwner")
    page.evaluate(KEEP, [f"draft:{owner}:/workspace/gone/#form", "Of a measure that left."])
    page.evaluate(KEEP, ["draft:999999-1:/workspace/gone/#form", "Not hers."])
    page.goto(f"{workspace}inbox/")
    page.locator(".account-menu summary").click()
    page.get_by_role("link", name="Words on this device").click()

    listed = page.locator("#device-words")
    expect(listed).to_contain_text(WORDS)
    expect(listed).to_contain_text("Lessons")
    expect(listed).not_to_contain_text("Not hers.")
    expect(listed).not_to_contain_text("f1-2")
    left = listed.locator("section", has_text="Of a measure that left.")
    expect(left).to_contain_text("This form cannot be opened any more")
    left.get_by_role("button", name="Discard").click()
    left.get_by_role("button", name="Discard for good").click()
    expect(left).to_have_count(0)
    assert "Of a measure that left." not in page.evaluate(STORED)

    pledge = listed.locator("section", has_text=WORDS)
    item = pledge.locator("li", has_text="Lessons")
    item.get_by_role("button", name=re.compile("Copy ?: Title")).click()
    expect(item.get_by_role("button", name=re.compile("Copied ?: Title"))).to_be_visible()
    item.get_by_role("button", name=re.compile("Discard ?: Title")).click()
    item.get_by_role("button", name=re.compile("Discard for good ?: Title")).click()
    with page.expect_download() as download:
        pledge.get_by_role("button", name="Save these as a file").click()
    content = Path(download.value.path()).read_text()
    assert (WORDS in content, "Lessons" in content) == (True, False)
    assert f"{workspace}pledges/new/" in content
    assert "Words on this device" not in content
    assert f"{timezone.localdate():%Y}" in content
    pledge.get_by_role("link", name="Open the form").click()
    expect(page.locator("textarea[name=text]")).to_have_value(WORDS)
