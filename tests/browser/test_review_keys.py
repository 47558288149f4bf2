"""The keys of a review in a real browser: they choose and move, and can be switched off."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from alliance.enums import ReportState, Role
from alliance.models import Person, Question, Report, ReviewDraft, SecondOpinion, SecondReading, Verdict
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.keyboard import Keyboard
from tests.support.submissions import make_submission

pytestmark = pytest.mark.slow


@pytest.fixture
def review(live_server: Any, page: Page) -> str:
    """The address of the review that Rita has open."""
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    _sign_in(page, live_server.url, cast.rita)
    return f"{live_server.url}/secretariat/reviews/{Report.objects.get().pk}"


def _sign_in(page: Page, url: str, person: Person) -> None:
    client = Client()
    client.force_login(person)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }
    page.context.add_cookies([{**cookie, "url": url}])


def selected_option(page: Page) -> Any:
    return page.evaluate("document.querySelector('#verdict input[name=value]:checked')?.value ?? ''")


def test_keys_move_and_choose_and_enter_saves(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.keyboard.press("j")
    page.wait_for_url(f"{review}/measures/speed/")
    page.keyboard.press("k")
    page.wait_for_url(f"{review}/measures/search/")
    page.keyboard.press("4")
    page.get_by_label("Reason").fill("Most of it.")
    page.get_by_role("button", name="Save and continue").press("Enter")
    page.wait_for_url(f"{review}/measures/speed/")

    with acting_as(SYSTEM):
        assert [(row.value, row.reason) for row in Verdict.objects.all()] == [("substantial", "Most of it.")]


def test_keys_lead_on_and_back_on_a_russian_keyboard(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.locator("body").dispatch_event("keydown", {"key": "о", "code": "KeyJ", "bubbles": True})
    page.wait_for_url(f"{review}/measures/speed/")
    page.locator("body").dispatch_event("keydown", {"key": "л", "code": "KeyK", "bubbles": True})
    page.wait_for_url(f"{review}/measures/search/")


def test_keys_are_letters_while_one_types_and_can_be_switched_off(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.keyboard.press("?")
    assert page.evaluate("document.activeElement.textContent") == "Switch keys off"

    page.get_by_label("Reason").press_sequentially("j4")
    assert (page.url, selected_option(page)) == (f"{review}/measures/search/", "")

    page.get_by_role("button", name="Switch keys off").click()
    page.reload()
    page.keyboard.press("4")
    assert selected_option(page) == ""


def test_control_and_enter_save_from_within_the_text(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.keyboard.press("3")
    page.get_by_label("Reason").fill("Begun.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{review}/measures/speed/")

    with acting_as(SYSTEM):
        assert [row.value for row in Verdict.objects.all()] == ["limited"]


def test_a_draft_is_saved_while_typing_and_survives_the_next_step(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.get_by_label("Reason").fill("Half of it.")
    page.locator("[data-draft-state=verdict][data-state=kept]").wait_for()
    page.get_by_label("Reason").fill("Half of it, at night.")
    page.get_by_role("heading", name="Verdict").click()
    page.keyboard.press("j")
    page.wait_for_url(f"{review}/measures/speed/")
    page.keyboard.press("k")
    page.wait_for_url(f"{review}/measures/search/")

    assert page.get_by_label("Reason").input_value() == "Half of it, at night."


def test_without_a_connection_the_words_wait_on_the_device_and_say_so(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.context.set_offline(True)
    page.get_by_label("Reason").fill("Half of it.")
    state = page.locator("[data-draft-state=verdict][data-state=failed]")
    state.wait_for()
    assert "on this device" in state.inner_text()
    page.context.set_offline(False)
    page.locator("[data-draft-state=verdict][data-state=kept]").wait_for()

    page.reload()

    assert page.get_by_label("Reason").input_value() == "Half of it."


def test_words_typed_after_the_last_answer_outlast_a_closed_page(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.get_by_label("Reason").fill("Half of it.")
    page.locator("[data-draft-state=verdict][data-state=kept]").wait_for()
    page.context.set_offline(True)
    page.get_by_label("Reason").fill("Half of it, at night.")
    page.locator("[data-draft-state=verdict][data-state=failed]").wait_for()
    page.get_by_role("button", name="Next", exact=False).first.click()
    assert page.url == f"{review}/measures/search/"  # what cannot be kept does not leave the page

    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"{review}/measures/search/")

    assert again.get_by_label("Reason").input_value() == "Half of it, at night."


def test_a_sign_in_in_another_tab_lets_this_one_go_on(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    other = page.context.new_page()
    other.goto(f"{review}/measures/speed/")  # another token

    page.get_by_label("Reason").fill("Half of it.")
    page.locator("[data-draft-state=verdict][data-state=kept]").wait_for()
    page.get_by_role("button", name="Next", exact=False).first.click()

    page.wait_for_url(f"{review}/measures/speed/")
    with acting_as(SYSTEM):
        assert [row.texts["reason"] for row in ReviewDraft.objects.all()] == ["Half of it."]


def test_words_on_a_page_before_an_act_wait_on_the_device_until_they_are_sent(
    review: str, page: Page
) -> None:
    page.goto(f"{review}/request-changes/")
    page.get_by_label("What to change").fill("Count the nights.")
    page.goto(f"{review}/")

    page.goto(f"{review}/request-changes/")
    assert page.get_by_label("What to change").input_value() == "Count the nights."
    assert page.get_by_text("was kept on this device").is_visible()
    page.get_by_role("button", name="Request changes").click()
    page.wait_for_url("**/secretariat/reviews/")

    # the next page asks whether they were taken
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))")


def test_a_session_that_ends_costs_no_words_of_a_second_reader_or_a_reply(review: str, page: Page) -> None:
    """At the second reader's desk as at the member's: signed in again, the words stand in their form."""
    pages = {
        "rita": (f"/secretariat/readings/{_asked_reading().pk}/measures/speed/", "reason"),
        "alice": (f"/workspace/reports/{Report.objects.get().pk}/", "text"),
    }
    site = review.split("/secretariat/", maxsplit=1)[0]
    for name, (path, field) in pages.items():
        _sign_in(page, site, getattr(read_cast(), name))
        page.goto(f"{site}{path}")
        page.locator(f"main textarea[name={field}]").fill("Only by day.")
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.goto(f"{site}/accounts/login/")

        _sign_in(page, site, getattr(read_cast(), name))
        page.goto(f"{site}{path}")
        assert page.locator(f"main textarea[name={field}]").input_value() == "Only by day."
    assert page.get_by_text("was kept on this device").is_visible()  # a reader's are a draft at once


def _asked_reading() -> SecondReading:
    """A reading of the report by Rita, who is not its reviewer; and a question to the member."""
    cast = read_cast()
    with acting_as(SYSTEM):
        report = Report.objects.get()
        Report.objects.update(reviewer=make_person("Roy", cast.secretariat, Role.REVIEWER))
        Question.objects.create(
            report=report, organisation=cast.aurora, text="At night too?", asked_by=cast.rita
        )
        reading: SecondReading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=cast.rita, asked_by=cast.mona
        )
    return reading


def test_a_second_reader_has_the_same_keys_and_drafts(review: str, page: Page) -> None:
    site = review.split("/secretariat/", maxsplit=1)[0]
    measures = f"{site}/secretariat/readings/{_asked_reading().pk}/measures"
    page.goto(f"{measures}/search/")
    page.locator("body").dispatch_event("keydown", {"key": "о", "code": "KeyJ", "bubbles": True})
    page.wait_for_url(f"{measures}/speed/")
    page.keyboard.press("k")
    page.wait_for_url(f"{measures}/search/")
    page.keyboard.press("j")
    page.wait_for_url(f"{measures}/speed/")
    page.keyboard.press("4")
    page.get_by_label("Reason").fill("Most of it.")
    page.locator("[data-draft-state=verdict][data-state=kept]").wait_for()

    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{measures}/complaints/")

    with acting_as(SYSTEM):
        assert [(row.value, row.reason) for row in SecondOpinion.objects.all()] == [
            ("substantial", "Most of it.")
        ]
        assert not ReviewDraft.objects.exists()


def test_kept_words_can_be_discarded(review: str, page: Page) -> None:
    page.goto(f"{review}/request-changes/")
    page.get_by_label("What to change").fill("Count the nights.")
    page.reload()
    page.get_by_role("button", name="Discard it").click()

    assert page.get_by_label("What to change").input_value() == ""
    page.reload()
    assert page.get_by_label("What to change").input_value() == ""


def test_a_verdict_is_taken_back_from_the_keyboard_and_led_to_before_the_conclusion(
    review: str, page: Page
) -> None:
    page.goto(f"{review}/measures/search/")
    page.keyboard.press("4")
    page.get_by_label("Reason").fill("Most of it.")
    page.get_by_role("button", name="Save and continue").press("Enter")
    page.wait_for_url(f"{review}/measures/speed/")

    page.goto(f"{review}/measures/search/#take-back")
    assert page.evaluate("document.activeElement.id") == "take-back"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{review}/measures/search/#verdict")

    assert page.evaluate("document.activeElement.id") == "verdict"
    assert (page.get_by_label("Reason").input_value(), selected_option(page)) == ("Most of it.", "")
    with acting_as(SYSTEM):
        assert not Verdict.objects.exists()
    page.goto(f"{review}/conclude/")
    page.get_by_role("link", name="1.1 Search", exact=True).last.click()
    page.wait_for_url(f"{review}/measures/search/#verdict")
    assert page.evaluate("document.activeElement.id") == "verdict"


def test_tab_need_not_go_through_every_measure_to_what_is_to_be_written(review: str, page: Page) -> None:
    page.goto(f"{review}/request-changes/")
    keyboard = Keyboard(page)
    keyboard.skip_to("report-content")
    keyboard.tab_to(tag="textarea", name="summary")

    assert keyboard.tabs < 6


def test_the_code_of_a_measure_of_the_tenth_commitment_stays_in_one_line(review: str, page: Page) -> None:
    page.goto(f"{review}/measures/search/")
    code = page.locator(".step-groups .code").first
    height = code.evaluate("(element) => { element.textContent = '1.1'; return element.offsetHeight; }")

    assert (
        code.evaluate("(element) => { element.textContent = '10.10'; return element.offsetHeight; }")
        == height
    )
