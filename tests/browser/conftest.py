"""What tests in a browser may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from alliance.models import Report
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.page_inspection import LIMIT, open_page

expect.set_options(timeout=LIMIT)


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """Playwright's own, which waits as long as a busy machine may take."""
    context.set_default_timeout(LIMIT)
    return context


@pytest.fixture
def cast(live_server: Any) -> Cast:
    return read_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def address(live_server: Any, report: Report) -> str:
    return f"{live_server.url}/workspace/reports/{report.pk}/measures/search/"


@pytest.fixture
def alice(cast: Cast, browser: Browser, live_server: Any, address: str) -> Iterator[Page]:
    """Alice with the editor open."""
    with open_page(browser, live_server.url, cast.alice) as page:
        page.goto(address)
        yield page
