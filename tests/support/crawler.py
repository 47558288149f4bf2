"""Walks through the portal as somebody: every address that is known, and every link found on the way."""

import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.support.visitors import CapturedAnswer, SignedInClients

_MOST = 2500
_LINKS = {"a": "href", "form": "action", "link": "href", "iframe": "src"}
# What makes two addresses of one view: the numbers and ids in the path, the values of the parameters.
_IDS = re.compile(r"[0-9a-f-]{30,}|\d+")
_VALUES = re.compile(r"=[^&]*")
# Of a page nothing else is parsed: a tenth of it.
_TAGS = re.compile(r"<(?:a|form|link|iframe)\b[^>]*>|<[^>]*\bhx-[^>]*>")


class _Links(HTMLParser):
    """The addresses that a page leads to by a click, or fetches by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        posts = tag == "form" and (attributes.get("method") or "get").lower() == "post"
        names = {"hx-get", "data-hx-get", "hx-trigger-get", "" if posts else _LINKS.get(tag, "")}
        self.links += [value for name, value in attributes.items() if name in names and value]


def links_in(page: CapturedAnswer, url: str) -> set[str]:
    """Where the page leads within the portal; static files apart."""
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    parser = _Links()
    parser.feed("".join(_TAGS.findall(page.text)))
    absolute = {urldefrag(urljoin(f"http://testserver{url}", link)).url for link in parser.links}
    ours = [urlsplit(link) for link in absolute if urlsplit(link).netloc == "testserver"]
    return {
        parts.path + (f"?{parts.query}" if parts.query else "")
        for parts in ours
        if not parts.path.startswith("/static/")
    }


def crawl(
    visitors: SignedInClients,
    name: str,
    start: Iterable[str],
    avoid: tuple[str, ...],
    once: str,
    alike: int,
) -> dict[str, CapturedAnswer]:
    """All that this person gets, from these addresses on.

    Addresses that begin with one of `avoid` are left out; of those that begin with `once` one is asked for. Besides
    `start`, none is asked for that differs from `alike` others, which were, in an id or a value alone.
    """
    known = dict.fromkeys(start)
    waiting, seen, shapes = list(known), dict[str, CapturedAnswer](), Counter[str]()
    while waiting:
        url = waiting.pop()
        shape = _shape(url)
        if url in seen or url.startswith(avoid or ("\0",)) or (url not in known and shapes[shape] >= alike):
            continue
        if url.startswith(once):
            avoid = (*avoid, once)
        assert len(seen) < _MOST, f"the crawl does not end: {url}"
        seen[url] = visitors.ask(name, "GET", url)
        shapes[shape] += 1
        if seen[url].location.startswith("/"):
            waiting.append(seen[url].location)
        waiting += sorted(links_in(seen[url], url) - seen.keys())
    return seen


def _shape(url: str) -> str:
    path, _, query = url.partition("?")
    return f"{_IDS.sub('0', path)}?{_VALUES.sub('', query)}"
