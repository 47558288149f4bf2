"""The report's editor in a real browser: it saves by itself, loses nobody's words, and needs no script."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from alliance.enums import Role
from alliance.models import Figure, MeasureComment, Membership, Organisation, Report, Submission
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.editor_pages import cells, saved_by_itself, text, texts, values
from tests.support.page_inspection import open_page
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.slow

PASTE = """(field) => {
  const data = new DataTransfer();
  data.setData("text/plain", "1200\\n81.5\\n");
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_typing_saves_by_itself_and_what_is_typed_after_that_too(alice: Page) -> None:
    text(alice).press_sequentially("We search.")
    saved_by_itself(alice)
    assert texts() == ["We search."]

    with alice.expect_response(lambda response: response.request.method == "POST") as answer:
        text(alice).press_sequentially(" Everywhere.")

    expect(alice.locator(".conflict")).to_have_count(0)
    assert texts() == ["We search. Everywhere."]
    assert {name.rpartition("-")[2] for name in forms_posted(answer.value.request)} == {
        "text", "language", "version", "shown_digest",
    }  # fmt: skip


def forms_posted(request: Any) -> set[str]:
    """The names of the texts and figures that a post carries."""
    return {name for name in parse_qs(request.post_data, keep_blank_values=True) if "-" in name}


def test_a_post_carries_what_changed_and_nothing_that_is_saved_already(alice: Page) -> None:
    posts: list[set[str]] = []
    alice.on(
        "request", lambda request: posts.append(forms_posted(request)) if request.method == "POST" else None
    )
    cells(alice).first.fill("12")
    saved_by_itself(alice)
    cells(alice).nth(1).fill("81")
    with alice.expect_navigation():
        alice.get_by_role("button", name="Save", exact=True).click()

    assert values() == ["12", "81"]
    assert [len({name.rpartition("-")[0] for name in names}) for names in posts] == [1, 1]
    assert not posts[0] & posts[1]


def act_for(page: Page, organisation: Organisation) -> None:
    """In another window of the same person; it is closed once the answer is there, and not on the way to it."""
    window = page.context.new_page()
    window.goto(page.url.partition("/workspace/")[0] + "/session/organisation/")
    with window.expect_navigation():
        window.click(f"main button[value={organisation.slug}]")
    window.close()


def test_what_is_typed_after_a_switch_to_another_organisation_is_not_taken_for_saved(
    cast: Cast, alice: Page, address: str
) -> None:
    with acting_as(SYSTEM):
        Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.EDITOR])
    alice.goto(address)
    text(alice).press_sequentially("We search.")
    saved_by_itself(alice)
    act_for(alice, cast.beacon)
    text(alice).press_sequentially(" And we count.")
    expect(alice.locator("#saved-state")).to_contain_text("Not saved")

    act_for(alice, cast.aurora)
    alice.get_by_role("button", name="Save", exact=True).click()

    expect(alice.locator(".messages")).to_contain_text("Saved")
    assert texts() == ["We search. And we count."]


def test_the_editor_without_network_says_not_saved_and_sends_later(
    alice: Page,
) -> None:
    text(alice).press_sequentially("We search.")
    saved_by_itself(alice)
    alice.context.set_offline(True)
    text(alice).press_sequentially(" And we count.")
    expect(alice.locator("#saved-state")).to_contain_text("Not saved")

    alice.context.set_offline(False)

    saved_by_itself(alice)
    assert texts() == ["We search. And we count."]


def test_the_editor_after_a_lost_right_says_not_saved_and_keeps_the_text(cast: Cast, alice: Page) -> None:
    text(alice).press_sequentially("We search.")
    saved_by_itself(alice)
    with acting_as(SYSTEM):
        Membership.objects.filter(person=cast.alice).update(roles=[Role.READER])
    text(alice).press_sequentially(" And we count.")
    save, saved_state = alice.get_by_role("button", name="Save", exact=True), alice.locator("#saved-state")
    expect(saved_state).to_contain_text("Your rights no longer allow this.")

    # the button sends nothing while the connection is away, and the reason comes back with it
    alice.context.set_offline(True)
    save.click()
    expect(saved_state).to_contain_text("Not sent: the connection is away")
    expect(text(alice)).to_have_value("We search. And we count.")
    alice.context.set_offline(False)
    expect(saved_state).to_contain_text("Your rights no longer allow this.")
    save.click()

    expect(alice.locator("main")).to_contain_text("What you typed")
    expect(alice.locator("main")).to_contain_text("We search. And we count.")
    assert texts() == ["We search."]


