"""The table of all pages, read from the URLconf and the source: address, view, query or service, rule, tests."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from portal.kernel.access import RULES
from portal.kernel.workflow import Workflow

# The packages whose functions say what a page reads and what it does, and the one whose functions do not.
_READS_AND_WRITES = {"queries", "services", "documents", "search"}
_VIEWS = "web"
_STEP_CALLS = {"apply", "is_available"}
_MAX_NAMES = 3
_HEAD = (
    "| you see | address | URL name | view | query or service | rule | tests |\n|---|---|---|---|---|---|---|"
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
    rules: tuple[str, ...]
    tests: str

    def __str__(self) -> str:
        cells = [(self.address,), (self.name,), (self.view,), self.calls, self.rules, (self.tests,)]
        code = ["<br>".join(f"`{text}`" for text in texts) for texts in cells]
        return f"| {' | '.join([self.title, *code])} |"


def update_pages(text: str) -> str:
    """A document with its blocks of pages made anew: a comment names the URL names of each block, or says `all`."""
    return _BLOCK.sub(lambda match: f"{match[1]}\n{_block(match['names'].split())}\n\n{match[3]}", text)


def page_table() -> str:
    """Markdown: every page, in a folded table for each area of the site."""
    return "\n\n".join(
        f"<details>\n<summary>{_heading(area)}: {len(rows)} addresses</summary>\n\n{_table(rows)}\n\n</details>"
        for area, rows in ((area, list(group)) for area, group in groupby(_rows(), key=lambda row: row.area))
    )


def _block(names: list[str]) -> str:
    if names == [_ALL]:
        return page_table()
    rows = {row.name: row for row in _rows()}
    return _table([rows[name] for name in names])


def _heading(area: str) -> str:
    return area.replace("-", " ").capitalize() or "Accounts, documents, health and the rest"


def _table(rows: list[PageRow]) -> str:
    return "\n".join([_HEAD, *map(str, rows)])


@cache
def _rows() -> list[PageRow]:
    """Every route to a view of this repository, by area and address; the API has a schema instead."""
    rows = (
        _row(address, name, pattern.callback)
        for address, name, pattern in _routes(get_resolver(), "/", "")
        if _is_own(_view(pattern.callback).__module__)
    )
    return sorted(rows, key=lambda row: (row.area, row.address))


def _routes(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = f"{prefix}{entry.pattern}".replace("//", "/")
        if isinstance(entry, URLPattern):
            yield address, namespace + (entry.name or ""), entry
        elif entry.namespace != "api":
            yield from _routes(
                entry, address, f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            )


def _is_own(module: str) -> bool:
    return (settings.BASE_DIR / module.split(".")[0] / "__init__.py").exists()


def _view(callback: Any) -> Any:
    """The view without its decorators: a function, or the class of a class-based view."""
    return getattr(callback, "view_class", None) or inspect.unwrap(callback)


def _row(address: str, name: str, callback: Callable[..., object]) -> PageRow:
    view = _view(callback)
    area, _, short_name = name.rpartition(":")
    calls, rules = _calls_and_rules(importlib.import_module(view.__module__), view.__name__)
    return PageRow(
        area,
        _first_sentence(view.__doc__) or re.sub("[-_]", " ", short_name).capitalize(),
        address,
        name,
        f"{view.__module__}.{view.__name__}",
        calls[:_MAX_NAMES],
        rules[:_MAX_NAMES],
        _tests_of(view.__module__, name, address),
    )


def _first_sentence(docstring: str | None) -> str:
    first = " ".join(inspect.cleandoc(docstring or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.;])\s", first)[0].rstrip(".;").replace("|", "\\|")


# --- What a view calls ---


def _calls_and_rules(module: ModuleType, view: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The queries and services that a view names, itself or through its module, and the rules asked there."""
    calls: dict[str, None] = {}
    rules: dict[str, None] = {}
    is_filtered = False
    for definition in _with_helpers(module, view):
        rules |= dict.fromkeys(_rules_in(module, definition))
        is_filtered = is_filtered or "visible" in ast.unparse(definition)
        for target in _functions_in(module, definition):
            home = importlib.import_module(target.__module__)
            calls[f"{_public_home(home.__name__)}.{target.__name__}"] = None
            for reached in _with_helpers(home, target.__name__):
                rules |= dict.fromkeys(_rules_in(home, reached))
                is_filtered = is_filtered or "visible" in ast.unparse(reached)
    return tuple(calls), tuple(rules) or (("visible_to",) if is_filtered else ())


