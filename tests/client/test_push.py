"""Answers from a file: what would change is shown, what cannot be taken is named by its cell, nothing is half saved."""

import os
import pty
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from alliance.figure_fields import FigurePlace
from alliance.models import Figure, Report, ReportUpload
from tests.factories import Cast
from tests.support.background_programs import Worker
from tests.support.client_program import ClientProgram
from tests.support.report_forms import filled, take_form, upload_form
from tests.support.report_program import stored_rows
from tests.support.report_uploads import set_figure

HEADER = "indicator,service,value,version\n"
MODERATORS = FigurePlace("moderators", None, "")
KIDS = FigurePlace("content-actioned", "aurora-kids", "")

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def alice(
    people: Cast, report: Report, program_of: Callable[..., ClientProgram], worker: Worker
) -> ClientProgram:
    """The editor's command line, with a worker that reads files."""
    del report, worker
    return program_of(people.alice)


def table(program: ClientProgram, *rows: str) -> str:
    path: Path = program.folder / "figures.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path.name


def values() -> dict[str, Decimal | None]:
    return {row.indicator.key: row.value for row in stored_rows(Figure)}


def states() -> list[str]:
    return [str(row.state) for row in stored_rows(ReportUpload)]


def test_each_refused_cell_is_named_by_row_and_column_and_nothing_is_saved(alice: ClientProgram) -> None:
    file = table(
        alice,
        "moderators,,14,",
        "content-actioned,aurora-kids,many,",
        "nothing,,3,",
        "hash-matching,aurora-live,7,",
    )

    ran = alice("push", file, "--yes")

    assert ran.code == 7
    lines = ran.out.splitlines()
    (many,) = [line for line in lines if "“many”" in line]
    assert many.strip().startswith("row 3, column C, value “many”: ")
    assert any("row 4, column C" in line for line in lines)
    assert any("row 5, column C, value “7”" in line for line in lines)
    assert lines[-1] == "Nothing was saved."
    assert (values(), states()) == ({}, ["cancelled"])


def test_a_refused_cell_of_a_form_is_named_with_its_sheet(
    alice: ClientProgram, report: Report, people: Cast
) -> None:
    form = take_form(people.actor("alice"), report)
    path = alice.folder / "form.xlsx"
    path.write_bytes(filled(form, lambda each: setattr(each.cell("figure|moderators||"), "value", "a few")))

    ran = alice("push", path.name, "--dry-run", "--json")

    assert ran.code == 7
    ((cell,),) = [row["refusals"] for row in ran.content["upload"]["differences"]]
    sheet, _mark, place = cell["address"].partition("!")
    shown = alice("push", path.name, "--dry-run").out
    assert f"“{sheet}”, row {place[1:]}, column {place[0]}, value “a few”: " in shown


def test_the_rest_is_saved_where_that_is_asked_for(alice: ClientProgram) -> None:
    file = table(alice, "moderators,,14,", "content-actioned,aurora-kids,many,")

    ran = alice("push", file, "--yes", "--partial")

    assert ran.code == 7
    assert ran.out.splitlines()[-1] == "Saved: 1 answers."
    assert (values(), states()) == ({"moderators": Decimal(14)}, ["saved"])


def test_a_trial_says_what_would_change_and_changes_nothing(
    alice: ClientProgram, report: Report, people: Cast
) -> None:
    set_figure(people, "alice", report, MODERATORS, "14")
    file = table(alice, "moderators,,15,1", "content-actioned,aurora-kids,1200,0")

    ran = alice("push", file, "--dry-run")

    assert ran.code == 0, ran.err
    assert "changed, row 2, column C: Moderators: value 14 → 15" in ran.out
    assert "new, row 3, column C: Content actioned, Aurora Kids: value – → 1200" in ran.out
    assert (values(), states()) == ({"moderators": Decimal(14)}, ["cancelled"])


def test_what_a_colleague_has_changed_since_is_a_conflict_and_stays(
    alice: ClientProgram, report: Report, people: Cast
) -> None:
    set_figure(people, "alice", report, MODERATORS, "14")
    assert alice("pull", "--form", "none").code == 0
    path = alice.folder / "aurora-video-2026-h1-figures.csv"
    path.write_text(path.read_text().replace("moderators,,,reported,14,", "moderators,,,reported,20,"))
    set_figure(people, "sven", report, MODERATORS, "16")

    ran = alice("push", path.name, "--yes")
    assert ran.code == 6
    assert "conflict" in ran.out
    assert "Left out, unless you add --also conflicts." in ran.out
    assert values() == {"moderators": Decimal(16)}

    over = alice("push", path.name, "--yes", "--also", "conflicts")
    assert over.code == 0, over.out + over.err
    assert values() == {"moderators": Decimal(20)}


