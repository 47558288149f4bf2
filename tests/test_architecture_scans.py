"""The scans of the architecture notice a fault that is planted in each folder, and nothing that is right."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from portal.local.environment import ROOT
from tests.support.architecture import (
    INTERFACES,
    LAYERS,
    Scan,
    interfaces,
    late_imports,
    private_imports,
    rule_checks_in_interfaces,
    unfiltered_reads,
)

HANDLES_REQUESTS = "from django.http import HttpRequest\n"
UNFILTERED = (
    "Report.objects.filter(pk=1)",
    "Report.objects",
    "Report._default_manager.get(pk=1)",
    "rows.exclude(pk__in=Report.objects.values('pk'))",
    "get_visible_or_404(rows, Report.objects)",
    "apps.get_model('alliance', 'Report')",
)
RULE_CHECKS = (
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
FILTERED = """
Report.objects.select_related("cycle").visible_to(actor).filter(pk=1)
get_visible_or_404(Report.objects.select_related("cycle"), actor, rule="report.edit", pk=1)
Service.objects.none()
context = {**permissions(actor, may="report.edit")}
context |= permissions(actor, may="report.edit")
"""
SCANS: tuple[tuple[tuple[str, ...], Scan], ...] = (
    (UNFILTERED, unfiltered_reads),
    (RULE_CHECKS, partial(rule_checks_in_interfaces, exceptions={})),
)
# each folder that is scanned, and two that hold something that handles requests
SCANNED = (*INTERFACES, "portal", "portal/kernel/any_package")


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
def test_what_is_close_to_normal_is_not_noticed(tmp_path: Path, folder: str) -> None:
    planted(tmp_path, folder, [FILTERED])
    assert unfiltered_reads(tmp_path) == rule_checks_in_interfaces(tmp_path, {}) == []


@pytest.mark.parametrize("folder", LAYERS)
def test_a_private_or_late_import_is_noticed(tmp_path: Path, folder: str) -> None:
    private, late = planted(tmp_path, folder, PRIVATE), planted(tmp_path / "late", folder, LATE)
    assert private_imports(tmp_path, folder) == private
    assert late_imports(tmp_path / "late", {}) == late
    assert late_imports(tmp_path / "late", {f"{folder}/": "an exception"}) == []


def test_every_scanned_folder_holds_modules() -> None:
    """A folder that was renamed would be scanned no more, in silence."""
    scanned = {name for name, _tree in interfaces(ROOT)}
    silent = [folder for folder in INTERFACES if not any(name.startswith(f"{folder}/") for name in scanned)]
    assert silent == []
    assert {"portal/health.py", "portal/crawlers.py", "portal/display.py"} <= scanned
    assert [name for name in scanned if name.startswith("portal/kernel/api/")]


def test_an_exception_is_for_one_function_below_one_folder(tmp_path: Path) -> None:
    exceptions = {("alliance/web/", "confirm"): "a reason"}
    asks = "def confirm(): require(actor, 'x.y')"
    planted(tmp_path, "alliance/web", [asks])
    places = planted(tmp_path, "practices/web", [asks])
    places += planted(tmp_path, "alliance/api", ["def other(): require(actor, 'x.y')"])
    assert sorted(rule_checks_in_interfaces(tmp_path, exceptions)) == sorted(places)
