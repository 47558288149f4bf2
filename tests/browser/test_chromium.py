"""The browser of the tests: a real one, on a real server that runs on the test's database."""

from typing import Any

from playwright.sync_api import Page


def test_a_page_of_the_live_server_is_shown(live_server: Any, page: Page) -> None:
    response = page.goto(f"{live_server.url}/health/live")
    assert response is not None
    assert response.status == 200
