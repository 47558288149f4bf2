"""The table of all pages, read from the URLconf and the source: address, view, query or service, rules, tests."""

import importlib
import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from portal.kernel.management.page_source import ViewSource, is_own
from portal.kernel.management.page_tests import count_pages, tests_of

_MAX_NAMES = 3
_HEAD = (
    "| you see | address | URL name | view | query or service | opens with | acts, offers | tests |\n"
    "|---|---|---|---|---|---|---|---|"
)
# Where a document wants pages: `<!-- pages: name name … -->`, or `all`, then `<!-- end of pages -->`.
_BLOCK = re.compile(r"(<!-- pages:(?P<names>[^>]*)-->\n).*?(<!-- end of pages -->)", re.DOTALL)
_ALL = "all"


@dataclass(frozen=True)
class PageRow:
    """One route: what a person sees at it, and where it stands in the code."""

    area: str
    title: str
    address: str
    name: str
    view: str
    calls: tuple[str, ...]
    opening_rules: tuple[str, ...]
    other_rules: tuple[str, ...]
    tests: str

    def __str__(self) -> str:
        rules = (self.opening_rules, self.other_rules)
        cells = [self.title]
        for names in ((self.address,), (self.name,), (self.view,), self.calls, *rules, (self.tests,)):
            # the first names in code; dots stand for more
            code = [f"`{_escape(name)}`" for name in names[:_MAX_NAMES] if name]
            cells.append("<br>".join([*code, "…"] if len(names) > _MAX_NAMES else code))
        return f"| {' | '.join(cells)} |"


def update_pages(text: str) -> str:
    """A document with its blocks of pages made anew: a comment names the URL names of each block, or says `all`."""
    return _BLOCK.sub(lambda match: f"{match[1]}\n{_block(match['names'].split())}\n\n{match[3]}", text)


def page_table() -> str:
    """Markdown: every page, in a folded table for each area of the site."""
    tables = []
    for area, group in groupby(page_rows(), key=lambda row: row.area):
        rows = list(group)
        heading = area.replace("-", " ").capitalize() or "Accounts, documents, health and the rest"
        summary = f"<summary>{heading}: {len(rows)} addresses</summary>"
        tables.append(f"<details>\n{summary}\n\n{_table(rows)}\n\n</details>")
    return "\n\n".join(tables)


def _block(names: list[str]) -> str:
    if names == [_ALL]:
        return page_table()
    rows = {row.name: row for row in page_rows()}
    return _table([rows[name] for name in names])


def _table(rows: list[PageRow]) -> str:
    return "\n".join([_HEAD, *map(str, rows)])


@cache
def page_rows() -> list[PageRow]:
    """Every route to a view of this repository, by area and address; the API has a schema instead."""
    routes = [
        (address, name, pattern.callback)
        for address, name, pattern in _routes(get_resolver(), "/", "")
        if is_own(_view(pattern.callback).__module__)
    ]
    counts = count_pages({name: address for address, name, _callback in routes})
    counts_by_view: dict[Any, Counter[str]] = defaultdict(Counter)
    for _address, name, callback in routes:
        counts_by_view[_view(callback)] += counts[name]
    rows = (
        _row(
            address, name, callback, tests_of(_path(callback), counts[name], counts_by_view[_view(callback)])
        )
        for address, name, callback in routes
    )
    return sorted(rows, key=lambda row: (row.area, row.address))


def _routes(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = f"{prefix}{_readable(str(entry.pattern))}".replace("//", "/")
        if isinstance(entry, URLPattern):
            yield address, namespace + (entry.name or ""), entry
        elif entry.namespace != "api":
            yield from _routes(
                entry, address, f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            )


def _readable(pattern: str) -> str:
    """A regular expression written like a path: its parameters as `<name>`, or as the words that they may be."""
    path = re.sub(r"\(\?P<\w+>([\w|-]+)\)", r"(\1)", pattern)
    return re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", path).strip("^$")


def _view(callback: Any) -> Any:
    """The view without its decorators: a function, or the class of a class-based view."""
    return getattr(callback, "view_class", None) or inspect.unwrap(callback)


def _path(callback: Any) -> str:
    view = _view(callback)
    return f"{view.__module__}.{view.__name__}"


def _escape(text: str) -> str:
    """A bar would end the cell, in code too."""
    return text.replace("|", "\\|")


def _row(address: str, name: str, callback: Callable[..., object], tests: str) -> PageRow:
    view = _view(callback)
    area, _, short_name = name.rpartition(":")
    source = ViewSource()
    source.follow(importlib.import_module(view.__module__), view.__name__)
    paragraph = " ".join(inspect.cleandoc(view.__doc__ or "").split("\n\n")[0].split())
    sentence = _escape(re.split(r"(?<=\.)\s", paragraph)[0].rstrip("."))
    return PageRow(
        area,
        sentence or re.sub("[-_]", " ", short_name).capitalize(),
        address,
        name,
        _path(callback),
        tuple(source.calls),
        tuple(source.opening_rules) or (("visible_to",) if source.is_filtered else ()),
        tuple(rule for rule in source.other_rules if rule not in source.opening_rules),
        tests,
    )
