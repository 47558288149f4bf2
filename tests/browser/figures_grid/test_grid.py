"""The grid of all figures in a real browser: keys, details, taking back, two people, a narrow window."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.support.editor_pages import saved_by_itself
from tests.support.grid_pages import ROWS, SERVICES, cells, numbers, press_and_save
from tests.support.kept_forms import STORED
from tests.support.page_inspection import open_page
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.slow


def focused(page: Page) -> int:
    """The number of the cell that has the focus."""
    place: int = page.evaluate("portal.grid.cells().indexOf(document.activeElement)")
    return place


def reasons() -> list[str]:
    with acting_as(SYSTEM):
        return list(Figure.objects.values_list("reason", flat=True))


def test_keys_move_type_put_back_and_take_back(alice: Page) -> None:
    cells(alice).first.focus()
    alice.keyboard.type("12")
    alice.keyboard.press("Enter")
    assert focused(alice) == SERVICES
    alice.keyboard.type("13")
    alice.keyboard.press("Escape")
    expect(cells(alice).nth(SERVICES)).to_have_value("")
    alice.keyboard.press("ArrowRight")
    alice.keyboard.press("Shift+Enter")
    assert focused(alice) == 1
    alice.keyboard.type("14")
    alice.keyboard.press("F2")
    alice.keyboard.press("ArrowLeft")
    alice.keyboard.type("5")
    expect(cells(alice).nth(1)).to_have_value("154")
    alice.keyboard.press("Escape")
    alice.keyboard.press("ArrowLeft")
    assert focused(alice) == 0
    alice.keyboard.press("ArrowRight")
    alice.keyboard.press("End")
    assert focused(alice) == SERVICES - 1
    alice.keyboard.press("Control+End")
    assert focused(alice) == ROWS * SERVICES - 1
    alice.keyboard.press("Control+Home")
    alice.keyboard.press("Delete")
    expect(cells(alice).first).to_have_value("")
    alice.keyboard.press("Control+z")
    expect(cells(alice).first).to_have_value("12")
    alice.keyboard.press("Control+y")
    expect(cells(alice).first).to_have_value("")


def test_a_refused_cell_that_is_put_back_has_no_error_and_no_note(alice: Page) -> None:
    first = cells(alice).first
    for put_back in ("Control+z", "Backspace"):
        first.focus()
        alice.keyboard.type("5 boxes")
        press_and_save(alice, "Enter")
        expect(alice.locator("td.now.error")).to_have_count(1)
        expect(alice.locator("td.notes")).to_contain_text(["5 boxes"])

        first.focus()
        alice.keyboard.press(put_back)

        expect(first).to_have_value("")
        expect(alice.locator("td.now.error")).to_have_count(0)
        expect(alice.locator("td.notes a.error")).to_have_count(0)


def test_a_refused_detail_marks_its_cell_until_it_is_put_back(
    alice: Page, cast: Cast, report: Report
) -> None:
    values = FigureValues(value=Decimal(66), estimate=True, lower=Decimal(60), upper=Decimal(71))
    save_one_figure(cast.actor("sven"), report, FigurePlace("row-0", "aurora-kids"), values, 0)
    alice.reload()
    cells(alice).first.focus()
    alice.keyboard.press("Alt+ArrowDown")
    upper = alice.get_by_role("dialog").get_by_label("Upper bound")
    for put_back in ("typed", "undone"):
        upper.fill("a lot")
        press_and_save(alice, "Enter")
        expect(cells(alice).first).to_have_value("66")
        expect(alice.locator("td.now.error")).to_have_count(1)
        expect(alice.locator("td.notes a.error")).to_contain_text(["Upper bound"])

        if put_back == "typed":
            alice.keyboard.press("Alt+ArrowDown")
            upper.fill("71")
        else:
            alice.keyboard.press("Control+z")

        expect(alice.locator("td.now.error")).to_have_count(0)
        expect(alice.locator("td.notes a.error")).to_have_count(0)


def test_an_answer_is_chosen_in_the_details_of_its_cell(alice: Page, live_server: Any, cast: Cast) -> None:
    words = [{"key": key, "title": {"en": key.title(), "ru": key.title()}} for key in ("daily", "weekly")]
    row = {"type": "figure", "value": "choice", "choices": words, "scope": "organisation"}
    cycle = make_cycle(make_charter("ways", tree={"way": {"first": [("way", row)]}}), slug="2026-h2")
    report = make_report(cycle, cast.aurora)
    alice.goto(f"{live_server.url}/workspace/reports/{report.pk}/figures/")
    cells(alice).first.focus()
    alice.keyboard.press("Alt+ArrowDown")
    answers = alice.get_by_role("dialog").get_by_role("group", name="Answer")

    answers.get_by_role("radio", name="Weekly").check()

    expect(cells(alice).first).to_have_value("Weekly")
    alice.get_by_role("dialog").get_by_role("radio", name="Not measured").check()
    expect(answers.get_by_role("radio", name="Weekly")).not_to_be_checked()
    answers.get_by_role("radio", name="Daily").check()
    press_and_save(alice, "Enter")
    with acting_as(SYSTEM):
        assert list(Figure.objects.values_list("choice", "status")) == [("daily", "reported")]


def test_the_grid_is_one_tab_stop_and_two_tabs_from_the_head(alice: Page) -> None:
    alice.keyboard.press("Tab")
    alice.keyboard.press("Tab")
    alice.keyboard.press("Enter")
    assert focused(alice) == 0

    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Tab")

    assert not alice.evaluate("Boolean(document.activeElement.closest('table'))")
    alice.keyboard.press("Shift+Tab")
    assert focused(alice) == SERVICES


def test_two_people_in_one_cell_see_both_numbers_and_one_decides(
    alice: Page, cast: Cast, report: Report
) -> None:
    place = FigurePlace("row-0", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal(45)), 0)
    first = cells(alice).first
    first.fill("40")

    expect(alice.locator(".notes").first).to_contain_text("45")
    assert numbers() == ["45"]
    alice.get_by_role("button", name="Keep what is typed here").click()

    saved_by_itself(alice)
    assert numbers() == ["40"]


def test_the_details_of_a_cell_open_in_place_save_are_taken_back_and_are_there_again(alice: Page) -> None:
    first = cells(alice).first
    first.fill("12")
    saved_by_itself(alice)
    first.focus()
    alice.keyboard.press("Alt+ArrowDown")
    details = alice.get_by_role("dialog", name="Row 0, Aurora Kids")
    expect(details.get_by_role("radio", name="Reported")).to_be_focused()

    alice.keyboard.press("ArrowRight")
    expect(first).to_have_value("not measured")
    expect(alice.locator("td.none")).to_have_count(1)
    details.get_by_label("Why there is no figure").fill("The logs are gone.")
    press_and_save(alice, "Enter")

    expect(details).to_be_hidden()
    expect(first).to_be_focused()
    assert reasons() == ["The logs are gone."]
    press_and_save(alice, "Control+z")
    expect(first).to_have_value("12")
    assert (numbers(), reasons()) == (["12"], [""])
    press_and_save(alice, "Control+y")
    alice.reload()

    expect(first).to_have_value("not measured")
    first.focus()
    alice.get_by_role("button", name="Details").click()
    expect(details.get_by_label("Why there is no figure")).to_have_value("The logs are gone.")
    alice.keyboard.press("Escape")
    expect(first).to_be_focused()


def test_a_russian_keyboard_takes_back_a_reason_with_all_that_it_had_replaced(
    alice: Page, cast: Cast, report: Report
) -> None:
    values = FigureValues(value=Decimal(66), estimate=True, lower=Decimal(62), upper=Decimal(71))
    save_one_figure(cast.actor("sven"), report, FigurePlace("row-0", "aurora-kids"), values, 0)
    alice.reload()
    first = cells(alice).first
    first.focus()
    alice.keyboard.type("n/a")
    press_and_save(alice, "Enter")
    expect(alice.locator("td.none")).to_have_count(1)

    with alice.expect_response(lambda answer: answer.request.method == "POST"):
        first.dispatch_event("keydown", {"key": "я", "code": "KeyZ", "ctrlKey": True, "bubbles": True})

    expect(first).to_have_value("66")
    expect(alice.locator("td.estimate")).to_have_count(1)
    with acting_as(SYSTEM):
        assert FigureValues.of(Figure.objects.get()) == values


def test_offline_the_grid_lists_what_was_not_sent_and_totals_say_what_they_lack(alice: Page) -> None:
    cells(alice).nth(0).fill("1")
    cells(alice).nth(1).fill("2")
    total = alice.locator("td.total").first
    expect(total).to_contain_text("3")
    expect(alice.locator("tbody .marks").first).to_contain_text("46 empty")
    expect(alice.locator("[data-filter=empty]")).to_have_text("70")
    alice.context.set_offline(True)

    cells(alice).nth(2).fill("4")

    expect(alice.locator("[data-not-sent] li")).to_have_count(1)
    expect(total).to_contain_text("without what is on this device")
    alice.context.set_offline(False)
    expect(total).to_contain_text("7")
    expect(alice.locator("[data-not-sent]")).to_be_hidden()


def test_what_is_too_much_for_one_post_goes_in_several(alice: Page) -> None:
    posts: list[list[str]] = []

    def respond(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        names = [name for name, _value in parse_qsl(route.request.post_data, keep_blank_values=True)]
        posts.append(names)
        saved = " ".join(name.removesuffix("-value") for name in names if name.endswith("-value"))
        route.fulfill(body=f'<div id="saved-state" data-saved="{saved}" data-whole>Done</div>')

    alice.route("**/figures/", respond)
    alice.evaluate(
        """() => {
      const { form } = portal.grid;
      for (let number = 1; number <= 4000; number += 1) {
        for (const [end, value] of [["value", "1"], ["read", "0.000000"]]) {
          const field = document.createElement("input");
          Object.assign(field, { name: `f1-${number}-${end}`, hidden: true });
          field.type = end === "read" ? "hidden" : "text";
          field.value = value;
          form.append(field);
        }
      }
      form.dispatchEvent(new Event("portal:changed"));
    }"""
    )

    expect(alice.locator("#saved-state")).to_have_text("Done")
    alice.wait_for_function("() => !Object.keys(portal.draftOf(portal.grid.form).unsent()).length")
    sent = [name for names in posts for name in names if name.endswith("-value")]
    assert (len(sent), len(set(sent))) == (4000, 4000)
    assert all(len(names) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS for names in posts)


def test_letters_act_outside_a_text_alone(alice: Page) -> None:
    cells(alice).first.focus()
    alice.keyboard.type("n/a")
    expect(cells(alice).first).to_have_value("n/a")
    alice.keyboard.press("Escape")
    alice.keyboard.press("Escape")

    alice.keyboard.press("t")
    alice.keyboard.press("x")

    expect(alice.locator("[name=row]").first).to_be_checked()
    expect(alice.locator("#rows-note")).to_be_visible()
    expect(alice.get_by_text("Choose the rows first.")).to_have_count(0)  # “t” without a row sends nothing
    expect(alice.locator("[data-chosen]")).to_have_text("1 row chosen")
    assert '"label":"Choose the row"' in alice.evaluate(STORED)
    alice.reload()
    expect(alice.locator("[name=row]").first).to_be_checked()
    alice.get_by_role("button", name="Choose none").click()
    expect(alice.locator("#rows-note")).to_be_hidden()
    alice.keyboard.press("Escape")
    alice.keyboard.press("/")
    expect(alice.locator("#find-indicator")).to_be_focused()
    alice.get_by_text("All keys").click()
    alice.get_by_role("button", name="Switch keys off").click()
    alice.keyboard.press("x")
    expect(alice.locator("[name=row]").first).not_to_be_checked()


def test_a_narrow_window_scrolls_the_grid_and_not_the_page(
    cast: Cast, browser: Browser, live_server: Any, address: str
) -> None:
    with open_page(browser, live_server.url, cast.alice, viewport={"width": 380, "height": 800}) as page:
        page.goto(address)

        widths = page.evaluate(
            "[document.documentElement.scrollWidth, document.querySelector('.figures-scroll').scrollWidth]"
        )
        page.locator(".figures-scroll").evaluate("(place) => place.scrollTo(400, 0)")
        name = page.locator("th.name[scope=row]").first.bounding_box()

    assert widths[0] <= 380 < widths[1]
    assert name
    assert name["x"] >= 0


def test_the_bar_of_chosen_rows_leaves_the_rows_in_view_on_a_telephone(
    cast: Cast, browser: Browser, live_server: Any, address: str
) -> None:
    with open_page(browser, live_server.url, cast.alice, viewport={"width": 380, "height": 800}) as page:
        page.goto(address)
        bar = page.locator(".signoff")
        page.locator("[name=row]").first.check()

        expect(bar.get_by_role("button", name="Write the note")).to_be_visible()
        height = bar.evaluate("bar => bar.getBoundingClientRect().height")
        page.get_by_role("button", name="Choose none").click()
        expect(bar.locator("#report-status")).to_be_visible()

    assert height < 0.25 * 800
