"""Words of two windows, and of two people at one report, in a real browser: none of them is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.factories import Cast
from tests.support.editor_pages import cells, saved_by_itself, saved_state, text, texts, values
from tests.support.kept_forms import STORED
from tests.support.page_inspection import open_page

pytestmark = pytest.mark.slow


def test_two_windows_of_one_person_keep_what_was_typed_in_each(alice: Page, address: str) -> None:
    other = alice.context.new_page()
    other.goto(address)
    alice.context.set_offline(True)
    text(alice).fill("In the first.")
    cells(other).first.fill("12")
    expect(saved_state(other)).to_contain_text("Not saved yet")

    stored = other.evaluate(STORED)
    assert "In the first." in stored
    assert '"12"' in stored


@pytest.fixture
def sven(cast: Cast, browser: Browser, address: str) -> Iterator[Page]:
    """A colleague with the same page open."""
    with open_page(browser, address, cast.sven) as page:
        page.goto(address)
        yield page


def test_leaving_at_once_loses_nothing(alice: Page, sven: Page, address: str) -> None:
    text(alice).fill("Typed and gone.")
    alice.goto(address.partition("measures/")[0])

    # on another device, where nothing is kept
    sven.wait_for_function(
        "async () => (await (await fetch(location.href)).text()).includes('Typed and gone.')"
    )
    assert texts() == ["Typed and gone."]


def test_two_people_in_different_fields_are_in_nobodys_way(alice: Page, sven: Page) -> None:
    text(alice).fill("We search.")
    saved_by_itself(alice)
    cells(sven).first.fill("12")
    saved_by_itself(sven)

    expect(sven.locator(".conflict")).to_have_count(0)
    assert (texts(), values()) == (["We search."], ["12"])


def test_a_conflict_stands_beside_the_text_and_a_merge_has_both_changes_in_place(
    alice: Page, sven: Page
) -> None:
    for words in ("We search.", "We search with two tools. People look at each hit."):
        text(alice).fill(words)
        saved_by_itself(alice)
    sven.reload()
    text(alice).fill("We search with three tools. People look at each hit.")
    saved_by_itself(alice)
    text(sven).fill("We search with two tools. Trained people look at each hit.")
    conflict = sven.locator("#measure-form section").first.locator(".conflict")
    expect(conflict).to_contain_text("saved this while you were editing it")
    expect(conflict.locator(".word-diff del").first).to_be_visible()
    expect(conflict.get_by_role("button", name="Keep theirs")).to_be_visible()
    text(sven).press_sequentially(" Always.")
    with sven.expect_navigation():
        conflict.get_by_role("button", name="Merge both").click()

    expect(text(sven)).to_have_value("We search with three tools. Trained people look at each hit. Always.")


def conflict_of_two(alice: Page, sven: Page) -> Locator:
    """What Sven sees beside his text once Alice has saved hers."""
    text(alice).fill("Alice's words.")
    saved_by_itself(alice)
    text(sven).fill("Sven's words.")
    conflict = sven.locator(".conflict")
    expect(conflict).to_contain_text("Alice's words.")
    return conflict


def test_a_conflict_that_nobody_has_settled_is_there_again_after_leaving_the_page(
    alice: Page, sven: Page, address: str
) -> None:
    conflict = conflict_of_two(alice, sven)
    for come_back in (sven.reload, lambda: sven.goto(address), sven.go_back):
        if come_back == sven.go_back:
            sven.goto(address.partition("measures/")[0])
        come_back()
        expect(conflict).to_contain_text("Alice's words.")
        expect(text(sven)).to_have_value("Sven's words.")
        assert texts() == ["Alice's words."]

    with sven.expect_navigation():
        conflict.get_by_role("button", name="Keep mine").click()
    assert texts() == ["Sven's words."]


def test_keeping_the_stored_version_saves_no_words_of_the_device_afterwards(
    alice: Page, sven: Page, address: str
) -> None:
    conflict = conflict_of_two(alice, sven)
    cells(sven).first.fill("12")
    saved_by_itself_beside(sven)

    with sven.expect_navigation():
        conflict.get_by_role("button", name="Keep theirs").click()

    expect(text(sven)).to_have_value("Alice's words.")
    sven.wait_for_function(f"() => ({STORED}) === ''")
    sven.goto(address)
    expect(text(sven)).to_have_value("Alice's words.")
    assert (texts(), values()) == (["Alice's words."], ["12"])


def saved_by_itself_beside(page: Page) -> None:
    """Wait until the rest is saved while a conflict waits for its decision."""
    page.wait_for_function("async () => (await (await fetch(location.href)).text()).includes('value=\"12\"')")
