"""Words are kept from the first keystroke, in a real browser: offline, with a portal out of order, without room."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from alliance.models import Report
from tests.factories import Cast
from tests.support.editor_pages import cells, saved_by_itself, saved_state, text, texts, values
from tests.support.kept_forms import STORED
from tests.support.page_inspection import open_page
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.slow
FULL = (
    "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
)
# the next page is then one that was asked for before the save
ASKED_FOR_BEFORE = """() => {
  const saved = JSON.parse(sessionStorage.getItem("draft-saved"));
  for (const each of Object.values(saved)) each.at += 60000;
  sessionStorage.setItem("draft-saved", JSON.stringify(saved));
}"""


def test_unsent_words_are_listed_and_marked_offline_and_sent_later(alice: Page) -> None:
    before_sign_off, status = alice.locator("#before-sign-off"), alice.locator("#report-status")
    alice.context.set_offline(True)
    text(alice).fill("We search.")
    cells(alice).first.fill("12")

    expect(saved_state(alice)).to_contain_text(
        "Not saved yet: kept on this device, will be sent when the connection is back"
    )
    expect(saved_state(alice)).to_contain_text("1 text and 1 figure since")
    expect(saved_state(alice)).to_contain_text("trying again in")
    expect(alice.locator("[data-not-sent] li")).to_have_count(2)
    expect(alice.locator(".text-box.unsent")).to_contain_text("Not sent yet: your words since")
    expect(alice.locator("td.unsent")).to_contain_text("not sent yet")
    expect(alice.locator("#chapters a", has_text="not sent yet")).to_have_attribute("aria-current", "page")
    expect(alice.locator("[data-presence]")).to_contain_text("Not known while the connection is away")
    expect(before_sign_off).to_contain_text("As it stood at")
    expect(status).to_contain_text("What follows needs the connection")
    expect(alice.locator(":is(#before-sign-off, #report-status) a[href]")).to_have_count(0)
    assert "We search." in alice.evaluate(STORED)

    alice.locator("[data-not-sent] a").first.click()
    expect(text(alice)).to_be_focused()

    alice.context.set_offline(False)
    saved_by_itself(alice)
    expect(alice.locator(".unsent, [data-not-sent]:visible, [data-unsent-measure]")).to_have_count(0)
    expect(before_sign_off).not_to_contain_text("As it stood at")
    expect(status).not_to_contain_text("needs the connection")
    expect(alice.locator(":is(#before-sign-off, #report-status) a:not([href])")).to_have_count(0)
    expect(before_sign_off.locator("a[href]").first).to_be_visible()
    assert (texts(), values(), alice.evaluate(STORED)) == (["We search."], ["12"], "")

    # all is saved: the button does not leave the page for that of the browser
    alice.context.set_offline(True)
    alice.get_by_role("button", name="Save", exact=True).click()
    expect(saved_state(alice)).to_contain_text("Not sent: the connection is away")
    alice.context.set_offline(False)
    expect(saved_state(alice)).not_to_contain_text("Not sent")
    expect(saved_state(alice)).to_contain_text("Saved")


def test_the_bar_of_a_narrow_window_is_low_and_says_when_it_tries_again(alice: Page) -> None:
    alice.set_viewport_size({"width": 380, "height": 800})
    bar = alice.locator(".signoff")

    def height() -> float:
        return float(bar.evaluate("bar => bar.getBoundingClientRect().height"))

    expect(bar.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    assert height() < 0.14 * 800

    alice.context.set_offline(True)
    text(alice).press_sequentially("We search.")

    expect(bar.get_by_role("button", name="Try now")).to_be_visible()
    assert height() < 0.16 * 800


def test_signing_waits_while_the_connection_is_away(
    cast: Cast, report: Report, browser: Browser, live_server: Any
) -> None:
    fill_report(cast.actor("alice"), report)
    with open_page(browser, live_server.url, cast.sven) as sven:
        sven.goto(f"{live_server.url}/workspace/reports/{report.pk}/submit/")
        button = sven.get_by_role("button", name="Sign off and submit")
        expect(button).to_be_enabled()

        sven.context.set_offline(True)
        expect(button).to_be_disabled()
        expect(sven.locator("#sign")).to_contain_text("What follows needs the connection")

        sven.context.set_offline(False)
        expect(button).to_be_enabled()
        expect(sven.locator("#sign")).not_to_contain_text("needs the connection")


def test_unsent_words_can_be_saved_as_a_file(alice: Page) -> None:
    alice.context.set_offline(True)
    text(alice).fill("We search.")
    with alice.expect_download() as download:
        alice.locator("[data-not-sent] button").click()

    assert download.value.suggested_filename == "not-sent-yet.txt"
    assert "We search." in Path(download.value.path()).read_text()


def test_a_window_that_is_closed_offline_finds_its_words_again(alice: Page, address: str) -> None:
    alice.context.set_offline(True)
    text(alice).fill("In the tunnel.")
    context = alice.context
    alice.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)

    expect(text(page)).to_have_value("In the tunnel.")
    saved_by_itself(page)
    assert texts() == ["In the tunnel."]


def test_the_portal_out_of_order_is_asked_again(alice: Page) -> None:
    answers = [503]

    def respond(route: Any) -> None:
        if route.request.method == "POST" and answers:
            route.fulfill(status=answers.pop(), body="", headers={"Retry-After": "1"})
        else:
            route.fallback()

    alice.route("**/measures/search/", respond)
    text(alice).fill("We search.")
    expect(saved_state(alice)).to_contain_text("will be sent when the portal answers again")

    saved_by_itself(alice)
    assert texts() == ["We search."]


def test_a_device_without_room_says_that_it_keeps_nothing(alice: Page) -> None:
    alice.evaluate(FULL)
    alice.context.set_offline(True)
    text(alice).fill("We search.")

    expect(saved_state(alice)).to_contain_text("this device has no room to keep it: leave this page open")
    alice.context.set_offline(False)
    saved_by_itself(alice)


def test_a_page_asked_for_before_a_save_and_shown_after_it_has_the_saved_words(
    alice: Page, address: str
) -> None:
    stale = alice.context.request.get(address).text()
    text(alice).fill("We search at night.")
    alice.wait_for_function("() => sessionStorage.getItem('draft-saved')?.includes('at night')")
    alice.evaluate(ASKED_FOR_BEFORE)
    page = {"body": stale, "content_type": "text/html; charset=utf-8"}
    alice.route(
        address,
        lambda route: route.fulfill(**page) if route.request.is_navigation_request() else route.fallback(),
    )
    alice.reload()

    expect(text(alice)).to_have_value("We search at night.")
    saved_by_itself(alice)
    assert texts() == ["We search at night."]


def test_a_chosen_file_holds_the_page_against_nobody_else(alice: Page, address: str) -> None:
    def respond(route: Any) -> None:
        if route.request.method == "POST":
            route.fulfill(status=503, body="<p>Away</p>", headers={"Retry-After": "60"})
        else:
            route.fallback()

    alice.route("**/spreadsheet/", respond)
    alice.goto(f"{address.partition('measures/')[0]}spreadsheet/")
    table = {"name": "ours.csv", "mimeType": "text/csv", "buffer": b"indicator,value\nmoderators,12\n"}
    alice.locator("input[name=file]").set_input_files(table)
    alice.get_by_role("button", name="Show what would change").click()
    message, waiting = alice.locator("[data-file-state]"), "Not received: the portal did not take the file"
    expect(message).to_contain_text(waiting)

    # tried at once, called off, and sent again: the keyboard stays at the message
    alice.get_by_role("button", name="Try now").press("Enter")
    expect(message).to_be_focused()
    alice.get_by_role("button", name="Stop").press("Enter")
    expect(message).to_have_text("Not received. The file stays chosen here.")
    expect(message).to_be_focused()
    alice.get_by_role("button", name="Show what would change").click()
    expect(message).to_contain_text(waiting)
    alice.locator("input[name=file]").set_input_files({**table, "name": "other.csv"})
    expect(message).to_have_text("")
    alice.get_by_role("button", name="Show what would change").click()
    expect(message).to_contain_text(waiting)

    alice.evaluate("() => { portal.leaveToOther(); }")

    alice.wait_for_url(lambda url: "spreadsheet" not in url, timeout=5000)


def test_a_field_of_one_line_finds_its_words_again_and_an_offline_button_sends_nothing(
    alice: Page, address: str
) -> None:
    alice.get_by_text("Add a link", exact=True).first.click()
    form = alice.locator("form[action$='/links/'], form[action*='link']").first
    form.locator("[name=title]").fill("Our rules of moderation")
    alice.context.set_offline(True)
    form.locator("[name=url]").fill("https://aurora.example/rules")
    form.locator("button[type=submit]").click()

    expect(form.locator("[role=status]")).to_contain_text("Not sent: the connection is away")
    context = alice.context
    alice.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)

    again = page.locator("form[action*='link']").first
    expect(again.locator("[name=title]")).to_have_value("Our rules of moderation")
    expect(again.locator("[name=title]")).to_be_visible()


def test_ticks_and_a_word_to_a_colleague_are_there_again_and_can_be_discarded(
    alice: Page, address: str
) -> None:
    page = f"{address.partition('measures/')[0]}delegation/"
    alice.goto(page)
    box, note = alice.locator("#sections tbody [type=checkbox]").first, alice.locator("[name=note]")
    box.check()
    note.fill("By the log of March.")
    alice.goto(address)
    alice.goto(page)

    expect(note).to_have_value("By the log of March.")
    expect(box).to_be_checked()
    expect(alice.locator("#give-heading")).to_contain_text("(1)")
    alice.get_by_role("button", name="Discard it").click()
    expect(note).to_have_value("")
    expect(alice.locator("[data-selection-words]")).to_be_hidden()
