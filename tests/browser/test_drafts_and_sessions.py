"""What becomes of typed words when a session ends: signed in again, as somebody else, signed out, without a script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from alliance.models import PersonSession
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.editor_pages import saved_by_itself, saved_state, text, texts
from tests.support.kept_forms import KEEP_OF, STORED
from tests.support.page_inspection import cookie_of, open_page
from tests.support.second_factors import add_app, app_code

pytestmark = pytest.mark.slow
SENT_AND_STAYED = """async () => {
  await portal.sendAll();
  dispatchEvent(new Event("beforeunload"));
  await new Promise((done) => setTimeout(done, 50));
  return portal.draftOf(document.querySelector("textarea[name=text]").form).isLeaving;
}"""
SIGN_OUT = "document.querySelector('[data-sign-out]').requestSubmit()"


def end_sessions(person: Any) -> None:
    with acting_as(SYSTEM):
        PersonSession.objects.filter(person=person).delete()


def test_an_ended_session_asks_to_sign_in_above_the_page_and_sends(cast: Cast, alice: Page) -> None:
    end_sessions(cast.alice)
    text(alice).fill("We search.")
    dialog = alice.locator("dialog#sign-in-again")
    expect(dialog).to_contain_text(cast.alice.email)
    dialog.locator("[data-later]:visible").click()
    expect(saved_state(alice)).to_contain_text("will be sent when you are signed in again")
    saved_state(alice).get_by_role("button", name="Sign in").click()
    password = dialog.get_by_label("Password")
    password.fill("not the password")
    password.press("Enter")
    expect(dialog.locator("[data-fault]")).to_be_visible()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in and send").click()

    saved_by_itself(alice)
    assert texts() == ["We search."]
    assert alice.evaluate(STORED) == ""


def test_words_go_on_where_the_dialog_interrupted_them(cast: Cast, alice: Page) -> None:
    """Chromium gives a text its focus back without its caret, and lets go of what is typed then."""
    end_sessions(cast.alice)
    text(alice).press_sequentially("We search.")
    expect(alice.locator("dialog#sign-in-again [name=password]")).to_be_focused()
    for _stop in range(3):
        alice.keyboard.press("Tab")
    alice.keyboard.press("Escape")
    alice.keyboard.type(" And find.")

    expect(text(alice)).to_have_value("We search. And find.")
    expect(text(alice)).to_be_focused()


def test_words_typed_while_the_dialog_closes_keep_their_order(cast: Cast, alice: Page) -> None:
    """The dialog's "close" event is dispatched after it has closed: a key may come before it."""
    end_sessions(cast.alice)
    text(alice).press_sequentially("We search.")
    expect(alice.locator("dialog#sign-in-again [name=password]")).to_be_focused()
    alice.evaluate(
        """() => {
          document.querySelector("dialog#sign-in-again [data-later]").click();
          document.execCommand("insertText", false, " And");
        }"""
    )
    expect(alice.locator("dialog#sign-in-again")).to_be_hidden()
    alice.evaluate("() => new Promise((settled) => requestAnimationFrame(() => setTimeout(settled)))")
    alice.keyboard.type(" find.")

    expect(text(alice)).to_have_value("We search. And find.")


def test_signing_in_from_the_save_state_returns_the_focus_to_the_text(cast: Cast, alice: Page) -> None:
    end_sessions(cast.alice)
    text(alice).press_sequentially("We search.")
    dialog = alice.locator("dialog#sign-in-again")
    expect(dialog.get_by_label("Password")).to_be_focused()
    alice.keyboard.press("Escape")
    saved_state(alice).get_by_role("button", name="Sign in").press("Enter")
    dialog.get_by_label("Password").fill(PASSWORD)
    alice.keyboard.press("Enter")

    saved_by_itself(alice)
    expect(text(alice)).to_be_focused()
    alice.keyboard.type(" And find.")
    expect(text(alice)).to_have_value("We search. And find.")


def test_a_chosen_file_waits_for_the_sign_in_above_its_form(cast: Cast, alice: Page, address: str) -> None:
    alice.goto(f"{address.partition('measures/')[0]}spreadsheet/")
    table = {"name": "ours.csv", "mimeType": "text/csv", "buffer": b"indicator,value\nmoderators,12\n"}
    alice.locator("input[name=file]").set_input_files(table)
    end_sessions(cast.alice)
    send, dialog = (
        alice.get_by_role("button", name="Show what would change"),
        alice.locator("dialog#sign-in-again"),
    )
    send.click()
    dialog.locator("[data-later]:visible").first.click()
    send.click()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in and send").click()

    expect(alice.locator(".upload-card .name")).to_have_text("ours.csv")


def test_the_second_step_is_taken_above_the_page_too(cast: Cast, alice: Page) -> None:
    secret = add_app(cast.alice)
    end_sessions(cast.alice)
    text(alice).fill("We search.")
    dialog = alice.locator("dialog#sign-in-again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in and send").click()
    code = dialog.get_by_label("Code")
    code.fill(app_code(secret))
    code.press("Enter")

    saved_by_itself(alice)
    assert texts() == ["We search."]


