"""What every answer says to a browser: run nothing that is not ours, frame nothing, guess nothing, tell nobody."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests.policy import LINES, Line
from tests.support.visitors import Seen, Visitors
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("undone")

FILES = [line for line in LINES if "evidence" in line.route or line.route.endswith("file")]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types default"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SANDBOX = "default-src 'none'; sandbox"


def answers(world: World, visitors: Visitors, line: Line) -> Iterator[Seen]:
    """One of each kind of answer of the line: the page, the form with its faults, the refusals."""
    url = reverse(line.route, kwargs={**(world[line.place] if line.place else {}), **line.also}) + line.query
    for method in ("GET", "POST"):
        first = {letter: name for name, letter in reversed(line.expected(method).items())}
        for name in first.values():
            yield visitors.ask(name, method, url, line.posted() if method == "POST" else None)


class InlineCode(HTMLParser):
    """Collects what a strict policy would stop: inline scripts, styles, handlers, and addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = tag if tag == "style" or (tag == "script" and "src" not in given) else ""
        if tag in ("iframe", "object", "embed", "base", "applet"):
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            runs = re.match(r"\s*(javascript|vbscript|data):", value or "", re.IGNORECASE)
            fetches = tag in ("script", "link", "img") and name in ("src", "href")
            foreign = fetches and re.match(r"(https?:)?//", value or "")
            if name == "style" or name.startswith("on") or name.startswith("hx-on") or runs:
                self.found.append(f'<{tag} {name}="{value}">')
            if foreign and given.get("rel") not in ("canonical", "alternate"):
                self.found.append(f'<{tag} {name}="{value}">')

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.found.append(f"<{self._inside}>{data.strip()[:60]}")


def inline_code(page: Seen) -> list[str]:
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return []
    parser = InlineCode()
    parser.feed(page.text)
    return parser.found


def test_the_search_for_inline_code_finds_it() -> None:
    page = (
        '<p style="color:red" onclick="go()" hx-on:click="go()">a</p><a href=" javascript:go()">b</a>'
        '<script>go()</script><script src="//cdn.example/x.js"></script><style>p{}</style><iframe></iframe>'
    )

    found = inline_code(Seen(200, {"Content-Type": "text/html"}, (), page.encode()))

    assert len(found) == 8


@pytest.mark.parametrize("line", LINES, ids=str)
def test_every_answer_holds_no_inline_code_and_carries_the_headers(
    world: World, visitors: Visitors, line: Line
) -> None:
    for answer in answers(world, visitors, line):
        assert inline_code(answer) == []
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert directives(answer.headers["Content-Security-Policy"]) in (
            directives(POLICY),
            directives(SANDBOX),
        )


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


@pytest.mark.parametrize("line", FILES, ids=str)
def test_a_file_is_an_attachment_that_runs_nothing(world: World, visitors: Visitors, line: Line) -> None:
    for answer in answers(world, visitors, line):
        if answer.status == 200 and not answer.headers["Content-Type"].startswith("text/html"):
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert directives(answer.headers["Content-Security-Policy"]) == directives(SANDBOX)


def test_error_pages_carry_them_too(client: Client) -> None:
    for url in ("/en/no-such-page/", "/no-such-page/", "/workspace/reports/999999/"):
        answer = client.get(url, follow=True)
        assert directives(answer["Content-Security-Policy"]) == directives(POLICY)


def test_no_private_page_is_kept_on_the_way(world: World, visitors: Visitors) -> None:
    """Pages of the desks and of accounts vary by cookie and are never public."""
    for line in (line for line in LINES if line.route.startswith(("workspace:", "secretariat:"))):
        url = reverse(line.route, kwargs={**(world[line.place] if line.place else {}), **line.also})
        name = next((name for name, letter in line.expected("GET").items() if letter == "o"), "")
        answer = visitors.ask(name, "GET", url) if name else None
        if answer is not None:
            kept = answer.headers.get("Cache-Control", "")
            assert "public" not in kept
            assert "Cookie" in answer.headers.get("Vary", "") or "no-store" in kept, line
