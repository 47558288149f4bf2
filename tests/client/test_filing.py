"""A report is filed by the command line, from nothing to its receipt; what may not be filed is not."""

import csv
import hashlib
import io
import json
import os
import pty
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alliance.models import Figure, Report, Submission
from alliance_client import Client, Conflict, WrongState
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.background_programs import Worker
from tests.support.bearers import token_of
from tests.support.client_program import ClientProgram
from tests.support.report_forms import FilledForm, filled
from tests.support.report_program import stored_rows
from tests.support.working_copies import fill_report

FIGURES = {
    ("content-actioned", "aurora-kids"): {"value": "1200"},
    ("content-actioned", "aurora-live"): {"value": "340"},
    ("found-proactively", "aurora-kids"): {"numerator": "1170", "denominator": "1200"},
    ("found-proactively", "aurora-live"): {"value": "81.5"},
    ("seen-before-removal", "aurora-kids"): {"value": "35"},
    ("seen-before-removal", "aurora-live"): {"status": "not_measured"},
    ("time-to-removal", "aurora-kids"): {"value": "3.2"},
    ("time-to-removal", "aurora-live"): {"value": "6"},
    ("hash-matching", "aurora-kids"): {"value": "1"},
    ("hash-matching", "aurora-live"): {"value": "0"},
    ("moderators", ""): {"value": "14"},
}
TEXTS = {
    "search-story": "We look for known material when it is uploaded.",
    "speed-story": "Reports of children are read first, at any hour.",
    "complaints-story": "Each complaint gets a reason, and can be made again.",
}


