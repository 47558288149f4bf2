"""The grid of all figures with 40 measures, 6 services and 1,500 figures: its weight, its queries, its pages."""

import gzip
from decimal import Decimal

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import CycleState
from alliance.models import Figure, Person, Report
from alliance.queries.report_frame import report_frame
from alliance.web.workspace.grid_paste import MOST_CELLS, MOST_FIGURES
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.web import PAGE_BYTES, PAGE_FIELDS
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.factories.cast import make_services
from tests.factories.charters import COUNT
from tests.support.editor import stored_rows
from tests.support.pages import queries_of
from tests.support.query_log import own_queries
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db
MEASURES, INDICATORS, SERVICES = 40, 7, 6


@pytest.fixture
def report(cast: Cast) -> Report:
    tree = {
        f"commitment-{number // 4}": {
            f"measure-{each}": [
                (f"indicator-{each}-{row}", COUNT | {"breakdowns": []}) for row in range(INDICATORS)
            ]
            for each in range(number, number + 4)
        }
        for number in range(0, MEASURES, 4)
    }
    make_services(*((cast.aurora, f"aurora-{number}") for number in range(SERVICES - 2)))
    return make_report(make_cycle(make_charter("large", tree=tree)), cast.aurora)


@pytest.fixture
def second(report: Report, cast: Cast) -> Report:
    """One before which as many figures were filed, each a sixth of what is counted now."""
    earlier = make_report(make_cycle(report.charter, "2025-h2", CycleState.CLOSED), cast.aurora)
    with acting_as(SYSTEM):
        figures = {
            required.measure.key: [
                submitted_figure(row.key, "200719", service=each.service.slug)
                for row in required.figures
                for each in required.totals(row)
                if each.service
            ]
            for required in report_frame(earlier).measures
        }
    make_submission(earlier, figures=figures)
    return report


def fill(report: Report, count: int) -> None:
    with acting_as(SYSTEM):
        frame = report_frame(report)
        places = [
            each for required in frame.measures for row in required.figures for each in required.totals(row)
        ]
        Figure.objects.bulk_create(
            Figure(
                report=report, organisation_id=report.organisation_id, indicator=each.indicator,
                service=each.service, value=Decimal(1_204_318 + number), disclosure="public", status="reported",
            )
            for number, each in enumerate(places[:count])
        )  # fmt: skip


def url(report: Report, query: str = "") -> str:
    return f"/workspace/reports/{report.pk}/figures/{query}"


def test_every_page_is_small_with_constant_queries_and_no_figure_is_on_two(
    report: Report, alice: Client
) -> None:
    before = queries_of(alice, url(report, "?unfold=all"))
    fill(report, 1_500)

    after = queries_of(alice, url(report, "?unfold=all"))
    shown = alice.get(url(report, "?unfold=all"))
    pages = [
        shown,
        *(
            alice.get(url(report, f"?unfold=all&from={page[0].start}"))
            for page in shown.context["grid"].pages[1:]
        ),
    ]
    names = [
        cell.prefix
        for page in pages
        for group in page.context["groups"]
        for row in group.rows
        for cell in row.all_cells
    ]

    assert after <= before
    assert max(len(page.content) for page in pages) < PAGE_BYTES
    assert max(len(gzip.compress(page.content)) for page in pages) < 30_000
    assert max(page.content.count(b"<input") for page in pages) <= PAGE_FIELDS + 200
    assert len(names) == len(set(names)) == MEASURES * INDICATORS * SERVICES


def test_measures_that_are_complete_are_folded(report: Report, alice: Client) -> None:
    fill(report, 3 * INDICATORS * SERVICES)

    groups = alice.get(url(report)).context["groups"]

    assert [group.is_folded for group in groups[:4]] == [True, True, True, False]
    assert not groups[0].rows


