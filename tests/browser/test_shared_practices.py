"""Two people in one group of a practice, in a real browser: a conflict that is left comes back as one."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portal.kernel.access import SYSTEM, acting_as
from practices.models import Draft, Practice
from tests.factories import Cast
from tests.factories.practices import make_draft
from tests.support.kept_forms import STORED
from tests.support.page_inspection import open_page

pytestmark = pytest.mark.slow

HERS, HIS = "Alice's words.", "Sven's words."


@pytest.fixture
def practice(cast: Cast) -> Practice:
    return make_draft(cast)


@pytest.fixture
def address(live_server: Any, practice: Practice) -> str:
    return f"{live_server.url}/workspace/practices/{practice.key}/edit/method/"


@pytest.fixture
def alice(cast: Cast, browser: Browser, live_server: Any, address: str) -> Iterator[Page]:
    with open_page(browser, live_server.url, cast.alice) as page:
        page.goto(address)
        yield page


@pytest.fixture
def sven(cast: Cast, browser: Browser, live_server: Any, address: str) -> Iterator[Page]:
    with open_page(browser, live_server.url, cast.sven) as page:
        page.goto(address)
        yield page


def limits(page: Page) -> Locator:
    return page.locator("textarea[name=limits]")


def triggers(page: Page) -> Locator:
    return page.locator("textarea[name=triggers]")


def stored(practice: Practice, key: str = "limits") -> Any:
    with acting_as(SYSTEM):
        return Draft.objects.get(practice=practice).content.get(key)


def saved_by_itself(page: Page) -> None:
    expect(page.locator("#saved-state")).to_contain_text("only your organisation sees it")


def conflict_of_two(alice: Page, sven: Page) -> Locator:
    """What Sven sees once Alice has saved the text that he is writing."""
    limits(alice).fill(HERS)
    saved_by_itself(alice)
    limits(sven).fill(HIS)
    conflict = sven.locator(".conflict")
    expect(conflict).to_contain_text(HERS)
    return conflict


def test_a_conflict_in_a_practice_is_there_again_after_leaving_the_page(
    alice: Page, sven: Page, address: str, practice: Practice
) -> None:
    conflict = conflict_of_two(alice, sven)
    for come_back in (sven.reload, lambda: sven.goto(address), sven.go_back):
        if come_back == sven.go_back:
            sven.goto(address.partition("edit/")[0])
        come_back()
        expect(conflict).to_contain_text(HERS)
        expect(limits(sven)).to_have_value(HIS)
        assert stored(practice) == HERS

    with sven.expect_navigation():
        conflict.get_by_role("button", name="Keep mine").click()
    assert stored(practice) == HIS
    sven.wait_for_function(f"() => ({STORED}) === ''")


def test_a_conflict_that_a_button_met_is_there_again_too(
    alice: Page, sven: Page, address: str, practice: Practice
) -> None:
    limits(alice).fill(HERS)
    saved_by_itself(alice)
    limits(sven).fill(HIS)
    with sven.expect_navigation():
        sven.get_by_role("button", name="Save", exact=True).click()
    conflict = sven.locator(".conflict")
    expect(conflict).to_contain_text(HERS)

    sven.goto(address)

    expect(conflict).to_contain_text(HERS)
    expect(limits(sven)).to_have_value(HIS)
    assert stored(practice) == HERS
    with sven.expect_navigation():
        conflict.get_by_role("button", name="Keep theirs").click()
    expect(limits(sven)).to_have_value(HERS)
    sven.wait_for_function(f"() => ({STORED}) === ''")
    assert stored(practice) == HERS


def test_a_choice_made_offline_meets_that_of_a_colleague_as_a_conflict(
    alice: Page, sven: Page, address: str, practice: Practice
) -> None:
    address = address.replace("method", "problem")
    sven.goto(address)
    sven.context.set_offline(True)
    sven.select_option("[name=encryption]", "works")
    sven.check("[name=age_bands][value='13-15']")
    expect(sven.locator("#saved-state")).to_contain_text("Not saved yet")
    alice.goto(address)
    alice.select_option("[name=encryption]", "without")
    saved_by_itself(alice)
    context = sven.context
    sven.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(address)

    conflict = again.locator(".conflict")
    expect(conflict).to_contain_text("Alice saved this while you were editing it")
    expect(again.locator("[name=encryption]")).to_have_value("works")
    assert (stored(practice, "encryption"), stored(practice, "age_bands")) == ("without", None)
    with again.expect_navigation():
        conflict.get_by_role("button", name="Keep mine").click()
    assert (stored(practice, "encryption"), stored(practice, "age_bands")) == ("works", ["13-15"])


def test_words_typed_offline_beside_those_of_a_colleague_are_saved_without_a_question(
    alice: Page, sven: Page, address: str, practice: Practice
) -> None:
    sven.context.set_offline(True)
    limits(sven).fill(HIS)
    expect(sven.locator("#saved-state")).to_contain_text("Not saved yet")
    alice.goto(address)
    triggers(alice).fill(HERS)
    saved_by_itself(alice)
    context = sven.context
    sven.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(address)

    again.wait_for_function(f"() => ({STORED}) === ''")
    assert (stored(practice), stored(practice, "triggers")) == (HIS, HERS)


@pytest.mark.parametrize("who_types_first", ["the older window", "the newer window"])
def test_merging_drafts_of_two_windows_keeps_the_text_of_a_colleague(
    alice: Page, sven: Page, address: str, practice: Practice, who_types_first: str
) -> None:
    limits(alice).fill("We search with two tools. People look at each hit.")
    saved_by_itself(alice)
    triggers(alice).fill("Each message is looked at. A second one waits.")
    saved_by_itself(alice)
    sven.goto(address)
    limits(alice).fill("We search with three tools. People look at each hit.")
    saved_by_itself(alice)
    context, newer = sven.context, sven.context.new_page()
    newer.goto(address)
    context.set_offline(True)
    typed = [
        (limits(sven), "We search with two tools. Trained people look at each hit."),
        (triggers(newer), "Each message is looked at. A second one waits an hour."),
    ]
    for field, words in typed if who_types_first == "the older window" else reversed(typed):
        field.fill(words)
        expect(field.page.locator("#saved-state")).to_contain_text("Not saved yet")
    triggers(alice).fill("Each first message is looked at. A second one waits.")
    saved_by_itself(alice)
    for window in (sven, newer):
        window.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(address)
    conflict = again.locator(".conflict")
    expect(conflict).to_contain_text("Alice saved this while you were editing it")
    with again.expect_navigation():
        conflict.get_by_role("button", name="Merge both").click()

    expect(limits(again)).to_have_value("We search with three tools. Trained people look at each hit.")
    expect(triggers(again)).to_have_value("Each first message is looked at. A second one waits an hour.")
