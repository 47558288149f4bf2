"""Figures of chosen indicators in one table: of all members and cycles, as page, CSV and JSON, found by a search."""

import csv
import re

import pytest
from django.test import Client

from alliance.enums import CharterState, CycleState
from alliance.models import Charter, Organisation, PublishedFigure
from alliance.queries.public.data_tables import DataScope
from alliance.queries.public.figure_lines import FigurePlaces
from portal.kernel import search
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_charter, make_cycle, read_cast, read_charter, renamed
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

HOURS, COUNT = "time-to-removal", "content-actioned"


@pytest.fixture
def cast() -> Cast:
    """Aurora withholds a time and corrects a count; Beacon has the same two; counts have parts by kind of harm."""
    cast, charter = read_cast(), read_charter()
    for slug, hours in (("2025-h2", "12"), ("2026-h1", "9")):
        cycle = make_cycle(charter, slug, CycleState.PUBLISHED)
        for member, service in ((cast.aurora, "aurora-kids"), (cast.beacon, "beacon-web")):
            parts = {
                "speed": [submitted_figure(HOURS, hours, service=service)],
                "search": [submitted_figure(COUNT, "40", service=service)],
            }
            make_published_report(cycle, member, parts)
    rows = PublishedFigure.objects.current().filter(cycle__slug="2026-h1", organisation=cast.aurora)
    rows.filter(indicator_key=HOURS).update(withheld=True)
    count = rows.get(indicator_key=COUNT)
    rows.filter(pk=count.pk).update(
        corrected_in=count.valid_from, was={"status": "reported", "value": "31", "choice": ""}
    )
    for pk, cell, value in ((None, "harm=grooming;detection=human", 7), (None, "harm=bullying", 3)):
        count.pk, count.cell, count.value = pk, cell, value
        count.save()
    search.rebuild_index()
    touch_public_revision()
    return cast


def table(client: Client, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(client.get(f"/en/figures.csv?{query}").text.splitlines()))


@pytest.mark.usefixtures("cast")
def test_two_indicators_of_all_members_and_cycles_stand_in_one_table(client: Client) -> None:
    query = f"indicator={HOURS},{COUNT}"
    rows, words = table(client, query), words_of(client.get(f"/en/figures/?{query}"))
    data = client.get(f"/en/figures.json?{query}")

    assert {(row["indicator"], row["member"], row["cycle"]) for row in rows} == {
        (indicator, member, cycle)
        for indicator in (HOURS, COUNT)
        for member in ("aurora-video", "beacon-search")
        for cycle in ("2025-h2", "2026-h1")
    }
    assert [row["cell"] for row in rows if row["cell"]] == []
    assert len(data.json()["figures"]) == len(rows) == 8
    assert data["Access-Control-Allow-Origin"] == "*"
    assert "Beacon Search Beacon Web 12 9" in words
    assert "Aurora Kids 40 40 Was 31" in words


def test_a_key_that_a_later_version_gave_to_another_indicator_is_read_by_version(client: Client) -> None:
    cast, renaming = read_cast(), ((HOURS, "time-to-removing"),)
    Charter.objects.update(state=CharterState.SUPERSEDED)
    make_charter(state=CharterState.SUPERSEDED, version=2, tree=renamed(*renaming), mapping=renaming)
    third = make_charter(version=3, tree=renamed(*renaming, (COUNT, HOURS)), mapping=((COUNT, HOURS),))
    for charter, slug, count, hours in (
        (read_charter(), "2025-h2", (COUNT, "40"), (HOURS, "12")),
        (third, "2026-h1", (HOURS, "31"), ("time-to-removing", "9")),
    ):
        parts = {
            measure: [submitted_figure(key, value, service="aurora-kids")]
            for measure, (key, value) in (("search", count), ("speed", hours))
        }
        make_published_report(make_cycle(charter, slug, CycleState.PUBLISHED), cast.aurora, parts)
    touch_public_revision()

    both = f"indicator={HOURS},time-to-removing"
    words = words_of(client.get(f"/en/figures/?{both}"))
    values = [
        sorted(row["value"] for row in table(client, f"indicator={key}"))
        for key in (HOURS, "time-to-removing")
    ]

    assert "Aurora Kids 40 31" in words
    assert "Aurora Kids 12 9" in words
    assert values == [["31", "40"], ["12", "9"]]


@pytest.mark.usefixtures("cast")
def test_withheld_figures_have_no_value_on_the_page_nor_in_its_files(client: Client) -> None:
    query = f"indicator={HOURS}"
    withheld = [row for row in table(client, query) if row["status"] == "withheld"]
    figures = client.get(f"/en/figures.json?{query}").json()["figures"]

    assert [(row["member"], row["value"]) for row in withheld] == [("aurora-video", "")]
    assert [row["value"] for row in figures if row["status"] == "withheld"] == [None]
    assert "Aurora Kids 12 Withheld" in words_of(client.get(f"/en/figures/?{query}"))


@pytest.mark.usefixtures("cast")
def test_the_places_of_a_page_are_a_part_of_all_and_members_stand_by_name() -> None:
    scope = DataScope(indicators=(COUNT, HOURS), harms=("grooming", "bullying"))
    whole = FigurePlaces(scope)[:]

    assert [(place.series, place.organisation_id, place.cell) for place in whole] == [
        (key, member.pk, cell)
        for key in (COUNT, HOURS)
        for member in Organisation.objects.filter(slug__in=("aurora-video", "beacon-search")).order_by("slug")
        for cell in (("harm=bullying", "harm=grooming;detection=human") if key == COUNT else ("",))
        if key == HOURS or member.slug == "aurora-video"
    ]
    assert len(FigurePlaces(scope)) == len(whole)
    assert [FigurePlaces(scope)[number : number + 1] for number in range(len(whole))] == [
        [row] for row in whole
    ]


@pytest.mark.usefixtures("cast")
def test_a_kind_of_harm_narrows_to_its_parts_and_leaves_what_has_none_whole(client: Client) -> None:
    rows = table(client, f"indicator={HOURS},{COUNT}&harm=grooming")

    assert {(row["cell"], row["value"]) for row in rows if row["indicator"] == COUNT} == {
        ("harm=grooming;detection=human", "7")
    }
    assert {row["cell"] for row in rows if row["indicator"] == HOURS} == {""}


@pytest.mark.usefixtures("cast")
def test_a_search_for_figures_leads_to_their_table(client: Client) -> None:
    page = client.get("/en/search/?q=content")
    link = re.search(r'href="(/en/figures/\?indicator=[^"]*)"', page.text)

    assert link is not None, words_of(page)
    assert COUNT in link[1]
    assert "Aurora Kids" in words_of(client.get(link[1]))
    assert f"/en/figures/?indicator={COUNT}" in client.get(f"/en/compare/?indicator={COUNT}").text


@pytest.mark.usefixtures("cast")
def test_without_an_indicator_the_page_says_where_to_choose_and_files_are_not_there(client: Client) -> None:
    many = ",".join(f"x{number}" for number in range(21))

    assert "Choose figures first" in words_of(client.get("/en/figures/"))
    assert [client.get(f"/en/figures.{name}").status_code for name in ("csv", "json")] == [404, 404]
    assert client.get("/en/figures/?indicator=nothing").status_code == 404
    assert client.get(f"/en/figures/?indicator={many}").status_code == 404
