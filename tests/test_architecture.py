"""The architecture as a test: what import contracts cannot see."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from portal.kernel.access import append_only_tables
from tests.support.architecture import (
    LAYERS,
    Exceptions,
    late_imports,
    private_imports,
    rule_checks_in_interfaces,
    unfiltered_reads,
)

ROOT = Path(__file__).resolve().parent.parent
BUSINESS_NOUNS = re.compile(
    r"\b(alliance|charters?|commitments?|pledges?|members?|memberships?|organisations?|secretariat|reports?|reviews?"
    r"|verdicts?|practices?|indicators?|cycles?|signator(y|ies)|children)\b",
    re.IGNORECASE,
)
# `report` is also a verb: progress is reported, and so is a file
VERBS = re.compile(
    r"\b(token\.children|reports? (percent|progress|a file|the “instance”|about files)|_reports?\b|def _report"
    r"|member of)",
    re.IGNORECASE,
)


def modules(*under: str) -> Iterator[tuple[str, Path]]:
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_kernel_knows_no_business_noun() -> None:
    violations = [
        f"{name}:{number}: {line.strip()}"
        for name, path in modules("portal/kernel")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if BUSINESS_NOUNS.search(VERBS.sub("", line))
    ]
    assert violations == []


def test_every_module_opens_with_a_docstring() -> None:
    silent = [
        name for name, path in modules(*LAYERS) if path.read_text() and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []


# A value is called by the noun of what it is (docs/glossary.md, part two).
_SAYS_NOTHING = frozenset({"found", "said", "told", "kept", "held", "thing", "things"})


def test_a_name_says_what_it_is_the_name_of() -> None:
    violations = []
    for name, path in modules(*LAYERS, "bench", "tests", ".ci"):
        for node in ast.walk(tree_of(path)):
            names = {getattr(node, attribute, None) for attribute in ("id", "arg", "name", "asname")}
            violations += [f"{name}:{node.lineno}: {one}" for one in names & _SAYS_NOTHING]
    assert violations == []


# These put the platform together, and reach into its packages.
_ASSEMBLING = ("portal/kernel/apps.py", "portal/kernel/models.py")


def test_a_package_of_the_platform_is_entered_by_its_public_names() -> None:
    """Its inner modules are its own."""
    inner = re.compile(r"portal\.kernel\.(\w+)\.[\w.]+")
    violations = []
    for name, path in modules(*LAYERS):
        if name in _ASSEMBLING:
            continue
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ImportFrom) or not (match := inner.fullmatch(node.module or "")):
                continue
            is_own = name.startswith(f"portal/kernel/{match[1]}/")
            is_package = (ROOT / (node.module or "").replace(".", "/")).is_dir()
            if not is_own and not is_package and match[1] not in ("templatetags", "management"):
                violations.append(f"{name}:{node.lineno}: {node.module}")
    assert violations == []


def test_a_package_of_the_platform_says_what_is_public() -> None:
    """What others import from it stands in its `__all__`; a module of it is no public name."""
    violations = []
    for name, path in modules(*LAYERS):
        if name in _ASSEMBLING:
            continue
        for node in ast.walk(tree_of(path)):
            folder = ROOT / (getattr(node, "module", None) or "-").replace(".", "/")
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("portal.kernel."):
                continue
            if not folder.is_dir() or name.startswith(str(folder.relative_to(ROOT))):
                continue
            public = import_module(node.module or "").__all__
            violations += [
                f"{name}:{node.lineno}: {one.name}" for one in node.names if one.name not in public
            ]
    assert violations == []


def test_only_the_engine_assigns_a_state() -> None:
    """Documents and jobs have a life of their own in the kernel; everything else walks a state table."""
    violations = []
    for name, path in modules("alliance", "practices"):
        for node in ast.walk(tree_of(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            states = [one for one in targets if isinstance(one, ast.Attribute) and one.attr == "state"]
            violations += [f"{name}:{one.lineno}" for one in states]
    assert violations == []


# Where an interface checks a rule itself, by folder and function; everywhere else it names the rule to one of these.
RULE_CHECK_EXCEPTIONS: Exceptions = {
    ("portal/kernel/", "get_visible_or_404"): "finds an object and asks the rule of its view",
    ("portal/kernel/", "requires"): "asks the rule of a view that is about no object",
    ("portal/kernel/", "permissions"): "tells a template which buttons to offer",
    ("alliance/web/", "confirm"): "the page before an act: its rule stands in the Confirmation",
}
LATE_IMPORTS = {"portal/local/": "the launcher runs before anything is installed"}


def test_interfaces_and_documents_read_rows_through_visible_to_alone() -> None:
    assert unfiltered_reads(ROOT) == []


def test_views_decide_nothing() -> None:
    assert rule_checks_in_interfaces(ROOT, RULE_CHECK_EXCEPTIONS) == []


def test_nothing_imports_what_another_package_keeps_to_itself() -> None:
    assert private_imports(ROOT, *LAYERS, "bench", "tests", ".ci") == []


def test_only_apps_import_inside_functions() -> None:
    assert late_imports(ROOT, LATE_IMPORTS) == []


def test_no_view_uses_the_broker() -> None:
    violations = [
        name
        for name, path in modules(*LAYERS)
        if re.search(r"\.(delay|apply_async)\(", path.read_text()) and not name.endswith("/sweeper.py")
    ]
    assert violations == []


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
        "portal_event", "portal_publication", "alliance_submission", "practices_version", "practices_accesslog",
        "practices_adoptionstep", "portal_casenote", "alliance_sitetext", "alliance_agreement",
    }  # fmt: skip


def test_django_uses_psycopg_2() -> None:
    """Were psycopg 3 installed, Django would take it instead, with other threads and other pitfalls."""
    with pytest.raises(ImportError):
        __import__("psycopg")
    assert apps.ready