def test_where_nobody_can_be_asked_nothing_is_saved_or_left_behind(alice: ClientProgram) -> None:
    ran = alice("push", table(alice, "moderators,,14,"))

    assert ran.code == 2
    assert "--yes" in ran.err
    assert (values(), states()) == ({}, ["cancelled"])


@pytest.mark.parametrize(
    ("answer", "code", "saved"), [(b"y\n", 7, {"moderators": Decimal(14)}), (b"n\n", 130, {})]
)
def test_a_person_sees_the_differences_and_decides(
    alice: ClientProgram, answer: bytes, code: int, saved: dict[str, Decimal | None]
) -> None:
    file = table(alice, "moderators,,14,", "content-actioned,aurora-kids,many,")
    master, slave = pty.openpty()
    with os.fdopen(master, "r+b", buffering=0) as terminal:
        process = alice.start("push", file, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        shown = b""
        while b"Save 1 answers, and leave 1 out?" not in shown:
            shown += terminal.read(1024)
        terminal.write(answer)
        assert process.wait(60) == code

    assert "row 3, column C, value “many”".encode() in shown
    assert (values(), states()) == (saved, ["saved" if saved else "cancelled"])


def test_a_file_that_waits_in_the_portal_for_a_colleague_is_left_there(
    alice: ClientProgram, report: Report, people: Cast
) -> None:
    file = table(alice, "moderators,,14,")
    upload_form(people.actor("sven"), report, (alice.folder / file).read_bytes(), file)

    assert alice("push", file, "--dry-run").code == 0

    assert states() == ["ready"]


def test_what_cannot_be_read_at_all_says_why(alice: ClientProgram) -> None:
    (alice.folder / "figures.csv").write_text("indicator,colour\nmoderators,red\n")

    ran = alice("push", "figures.csv", "--yes")

    assert ran.code == 7
    assert "There is no column “colour”" in ran.out
    assert values() == {}


def test_a_file_of_another_kind_is_refused_in_the_language_asked_for(alice: ClientProgram) -> None:
    (alice.folder / "figures.ods").write_text("x")

    ran = alice("push", "figures.ods", "--lang", "ru")

    assert ran.code == 7
    assert "XLSX" in ran.err
    assert "Отправьте" in ran.err or "Пришлите" in ran.err or "файл" in ran.err


def test_a_table_to_fill_in_has_a_row_for_each_figure(
    alice: ClientProgram, report: Report, people: Cast
) -> None:
    set_figure(people, "alice", report, KIDS, "1200")

    assert alice("pull", "--form", "none").code == 0

    rows = (alice.folder / "aurora-video-2026-h1-figures.csv").read_text().splitlines()
    assert len(rows) == 1 + 11
    assert sum(row.startswith("content-actioned,aurora-kids,") for row in rows) == 1
    pushed = alice("push", "aurora-video-2026-h1-figures.csv", "--yes", "--json")
    assert (pushed.code, pushed.content["saved"]) == (0, 0)


def test_a_file_that_somebody_has_filled_in_is_not_written_over(alice: ClientProgram) -> None:
    path = alice.folder / "aurora-video-2026-h1-figures.csv"
    path.write_text("mine")

    refused = alice("pull", "--form", "none")

    assert (refused.code, path.read_text()) == (7, "mine")
    assert "--force" in refused.err
    assert alice("pull", "--form", "none", "--force").code == 0
    assert path.read_text().startswith("indicator,")


def test_a_pull_whose_form_is_refused_leaves_no_figures_that_the_next_one_stops_at(
    people: Cast, report: Report, program_of: Callable[..., ClientProgram]
) -> None:
    program = program_of(people.sven, "read")

    refused = program("pull", "--form", "en")

    assert (refused.code, list(program.folder.glob("*.csv"))) == (4, [])
    assert program("pull", "--form", "none").code == 0  # without --force


def test_a_missing_scope_is_not_reported_as_a_wrong_address(alice: ClientProgram) -> None:
    refused = alice("supporters", "list")

    assert refused.code == 5, refused.err
    assert "you may not see it" in refused.err
    assert "slash" not in refused.err
