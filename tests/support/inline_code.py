"""What a strict policy of content would stop in a page: code and styles that stand in it, and foreign addresses."""

import re
from functools import lru_cache
from html.parser import HTMLParser

from tests.support.visitors import CapturedAnswer

_DATA = ("application/ld+json",)  # read by search engines, run by nobody


class InlineCode(HTMLParser):
    """Collects inline scripts, styles, handlers, and addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        is_code = tag == "script" and "src" not in attributes and attributes.get("type") not in _DATA
        self._inside = tag if tag == "style" or is_code else ""
        if tag in ("iframe", "object", "embed", "base", "applet"):
            self.faults.append(f"<{tag}>")
        for name, value in attributes.items():
            runs = re.match(r"\s*(javascript|vbscript|data):", value or "", re.IGNORECASE)
            fetches = tag in ("script", "link", "img") and name in ("src", "href")
            foreign = fetches and re.match(r"(https?:)?//", value or "")
            if name == "style" or name.startswith("on") or name.startswith("hx-on") or runs:
                self.faults.append(f'<{tag} {name}="{value}">')
            if foreign and attributes.get("rel") not in ("canonical", "alternate"):
                self.faults.append(f'<{tag} {name}="{value}">')

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.faults.append(f"<{self._inside}>{data.strip()[:60]}")


def inline_code(page: CapturedAnswer) -> tuple[str, ...]:
    """Each place where the page holds code; empty for what is no page."""
    is_page = page.headers.get("Content-Type", "").startswith("text/html")
    return _in_html(page.text) if is_page else ()


@lru_cache(maxsize=256)  # refusals are the same bytes again and again
def _in_html(text: str) -> tuple[str, ...]:
    parser = InlineCode()
    parser.feed(text)
    return tuple(parser.faults)
