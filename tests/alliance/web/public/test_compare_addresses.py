"""What the address of a comparison names: six members at most, one over time, earlier names, and what nothing has."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import OrganisationState
from alliance.models import Cycle, FormerSlug
from tests.factories import Cast, make_cycle, make_organisation, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import (
    make_published_cycle,
    make_published_members,
    make_published_report,
)
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
FOUND = "indicator=content-actioned"


@pytest.fixture(scope="module", autouse=True)
def two_half_years(module_transaction: None) -> None:
    """Aurora and Beacon found content in two half-years; Aurora's figures span more than twenty-fold."""
    cast = read_cast()
    for slug, value in (("2025-h2", "3"), ("2026-h1", "1200")):
        cycle = make_cycle(read_charter(), slug)
        figures = [submitted_figure("content-actioned", value, service="aurora-kids")]
        make_published_report(cycle, cast.aurora, {"search": figures})
        make_published_report(cycle, cast.beacon)
        make_published_cycle(cycle)


# --- How many ------------------------------------------------------------------------------------


def test_a_seventh_member_is_refused_and_the_choice_stays(client: Client, cast: Cast) -> None:
    members = make_published_members(Cycle.objects.latest("starts_on"), 7)
    slugs = {member.slug for member in members}

    answer = client.get(f"/en/compare/?{FOUND}&members={','.join(slugs)}")

    assert answer.status_code == 400
    assert "You have chosen 7 members. Choose six at most" in words_of(answer)
    assert answer.context["chosen_slugs"] == slugs
    assert "comparison" not in answer.context
    assert len(client.get(f"/en/compare/?{FOUND}&view=table").context["rows"]) > 7


@pytest.mark.parametrize("count", [2, 6])
def test_two_to_six_members_are_compared(client: Client, cast: Cast, count: int) -> None:
    members = make_published_members(Cycle.objects.latest("starts_on"), count)

    answer = client.get(f"/en/compare/?{FOUND}&members={','.join(member.slug for member in members)}")

    assert (answer.status_code, answer.context["choice"].view) == (200, "ranked")
    assert {line.series.organisation.slug for line in (row.line for row in answer.context["ranked"])} == {
        member.slug for member in members
    }


def test_one_member_is_shown_over_time(client: Client, cast: Cast) -> None:
    answer = client.get(f"/en/compare/?{FOUND}&members=aurora-video")

    assert answer.context["choice"].view == "time"
    assert answer.context["canonical"].endswith(f"/en/compare/?{FOUND}&members=aurora-video")
    assert answer.context["chart"].title == "Content actioned: Aurora Video, 2025-II → 2026-I"
    ranked = client.get(f"/en/compare/?{FOUND}&members=aurora-video&view=ranked")
    assert ranked.context["canonical"].endswith("&view=ranked")


def test_a_chosen_member_s_target_is_drawn_with_its_day_and_state(client: Client, cast: Cast) -> None:
    make_published_pledge(
        cast.aurora, {"indicator": "content-actioned", "value": "1000", "due_on": "2026-03-31"}
    )

    chart = client.get(f"/en/compare/?{FOUND}&members=aurora-video").context["chart"]

    (target,) = chart.targets
    assert target.label == "Aurora Video: 1,000 by 31\N{NO-BREAK SPACE}March\N{NO-BREAK SPACE}2026"
    assert target.end == pytest.approx(0.99, abs=0.02)
    assert client.get(f"/en/compare/?{FOUND}&view=time").context["chart"].targets == []


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("indicator=nothing", "There is no indicator with the address “nothing”."),
        ("indicator=search-story", "There is no indicator with the address “search-story”."),
        (f"{FOUND}&members=nobody,aurora-video", "There is no member with the address “nobody”."),
        (f"{FOUND}&from=1999-h1", "“1999-h1” is no published cycle with figures of this indicator."),
    ],
)
def test_unknown_names_in_an_address_are_listed(client: Client, cast: Cast, query: str, words: str) -> None:
    answer = client.get(f"/en/compare/?{query}")

    assert answer.status_code == 404
    assert words in words_of(answer)
    assert "comparison" not in answer.context
    assert client.get(f"/en/compare.csv?{query}").status_code == 404
    assert client.get(f"/en/compare.svg?{query}").status_code == 404


