"""The grid of all figures in a browser, and what the tables have of it."""

from playwright.sync_api import Locator, Page

from alliance.models import Figure
from portal.kernel.access import SYSTEM, acting_as

ROWS, SERVICES = 12, 6
PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def cells(page: Page) -> Locator:
    return page.locator(".now > input:not([type=hidden])")


def numbers() -> list[str]:
    with acting_as(SYSTEM):
        return [
            f"{float(figure.value or 0):g}"
            for figure in Figure.objects.order_by("indicator__position", "service_id")
        ]


def press_and_save(page: Page, keys: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press(keys)
