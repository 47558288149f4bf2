"""Scans of the source that say where it leaves the architecture, below any root: so they can be tried out."""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

Scan = Callable[[Path], list[str]]
Exceptions = Mapping[tuple[str, str], str]

LAYERS = ("portal", "alliance", "practices")
# What people and programs read: pages, the API, documents, what templates call. In the kernel and in `portal` itself
# it is everything that handles a request.
INTERFACES = (
    "alliance/web", "alliance/api", "alliance/documents", "alliance/templatetags",
    "practices/web", "practices/api", "practices/documents", "practices/templatetags",
    "portal/kernel/templatetags",
)  # fmt: skip
_OF_REQUESTS = ("django.http", "django.shortcuts", "django.views", "rest_framework")
_FILTERS = {"visible_to", "none"}
_MANAGERS = {"objects", "_default_manager", "_base_manager"}
_RULE_FUNCTIONS = {"require", "can"}


def modules(root: Path, *folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules below the folders, without migrations, by their path."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def interfaces(root: Path) -> Iterator[tuple[str, ast.Module]]:
    folders = tuple(f"{folder}/" for folder in INTERFACES)
    for name, tree in modules(root, *LAYERS):
        if name.startswith(folders) or (name.startswith("portal/") and _handles_requests(tree)):
            yield name, tree


def _handles_requests(tree: ast.Module) -> bool:
    return any(module.startswith(_OF_REQUESTS) for _node, module, _name in _imports(tree))


def _imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str, str]]:
    """Each import: the statement, the module, the name that is imported from it (or none)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, node.module or "", alias.name


def _parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def _called_name(node: ast.AST | None) -> str:
    """The name of what a call calls."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def _function_of(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> str:
    """The outermost function or class that the node stands in."""
    name = ""
    while node in parents:
        node = parents[node]
        name = node.name if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else name
    return name


# --- Seeing ----------------------------------------------------------------------------------


def unfiltered_reads(root: Path) -> list[str]:
    """A manager in an interface that neither leads to `visible_to` nor is handed to `get_visible_or_404`."""
    violations = []
    for name, tree in interfaces(root):
        parents = _parents(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _MANAGERS and not _is_guarded(node, parents):
                violations.append(f"{name}:{node.lineno}")
            if isinstance(node, (ast.Name, ast.Attribute)) and _name_of(node) in ("get_model", "get_models"):
                violations.append(f"{name}:{node.lineno}")
    return violations


def _name_of(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _is_guarded(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether the chain of calls that begins at the manager passes the visibility policy."""
    parent = parents.get(node)
    while (isinstance(parent, ast.Attribute) and parent.value is node) or (
        isinstance(parent, ast.Call) and parent.func is node
    ):
        if isinstance(parent, ast.Attribute) and parent.attr in _FILTERS:
            return True
        node, parent = parent, parents.get(parent)
    return (
        isinstance(parent, ast.Call)
        and _called_name(parent) == "get_visible_or_404"
        and parent.args[:1] == [node]
    )


# --- Doing -----------------------------------------------------------------------------------


def rule_checks_in_interfaces(root: Path, exceptions: Exceptions) -> list[str]:
    """An interface that checks a rule itself: it names one to `requires`, `get_visible_or_404` or `permissions`."""
    violations = []
    for name, tree in interfaces(root):
        parents = _parents(tree)
        for node in ast.walk(tree):
            if _called_name(node) in _RULE_FUNCTIONS and not _is_excepted(
                name, _function_of(node, parents), exceptions
            ):
                violations.append(f"{name}:{getattr(node, 'lineno', 0)}")
            if isinstance(node, ast.alias) and node.name in _RULE_FUNCTIONS and node.asname:
                violations.append(f"{name}:{node.lineno}")
            if _called_name(node) == "permissions" and not _is_passed_on(node, parents):
                violations.append(f"{name}:{getattr(node, 'lineno', 0)}")
    return violations


def _is_excepted(name: str, function: str, exceptions: Exceptions) -> bool:
    return any(name.startswith(folder) and function == its for folder, its in exceptions)


def _is_passed_on(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether permissions go into a template's context as a whole: `**permissions(...)`, or `context |=` them."""
    parent = parents[node]
    if isinstance(parent, ast.Dict):
        return any(
            key is None and value is node for key, value in zip(parent.keys, parent.values, strict=True)
        )
    if isinstance(parent, ast.keyword):
        return parent.arg is None
    return isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.BitOr)


# --- Importing -------------------------------------------------------------------------------


def private_imports(root: Path, *folders: str) -> list[str]:
    """An import of what a package keeps to itself: a part named `internal`, or a name with an underscore before it."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in modules(root, *folders)
        for node, module, imported in _imports(tree)
        if any(_is_private(part) for part in (*module.split("."), imported))
    ]


def _is_private(part: str) -> bool:
    return part == "internal" or (part.startswith("_") and not part.startswith("__"))


def late_imports(root: Path, exceptions: Mapping[str, str]) -> list[str]:
    """An import inside a function, but for `apps.py`: what registers itself is imported when Django is ready."""
    violations = []
    for name, tree in modules(root, *LAYERS):
        if name.endswith("/apps.py") or name.startswith(tuple(exceptions)):
            continue
        parents = _parents(tree)
        violations += [
            f"{name}:{node.lineno}" for node, *_rest in _imports(tree) if _function_of(node, parents)
        ]
    return violations
