"""The house as a test: what import contracts cannot see."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from portal.kernel.grants import append_only_tables
from tests.support.architecture import (
    FACES,
    LAYERS,
    Exceptions,
    Scan,
    faces,
    late_imports,
    private_imports,
    rows_read_past_sight,
    rules_asked_in_faces,
)

ROOT = Path(__file__).resolve().parent.parent
BUSINESS_NOUNS = re.compile(
    r"\b(alliance|charters?|commitments?|pledges?|members?|memberships?|organisations?|secretariat|reports?|reviews?"
    r"|verdicts?|practices?|indicators?|cycles?|signator(y|ies)|children)\b",
    re.IGNORECASE,
)
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
        name for name, path in modules(*LAYERS) if path.read_text() and not ast.get_docstring(tree_of(path))
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


# Where a face asks a rule itself, by folder and function; everywhere else it names the rule to one of these.
RULES_ASKED: Exceptions = {
    ("portal/kernel/", "get_visible_or_404"): "finds an object and asks the rule of its view",
    ("portal/kernel/", "requires"): "asks the rule of a view that is about no object",
    ("portal/kernel/", "permissions"): "tells a template which buttons to offer",
    ("alliance/web/", "confirm"): "the page before an act: its rule stands in the Confirmation",
}
LATE_IMPORTS = {"portal/local/": "the launcher runs before anything is installed"}


def test_faces_and_documents_read_rows_through_visible_to_alone() -> None:
    assert rows_read_past_sight(ROOT) == []


def test_views_decide_nothing() -> None:
    assert rules_asked_in_faces(ROOT, RULES_ASKED) == []


def test_nothing_imports_what_another_package_keeps_to_itself() -> None:
    assert private_imports(ROOT, *LAYERS, "bench", "tests", ".ci") == []


def test_only_apps_import_inside_functions() -> None:
    assert late_imports(ROOT, LATE_IMPORTS) == []


HANDLES_REQUESTS = "from django.http import HttpRequest\n"
PAST_SIGHT = (
    "Report.objects.filter(pk=1)",
    "Report.objects",
    "Report._default_manager.get(pk=1)",
    "rows.exclude(pk__in=Report.objects.values('pk'))",
    "get_visible_or_404(rows, Report.objects)",
    "apps.get_model('alliance', 'Report')",
)
ASKED = (
    "require(actor, 'report.edit', report)",
    "page(may=can(actor, 'report.edit', report))",
    "access.can(actor, 'report.edit', report)",
    "permissions(actor, report, may='report.edit')['may']",
    "found = permissions(actor, report, may='report.edit')",
    "from portal.kernel.access import can as may",
)
PRIVATE = (
    "from allauth.mfa.internal import flows",
    "import celery._state",
    "from alliance.web.documents import _nav",
)
LATE = ("def page(): import json", "async def page(): from json import loads")
WITHIN_SIGHT = """
Report.objects.select_related("cycle").visible_to(actor).filter(pk=1)
get_visible_or_404(Report.objects.select_related("cycle"), actor, rule="report.edit", pk=1)
Service.objects.none()
context = {**permissions(actor, may="report.edit")}
context |= permissions(actor, may="report.edit")
"""
SCANS: tuple[tuple[tuple[str, ...], Scan], ...] = (
    (PAST_SIGHT, rows_read_past_sight),
    (ASKED, partial(rules_asked_in_faces, exceptions=RULES_ASKED)),
)
# each folder that is scanned, and two that hold something that handles requests
SCANNED = (*FACES, "portal", "portal/kernel/any_package")


def planted(root: Path, folder: str, sources: Iterable[str]) -> list[str]:
    """Modules with these sources below a root of their own; gives their places as a scan names them."""
    (root / folder).mkdir(parents=True)
    for number, source in enumerate(sources):
        (root / folder / f"planted_{number}.py").write_text(HANDLES_REQUESTS + source, encoding="utf-8")
    return [f"{folder}/planted_{number}.py:2" for number, _source in enumerate(sources)]


@pytest.mark.parametrize("folder", SCANNED)
def test_a_violation_in_a_scanned_folder_is_noticed(tmp_path: Path, folder: str) -> None:
    for number, (sources, scan) in enumerate(SCANS):
        places = planted(tmp_path / str(number), folder, sources)
        assert scan(tmp_path / str(number)) == places


@pytest.mark.parametrize("folder", SCANNED)
def test_what_stands_within_sight_is_not_noticed(tmp_path: Path, folder: str) -> None:
    planted(tmp_path, folder, [WITHIN_SIGHT])
    assert rows_read_past_sight(tmp_path) == rules_asked_in_faces(tmp_path, {}) == []


@pytest.mark.parametrize("folder", LAYERS)
def test_a_private_or_late_import_is_noticed(tmp_path: Path, folder: str) -> None:
    private, late = planted(tmp_path, folder, PRIVATE), planted(tmp_path / "late", folder, LATE)
    assert private_imports(tmp_path, folder) == private
    assert late_imports(tmp_path / "late", {}) == late
    assert late_imports(tmp_path / "late", {f"{folder}/": "an exception"}) == []


def test_every_scanned_folder_holds_modules() -> None:
    """A folder that was renamed would be scanned no more, in silence."""
    scanned = {name for name, _tree in faces(ROOT)}
    silent = [folder for folder in FACES if not any(name.startswith(f"{folder}/") for name in scanned)]
    assert silent == []
    assert {"portal/health.py", "portal/crawlers.py", "portal/display.py"} <= scanned
    assert [name for name in scanned if name.startswith("portal/kernel/api/")]


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
