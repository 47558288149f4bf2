"""What a real browser has to say of a page: axe, its width, the console."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDE, NARROW = 1280, 380
REFLOW = 320  # the narrowest at which nothing but tables may scroll sideways (WCAG 1.4.10)
# How pages are looked at: in English, wide, in light; in Russian, whose words are longer, narrow, in dark.
VIEWPORTS = (("en", WIDE), ("ru", NARROW))
LIMIT = 60_000  # milliseconds, which a busy machine does not reach
# Nothing is fetched once more (`preload`), nor is a path worked out for each element that is right (`selectors`).
_RUN = """async ([only, rules]) => {
  const options = { runOnly: only, rules, resultTypes: ["violations"], preload: false, selectors: false };
  const results = await axe.run(document, options);
  const places = (violation) => violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160));
  return results.violations.map((violation) => [violation.id, places(violation)]);
}"""
EVERY = {"type": "tag", "values": list(RULES)}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
NO_COLOURS = {"color-contrast": {"enabled": False}}  # half of the time that axe takes


def viewports_of(name: str, *, turns: int = 1) -> tuple[tuple[str, int], ...]:
    """How the page of this name is looked at: in one of the two ways, by its name alone; in two turns in both."""
    first = crc32(name.encode())
    return tuple(VIEWPORTS[(first + turn) % len(VIEWPORTS)] for turn in range(min(turns, len(VIEWPORTS))))


def cookie_of(person: Any, url: str) -> Mapping[str, str]:
    """The session of somebody who has signed in, for the browser."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@contextmanager
def open_page(browser: Browser, url: str, person: Any = None, **options: Any) -> Iterator[Page]:
    """A window of the person's own."""
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(LIMIT)
    if person is not None:
        context.add_cookies([cookie_of(person, url)])
    yield context.new_page()
    context.close()


class Console:
    """What went wrong in the scripts of a page."""

    def __init__(self, page: Page) -> None:
        self._output: list[str] = []
        page.on("console", lambda line: self._note(line.type, line.text))
        page.on("pageerror", lambda error: self._output.append(f"uncaught: {error}"))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self._output.append(text)

    def take(self) -> list[str]:
        """Everything since one last asked."""
        messages, self._output[:] = list(self._output), []
        return messages


class Inspector:
    """Looks at one page after the other, and keeps what is wrong with each."""

    def __init__(self, page: Page, *, full: bool = False) -> None:
        self.page, self._full = page, full
        self.faults: list[str] = []
        self._console = Console(page)
        # Sent to the browser once, and not for each page again: half a megabyte.
        page.add_init_script(Axe().axe_script)

    def inspect(self, address: str, width: int, status: int = 200, *, colours: bool = True) -> None:
        """Open the page at this width, in light where it is wide, in dark where it is narrow; look at `colours` or not.

        When `full`, the wide one also in dark, where nothing but the colours differs.
        """
        where, scheme = f"{address} at {width}", "light" if width == WIDE else "dark"
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)
        response = self.page.goto(address)
        if response is None or response.status != status:
            self.faults.append(f"{where}: answered {response and response.status} instead of {status}")
            return
        self.axe(f"{where}, {scheme}", EVERY, {} if colours else NO_COLOURS)
        if width == WIDE and self._full:
            self.page.emulate_media(color_scheme="dark")
            self.axe(f"{where}, dark", COLOURS)
        self.measure(where)
        self.listen(where, status)

    def axe(self, where: str, only: Mapping[str, Any], rules: Mapping[str, Any] | None = None) -> None:
        for rule, places in self.page.evaluate(_RUN, [only, rules or {}]):
            self.faults.append(f"{where}: {rule}: {places}")

    def measure(self, where: str) -> None:
        """Scroll sideways at the narrowest width: a page whose content only seems to fit moves."""
        self.page.set_viewport_size({"width": REFLOW, "height": 900})
        moved = self.page.evaluate("(scrollTo(9999, 0), scrollX)")
        if moved > 0:
            self.faults.append(f"{where}: scrolls {moved} px sideways at {REFLOW}")

    def listen(self, where: str, status: int) -> None:
        """What the console said; that the page itself answered with an error is no fault of an error's page."""
        self.faults += [
            f"{where}: {text}"
            for text in self._console.take()
            if status == 200 or not text.startswith("Failed to load")
        ]
