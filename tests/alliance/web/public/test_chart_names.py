"""Each drawing of a public page has a name of its own there, which says what it shows and whose it is."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.support.public_urls import all_public_urls
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rollback")]
_FILE = re.compile(r"(\.\w+|/body|/practice\.json)(\?.*)?\Z")


class _Drawings(HTMLParser):
    """Titles of drawings and names of regions; the narrow form of one stands for the wide one, never beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.without_name = 0
        self._ids: dict[str, str] = {}
        self._drawings: list[str] = []
        self._title = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_narrow = bool({"narrow", "chart-narrow"} & set((values.get("class") or "").split()))
        if tag == "div":
            self._open.append("narrow" if is_narrow else "")
        if tag == "svg" and values.get("role") in ("img", "group") and "narrow" not in self._open:
            label = (values.get("aria-labelledby") or "").split()
            self.without_name += not label
            self._drawings += label[:1]
        if tag == "title" and values.get("id"):
            self._title = values["id"] or ""
        if values.get("role") == "group" and tag != "svg" and values.get("aria-label"):
            self.names.append(values["aria-label"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._open:
            self._open.pop()
        if tag == "title":
            self._title = ""

    def handle_data(self, data: str) -> None:
        if self._title:
            self._ids[self._title] = self._ids.get(self._title, "") + data

    def all_names(self) -> Iterator[str]:
        yield from self.names
        yield from (self._ids.get(each, "") for each in self._drawings)


def test_no_two_drawings_of_a_page_have_one_name(world: World, client: Client) -> None:
    pages = [*(page for page in all_public_urls() if not _FILE.search(page)), *_more()]
    faults, drawings = {}, 0
    for page in pages:
        parser = _Drawings()
        parser.feed(client.get(page).text)
        counts = Counter(parser.all_names())
        drawings += counts.total()
        twice = [name for name, count in counts.items() if count > 1 or not name]
        if twice or parser.without_name:
            faults[page] = twice

    assert faults == {}
    assert drawings > 50


def _more() -> list[str]:
    figure = "indicator=content-actioned"
    views = ("view=time", "view=table", "members=aurora-video")
    return [
        f"/{language}/{path}"
        for language in ("en", "ru")
        for path in ("promises/", *(f"compare/?{figure}&{view}" for view in views))
    ]
