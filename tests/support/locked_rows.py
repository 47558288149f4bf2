"""A scan that says where rows are locked and read together with rows that are not."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import Exceptions, Module, modules, places


def joins_of_locked_rows(root: Path, exceptions: Exceptions, *folders: str) -> list[str]:
    """`select_related` on a query that locks its own rows alone.

    Who has waited for the lock gets the row as it is now, joined with what the row led to before: another reviewer by
    number, and none by name. `prefetch_related` reads what it leads to once the lock is there.
    """
    return places(
        ((module, node) for module in modules(root, *folders) for node in _joins(module)), exceptions
    )


def _joins(module: Module) -> Iterator[ast.Call]:
    for function in module.nodes:
        if isinstance(function, ast.FunctionDef):
            names = _locked_names(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _method(node) == "select_related":
                    root, calls = _chain(node)
                    if any(_locks_itself(call) for call in calls) or root in names:
                        yield node


def _locked_names(function: ast.FunctionDef) -> set[str]:
    """The names in a function that hold a query which locks."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
        if any(isinstance(part, ast.Call) and _locks_itself(part) for part in ast.walk(node.value))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def _chain(node: ast.expr) -> tuple[str, list[ast.Call]]:
    """The name that a chain of calls begins with, and the calls."""
    calls = []
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Call):
            calls.append(node)
            node = node.func
        else:
            node = node.value
    return (node.id if isinstance(node, ast.Name) else ""), calls


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _locks_itself(call: ast.Call) -> bool:
    if _method(call) != "select_for_update":
        return False
    return any(word.arg == "of" and ast.unparse(word.value) == "('self',)" for word in call.keywords)
