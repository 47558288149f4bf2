"""A person who has a keyboard and nothing else: presses keys, and counts the Tabs."""

from collections.abc import Mapping

from playwright.sync_api import Page

_FOCUSED = """() => {
  const focused = document.activeElement;
  return { tag: focused.tagName.toLowerCase(), type: focused.type ?? "", name: focused.name ?? "",
    value: focused.value ?? "", href: focused.getAttribute("href") ?? "", id: focused.id };
}"""
_ENOUGH = 60  # Tabs to one place; a page that needs more is at fault


class Keyboard:
    """The keys of one page. `tabs` counts how often Tab was pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.tabs = page, 0

    def focused(self) -> Mapping[str, str]:
        """The element with the focus: tag, type, name, value, href, id."""
        element: Mapping[str, str] = self.page.evaluate(_FOCUSED)
        return element

    def tab_to(self, **wanted: str) -> None:
        """Press Tab until an element has the focus whose attributes end like this."""
        for _number in range(_ENOUGH):
            self.page.keyboard.press("Tab")
            self.tabs += 1
            element = self.focused()
            if all(element[name].endswith(end) for name, end in wanted.items()):
                return
        raise AssertionError(
            f"{self.page.url}: no {wanted} within {_ENOUGH} Tabs; the last is {self.focused()}"
        )

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def follow(self, **wanted: str) -> None:
        """Go to a link or a button, and on to the page that it leads to."""
        self.tab_to(**wanted)
        self.enter()

    def enter(self) -> None:
        """Press Enter, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.press("Enter")

    def skip_to(self, part: str) -> None:
        """Use the link at the head of the page that leads to this part."""
        self.tab_to(tag="a", href=f"#{part}")
        self.press("Enter")
