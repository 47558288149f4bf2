"""Very many texts and figures of a member’s own report: as many queries for any number, all or none, and a limit."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.models import Figure, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.support.query_log import own_queries
from tests.support.report_program import COUNT, ReportProgram, answer_data, faults, stored_rows

pytestmark = pytest.mark.django_db


def count(act: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert act().status_code == 200
    return len(own_queries(captured))


def test_reading_takes_as_many_queries_for_any_number(report: Report, alice: ReportProgram) -> None:
    def read() -> list[int]:
        return [count(lambda path=path: alice("get", path)) for path in ("", "figures/", "check/")]

    alice("patch", "figures/", {"figures": [{"indicator": "moderators", "service": None, "value": "4"}]})
    few = read()
    rows = [{**COUNT, "service": name, "value": "12"} for name in ("aurora-kids", "aurora-live")]
    texts = [{"indicator": key, **answer_data("We look.")} for key in ("search-story", "speed-story")]
    assert alice("patch", "figures/", {"figures": rows}).status_code == 200
    assert alice("patch", "answers/", {"answers": texts}).status_code == 200

    assert [after <= before for after, before in zip(read(), few, strict=True)] == [True] * 3


def many_figures(report: Report) -> list[dict[str, Any]]:
    """5,000 rows: an indicator with parts enough, asked of the organisation."""
    cells = [{"key": f"c{number}", "title": {"en": "C", "ru": "К"}} for number in range(4999)]
    charter = report.cycle.charter
    type(charter).objects.filter(pk=charter.pk).update(
        breakdowns=[{"key": "part", "title": {}, "cells": cells}]
    )
    charter.indicators.filter(key="moderators").update(breakdowns=["part"])
    places = ["", *(f"part=c{number}" for number in range(4999))]
    return [{"indicator": "moderators", "service": None, "cell": cell, "value": "1"} for cell in places]


def test_five_thousand_figures_are_saved_all_or_none_with_as_many_queries(
    report: Report, alice: ReportProgram
) -> None:
    with acting_as(SYSTEM):
        rows = many_figures(report)
    wrong = [*rows[:4710], {**rows[4710], "value": "1,5"}, *rows[4711:]]

    refused = alice("patch", "figures/", {"figures": wrong})
    nothing = stored_rows(Figure)
    alice("patch", "figures/", {"figures": rows[10:20]})  # what is the same for all is read once
    few = count(lambda: alice("patch", "figures/", {"figures": rows[:10]}))

    assert faults(refused)[0][0] == "/figures/4710/value"
    assert faults(refused)[0][1].startswith("Row 4,711: moderators, part=c4709: Write the number as a string")
    assert nothing == []
    assert count(lambda: alice("patch", "figures/", {"figures": rows})) == few
    assert len(stored_rows(Figure)) == 5000


def test_the_body_is_limited_in_words(alice: ReportProgram) -> None:
    answer = alice("patch", "figures/", {"figures": [{**COUNT, "value": "1"}] * 5001})

    assert answer.status_code == 422
    assert "5000" in json.dumps(answer.json())
