"""A report in bulk at the API: texts all or none, figures as CSV, the headers that the schema names."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.models import Answer, Figure, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.query_log import own_queries
from tests.support.report_program import ReportProgram, faults, stored_rows
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db
STORIES = ("search-story", "speed-story", "complaints-story")
CSV = {"Content-Type": "text/csv"}
PATHS = "/api/v1/workspace/reports/{id}/"


def text_of(indicator: str, text: str = "We look for it.", **others: Any) -> dict[str, Any]:
    return {"indicator": indicator, "text": text, "language": "en", **others}


def save(program: ReportProgram, *rows: dict[str, Any]) -> Any:
    return program("patch", "answers/", {"answers": rows})


# --- Texts -----------------------------------------------------------------------------------


def test_texts_are_saved_together_and_what_is_alike_keeps_its_version(
    alice: ReportProgram, sven: ReportProgram
) -> None:
    first = save(alice, *(text_of(key) for key in STORIES))
    second = save(sven, text_of("search-story"), text_of("speed-story", "At once."))

    assert (first.json(), second.json()) == ({"changed": 3}, {"changed": 1})
    texts = {
        row["indicator"]: (row["text"], row["version"]) for row in alice("get", "answers/").json()["results"]
    }
    assert texts == {
        "search-story": ("We look for it.", 1),
        "speed-story": ("At once.", 2),
        "complaints-story": ("We look for it.", 1),
    }


def test_a_text_that_was_carried_over_is_confirmed_by_sending_it(alice: ReportProgram) -> None:
    save(alice, text_of("search-story"))
    with acting_as(SYSTEM):
        Answer.objects.update(carried_over=True)

    assert save(alice, text_of("search-story", version=1)).json() == {"changed": 1}

    assert [answer.carried_over for answer in stored_rows(Answer)] == [False]


WRONG = [
    (text_of("nothing"), "indicator", "no such indicator"),
    (text_of("content-actioned"), "indicator", "asks for a figure"),
    (text_of("search-story", "x" * 2001), "text", "2001 characters, at most 2000"),
    (text_of("search-story", "a\u202eb"), "text", "invisible character"),
    (text_of("search-story") | {"language": "xx"}, "language", "not a valid choice"),
    (text_of("search-story", author="me"), "author", "no such field"),
    ({"text": "T", "language": "en"}, "indicator", "either an indicator or a pledge"),
    (
        {"pledge": "6f1c2f6e-0000-4000-8000-000000000000", "text": "T", "language": "en"},
        "pledge",
        "no text on this pledge",
    ),
    (text_of("speed-story"), "indicator", "Another row has the same place."),
]


@pytest.mark.parametrize(("row", "field", "message"), WRONG)
def test_a_wrong_text_is_named_and_none_is_saved(
    alice: ReportProgram, row: dict[str, Any], field: str, message: str
) -> None:
    answer = save(alice, text_of("speed-story"), row)

    [(pointer, detail)] = faults(answer)
    assert (answer.status_code, pointer) == (422, f"/answers/1/{field}")
    assert detail.startswith("Row 2: ")
    assert message in detail
    assert stored_rows(Answer) == []


def test_texts_that_a_colleague_has_changed_are_named_and_none_is_saved(
    alice: ReportProgram, sven: ReportProgram
) -> None:
    save(alice, text_of("speed-story", "Mine."))

    answer = save(sven, text_of("search-story"), text_of("speed-story", "Ours.", version=0))

    assert (answer.status_code, [pointer for pointer, _detail in faults(answer)]) == (
        409,
        ["/answers/1/version"],
    )
    assert [row.text for row in stored_rows(Answer)] == ["Mine."]


def test_many_texts_take_as_many_queries_as_one(alice: ReportProgram) -> None:
    def queries(*rows: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert save(alice, *rows).status_code == 200
        return len(own_queries(captured))

    save(alice, text_of("search-story", "Read once, the charter is at hand."))

    # each time one that is new, and of the others those that are there
    one = queries(text_of("search-story", "Once more."), text_of("speed-story"))
    more = [text_of(key, "And again.") for key in ("search-story", "speed-story", "complaints-story")]
    assert queries(*more) == one


# --- Figures as CSV --------------------------------------------------------------------------


def test_the_figures_of_a_report_come_back_as_they_went(
    cast: Cast, report: Report, alice: ReportProgram
) -> None:
    fill_report(cast.actor("alice"), report)
    figures = stored_rows(Figure)

    file = alice("get", "figures/", Accept="text/csv")
    with acting_as(SYSTEM):
        Figure.objects.filter(report=report).delete()
    lines = file.content.decode().splitlines()
    without_versions = "\n".join(line.rpartition(",")[0] for line in lines)
    saved = alice("patch", "figures/", without_versions, **CSV)

    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert (len(lines), saved.json()["changed"]) == (len(figures) + 1, len(figures))
    columns = ("indicator_id", "service_id", "cell", "status", "value", "note", "lower")
    assert [[getattr(row, name) for name in columns] for row in stored_rows(Figure)] == [
        [getattr(row, name) for name in columns] for row in figures
    ]


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("", 400, "empty"),
        ("service,value\nx,1\n", 400, "“indicator” is missing"),
        ("indicator,amount\nmoderators,1\n", 400, "no column “amount”"),
        ("indicator,value,value\nmoderators,1,2\n", 400, "stands there twice"),
        ("indicator,value\nmoderators,1,5\n", 400, "Row 2 has more cells"),
        ('indicator,value\nmoderators,"1\n', 400, "not CSV"),
        ("indicator,value\nmoderators,twelve\n", 422, "Row 1: moderators: Write the number as a string"),
        ("indicator,value,estimate\nmoderators,1,perhaps\n", 422, "valid boolean"),
        ("indicator,value,version\nmoderators,1,new\n", 422, "valid integer"),
        ("indicator,value\nmoderators,1\0\n", 400, "NUL"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_place(
    alice: ReportProgram, text: str, status: int, message: str
) -> None:
    answer = alice("patch", "figures/", text or "\n", **CSV)

    assert (answer.status_code, message in answer.content.decode()) == (status, True)
    assert stored_rows(Figure) == []


def test_a_file_of_a_russian_spreadsheet_is_taken(alice: ReportProgram) -> None:
    text = "\ufeffindicator;service;value;note\r\nmoderators;;12.5;'=SUM\r\n;;;\r\n"

    assert alice("patch", "figures/", text, **CSV).json()["changed"] == 1

    [figure] = stored_rows(Figure)
    assert (figure.value, figure.note) == (Decimal("12.5"), "=SUM")


# --- The schema ------------------------------------------------------------------------------


def headers_of(path: str, method: str) -> dict[str, bool]:
    schema = Client().get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    operation = schema["paths"][path][method]
    return {
        each["name"]: each.get("required", False)
        for each in operation["parameters"]
        if each["in"] == "header"
    }


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("", "get", {"If-None-Match": False}),
        ("answers/", "patch", {"Idempotency-Key": False}),
        ("answers/{indicator}/", "put", {"Idempotency-Key": False, "If-Match": True}),
        ("figures/{figure}/", "delete", {"Idempotency-Key": False, "If-Match": True}),
        ("submit/", "post", {"Idempotency-Key": False}),
    ],
)
def test_the_schema_names_the_headers_that_an_operation_reads(
    path: str, method: str, headers: dict[str, bool]
) -> None:
    assert headers_of(PATHS + path, method) == headers
