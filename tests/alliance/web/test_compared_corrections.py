"""Corrections from the comparison: beside each value for whoever may propose one, and for nobody else."""

import pytest
from django.test import Client

from alliance.models import Person, Report
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import KIDS, LIVE, figures
from tests.support.pages import queries_of, signed_in
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db
PAGE = "/corrections/compare/"
VIEWS = ("?indicator=content-actioned", "?indicator=content-actioned&view=table")
FROM_PAGE = {"HX-Request": "true", "HX-Current-URL": "https://testserver/ru/compare/"}


@pytest.fixture(autouse=True)
def report(cast: Cast) -> Report:
    """Aurora's two services in one published cycle; Beacon filed nothing in it."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"))
    make_published_report(cycle, cast.beacon)
    make_published_cycle(cycle)
    return Report.objects.get(organisation=cast.aurora)


def fragment_for(person: Person, query: str = VIEWS[0]) -> str:
    answer = signed_in(person).get(PAGE + query, headers=FROM_PAGE)
    assert answer.status_code in (200, 204)
    assert "no-store" in answer["Cache-Control"]
    return answer.text


@pytest.mark.parametrize("query", VIEWS)
def test_a_member_has_a_way_for_each_service_of_its_total(cast: Cast, query: str) -> None:
    fragment = fragment_for(cast.alice, query)

    for place in (KIDS, LIVE):
        assert f"/corrections/aurora-video/2026-h1/?value={place.key}" in fragment.replace("%7E", "~")
    assert 'data-value="aurora-video~~2026-h1"' in fragment
    assert "beacon" not in fragment
    assert "Исправить" in fragment  # in the language of the page that fetches it


def test_the_way_leads_to_the_form_of_that_value(cast: Cast, report: Report) -> None:
    alice = signed_in(cast.alice)

    form = alice.get(f"/corrections/aurora-video/2026-h1/?value={LIVE.key}", follow=True)

    assert form.redirect_chain[0][0].startswith(f"/workspace/reports/{report.pk}/corrections/new/")
    assert "394" in form.text


def test_the_secretariat_has_a_way_for_every_member(cast: Cast) -> None:
    fragment = fragment_for(cast.mona)

    assert "aurora-video~~2026-h1" in fragment


@pytest.mark.parametrize("name", ["carol", "bob"])
def test_of_another_member_and_without_the_right_nothing_is_offered(cast: Cast, name: str) -> None:
    person = getattr(cast, name)

    assert "aurora" not in fragment_for(person)
    assert signed_in(person).get(PAGE + VIEWS[0]).context["values"] == []


def test_strangers_see_nothing_and_the_cached_page_carries_nothing(client: Client, cast: Cast) -> None:
    assert client.get(PAGE + VIEWS[0], headers=FROM_PAGE).status_code == 204
    assert client.get(PAGE).status_code == 302

    for query in VIEWS:
        pages = [each.get(f"/en/compare/{query}").text for each in (client, signed_in(cast.mona))]
        assert pages[0] == pages[1]
        assert "/corrections/aurora-video/" not in pages[0]
        assert 'data-value="aurora-video~~2026-h1"' in pages[0]


def test_without_scripts_it_is_a_page_of_the_area(cast: Cast) -> None:
    alice = signed_in(cast.alice)

    page = alice.get(PAGE + VIEWS[0])

    assert 'aria-label="Correct: Aurora Kids, ' in page.text
    assert f'href="{PAGE}"' in alice.get("/workspace/corrections/").text


def test_queries_do_not_grow_with_the_values(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    few = queries_of(mona, PAGE + VIEWS[1])
    for slug in ("2025-h1", "2025-h2"):
        cycle = make_cycle(read_charter(), slug)
        make_published_report(cycle, cast.aurora, figures("1", "2"))
        make_published_report(cycle, cast.beacon, figures("3", "4"))
        make_published_cycle(cycle)

    assert queries_of(mona, PAGE + VIEWS[1]) <= few
