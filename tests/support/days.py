"""Scans that say where the source takes a day that is not the alliance's, or that is over when it is used."""

import ast
from pathlib import Path

from tests.support.names import calls_on_import
from tests.support.source import Exceptions, called_name, modules, places

# What asks which moment or day it is; the second ones do where they are given no moment.
_PRESENT = {"now", "today", "utcnow", "database_now"}
_PRESENT_BY_DEFAULT = {"localdate", "localtime"}


def days_of_moments(root: Path, exceptions: Exceptions, *folders: str) -> list[str]:
    """A day that is taken of a moment by its method: it is the day of the zone in which the moment happens to be kept.

    What comes from the database is kept in UTC, so around midnight it names another day than the pages.
    """
    return places(
        (
            (module, node)
            for module in modules(root, *folders)
            for node in module.nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "date"
            and not (node.args or node.keywords)
        ),
        exceptions,
    )


def days_at_import(root: Path, *folders: str) -> list[str]:
    """A moment or day that is asked for when its module is imported: it is another one once midnight has passed."""
    return places(
        (module, node)
        for module in modules(root, *folders)
        for node in calls_on_import(module.tree)
        if called_name(node) in _PRESENT or (called_name(node) in _PRESENT_BY_DEFAULT and not node.args)
    )
