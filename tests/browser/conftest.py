"""What tests in a browser may ask for."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.page_inspection import LIMIT

expect.set_options(timeout=LIMIT)


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """Playwright's own, which waits as long as a busy machine may take."""
    context.set_default_timeout(LIMIT)
    return context