def test_two_at_once_lose_no_word_and_a_person_alone_settles_the_conflict(
    alice: Page, cast: Cast, browser: Browser, address: str
) -> None:
    with open_page(browser, address, cast.sven) as sven:
        sven.goto(address)
        text(alice).fill("Alice's words.")
        saved_by_itself(alice)
        text(sven).fill("Sven's words.")
        expect(sven.locator("#saved-state")).to_contain_text("Not everything is saved")
        with sven.expect_navigation():
            sven.get_by_role("button", name="Save", exact=True).click()
        expect(sven.locator(".conflict")).to_be_visible()
        text(sven).press_sequentially("More: ")
        expect(sven.locator("#saved-state")).to_contain_text("Not everything is saved")
        assert texts() == ["Alice's words."]
        for button in ("Merge both", "Save"):
            with sven.expect_navigation():
                sven.get_by_role("button", name=button, exact=True).click()

    assert [" ".join(words.split()) for words in texts()] == ["Alice's words. More: Sven's words."]


def test_cells_take_a_column_of_a_spreadsheet_and_say_what_is_wrong_once_saved(alice: Page) -> None:
    cells(alice).first.press("Enter")
    expect(cells(alice).nth(1)).to_be_focused()

    cells(alice).first.evaluate(PASTE)
    saved_by_itself(alice)
    assert [cells(alice).nth(place).input_value() for place in (0, 1)] == ["1200", "81.5"]
    assert values() == ["1200", "81.5"]

    expect(alice.locator("#paste-rest")).to_be_hidden()
    cells(alice).nth(2).evaluate(PASTE)  # the last line: there is no place for the second number
    expect(alice.locator("#paste-rest")).to_contain_text("1 pasted values had no place here, from “81.5” on")
    cells(alice).nth(2).fill("")

    cells(alice).first.fill("about a third")
    expect(alice.locator(".cell-message .note")).to_contain_text("“about a third” is not a number")
    expect(alice.locator("td.cell.invalid")).to_have_count(1)
    cells(alice).first.fill("12")
    expect(alice.locator("td.cell.invalid")).to_have_count(0)
    saved_by_itself(alice)
    assert values() == ["12", "81.5"]


def test_a_number_excludes_a_reason_for_having_none_and_takes_a_note(alice: Page) -> None:
    cells(alice).first.fill("12")
    cells(alice).first.press("Alt+ArrowDown")
    alice.get_by_label("Not measured").first.check()
    saved_by_itself(alice)
    with acting_as(SYSTEM):
        assert [(row.status, row.value) for row in Figure.objects.all()] == [("not_measured", None)]
    expect(cells(alice).first).to_have_attribute("placeholder", "not measured")

    with alice.expect_response(lambda response: response.request.method == "POST"):
        cells(alice).first.fill("13")
    with acting_as(SYSTEM):
        assert [(row.status, int(row.value or 0)) for row in Figure.objects.all()] == [("reported", 13)]

    alice.locator("[popover]:visible").get_by_text("Add a note").click()
    with alice.expect_response(lambda response: response.request.method == "POST"):
        alice.keyboard.type("Counted twice.")
    with acting_as(SYSTEM):
        assert [row.note for row in Figure.objects.all()] == ["Counted twice."]


def test_services_stand_behind_tabs_where_the_page_is_narrow(alice: Page) -> None:
    alice.set_viewport_size({"width": 380, "height": 800})
    second = alice.locator("tr:visible > [data-column='2'] .entry > input").first
    expect(second).to_be_hidden()
    alice.locator(".tabs label").nth(1).click()
    second.fill("about a third")
    alice.locator(".tabs label").first.click()
    alice.get_by_role("link", name="Go to the cell").click()

    expect(second).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_from_another_page_leads_through_the_tab_of_its_cell(
    cast: Cast, browser: Browser, live_server: Any, address: str, *, scripts: bool
) -> None:
    narrow: Any = {"width": 380, "height": 800}
    url = live_server.url
    with open_page(browser, url, cast.alice, java_script_enabled=scripts, viewport=narrow) as page:
        page.goto(address)
        name = page.locator("tr:not(.part) > td.cell[data-column='2']").first.get_attribute("id")
        page.goto(f"{address.partition('measures/')[0]}check/?kind=empty")
        page.locator(f"[id='{name}'] b > a").click()

        expect(page.locator(f"[id='id_{name}-value']")).to_be_focused()
        expect(page.locator(f".tabs [value='{2 if scripts else 1}']")).to_be_checked()


