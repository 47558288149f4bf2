"""The editor of a measure in a browser, and what the tables have of it."""

from typing import Any

from playwright.sync_api import Page, expect

from alliance.models import Answer, Figure
from portal.kernel.access import SYSTEM, acting_as


def text(page: Page) -> Any:
    return page.locator("#measure-form textarea[data-count]").first


def cells(page: Page) -> Any:
    """The grid's first column, from above."""
    return page.locator("tr:visible > [data-column='1'] .entry > input")


def texts() -> list[str]:
    with acting_as(SYSTEM):
        return list(Answer.objects.order_by("pk").values_list("text", flat=True))


def values() -> list[str]:
    with acting_as(SYSTEM):
        return [f"{float(figure.value or 0):g}" for figure in Figure.objects.order_by("pk")]


def saved_state(page: Page) -> Any:
    """What the page says about saving."""
    return page.locator("#saved-state")


def saved_by_itself(page: Page) -> None:
    expect(saved_state(page)).to_contain_text("only your organisation sees it")
