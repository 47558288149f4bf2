"""The pages of practices in a real browser with its scripts: what is fetched in parts is really shown."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.kernel.access import SYSTEM, acting_as
from practices.models import Draft, Practice
from tests.factories import Cast, read_cast
from tests.factories.practices import make_draft, make_shared
from tests.support.page_inspection import open_page

pytestmark = pytest.mark.slow

FIRST, SECOND = "Slow the first message", "Hash matches in two steps"


@pytest.fixture
def cast(live_server: Any) -> Cast:
    made = read_cast()
    return made


@pytest.fixture
def practices(cast: Cast) -> list[Practice]:
    return [
        make_shared(cast, title=FIRST),
        make_shared(cast, title=SECOND, stage="trial", summary="Two people look."),
    ]


@pytest.fixture
def carol(cast: Cast, practices: list[Practice], browser: Browser, live_server: Any) -> Iterator[Page]:
    """Carol, who reads what Aurora shares."""
    with open_page(browser, live_server.url, cast.carol) as page:
        yield page


def titles(page: Page) -> Any:
    return page.locator(".practice-rows .title-link")


def test_words_and_facets_narrow_the_library_without_a_new_page(carol: Page, live_server: Any) -> None:
    carol.goto(f"{live_server.url}/workspace/practices/")
    expect(titles(carol)).to_have_count(2)

    carol.fill("#library-text", "hashes")
    carol.press("#library-text", "Enter")

    expect(titles(carol)).to_have_text([SECOND])
    assert "text=hashes" in carol.url
    carol.go_back()
    expect(titles(carol)).to_have_count(2)

    carol.check("#facet-stage-trial")

    expect(titles(carol)).to_have_text([SECOND])
    expect(carol.locator("#facet-stage-trial")).to_be_checked()


def test_unfolded_facets_stay_unfolded(carol: Page, live_server: Any) -> None:
    carol.set_viewport_size({"width": 380, "height": 800})
    carol.goto(f"{live_server.url}/workspace/practices/")
    carol.locator("label[for='show-facets']").click()
    carol.check("#facet-stage-trial")

    expect(titles(carol)).to_have_text([SECOND])
    expect(carol.locator("#show-facets")).to_be_checked()


def test_a_reaction_is_taken_back_and_a_question_stands_beneath_the_practice(
    carol: Page, practices: list[Practice], live_server: Any
) -> None:
    carol.goto(f"{live_server.url}/workspace/practices/{practices[0].key}/")
    button = carol.locator("#reactions button[value='works']")
    button.click()

    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")

    carol.fill("#discussion textarea[name='text']", "Does it hold for voice?")
    carol.locator("#discussion form button[type='submit']").last.click()

    expect(carol.locator("#discussion")).to_contain_text("Does it hold for voice?")


def test_a_draft_saves_by_itself_and_shows_how_it_will_look(
    cast: Cast, browser: Browser, live_server: Any
) -> None:
    practice = make_draft(cast)
    address = f"{live_server.url}/workspace/practices/{practice.key}/edit/method/"
    with open_page(browser, address, cast.alice) as page:
        page.goto(address)
        page.fill("textarea[name='limits']", "Not in **groups**.")
        expect(page.locator("[role='status']", has_text="only your organisation sees it")).to_be_visible()

    with acting_as(SYSTEM):
        assert Draft.objects.get(practice=practice).content["limits"] == "Not in **groups**."
