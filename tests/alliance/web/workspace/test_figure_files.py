"""A CSV of figures: out and back, as a spreadsheet in Russian writes it, with numbers that can be read in two ways."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import Role
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Indicator, Report
from alliance.queries.report_frame import report_frame
from alliance.services import report_uploads
from alliance.services.upload_cells import read_field
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.files.uploads import upload_check
from tests.factories import Cast, make_person
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import (
    act,
    set_figure,
    sheet,
    values,
)
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db

MODERATORS = FigurePlace("moderators", None)
KIDS = FigurePlace("content-actioned", "aurora-kids")


def test_figures_go_out_and_come_back_without_a_difference(cast: Cast, report: Report, alice: Client) -> None:
    set_figure(cast, "sven", report, MODERATORS, "412.5")
    save_one_figure(
        cast.actor("sven"), report, KIDS, FigureValues(status="declined", reason="=not\n'yet"), version=None
    )
    content = alice.get(f"{sheet(report)}figures.csv").content
    url = alice.post(sheet(report), {"file": SimpleUploadedFile("out.csv", content)})["Location"]
    run_all_jobs()
    assert "The file changes nothing" in words_of(alice.get(url))


def test_a_missing_figure_has_an_empty_row_in_the_csv(cast: Cast, report: Report, alice: Client) -> None:
    set_figure(cast, "sven", report, MODERATORS, "412")
    rows = list(csv.DictReader(alice.get(f"{sheet(report)}figures.csv").text.lstrip("\ufeff").splitlines()))
    with acting_as(SYSTEM):
        asked = report_frame(report)
    assert {(row["indicator"], row["service"] or None, row["cell"]) for row in rows} == {
        tuple(target.place)
        for measure in asked.measures
        for indicator in measure.figures
        for target in measure.requested(indicator)
    }
    (empty,) = (row for row in rows if (row["indicator"], row["service"], row["cell"]) == (*KIDS[:2], ""))
    assert {name for name, cell in empty.items() if cell} == {"indicator", "service", "version"}

    empty["value"] = "120"
    file = io.StringIO()
    writer = csv.DictWriter(file, list(empty))
    writer.writeheader()
    writer.writerows(rows)
    content = file.getvalue().encode()
    url = alice.post(sheet(report), {"file": SimpleUploadedFile("out.csv", content)})["Location"]
    run_all_jobs()

    act(alice, url, "save")
    assert values(report) == {MODERATORS: Decimal(412), KIDS: Decimal(120)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_file_is_read_as_a_spreadsheet_in_russian_saves_it(
    cast: Cast, report: Report, alice: Client, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = FigureValues(value=Decimal("412.5"), note="Считали дважды")
    save_one_figure(cast.actor("sven"), report, MODERATORS, figure, version=None)
    ilya = signed_in(make_person("Ilya", cast.aurora, Role.EDITOR, language="ru"))
    text = ilya.get(f"{sheet(report)}figures.csv").content.decode("utf-8-sig")
    changed = text.replace(";412,5;", ";430,12;").replace("дважды", "трижды")

    file = SimpleUploadedFile("out.csv", changed.encode(encoding))
    for module in (report_uploads, upload_check):  # as large as a file may be, before it is decoded
        monkeypatch.setattr(module, "MAX_SIZE", file.size)
    url = alice.post(sheet(report), {"file": file})["Location"]
    run_all_jobs()

    remarks = re.findall(r"Read as text in ([\w-]+)\.", words_of(alice.get(url)))
    assert remarks == {"cp1251": ["Windows-1251"], "utf-16": ["UTF-16"]}.get(encoding, [])
    act(alice, url, "save")
    with acting_as(SYSTEM):
        saved = report.figures.get()
    assert (saved.value, saved.note) == (Decimal("430.12"), "Считали трижды")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_number_in_two_ways_is_refused_in_its_cell_and_the_rest_is_read(
    report: Report, alice: Client, separator: str
) -> None:
    """As a spreadsheet in Russian writes 1.234: alice reads the portal in English."""
    lines = [
        ["indicator", "service", "value"],
        ["moderators", "", "1,234"],
        ["content-actioned", "aurora-kids", "120,0"],
    ]
    content = "\n".join(separator.join(line) for line in lines).encode()
    url = alice.post(sheet(report), {"file": SimpleUploadedFile("out.csv", content)})["Location"]
    run_all_jobs()

    assert "C2" in (page := words_of(alice.get(url)))
    assert "“1,234” can be read in two ways" in page
    act(alice, url, "save")
    assert values(report) == {KIDS: Decimal(120)}


@pytest.mark.parametrize("value", ["choice", "yes_no"])
def test_a_no_to_what_an_indicator_does_not_have_says_nothing(value: str) -> None:
    """The portal's own files have `false` for every figure."""
    assert read_field("estimate", "false", Indicator(value=value), "en") == {}
    with pytest.raises(DomainError, match="no value of this kind"):
        read_field("estimate", "true", Indicator(value=value), "en")


def test_a_number_is_no_answer_to_a_question_of_yes_or_no() -> None:
    with pytest.raises(DomainError, match="Answer yes or no"):
        read_field("value", "8.0", Indicator(value="yes_no"), "en")
