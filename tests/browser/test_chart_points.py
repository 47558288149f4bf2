"""The points of a chart by keyboard: one stop, arrows between them, the value beside the one with the focus."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.factories import make_cycle, read_cast, read_charter
from tests.support.page_inspection import open_page
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

ADDRESS = "en/compare/?indicator=time-to-removal&members=aurora-video"


@pytest.fixture
def site(live_server: Any) -> str:
    """Two services of Aurora over three half-years."""
    for slug, hours in (("2023-h1", "9"), ("2023-h2", "7"), ("2024-h1", "4")):
        cycle = make_cycle(read_charter(), slug)
        figures = [
            submitted_figure("time-to-removal", hours, service="aurora-kids"),
            submitted_figure("time-to-removal", "12", service="aurora-live"),
        ]
        make_published_report(cycle, read_cast().aurora, {"speed": figures})
        make_published_cycle(cycle)
    return str(live_server.url)


def test_a_chart_is_one_stop_and_arrows_lead_from_point_to_point(
    site: str, page: Page, browser: Browser
) -> None:
    page.goto(f"{site}/{ADDRESS}")
    points = page.locator("a.chart-point")
    name = "document.activeElement.querySelector('title').textContent"

    assert points.count() == 6
    assert page.locator("a.chart-point[tabindex='0']").count() == 1
    points.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(name) == "Aurora Kids, Half 2 of 2023: 7"
    assert page.get_by_role("link", name="Aurora Kids, Half 2 of 2023: 7", exact=True).first.is_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(name) == "Aurora Live, Half 2 of 2023: 12"
    page.keyboard.press("End")
    tip = page.locator("a.chart-point:focus text")
    assert (tip.text_content(), tip.evaluate("tip => getComputedStyle(tip).visibility")) == ("12", "visible")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/aurora-video/2024-h1/#measure-speed")

    with open_page(browser, site, java_script_enabled=False) as plain:
        plain.goto(f"{site}/{ADDRESS}")
        plain.locator("a.chart-point").first.focus()
        plain.keyboard.press("Tab")
        plain.keyboard.press("Enter")
        plain.wait_for_url("**/reports/aurora-video/2023-h2/#measure-speed")
