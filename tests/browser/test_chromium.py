"""The browser of the tests: a real one, on a real server that runs on the test's database."""

from typing import Any

from playwright.sync_api import Page

from tests.support.mail import wait_until
from tests.support.policy_reports import policy_reports


def test_a_page_of_the_live_server_is_shown(live_server: Any, page: Page) -> None:
    response = page.goto(f"{live_server.url}/health/live")
    assert response is not None
    assert response.status == 200


def test_what_the_policy_stops_is_reported_and_counted(live_server: Any, page: Page) -> None:
    """Markup from a text, and a style that stands in the page: neither happens, and the portal learns of both."""
    before = policy_reports()
    page.goto(f"{live_server.url}/health/live")
    page.goto(f"{live_server.url}/accounts/login/")
    assert policy_reports() == before

    styled = page.evaluate(
        """() => {
            const text = document.createElement("p");
            text.setAttribute("style", "position: fixed");
            document.body.append(text);
            try { text.innerHTML = "<img src=x>"; } catch { /* refused */ }
            return [getComputedStyle(text).position, text.childElementCount];
        }"""
    )

    assert styled == ["static", 0]
    stopped = {("style-src-attr", "inline"), ("require-trusted-types-for", "trusted-types-sink")}
    wait_until(
        lambda: {key for key, count in policy_reports().items() if count > before.get(key, 0)} == stopped
    )
