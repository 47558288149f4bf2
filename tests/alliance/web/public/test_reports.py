"""The list of reports, one report's page, its files."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Charter, Cycle, Indicator, ReferenceCount, ReferenceLoad, Service
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import Publication, publish, read_publication
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def cycle() -> Cycle:
    return make_cycle(read_charter())


def services(key: str, kids: str | None, live: str | None, **live_too: Any) -> list[dict[str, Any]]:
    kids_figure = submitted_figure(key, kids, service="aurora-kids")
    return [kids_figure, {**submitted_figure(key, live, service="aurora-live"), **live_too}]


def row_of(answer: Any, key: str) -> Any:
    """The row of an indicator on a report's page."""
    tables = [
        block.table
        for section in answer.context["report_page"].sections
        for block in section.measures
        if block.table
    ]
    return next(row for table in tables for row in table.rows if row.indicator.key == key)


def test_a_report_shows_every_figure_by_service_and_their_total(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, {"search": services("content-actioned", "100", "20")})

    row = row_of(client.get(PAGE), "content-actioned")

    assert [(cell.label, int(cell.reading.value)) for cell in row.cells] == [
        ("Aurora Kids", 100),
        ("Aurora Live", 20),
    ]
    assert int(row.total.reading.value) == 120


def test_medians_have_no_total(client: Client, cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, {"speed": services("time-to-removal", "3.2", "0.9")})

    row = row_of(client.get(PAGE), "time-to-removal")

    assert (row.total, row.has_no_total) == (None, True)


@pytest.mark.parametrize(
    ("live", "text"),
    [
        ({"status": "not_measured", "value": None}, "Not measured"),
        ({"status": "not_applicable", "value": None}, "Not applicable"),
        ({"status": "declined", "value": None, "reason": "A court case is open."}, "A court case is open."),
        ({"value": "0"}, "reported as zero"),
        ({"estimate": True, "lower": "15", "upper": "25"}, "estimate, 15–25"),
        ({"disclosure": "secretariat"}, "Withheld"),
        ({"method": "Counted in the log."}, "Counted in the log."),
    ],
)
def test_a_figure_says_what_became_of_it(
    client: Client, cast: Cast, cycle: Cycle, live: dict[str, Any], text: str
) -> None:
    make_published_report(cycle, cast.aurora, {"search": services("content-actioned", "100", "20", **live)})

    assert text in client.get(PAGE).text


def test_a_change_is_against_the_period_before(client: Client, cast: Cast, cycle: Cycle) -> None:
    before = make_cycle(cycle.charter, "2025-h2")
    make_published_report(before, cast.aurora, {"search": services("content-actioned", "100", "200")})
    make_published_cycle(before)
    make_published_report(cycle, cast.aurora, {"search": services("content-actioned", "150", "200")})

    row = row_of(client.get(PAGE), "content-actioned")

    assert [cell.change for cell in row.cells] == ["+50\N{NO-BREAK SPACE}%", "no change"]
    assert row.total.change == "+17\N{NO-BREAK SPACE}%"


def test_across_a_changed_definition_nothing_is_compared(client: Client, cast: Cast, cycle: Cycle) -> None:
    before = make_cycle(cycle.charter, "2025-h2")
    make_published_report(before, cast.aurora, {"search": services("content-actioned", "100", "200")})
    make_published_cycle(before)
    changed = {"definition_changed": True, "definition_note": "Broadcasts are counted too."}
    make_published_report(
        cycle, cast.aurora, {"search": services("content-actioned", "100", "300", **changed)}
    )

    answer = client.get(PAGE)

    row = row_of(answer, "content-actioned")
    assert [(cell.after_break, cell.change) for cell in (row.cells[1], row.total)] == [(True, ""), (True, "")]
    assert "definition changed, not compared" in answer.text


def test_verdict_reason_and_reply_stand_side_by_side(client: Client, cast: Cast, cycle: Cycle) -> None:
    make_published_report(
        cycle, cast.aurora, verdicts={"find": "limited"}, replies={"find": "We accept it.", "": "Thank you."}
    )

    answer = client.get(PAGE)

    (find, _answer) = answer.context["report_page"].sections
    assert (find.verdict.value, find.verdict.reason, find.reply.text) == (
        "limited",
        "Reason for find.",
        "We accept it.",
    )
    assert answer.context["report_page"].overall_reply.text == "Thank you."
    assert "Reason for search." in answer.text


def refer(cycle: Cycle, cast: Cast, value: int, service: Service | None = None) -> None:
    load = ReferenceLoad.objects.create(sha256="a" * 64, file_name="counts.csv", rows=1)
    ReferenceCount.objects.create(
        load=load,
        organisation=cast.aurora,
        service=service,
        indicator_key="moderators",
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        value=value,
        observer="The hotline",
        source="Yearly figures",
    )


@pytest.mark.parametrize(("counted", "far"), [(110, False), (200, True)])
def test_over_ten_per_cent_apart_is_flagged(
    client: Client, cast: Cast, cycle: Cycle, counted: int, far: bool
) -> None:
    make_published_report(cycle, cast.aurora, {"complaints": [submitted_figure("moderators", "100")]})
    refer(cycle, cast, counted)

    answer = client.get(PAGE)

    (count,) = answer.context["report_page"].sections[1].reference_counts
    assert (count.is_large_deviation, "Difference over 10" in answer.text) == (far, far)


