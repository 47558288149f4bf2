"""The package by the standard that it names, by its own description, and in the notebook of the documentation."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from alliance.enums import CycleState
from alliance.queries.public.data_tables import data_tables
from practices.enums import Label
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.factories.practices import make_shared
from tests.support.data_package import DESCRIPTOR_SCHEMA, cell_faults
from tests.support.open_data import build_release, file_content
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

NOTEBOOK = Path(__file__).resolve().parents[3] / "docs/data/fastest-members.ipynb"

# The columns of /data/v1/: those that are added stand here too, none goes, none is renamed.
COLUMNS = {
    "figures": (
        "indicator member service cycle starts_on ends_on charter charter_version cell status value choice "
        "numerator denominator lower upper estimate method reason definition_changed definition_note series "
        "series_from break_reason_en break_reason_ru corrected_in value_before users_from users_to rate_from "
        "rate_to publication"
    ),
    "verdicts": (
        "member cycle commitment measure pledge value reason difference language given_at corrected_in "
        "value_before publication"
    ),
    "promises": (
        "pledge number member commitment pledge_state promise language due_on state indicator target "
        "value_on_the_day cycle_of_the_day latest_value latest_cycle reached_later decided_on publication corrected_in "
        "promise_before due_on_before target_before value_on_the_day_before latest_value_before membership_ended"
    ),
    "reports": (
        "member cycle starts_on ends_on due_on charter charter_version signed_version standing reason "
        "submitted_at submission_sha256 corrected_in standing_before reason_before publication"
    ),
    "replies": (
        "member cycle commitment text language signed_at before_correction before_reopening corrected_in text_before "
        "publication"
    ),
    "members": "member service since until name_en name_ru what_en what_ru state successor",
    "charter": (
        "charter charter_version kind key charter_state parent code position title_en title_ru text_en text_ru "
        "explanation_en explanation_ru type value unit direction scope aggregation disclosure breakdowns"
    ),
    "practices": (
        "practice version state reason label source language title kind stage grade harms service_kinds measures "
        "summary limits forbidden_uses false_alarms grade_reason licence sample_size precision recall "
        "false_positive_rate note shared_at expires_on publication"
    ),
    "counted-by-others": (
        "member service indicator cell starts_on ends_on observer value source load_sha256"
    ),
    "publications": (
        "number type record revision previous published_at title_en title_ru withdrawn sha256 link"
    ),
}  # fmt: skip


@pytest.fixture
def package(cast: Cast) -> zipfile.ZipFile:
    """Two cycles of Aurora, the second one faster, and a report of Beacon; a practice for the world."""
    make_shared(cast, Label.CLEAR)
    make_service(cast.aurora, "clips")
    make_service(cast.beacon, "find")
    for slug, member, service, value in (
        ("2025-h2", cast.aurora, "clips", "9"),
        ("2026-h1", cast.aurora, "clips", "2.5"),
        ("2026-h2", cast.beacon, "find", "4"),
    ):
        cycle = make_cycle(read_charter(), slug, CycleState.PUBLISHED)
        figures = {"search": [submitted_figure("time-to-removal", value, service=service)]}
        make_published_report(cycle, member, figures, {"find": "complete"}, {"": "Thanks."})
    build_release()
    return zipfile.ZipFile(io.BytesIO(file_content("datapackage.zip")))


def test_the_description_is_a_data_package_of_version_2(package: zipfile.ZipFile) -> None:
    descriptor = json.loads(package.read("datapackage.json"))
    jsonschema.Draft202012Validator(DESCRIPTOR_SCHEMA).validate(descriptor)
    assert [resource["name"] for resource in descriptor["resources"]] == [each.name for each in data_tables()]
    for resource in descriptor["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert len(set(names)) == len(names)


def test_columns_are_added_and_never_renamed_or_removed() -> None:
    assert {table.name: table.header for table in data_tables()} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }


def test_every_cell_is_as_the_description_says(package: zipfile.ZipFile) -> None:
    assert list(cell_faults(package, json.loads(package.read("datapackage.json")))) == []


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("value", {"type": "integer"}, "figures.value: '2.5' is no integer of its kind"),
        ("corrected_in", {"constraints": {"required": True}}, "figures.corrected_in: is empty"),
        ("value", {"constraints": {"enum": ["9", "4"]}}, "figures.value: '2.5' is no number of its kind"),
    ],
)
def test_a_wrong_description_would_be_noticed(
    package: zipfile.ZipFile, name: str, change: Any, fault: str
) -> None:
    descriptor = json.loads(package.read("datapackage.json"))
    fields = descriptor["resources"][0]["schema"]["fields"]
    next(field for field in fields if field["name"] == name).update(change)
    assert fault in list(cell_faults(package, descriptor))


def test_the_notebook_lists_the_fastest_members(
    package: zipfile.ZipFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert package.testzip() is None
    path = tmp_path / "datapackage.zip"
    path.write_bytes(file_content("datapackage.zip"))
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert len(code.splitlines()) == 10
    address, key = "http://127.0.0.1:8000/data/v1/datapackage.zip", "time-to-restriction"
    assert address in code
    assert key in code
    exec(code.replace(address, path.as_uri()).replace(key, "time-to-removal"), {})
    lines = capsys.readouterr().out.splitlines()
    assert [re.split(r"\s{2,}", line) for line in lines[1:]] == [
        ["Aurora Video", "Clips", "2026-h1", "2.5 h ██"],
        ["Beacon Search", "Find", "2026-h2", "4 h ████"],
    ]


@pytest.mark.slow  # the program takes some seconds to begin
def test_frictionless_finds_nothing_wrong(package: zipfile.ZipFile, tmp_path: Path) -> None:
    """The program that most users of data packages check them with."""
    program = Path(sys.executable).with_name("frictionless")
    package.extractall(tmp_path)
    ran = subprocess.run(
        [program, "validate", "datapackage.json", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["errors"], report["warnings"]) == (0, [], []), ran.stdout + ran.stderr
    assert {task["name"]: task["valid"] for task in report["tasks"]} == {
        table.name: True for table in data_tables()
    }