def _functions_in(module: ModuleType, definition: ast.AST) -> Iterator[Callable[..., object]]:
    """The queries and services that are named in a definition: by their own name, or after that of their module."""
    for node in ast.walk(definition):
        target = None
        if isinstance(node, ast.Name):
            target = getattr(module, node.id, None)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = getattr(module, node.value.id, None)
            target = getattr(owner, node.attr, None) if inspect.ismodule(owner) else None
        target = inspect.unwrap(target) if callable(target) else None
        if inspect.isfunction(target) and _reads_or_writes(target.__module__):
            yield target


def _reads_or_writes(module: str) -> bool:
    parts = module.split(".")
    return _is_own(module) and _VIEWS not in parts and not _READS_AND_WRITES.isdisjoint(parts)


def _public_home(module: str) -> str:
    """A package of the platform is entered by its public names; in the apps each module stands for itself."""
    parts = module.split(".")
    return ".".join(parts[:3] if parts[0] == "portal" else parts)


def _with_helpers(module: ModuleType, name: str) -> Iterator[ast.stmt]:
    """A definition of the module, and those of the same module that it names, and so on."""
    definitions, pending, seen = _definitions(module), [name], set()
    while pending:
        current = pending.pop(0)
        if current in definitions and current not in seen:
            seen.add(current)
            yield definitions[current]
            pending += [name.id for name in ast.walk(definitions[current]) if isinstance(name, ast.Name)]


@cache
def _definitions(module: ModuleType) -> dict[str, ast.stmt]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _rules_in(module: ModuleType, definition: ast.AST) -> Iterator[str]:
    """The rules that a call names, but for entries of the journal, and those of the steps of a state table."""
    for call in (node for node in ast.walk(definition) if isinstance(node, ast.Call)):
        function = getattr(call.func, "id", getattr(call.func, "attr", ""))
        table = getattr(module, getattr(getattr(call.func, "value", None), "id", ""), None)
        texts = _texts(*call.args, *(keyword.value for keyword in call.keywords))
        if function in _STEP_CALLS and isinstance(table, Workflow):
            texts = [table.rule(text) for text in texts]
        if function != "record":
            yield from (text for text in texts if text in RULES)


def _texts(*nodes: ast.expr) -> list[str]:
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in values if isinstance(value, str)]


# --- Where it is tested ---


def _tests_of(module: str, name: str, address: str) -> str:
    """The test module that mirrors the view's, else the one that names the route most; the policy table last."""
    *folders, last = module.split(".")
    mirrored = Path("tests", *folders, f"test_{last}.py")
    if (settings.BASE_DIR / mirrored).exists():
        return str(mirrored)
    start = address.split("<")[0]
    marks = (f'"{name}"', f'"{address}"', f'"{start}{{' if start.count("/") > 2 else f'"{address}"')
    counts = [(path, sum(map(text.count, marks))) for path, text in _test_files()]
    named = [("policy" in path, -count, path) for path, count in counts if count]
    return min(named)[2] if named else ""


@cache
def _test_files() -> list[tuple[str, str]]:
    paths = sorted((settings.BASE_DIR / "tests").rglob("*.py"))
    return [(str(path.relative_to(settings.BASE_DIR)), path.read_text(encoding="utf-8")) for path in paths]
