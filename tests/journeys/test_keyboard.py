"""The demonstration's largest report, filed with the keyboard alone from signing in to the receipt."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.demo.cast import PASSWORD
from alliance.models import Person, Report
from alliance.queries.report_progress import progress_of
from portal.kernel.access import SYSTEM, acting_as
from tests.support.keyboard import Keyboard
from tests.support.page_inspection import open_page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_database")]

DESIGN = (Path(__file__).parents[2] / "docs" / "design.md").read_text(encoding="utf-8")
DOCUMENTED = re.compile(r"in (\d+) presses of Tab")
MOST_TABS = 120
EMAIL, MEMBER = "anna@fjord-media.example", "fjord-media"
# of the cell with the focus: whether it is empty, and the number of the last period
CELL = """() => {
  const cell = document.activeElement.closest("td.now");
  if (!cell) return null;
  const last = cell.matches(".whole") ? cell : cell.nextElementSibling;
  return { row: cell.parentElement.id, name: document.activeElement.name, value: document.activeElement.value,
    last: last.textContent };
}"""
_NUMBER = re.compile(r"\d+(,\d+)?")


def test_the_largest_report_is_filed_with_the_keyboard_alone(
    live_server: Any, browser: Browser, tmp_path: Path
) -> None:
    call_command("load_demo", data_file=tmp_path / "demo.json", verbosity=0)
    with acting_as(SYSTEM):
        report = _largest_report()
        assert report.organisation.slug == MEMBER
        assert Person.objects.get(email=EMAIL).language == "ru"

    with open_page(browser, live_server.url) as page:
        page.goto(f"{live_server.url}/accounts/login/")
        tabs = file_report(page, report.pk)

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert report.state == "submitted"
    documented = DOCUMENTED.search(DESIGN)
    assert documented is not None
    assert tabs == int(documented[1]) < MOST_TABS, f"{tabs} Tabs; docs/design.md says {documented[1]}"


def _largest_report() -> Report:
    """The open one that asks for the most texts and figures; nothing of it was written before."""
    reports = Report.objects.filter(cycle__state="open").select_related("organisation", "cycle__charter")
    return max(reports, key=lambda each: progress_of(each).required)


def file_report(page: Page, number: int) -> int:
    """Sign in, confirm what was carried over, type the figures, sign. Returns how often Tab was pressed."""
    keyboard = Keyboard(page)
    keyboard.tab_to(name="login")
    keyboard.type(EMAIL)
    keyboard.tab_to(name="password")
    keyboard.type(PASSWORD)
    keyboard.enter()
    keyboard.follow(href=f"/reports/{number}/")
    keyboard.skip_to("main")
    keyboard.follow(href=f"/reports/{number}/check/")
    _confirm_what_was_carried_over(keyboard)
    keyboard.skip_to("main")
    keyboard.follow(href=f"/reports/{number}/figures/")
    _type_figures(keyboard)
    keyboard.page.reload()  # the way on follows from what is saved
    keyboard.skip_to("figures")
    keyboard.follow(tag="a", href="?kind=warnings")
    _explain_warnings(keyboard)
    keyboard.skip_to("main")
    keyboard.follow(tag="a", href="/submit/")
    _sign(keyboard)
    return keyboard.tabs


def _confirm_what_was_carried_over(keyboard: Keyboard) -> None:
    """On the page of what needs one's eyes: all rows of a page at once, until none is left."""
    keyboard.skip_to("attention")
    keyboard.follow(tag="a", href="?kind=carried")
    while keyboard.page.locator("#chosen-rows").count():
        keyboard.skip_to("attention")
        keyboard.follow(tag="a", href="#chosen-rows")
        keyboard.follow(tag="button", value="still-true")


def _type_figures(keyboard: Keyboard) -> None:
    """In the grid, page by page and row by row."""
    while True:
        keyboard.skip_to("figures")
        _type_rows(keyboard)
        expect(keyboard.page.locator("#saved-state small")).to_be_visible()
        following = keyboard.page.locator("nav.pages [aria-current=page] + a")
        if not following.count():
            return
        keyboard.follow(tag="a", href=str(following.get_attribute("href")))


def _type_rows(keyboard: Keyboard) -> None:
    """Type a number into each empty cell, a little below that of the last period; `n/a` where it had none."""
    keyboard.press("Control+Home")
    row = ""
    while (cell := keyboard.page.evaluate(CELL))["row"] != row:
        row = cell["row"]
        name = ""
        while cell and cell["name"] != name:
            name = cell["name"]
            if not cell["value"]:
                keyboard.type(_next_value(cell["last"]))
            keyboard.press("ArrowRight")
            cell = keyboard.page.evaluate(CELL)
        keyboard.press("Home")
        keyboard.press("ArrowDown")


def _explain_warnings(keyboard: Keyboard) -> None:
    """One note for all of them."""
    keyboard.skip_to("attention")
    keyboard.follow(tag="a", href="#chosen-rows")
    keyboard.tab_to(name="note_for_chosen")
    keyboard.type("В этом полугодии мы ничем не делились.")
    keyboard.follow(tag="button", value="note")


def _next_value(last: str) -> str:
    """A number a little below the last one, as a person of the demonstration would type it in Russian."""
    if not (number := _NUMBER.search(last.replace("\N{NO-BREAK SPACE}", ""))):
        return "n/a"
    value = Decimal(number[0].replace(",", "."))
    digits = -int(value.as_tuple().exponent)
    lower = max(value * Decimal("0.98") - Decimal(10) ** -digits, Decimal(0))
    return f"{lower:.{digits}f}".replace(".", ",")


def _sign(keyboard: Keyboard) -> None:
    """Say that the report is complete; say once more who one is, where that is asked for."""
    keyboard.skip_to("sign")
    keyboard.tab_to(name="stated")
    keyboard.press("Space")
    keyboard.follow(tag="button", type="submit")
    if keyboard.page.locator("[name=password]").count():
        keyboard.tab_to(name="password")
        keyboard.type(PASSWORD)
        keyboard.enter()
    if keyboard.page.locator("[name=stated]").count():
        keyboard.tab_to(name="stated")
        keyboard.follow(tag="button", type="submit")
