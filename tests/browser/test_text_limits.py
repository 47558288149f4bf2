"""What is pasted beyond the limit of a field stays there whole, is refused with by how much, and can be shortened."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from alliance.models import Report
from practices.models import Practice
from tests.factories import Cast
from tests.support.editor_pages import saved_by_itself, saved_state, text, texts
from tests.support.kept_forms import KindOfForm, kinds_of_form, press
from tests.support.page_inspection import open_page

pytestmark = pytest.mark.slow

OVER = 12
EMOJI = "\N{GRINNING FACE}"  # of two units in a browser, and one character


def paste(page: Page, field: Locator) -> str:
    """Words that are too long, in the place of what the field has."""
    words = EMOJI + "я" * (int(field.get_attribute("data-limit") or "") + OVER - 1)
    field.fill("")
    page.keyboard.insert_text(words)
    return words


@pytest.fixture
def forms(cast: Cast, report: Report) -> Mapping[str, KindOfForm]:
    return kinds_of_form(cast, report)


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: Any) -> Iterator[Page]:
    with open_page(browser, live_server.url, cast.alice) as page:
        yield page


def test_a_report_says_that_a_text_is_not_saved_since_it_is_too_long(alice: Page, address: str) -> None:
    words = paste(alice, text(alice))

    expect(text(alice)).to_have_value(words)
    expect(alice.get_by_role("status").get_by_text(f"Too long by {OVER} characters")).to_be_visible()
    expect(saved_state(alice)).to_contain_text("Not everything is saved")
    expect(saved_state(alice)).to_contain_text(f"Shorten the text by {OVER}:")
    assert texts() == []

    alice.goto(address)
    expect(text(alice)).to_have_value(words)
    text(alice).fill(words[:-OVER])
    saved_by_itself(alice)
    expect(alice.get_by_text("Too long by")).to_have_count(0)
    assert texts() == [words[:-OVER]]


def test_forms_of_pledges_and_practices_refuse_what_is_too_long_and_keep_it(
    page: Page, forms: Mapping[str, KindOfForm], live_server: Any
) -> None:
    is_whole = {}
    for name, form in forms.items():
        page.goto(f"{live_server.url}/workspace/{form.path}")
        field = page.locator(form.field)
        words = paste(page, field)
        expect(page.get_by_text(f"Too long by {OVER} characters")).to_be_visible()
        if not form.is_autosaved:
            press(page, form)
        expect(page.get_by_text(f"Shorten the text by {OVER}:").first).to_be_visible()
        is_whole[name] = field.input_value() == words

    assert is_whole == dict.fromkeys(forms, True)
    assert not Practice.objects.filter(draft__content__title__startswith=EMOJI).exists()


def test_a_public_page_says_by_how_much_a_question_is_too_long(browser: Browser, live_server: Any) -> None:
    with open_page(browser, live_server.url) as page:
        page.goto(f"{live_server.url}/ru/questions/ask/")
        field = page.locator("textarea[name=text]")

        words = paste(page, field)

        expect(field).to_have_value(words)
        expect(page.get_by_role("status")).to_contain_text(f"на {OVER} знаков")
