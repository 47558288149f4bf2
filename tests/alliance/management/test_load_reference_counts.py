"""`manage.py load_reference_counts`: what it says, and that a faulty file loads nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from alliance.models import ReferenceCount

pytestmark = pytest.mark.django_db

HEADING = "organisation,indicator,period,value,observer,source"
ROW = "aurora-video,content-actioned,2026-H1,120,Hotline,Yearly report"


def run(folder: Path, *rows: str) -> tuple[str, str]:
    """What the command prints, and its complaints."""
    file = folder / "counts.csv"
    file.write_text("\n".join([HEADING, *rows]), encoding="utf-8")
    out, errors = StringIO(), StringIO()
    try:
        call_command("load_reference_counts", str(file), stdout=out, stderr=errors)
    except CommandError as refusal:
        return str(refusal), errors.getvalue()
    return out.getvalue().strip(), errors.getvalue()


def test_it_says_how_many_and_does_it_once(tmp_path: Path) -> None:
    assert run(tmp_path, ROW) == ("1 counts loaded.", "")
    assert run(tmp_path, ROW) == ("Nothing to do: this file was loaded before.", "")
    assert ReferenceCount.objects.count() == 1


def test_it_names_every_fault_with_its_place(tmp_path: Path) -> None:
    output, faults = run(tmp_path, ROW, ROW.replace("120", "-5").replace("aurora-video", "nobody"))

    assert output == "The file has 2 errors. Nothing was loaded."
    assert [line.split(": ")[1] for line in faults.splitlines()] == [
        "row 3, column organisation",
        "row 3, column value",
    ]
    assert ReferenceCount.objects.count() == 0


def test_it_names_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_reference_counts", "/nowhere/counts.csv")
