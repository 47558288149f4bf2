"""The source as the scans of the architecture read it: each module parsed once, and places as `path:line`."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

Scan = Callable[[Path], list[str]]
# A module with the outermost function or class in it that may do what a scan refuses, and why.
Exceptions = Mapping[tuple[str, str], str]
APPS = ("alliance", "practices")
LAYERS = ("portal", *APPS)
# What people and programs read: pages, the API, documents, what templates call. In the kernel and in `portal` itself
# it is everything that handles a request.
INTERFACES = (
    "alliance/web", "alliance/api", "alliance/documents", "alliance/templatetags",
    "practices/web", "practices/api", "practices/documents", "practices/templatetags",
    "portal/kernel/templatetags",
)  # fmt: skip
_OF_REQUESTS = ("django.http", "django.shortcuts", "django.views", "rest_framework")


@dataclass(frozen=True, eq=False)
class Module:
    """One file of source, by its path below the root."""

    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str, ast.alias]]:
        """Each import: the statement, the module of `from` (or none), what is imported."""
        return [
            (node, getattr(node, "module", None) or "", alias)
            for node in self.nodes
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        ]

    def place(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"

    def function_of(self, node: ast.AST) -> str:
        """The outermost function or class that the node stands in."""
        name = ""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = node.name
        return name


def modules(root: Path, *folders: str) -> Iterator[Module]:
    """The modules below the folders, without migrations, by their path."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield parse_module(root, path)


def long_modules(root: Path, most_lines: int, *folders: str) -> set[str]:
    """The modules below the folders that have more lines than that, by their path, without migrations."""
    paths = (path for folder in folders for path in (root / folder).rglob("*.py"))
    return {
        path.relative_to(root).as_posix()
        for path in paths
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > most_lines
    }


@cache
def parse_module(root: Path, path: Path) -> Module:
    return Module(path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8")))


def interfaces(root: Path) -> Iterator[Module]:
    folders = tuple(f"{folder}/" for folder in INTERFACES)
    for module in modules(root, *LAYERS):
        if module.name.startswith(folders) or (
            module.name.startswith("portal/") and _handles_requests(module)
        ):
            yield module


def _handles_requests(module: Module) -> bool:
    return any((source or alias.name).startswith(_OF_REQUESTS) for _node, source, alias in module.imports)


def places(violations: Iterable[tuple[Module, ast.AST]], exceptions: Exceptions | None = None) -> list[str]:
    """The places, each once, but for those in the functions excepted; also exceptions that nothing needs."""
    refused, used = {}, set()
    for module, node in violations:
        definition = (module.name, module.function_of(node))
        if definition in (exceptions or {}):
            used.add(definition)
        else:
            refused[module.place(node)] = None
    unused = {*(exceptions or ())} - used
    return [*refused, *(f"{module} {function}: not needed" for module, function in sorted(unused))]


def name_of(node: ast.AST | None) -> str:
    """The name, or the last part of a dotted one."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def called_name(node: ast.AST | None) -> str:
    """The name of what a call calls."""
    return name_of(node.func) if isinstance(node, ast.Call) else ""


def constant(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None