def fill_in_table(path: Path) -> None:
    """Fill the table in as somebody does in a spreadsheet: each row that it has, in its columns."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row.update(FIGURES[row["indicator"], row["service"]])
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")


def fill_in_texts(form: FilledForm) -> None:
    for key, text in TEXTS.items():
        form.cell(f"text|{key}").value = text


def nothing_is_filed() -> bool:
    with acting_as(SYSTEM):
        is_journalled = Event.objects.filter(kind="report.submit").exists()
    return not (stored_rows(Submission) or stored_rows(Publication) or is_journalled)


@pytest.fixture
def complete(report: Report, people: Cast) -> Report:
    """The report with an answer to everything."""
    fill_report(people.actor("alice"), report)
    return report


def test_a_whole_report_is_filed_from_nothing_to_its_receipt(sven: ClientProgram, worker: Worker) -> None:
    due = sven("due")
    assert due.code == 0, due.err
    assert "2026-h1" in due.out
    assert "0 of 14 answers given" in due.out

    pulled = sven("pull", "--to", "report", "--json")
    assert pulled.code == 0, pulled.err
    paths = {Path(name).suffix: sven.folder / name for name in pulled.content["files"]}
    form, table = paths[".xlsx"], paths[".csv"]
    form.write_bytes(filled(form.read_bytes(), fill_in_texts))
    fill_in_table(table)
    for path, count in ((form, 3), (table, 11)):
        pushed = sven("push", str(path), "--yes", "--json")
        assert (pushed.code, pushed.content["saved"]) == (0, count), pushed.out + pushed.err

    checked = sven("check")
    assert checked.code == 0, checked.out
    assert nothing_is_filed()

    filed = sven("submit", "--sign-as", "aurora-video", "--json")
    assert filed.code == 0, filed.err
    (submission,) = stored_rows(Submission)
    assert filed.content["receipt"]["sha256"] == submission.sha256
    assert submission.signatory_name == "Sven"
    assert len(stored_rows(Figure)) == 11

    again = sven("submit", "--sign-as", "aurora-video")
    assert (again.code, again.out.startswith("Filed already.")) == (0, True)
    fetched = sven("documents", "filed", "--json")
    content = (sven.folder / fetched.content["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == submission.sha256
    made = sven("documents", "make", "filed.json", "--to", "report", "--json")
    assert made.code == 0, made.err
    content = (sven.folder / made.content["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == made.content["sha256"]
    assert json.loads(content)
    listed = sven("documents", "list")
    assert listed.out.count("ready") == 2


def test_a_token_without_the_scope_files_nothing(
    complete: Report, people: Cast, program_of: Callable[..., ClientProgram]
) -> None:
    program = program_of(people.sven, "read", "reports:write")

    for arguments in (("--sign-as", "aurora-video"), ("--ask-signatory",)):
        ran = program("submit", *arguments)
        assert ran.code == 4
        assert "reports:submit" in ran.err
        assert "Nothing was sent." in ran.err
    assert nothing_is_filed()
    with acting_as(SYSTEM):
        assert Report.objects.get(pk=complete.pk).state == "draft"


def test_a_token_that_only_reads_changes_nothing(
    complete: Report, people: Cast, program_of: Callable[..., ClientProgram]
) -> None:
    program = program_of(people.sven, "read")
    (program.folder / "figures.csv").write_text("indicator,value\nmoderators,99\n")
    before = [(row.pk, row.version) for row in stored_rows(Figure)]

    pushed, pulled = program("push", "figures.csv", "--yes"), program("pull", "--form", "en", "--no-figures")

    assert (pushed.code, pulled.code) == (4, 4), pushed.err + pulled.err
    assert "reports:write" in pushed.err
    assert [(row.pk, row.version) for row in stored_rows(Figure)] == before


def test_an_editor_passes_the_report_on_and_signs_nothing(
    complete: Report, people: Cast, program_of: Callable[..., ClientProgram]
) -> None:
    alice = program_of(people.alice)

    refused = alice("submit", "--sign-as", "aurora-video")
    assert refused.code == 4
    assert "--ask-signatory" in refused.err
    assert nothing_is_filed()

    passed = alice("submit", "--ask-signatory", "--message", "Please read the figures of Live.", "--json")
    assert (passed.code, passed.content["state"]) == (0, "awaiting_sign_off"), passed.err
    assert nothing_is_filed()


def test_what_is_missing_is_named_and_nothing_is_sent(sven: ClientProgram) -> None:
    checked, submitted = sven("check", "--json"), sven("submit", "--sign-as", "aurora-video")

    assert (checked.code, submitted.code) == (7, 7)
    missing = [item["where"] for item in checked.content["items"] if item["blocks"]]
    assert missing
    assert all(place in submitted.out for place in missing)
    assert "Nothing was sent." in submitted.out
    assert nothing_is_filed()


@pytest.mark.parametrize("name", ["beacon-search", "aurora", ""])
def test_another_name_than_that_of_the_organisation_signs_nothing(
    complete: Report, sven: ClientProgram, name: str
) -> None:
    ran = sven("submit", "--sign-as", name)

    assert ran.code == 2
    assert "is not aurora-video" in ran.err
    assert nothing_is_filed()


def test_where_there_is_nobody_to_ask_nothing_is_signed(complete: Report, sven: ClientProgram) -> None:
    ran = sven("submit", stdin="aurora-video\n")

    assert ran.code == 2
    assert "--sign-as" in ran.err
    assert nothing_is_filed()


def test_a_person_reads_the_statement_and_types_the_name(complete: Report, sven: ClientProgram) -> None:
    master, slave = pty.openpty()
    with os.fdopen(master, "r+b", buffering=0) as terminal:
        process = sven.start("submit", stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        shown = b""
        while b"To sign, type: aurora-video" not in shown:
            shown += terminal.read(1024)
        assert nothing_is_filed()
        terminal.write(b"aurora-video\n")
        assert process.wait(60) == 0
    (submission,) = stored_rows(Submission)
    assert submission.statement in " ".join(shown.decode().split())


def test_texts_can_be_saved_by_the_library(live_server: Any, people: Cast, report: Report) -> None:
    with acting_as(SYSTEM):
        token = token_of(people.alice)
    with Client(live_server.url, token) as client:
        version = client.save_text(report.pk, "search-story", "We look.", language="en", version=0)
        assert client.report(report.pk).measures[0].answers[0].text == "We look."

        with pytest.raises(Conflict) as conflict:
            client.save_text(report.pk, "search-story", "We look twice.", language="en", version=version + 1)
        assert client.report(report.pk).measures[0].answers[0].version == version

    assert conflict.value.status == 412


def test_what_is_carried_over_is_confirmed_by_the_library_as_it_was_read(
    live_server: Any, people: Cast, report: Report
) -> None:
    with acting_as(SYSTEM):
        token = token_of(people.alice)
    with Client(live_server.url, token) as client:
        client.save_text(report.pk, "search-story", "We look.", language="en", version=0)
        with acting_as(SYSTEM):
            report.answers.update(carried_over=True)
        read = client.report(report.pk).carried_from
        assert read is not None

        with pytest.raises(WrongState):
            client.confirm_carried_over(report.pk, "search", carried_from=read + 1)
        assert client.confirm_carried_over(report.pk, "search", carried_from=read) == 1
