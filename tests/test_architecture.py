"""The house as a test: what import contracts cannot see."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from portal.kernel.grants import append_only_tables

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("portal", "alliance", "practices")
BUSINESS_NOUNS = re.compile(
    r"\b(alliance|charters?|commitments?|pledges?|members?|memberships?|organisations?|secretariat|reports?|reviews?"
    r"|verdicts?|practices?|indicators?|cycles?|signator(y|ies)|children)\b",
    re.IGNORECASE,
)
SEEN = ("visible_to", "none")
# `report` is also a verb: progress is reported
VERBS = re.compile(
    r"\b(token\.children|reports (percent|progress)|_reports?\b|def _report|member of)", re.IGNORECASE
)


def modules(*under: str) -> Iterator[tuple[str, Path]]:
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_kernel_knows_no_business_noun() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, path in modules("portal/kernel")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if BUSINESS_NOUNS.search(VERBS.sub("", line))
    ]
    assert found == []


def test_every_module_opens_with_a_sentence_that_names_its_room() -> None:
    silent = [
        name for name, path in modules(*FLOORS) if path.read_text() and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []


def test_only_the_engine_assigns_a_state() -> None:
    """Documents and jobs have a life of their own in the kernel; everything else walks a state table."""
    found = []
    for name, path in modules("alliance", "practices"):
        for node in ast.walk(tree_of(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            states = [one for one in targets if isinstance(one, ast.Attribute) and one.attr == "state"]
            found += [f"{name}:{one.lineno}" for one in states]
    assert found == []


def test_only_apps_import_inside_functions() -> None:
    found = []
    for name, path in modules(*FLOORS):
        if path.name == "apps.py" or name.startswith(
            "portal/local/"
        ):  # local runs before anything is installed
            continue
        for outer in ast.walk(tree_of(path)):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inner = [node for node in ast.walk(outer) if isinstance(node, (ast.Import, ast.ImportFrom))]
                found += [f"{name}:{node.lineno}" for node in inner]
    assert found == []


def test_faces_and_documents_see_only_through_visible_to() -> None:
    """`.objects` in these rooms is followed by `visible_to`, or handed to `get_visible_or_404`."""
    found = []
    for name, path in modules("alliance/web", "alliance/documents"):
        tree = tree_of(path)
        allowed = {
            id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in SEEN
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_visible_or_404":
                allowed.add(id(node.args[0]))
        found += [
            f"{name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in allowed
        ]
    assert found == []


def test_no_view_talks_to_the_broker() -> None:
    found = [
        name
        for name, path in modules("alliance", "portal")
        if re.search(r"\.(delay|apply_async)\(", path.read_text())
        and not name.startswith("portal/kernel/sweeper")
    ]
    assert found == []


@pytest.mark.django_db
def test_the_application_may_only_add_to_append_only_tables() -> None:
    tables = append_only_tables()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE')", [table] * 2
            )
            assert cursor.fetchone() == (False, False), table
    assert set(tables) == {
        "portal_event", "portal_publication", "alliance_submission", "practices_version", "practices_opening",
        "practices_adoptionstep", "portal_casenote", "alliance_sitetext", "alliance_agreement",
    }  # fmt: skip


def test_django_uses_psycopg_2() -> None:
    """Were psycopg 3 installed, Django would take it instead, with other threads and other pitfalls."""
    with pytest.raises(ImportError):
        __import__("psycopg")
    assert apps.ready