def test_the_address_of_the_next_page_leads_there_also_once_measures_have_folded(
    report: Report, alice: Client
) -> None:
    first, second = alice.get(url(report)).context["grid"].pages[:2]
    fill(report, sum(SERVICES * len(group.lines) for group in first))

    groups = alice.get(url(report, f"?from={second[0].start}")).context["groups"]

    assert second[0].start in {row.key for group in groups for row in group.rows}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_page_of_a_second_report_is_small_with_a_warning_at_every_figure(
    second: Report, alice: Client, language: str
) -> None:
    fill(second, MEASURES * INDICATORS * SERVICES)
    with acting_as(SYSTEM):
        Person.objects.filter(name="Alice").update(language=language)
        measure = report_frame(second).measures[0].measure.key
    report = f"/workspace/reports/{second.pk}/"
    addresses = [
        f"{report}measures/{measure}/?part=1",
        f"{report}measures/{measure}/?part=2",
        f"{report}figures/?unfold=all",
        f"{report}check/",
        f"{report}differences/",
    ]

    pages = {address: alice.get(address).content for address in addresses}

    last = {"en": "was 200,719", "ru": "было 200\xa0719"}[language]
    assert last in pages[addresses[1]].decode()
    assert {address: len(page) for address, page in pages.items() if len(page) >= PAGE_BYTES} == {}


def test_a_warning_at_every_figure_is_chosen_and_answered_at_once(
    second: Report, alice: Client, cast: Cast
) -> None:
    """In Russian, whose pages are the longest: 1,680 rows in pages, and one note for all, chosen by their filter."""
    Person.objects.filter(pk=cast.alice.pk).update(language="ru")
    url = f"/workspace/reports/{second.pk}/check/?kind=warnings&all=filter"
    costs = {}
    for count in (SERVICES * INDICATORS, MEASURES * INDICATORS * SERVICES):
        with acting_as(SYSTEM):
            Figure.objects.filter(report=second).delete()
        fill(second, count)
        opening, page = queries_of(alice, url), alice.get(url)
        assert len(page.content) < PAGE_BYTES
        assert page.content.count(b"<input") <= PAGE_FIELDS
        chosen = [row.name for row in page.context["listed"]]
        if elsewhere := page.context["elsewhere"]:
            chosen.append(" ".join(elsewhere))
        with CaptureQueriesContext(connection) as captured:
            answer = alice.post(url, {"act": "note", "chosen": chosen, "note_for_chosen": "New rules."})
        with acting_as(SYSTEM):
            noted = Figure.objects.filter(report=second, note="New rules.").count()
        assert (answer.status_code, noted) == (302, count)
        costs[count] = opening, len(own_queries(captured))

    few, many = costs.values()
    assert many <= few


def block(report: Report, lines: int, *, others: int = 0) -> str:
    """The first so many indicators by service, with labels, and beside them so many columns of something else."""
    with acting_as(SYSTEM):
        frame = report_frame(report)
    head = ["", *(service.slug for service in frame.services), *(f"Other {n}" for n in range(others))]
    keys = [row.key for required in frame.measures for row in required.figures][:lines]
    rows = [[key, *(str(1_000 + at) for at in range(len(head) - 1))] for key in keys]
    return "\n".join("\t".join(row) for row in (head, *rows))


def paste(client: Client, report: Report, text: str) -> HttpResponse:
    return client.post(url(report, "paste/"), {"text": text, "at": ""})


def test_a_block_of_ten_thousand_cells_is_taken_as_far_as_it_has_places(
    report: Report, alice: Client
) -> None:
    others = 33
    text = block(report, 249, others=others)
    assert sum(len(line.split("\t")) for line in text.split("\n")) == MOST_CELLS

    answer = paste(alice, report, text)

    result = answer.json()
    assert (answer.status_code, len(result["cells"])) == (200, 249 * SERVICES)
    assert f"1494 taken, {249 * others} skipped" in result["text"]
    assert [result["skipped"][0], result["skipped"][-1]] == [
        "line 1, “Other 0” and 248 more cells: no service has this name",
        "and 13 more",
    ]
    assert paste(alice, report, f"{text}\nx").status_code == 422


def test_a_block_fills_two_thousand_figures_in_one_post_and_no_more(
    report: Report, alice: Client, cast: Cast
) -> None:
    make_services(*((cast.aurora, f"aurora-more-{number}") for number in range(8 - SERVICES)))

    taken, refused = (paste(alice, report, block(report, lines)) for lines in (250, 251))
    cells = taken.json()["cells"]
    posted = {f"{name}-value": text for name, text, _stored, _read in cells}
    posted |= {f"{name}-read": read for name, _text, _stored, read in cells}
    saved = alice.post(url(report), posted)

    assert (len(cells), saved.status_code) == (MOST_FIGURES, 302)
    assert refused.status_code == 422
    assert refused.json()["refused"] == (
        "This block fills 2,008 figures, and one paste takes at most 2,000. Nothing was taken. "
        "Paste it up to line 251, then the rest with the same headings."
    )
    assert len(stored_rows(Figure)) == MOST_FIGURES
