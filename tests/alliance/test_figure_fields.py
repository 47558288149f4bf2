"""The table of a figure's fields: what is made from it says the same as it does."""

from decimal import Decimal
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models

import alliance
from alliance.enums import FigureStatus
from alliance.figure_fields import FIELDS, FieldSpec, FigurePlace, FigureValues, FiledFigure, ValueKind
from alliance.models import Figure, PublishedFigure, figures

DOC = Path(alliance.__file__).parents[1] / "docs" / "figure-fields.md"
EXAMPLES: dict[ValueKind, Any] = {
    ValueKind.STATUS: FigureStatus.DECLINED.value,
    ValueKind.NUMBER: Decimal("97.5"),
    ValueKind.FLAG: True,
    ValueKind.CHOICE: "often",
    ValueKind.LINE: "A court forbids it.",
    ValueKind.TEXT: "As before.",
}
FULL = FigureValues(**{name: EXAMPLES[spec.kind] for name, spec in FIELDS.items()})


# --- The columns -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Figure, PublishedFigure])
def test_both_tables_have_a_column_for_every_field(model: type[models.Model]) -> None:
    assert model.check() == []
    assert set(FIELDS) <= {column.name for column in model._meta.get_fields()}


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("no_such_field", FieldSpec(ValueKind.TEXT, "None", "None")),  # without a column
        ("note", None),  # a column without a field
        ("note", FieldSpec(ValueKind.NUMBER, "Note", "Note")),  # a column of another type
        ("reason", FieldSpec(ValueKind.LINE, "Why", "Why", max_length=501)),  # a column that is shorter
    ],
)
def test_a_column_that_is_not_as_the_table_says_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, spec: FieldSpec | None
) -> None:
    changed = {key: value for key, value in {**FIELDS, name: spec}.items() if value}
    monkeypatch.setattr(figures, "FIELDS", changed)

    errors = [(error.id, error.obj) for error in Figure.check()]

    assert errors == [("alliance.E001", Figure)]


# --- Documents -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [FULL, FigureValues(), *(FigureValues(value=Decimal(text)) for text in ("0.000001", "1E+23", "0"))],
)
def test_what_a_document_says_is_read_back(values: FigureValues) -> None:
    document = values.to_document()

    assert FigureValues.from_document(document) == values
    assert {type(value) for value in document.values()} <= {str, bool, type(None)}


def test_a_field_that_is_younger_than_a_document_has_its_default() -> None:
    row = {name: value for name, value in FULL.to_document().items() if name != "definition_note"}

    assert FigureValues.from_document(row).changed_from(FULL) == ["definition_note"]


PLACE = {"indicator": "search", "service": "kids", "cell": "harm=bullying"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"withheld": True}, (True, False, "")),
        ({"disclosure": "secretariat", "disclosure_reason": "A secret."}, (False, True, "A secret.")),
        ({"disclosure": "public", "disclosure_reason": ""}, (False, False, "")),
    ],
)
def test_a_figure_is_read_as_submissions_and_publications_write_it(
    more: dict[str, Any], expected: tuple[bool, bool, str]
) -> None:
    figure = FiledFigure.from_document({**PLACE, **FULL.to_document(), **more})

    assert figure == (FigurePlace("search", "kids", "harm=bullying"), FULL, *expected)


def test_of_a_withheld_figure_nothing_is_said_but_that_it_is_there() -> None:
    assert FULL.withheld() == FigureValues(status=FULL.status, definition_changed=True)


# --- Values ----------------------------------------------------------------------------------


def test_values_are_taken_from_anything_with_their_names() -> None:
    assert FigureValues.of(SimpleNamespace(**FULL.as_columns())) == FULL
    assert FigureValues.of(Figure(**FULL.as_columns())) == FULL


def test_changed_from_names_what_differs() -> None:
    figure_values = FigureValues(value=Decimal("97.50"), note="As before.")

    assert FigureValues(value=Decimal("97.5"), estimate=True).changed_from(figure_values) == [
        "estimate",
        "note",
    ]


def test_cleaned_composes_texts_and_their_line_ends() -> None:
    assert FigureValues(note="cafe\u0301\r\nbar").cleaned().note == "caf\u00e9\nbar"


def test_the_limit_counts_a_line_end_once_as_a_browser_does() -> None:
    note = "x\r\n" * 2000

    assert len(FigureValues(note=note).cleaned().note) == 4000


# --- The documentation -----------------------------------------------------------------------


def test_the_documentation_has_the_table() -> None:
    printed = StringIO()

    call_command("figure_fields", stdout=printed)

    assert printed.getvalue().strip() in DOC.read_text("utf-8")
    assert [name for name in FIELDS if f"| `{name}` |" not in printed.getvalue()] == []