def test_an_earlier_address_of_a_member_is_followed_and_named(client: Client, cast: Cast) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")

    answer = client.get(f"/en/compare/?{FOUND}&members=aurora-old")

    assert "“aurora-old” was an earlier address of Aurora Video." in words_of(answer)
    assert answer.context["canonical"].endswith("members=aurora-video")
    assert client.get(f"/en/compare.csv?{FOUND}&members=aurora-old").status_code == 200


def test_earlier_addresses_are_looked_up_in_one_query(client: Client, cast: Cast) -> None:
    slugs = ("aurora-first", "aurora-second", "aurora-third")
    FormerSlug.objects.bulk_create(FormerSlug(organisation=cast.aurora, slug=slug) for slug in slugs)

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/en/compare/?{FOUND}&members={','.join(slugs)}")

    assert all(f"“{slug}” was an earlier address of Aurora Video." in words_of(answer) for slug in slugs)
    assert sum("alliance_formerslug" in query["sql"] for query in captured) == 1


def test_a_merged_member_shows_where_its_figures_end(client: Client, cast: Cast) -> None:
    small = make_organisation("small", state=OrganisationState.FORMER)
    type(small).objects.filter(pk=small.pk).update(successor=cast.aurora, merged_on="2026-02-01")

    answer = client.get(f"/en/compare/?{FOUND}&members=small,aurora-video")

    assert f"{small.name} merged into Aurora Video on 1 February 2026" in words_of(answer)


def test_whatever_the_order_of_an_address_its_page_names_one(client: Client, cast: Cast) -> None:
    queries = (
        f"members=beacon-search,aurora-video&to=2026-h1&from=2025-h2&{FOUND}",
        f"{FOUND}&from=2026-h1&to=2025-h2&members=aurora-video&members=beacon-search",
    )
    canonical = {client.get(f"/en/compare/?{query}").context["canonical"] for query in queries}

    named = f"{FOUND}&from=2025-h2&to=2026-h1&members=aurora-video,beacon-search"
    assert {address.partition("?")[2] for address in canonical} == {named}


# --- Scale, words, files -------------------------------------------------------------------------


def test_a_wide_span_is_drawn_in_proportions_until_a_reader_wants_amounts(client: Client, cast: Cast) -> None:
    address = f"/en/compare/?{FOUND}&members=aurora-video"
    drawn, other = client.get(address), client.get(f"{address}&scale=amounts")

    assert (drawn.context["chart"].is_log, other.context["chart"].is_log) == (True, False)
    assert "equal heights are equal multiples" in words_of(drawn)
    assert drawn.context["other_scale_url"] == f"{address}&scale=amounts"
    assert other.context["other_scale_url"] == address


def test_the_page_explains_its_figure_and_can_be_cited_and_embedded(client: Client, cast: Cast) -> None:
    answer = client.get(f"/en/compare/?{FOUND}")
    words = words_of(answer)

    assert "Neither side is better: members stand by name, and none is called best or last." in words
    assert "Best:" not in words
    assert "Content actioned: all members, 2025-II → 2026-I. As of publication No." in words
    assert "SHA-256" in words
    assert f"/en/embed/compare/?{FOUND}" in answer.context["embed_url"]
    assert "&lt;iframe src=" in answer.text


@pytest.mark.parametrize("view", ["", "&view=time"])
def test_the_drawing_is_a_file_with_title_and_source_without_links(
    client: Client, cast: Cast, view: str
) -> None:
    answer = client.get(f"/en/compare.svg?{FOUND}{view}")

    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content actioned: all members, 2025-II → 2026-I, pieces" in answer.content.decode()
    assert "<a " not in answer.content.decode()
    assert ("Hollow: 2025-II; filled: 2026-I." in answer.content.decode()) is (view == "")
    assert "Equal lengths of the scale are equal proportions." in answer.content.decode()


def test_the_table_has_the_chosen_cycles_or_every_one(client: Client, cast: Cast) -> None:
    rows = {
        query: client.get(f"/en/compare.csv?{FOUND}&members=aurora-video{query}").content.count(b"\n") - 1
        for query in ("", "&from=2026-h1&to=2026-h1")
    }

    assert rows == {"": 2, "&from=2026-h1&to=2026-h1": 1}


def test_each_point_leads_to_its_place_in_the_report(client: Client, cast: Cast) -> None:
    chart = client.get(f"/en/compare/?{FOUND}&members=aurora-video").context["chart"]

    assert [point.url for point in chart.series[0].points] == [
        f"/en/reports/aurora-video/{cycle}/#measure-search" for cycle in ("2025-h2", "2026-h1")
    ]
    assert 'role="group"' in chart.svg
