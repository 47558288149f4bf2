"""Somebody before a browser: opens pages, fills in what they ask by name, sends it, and reads what follows."""

from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import APIResponse, Page, Response
from pypdf import PdfReader


class Desk:
    """Somebody before a browser: opens pages, fills in what they ask by name, sends it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, url

    def open(self, path: str) -> "Desk":
        answer = self.page.goto(self._url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self

    def open_all_pages(self, path: str) -> tuple[str, set[str]]:
        """What the pages of a long list say, and where their links lead."""
        words, addresses = self.open(path).words, self.links
        while self.page.locator("main nav a[rel=next]").count():
            words += self.follow("main nav a[rel=next]")
            addresses |= self.links
        return words, addresses

    def send(self, button: str = "main form button[type=submit][data-kind]", **fields: str) -> str:
        """Fill in the fields, press the button; gives back what the page says that follows."""
        for name, value in fields.items():
            self._fill(name, value)
        assert self.page.locator(button).count(), f"no button: {self.page.url}\n{self.words}"
        return self.follow(button)

    def follow(self, selector: str) -> str:
        """Press the button or link; gives back what the page says that follows."""
        assert self.page.locator(selector).last.is_enabled(), f"disabled: {self.page.url}\n{self.words}"
        with self.page.expect_navigation() as navigation:
            self.page.locator(selector).last.click()
        answer: Response = navigation.value
        assert answer.status == 200, f"{answer.status} {self.page.url}\n{self.words}"
        return self.words

    def _fill(self, name: str, value: str) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        assert field.count(), f"no {name}: {self.page.url}\n{self.words}"
        kind = field.first.evaluate("(each) => each.type")
        if kind in ("radio", "checkbox"):
            chosen = (
                field if field.count() == 1 else self.page.locator(f'main [name="{name}"][value="{value}"]')
            )
            chosen.check(force=True)
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)

    def get(self, path: str) -> APIResponse:
        """What is at an address that is no page."""
        return self.page.request.get(self._url + path)

    def read(self, path: str) -> str:
        """The text of it."""
        answer = self.get(path)
        assert answer.ok, path
        return answer.text()

    def words_of_file(self, path: str) -> str:
        """All words of a PDF or a workbook in one line."""
        answer = self.get(path)
        assert answer.ok, path
        if path.endswith(".pdf"):
            words = [page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages]
        else:
            sheets = load_workbook(BytesIO(answer.body())).worksheets
            words = [
                str(cell) for sheet in sheets for row in sheet.values for cell in row if cell is not None
            ]
        return in_one_line(" ".join(words))

    @property
    def links(self) -> set[str]:
        """Where the links of the page lead."""
        rows = self.page.locator("main a[href]").all()
        return {row.get_attribute("href") or "" for row in rows}

    @property
    def words(self) -> str:
        return self.page.locator("main").inner_text()


def in_one_line(words: str) -> str:
    """With plain spaces."""
    return " ".join(words.replace("\u200b", "").replace("\u00a0", " ").split())