@pytest.mark.parametrize("width", [380, 1280])
def test_a_link_to_a_text_shows_what_it_asks_above_it(
    cast: Cast, browser: Browser, live_server: Any, address: str, width: int
) -> None:
    low: Any = {"width": width, "height": 700}
    with open_page(browser, live_server.url, cast.alice, viewport=low) as page:
        page.goto(f"{address.partition('measures/')[0]}check/?kind=empty")
        page.locator("#rows > [id^='t'] b > a").first.click()

        area = page.locator("textarea:focus")
        expect(area).to_be_in_viewport()
        expect(page.locator("section:has(> .text-box textarea:focus) h3")).to_be_in_viewport(ratio=1)


def test_the_keyboard_alone_writes_and_saves(alice: Page) -> None:
    for _press in range(60):
        alice.keyboard.press("Tab")
        if text(alice).evaluate("(area) => area === document.activeElement"):
            break
    alice.keyboard.type("By keys alone.")
    with alice.expect_navigation():
        alice.get_by_role("button", name="Save", exact=True).press("Enter")

    assert texts() == ["By keys alone."]


def signed_in_by_form(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()


def test_a_report_is_written_and_submitted_without_scripts(
    cast: Cast, report: Report, browser: Browser, live_server: Any, address: str
) -> None:
    fill_report(cast.actor("alice"), report)
    with open_page(browser, address, java_script_enabled=False) as page:
        signed_in_by_form(page, live_server.url, cast.sven.email)
        page.goto(address)
        text(page).fill("Without a script.")
        page.get_by_role("button", name="Save", exact=True).click()
        page.goto(f"{live_server.url}/workspace/reports/{report.pk}/submit/")
        page.locator("main input[name=stated]").check()
        page.get_by_role("button", name="Sign off and submit").click()
        page.wait_for_url("**/receipts/1/")
        receipt = page.locator("main").inner_text()

    with acting_as(SYSTEM):
        assert Submission.objects.get().sha256 in receipt
    assert "Without a script." in texts()


def test_an_at_sign_offers_colleagues_and_ticks_the_one_who_is_taken(cast: Cast, alice: Page) -> None:
    message = alice.locator("#comment-text")
    names = alice.get_by_role("listbox", name="Colleagues to mention").get_by_role("option")
    ticked = alice.locator("[name=mention]:checked")
    message.press_sequentially("To a@b, then @")
    expect(names).to_have_count(alice.locator("[name=mention]").count())
    alice.keyboard.press("Escape")
    expect(names).to_have_count(0)
    message.press_sequentially(cast.sven.name[:2].lower())
    expect(names).to_have_text([cast.sven.name])
    for key in ("Home", "Enter"):  # the caret is not at the name any more
        alice.keyboard.press(key)
    expect(names).to_have_count(0)
    for key in ("End", "Backspace", cast.sven.name[1]):
        alice.keyboard.press(key)
    expect(names).to_have_text([cast.sven.name])
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Enter")

    expect(message).to_have_value(f"To a@b, then @{cast.sven.name} ")
    expect(ticked).to_have_value(str(cast.sven.pk))
    alice.keyboard.press("Backspace")
    alice.keyboard.press("Backspace")
    expect(ticked).to_have_count(0)
    alice.keyboard.press("Enter")
    expect(ticked).to_have_count(1)
    alice.get_by_role("button", name="Send").click()

    expect(alice.locator(".messages")).to_contain_text(f"Notified: {cast.sven.name}")
    with acting_as(SYSTEM):
        assert MeasureComment.objects.get().mentions == [cast.sven.pk]


def test_background_requests_are_marked_as_such(alice: Page, address: str) -> None:
    """So an open page keeps no session alive; after a key it does for a minute."""

    def presence(request: Any) -> bool:
        return request.url.endswith("/presence/")

    alice.clock.install()
    alice.goto(address)
    headers = []
    for _half_a_minute in range(3):
        with alice.expect_request(presence) as request:
            alice.clock.fast_forward(31_000)
        headers.append(request.value.headers.get("background"))
    alice.keyboard.press("Shift")
    with alice.expect_request(presence) as request:
        alice.clock.fast_forward(31_000)

    assert [*headers, request.value.headers.get("background")] == [None, "1", "1", None]