def test_another_person_who_signs_in_is_sent_away_without_the_words(
    cast: Cast, alice: Page, address: str, live_server: Any
) -> None:
    text(alice).fill("We search.")
    saved_by_itself(alice)
    alice.context.set_offline(True)
    text(alice).fill("Alice's alone.")
    expect(saved_state(alice)).to_contain_text("Not saved yet")
    alice.context.add_cookies([cookie_of(cast.bob, live_server.url)])
    alice.context.set_offline(False)
    alice.wait_for_function("() => !document.body.innerHTML.includes('Alice')")
    alice.goto(address)

    expect(text(alice)).to_have_value("We search.")
    assert texts() == ["We search."]


def test_signing_out_sends_what_was_typed_a_moment_before_and_clears_the_other_windows(
    alice: Page, address: str
) -> None:
    other = alice.context.new_page()
    other.goto(address)
    text(alice).fill("We search.")
    alice.evaluate(SIGN_OUT)
    alice.wait_for_url("**/en/")
    assert (texts(), alice.evaluate(STORED)) == (["We search."], "")

    text(other).press_sequentially("More.")
    expect(other.locator("dialog#sign-in-again")).to_be_visible()
    expect(text(other)).to_have_value("More.")
    assert other.evaluate(STORED) == ""


def test_signing_out_shows_first_what_would_go_and_takes_nobody_elses(
    cast: Cast, alice: Page, live_server: Any
) -> None:
    workspace = f"{live_server.url}/workspace/"
    alice.goto(f"{workspace}pledges/new/")
    words = alice.locator("textarea[name=text]")
    words.fill("An hour of words.")
    alice.evaluate(KEEP_OF, [f"draft:{cast.bob.pk}-{cast.aurora.pk}:/workspace/inbox/#form", "Bob's own."])
    alice.context.set_offline(True)
    alice.locator(".account-menu summary").click()
    alice.get_by_role("button", name="Sign out").click()
    expect(alice.locator("form[data-sign-out]")).to_contain_text("You are still signed in")
    words.fill("An hour of words, and more.")
    assert "and more." in alice.evaluate(STORED)

    alice.context.set_offline(False)
    alice.get_by_role("button", name="Sign out").click()
    alice.wait_for_url("**/accounts/logout/")
    expect(alice.locator("#device-words")).to_contain_text("An hour of words, and more.")
    expect(alice.locator("main")).not_to_contain_text("Bob's own.")
    expect(alice.get_by_role("button", name="Save these as a file")).to_be_visible()
    alice.get_by_role("link", name="Open the form").click()
    expect(words).to_have_value("An hour of words, and more.")

    # asked by the browser, for the sake of another form, the person may stay: this one goes on
    assert alice.evaluate(SENT_AND_STAYED) is False
    alice.goto(f"{live_server.url}/accounts/logout/")
    alice.route("**/accounts/logout/", lambda route: route.abort())
    alice.get_by_role("button", name="Sign out anyway").click()
    expect(alice.locator("form[data-sign-out]")).to_contain_text("it is not known whether you are signed out")
    assert "and more." in alice.evaluate(STORED)
    alice.unroute("**/accounts/logout/")
    alice.get_by_role("button", name="Sign out anyway").click()
    alice.wait_for_url("**/en/")
    left = alice.evaluate(STORED)
    assert ("An hour" in left, "Bob's own." in left) == (False, True)


def test_without_scripts_a_form_waits_through_sign_in_for_its_sender_alone(
    cast: Cast, browser: Browser, address: str, live_server: Any
) -> None:
    with open_page(browser, address, cast.alice, java_script_enabled=False) as page:
        page.goto(address)
        text(page).fill("Without a script.")
        end_sessions(cast.alice)
        page.get_by_role("button", name="Save", exact=True).click()
        sign_in = page.url
        with open_page(browser, address, cast.bob, java_script_enabled=False) as other:
            other.goto(sign_in)
            assert "Without a script." not in other.locator("body").inner_text()
        page.locator("input[name=login]").fill(cast.alice.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        expect(page.locator("main")).to_contain_text("Without a script.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(text(page)).to_have_value("Without a script.")

    assert texts() == ["Without a script."]


def test_a_button_pressed_after_all_cookies_are_gone_loses_no_words(
    cast: Cast, alice: Page, address: str
) -> None:
    """Without its cookie the post has no good token and cannot be held."""
    page = f"{address.partition('measures/')[0]}ask-for-sign-off/"
    alice.goto(page)
    alice.locator("[name=message]").fill("December is an estimate.")
    alice.context.clear_cookies()
    alice.locator("form.confirm button[type=submit]").click()
    alice.locator("[name=login]").fill(cast.alice.email)
    alice.locator("[name=password]").fill(PASSWORD)
    alice.locator("main button[type=submit]").click()

    expect(alice.locator("[name=message]")).to_have_value("December is an estimate.")