def test_the_whole_is_not_measured_against_the_count_of_a_service_that_is_not_in_the_report(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, {"complaints": [submitted_figure("moderators", "100")]})
    refer(cycle, cast, 1, Service.objects.get(slug="beacon-web"))

    (count,) = client.get(PAGE).context["report_page"].sections[1].reference_counts

    assert (count.service, count.difference, count.is_large_deviation) == ("Beacon Web", None, False)


def test_a_withheld_figure_is_not_measured_against_anybodys_count(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    hidden = submitted_figure("moderators", "100", disclosure="secretariat")
    make_published_report(cycle, cast.aurora, {"complaints": [hidden]})
    refer(cycle, cast, 200)

    (count,) = client.get(PAGE).context["report_page"].sections[1].reference_counts

    assert (count.difference, count.deviation, count.is_large_deviation) == (None, "", False)


def test_a_correction_shows_the_old_value_and_the_new(client: Client, cast: Cast, cycle: Cycle) -> None:
    first = make_published_report(cycle, cast.aurora, {"search": services("content-actioned", "100", "20")})
    document = read_publication(first)
    document["measures"][0]["figures"][1]["value"] = "25"
    publish(SYSTEM, "report", first.record, document, title=first.title, languages=["en"])

    answer = client.get(PAGE)

    cells = answer.context["report_page"].sections[0].measures[0].table.rows[0].cells
    assert [(cell.was, cell.reading.value) for cell in cells] == [("", Decimal(100)), ("20", Decimal(25))]
    assert f"/en/publications/{first.number}/" in answer.text


def test_a_notice_stands_in_the_place_of_a_report(client: Client, cast: Cast, cycle: Cycle) -> None:
    record_report_notice(SYSTEM, make_report(cycle, cast.aurora, ReportState.NOT_FILED))

    assert "Not filed" in client.get(PAGE).text
    assert client.get("/en/reports/aurora-video/2026-h1.json").status_code == 404


def test_the_list_of_reports_counts_a_notice_as_a_notice(client: Client, cast: Cast, cycle: Cycle) -> None:
    record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))

    assert "1 report or notice" in client.get("/en/reports/").text


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SUBMITTED, ReportState.CONCLUDED])
def test_what_is_not_published_is_not_there(client: Client, cast: Cast, cycle: Cycle, state: str) -> None:
    make_report(cycle, cast.aurora, state)

    missing = client.get("/en/reports/nobody/2026-h1/")

    assert [client.get(PAGE).status_code, client.get(PAGE).content] == [404, missing.content]


def test_the_list_is_narrowed_by_cycle_member_and_commitment(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    make_published_report(cycle, cast.beacon, verdicts={"answer": "limited"})

    def slugs(query: str) -> list[str]:
        rows = client.get(f"/en/reports/?{query}").context["rows"]
        return [row.report.organisation.slug for row in rows]

    assert slugs("") == slugs("cycle=2026-h1") == ["aurora-video", "beacon-search"]
    assert slugs("member=beacon-search") == ["beacon-search"]
    assert slugs("commitment=find") == ["aurora-video"]
    assert client.get("/en/reports/?cycle=2020-h1").status_code == 404


def test_the_json_is_the_published_document(client: Client, cast: Cast, cycle: Cycle) -> None:
    publication = make_published_report(
        cycle, cast.aurora, {"search": services("content-actioned", "100", "20")}
    )

    answer = json.loads(client.get("/en/reports/aurora-video/2026-h1.json").content)

    assert answer["document"] == read_publication(publication)
    assert (answer["publication"]["number"], answer["publication"]["sha256"]) == (
        publication.number,
        Publication.objects.get(number=publication.number).sha256,
    )


def test_the_file_of_figures_has_plain_numbers_and_quotes_formulas(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    figures = services("content-actioned", "1234.5", "20", note='=HYPERLINK("x")')
    make_published_report(cycle, cast.aurora, {"search": figures})

    lines = client.get("/ru/reports/aurora-video/2026-h1.csv").content.decode("utf-8-sig").splitlines()

    assert [line.split(",")[8] for line in lines[1:4]] == ["1234.5", "20", "1254.5"]
    assert "'=HYPERLINK" in lines[2]


def _broken_down(order: list[str]) -> list[dict[str, Any]]:
    """Figures of one service, by kind, filed in this order."""
    figure = submitted_figure("content-actioned", "7", service="aurora-kids")
    return [figure, *({**figure, "cell": f"kind={key}", "value": "1"} for key in order)]


def test_breakdowns_stand_in_the_charters_order_whatever_the_filing(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    cells = [{"key": key, "title": {"en": key.title()}} for key in ("nudity", "abuse", "bullying")]
    by_kind = {"key": "kind", "title": {"en": "Kind"}, "cells": cells}
    Charter.objects.filter(pk=cycle.charter_id).update(breakdowns=[by_kind])
    Indicator.objects.filter(key="content-actioned").update(breakdowns=["kind"])
    make_published_report(cycle, cast.aurora, {"search": _broken_down(["abuse", "bullying", "nudity"])})

    (row,) = client.get(f"{PAGE}indicators/content-actioned/").context["table"].rows
    (content,) = row.breakdowns
    lines = client.get(PAGE.rstrip("/") + ".csv").content.decode().splitlines()

    assert [row.title for row in content.rows] == ["Nudity", "Abuse", "Bullying"]
    parts = [line.split(",")[6] for line in lines if "Aurora Kids" in line]
    assert [part for part in parts if part] == ["Nudity", "Abuse", "Bullying"]
