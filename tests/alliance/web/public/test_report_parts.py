"""What a report shows at once, and what it leads to: pages of commitments, breakdowns, passages in another language."""

import re

import pytest
from django.test import Client

from alliance.models import Cycle
from alliance.web.public import report_sections
from tests.factories import Cast, make_cycle, read_charter
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    cycle = make_cycle(read_charter())
    figures = [
        submitted_figure("content-actioned", "12", service="aurora-kids"),
        submitted_figure("content-actioned", "5", service="aurora-kids", cell="harm=bullying"),
    ]
    make_published_report(
        cycle, cast.aurora, {"search": figures}, {"find": "complete", "answer": "limited"}, {"find": "Спасибо."},
        language="ru",
    )  # fmt: skip
    return cycle


def anchors(text: str) -> list[tuple[str, str]]:
    """What has the identity of a commitment: a line of the index, or the section itself."""
    return re.findall(r'<(li|section)[^>]* id="commitment-([-\w]+)"', text)


def test_a_report_of_many_commitments_has_pages_and_every_address_leads_somewhere(
    client: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = anchors(client.get(PAGE.replace("/en/", "/ru/")).text)
    assert {kind for kind, _key in whole} == {"section"}
    monkeypatch.setattr(report_sections, "_WHOLE", 1)
    monkeypatch.setattr(report_sections, "_PART", 1)

    first, second = (client.get(f"{PAGE}{query}").text for query in ("", "?page=2"))

    for text in (first, second):
        assert {key for _kind, key in anchors(text)} == {key for _kind, key in whole}
        assert [kind for kind, _key in anchors(text)].count("section") == 1
    assert 'id="statement-title"' in first
    assert 'id="statement-title"' not in second
    assert f'?page=2#commitment-{whole[1][1]}"' in first
    assert client.get(f"{PAGE}?page=99").status_code == 404
    # what stands on the other page has its place in the index, once, which leads there
    measures = [re.findall(r'id="(measure-[-\w]+)"', text) for text in (first, second)]
    assert sorted(measures[0]) == sorted(set(measures[0])) == sorted(measures[1])
    assert "measure-search" in measures[1]


def test_a_page_takes_fewer_measures_where_they_have_many_figures(
    client: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_sections, "_PART", 10)
    # two commitments and three measures, without the figure that one of them has
    monkeypatch.setattr(report_sections, "_WHOLE", 15)
    split = client.get(PAGE).text
    monkeypatch.setattr(report_sections, "_WHOLE", 16)
    whole = client.get(PAGE.replace("/en/", "/ru/")).text  # the other is in memory

    assert [text.count("?page=2#commitment-") for text in (split, whole)] == [1, 0]


def test_a_figure_leads_to_its_parts(client: Client, cycle: Cycle) -> None:
    address = f"{PAGE}indicators/content-actioned/"

    assert f'href="{address}"' in client.get(PAGE).text
    parts = client.get(address).text
    assert "data-table breakdown" in parts
    assert "data-table breakdown" not in client.get(PAGE).text
    assert f'href="{PAGE}#measure-search"' in parts
    assert client.get(f"{PAGE}indicators/time-to-removal/").status_code == 404


def test_a_passage_says_its_language_where_that_is_not_the_readers(client: Client, cycle: Cycle) -> None:
    words = '<span class="passage-language" lang="{}">{}</span>'

    english, russian = (client.get(PAGE.replace("/en/", f"/{code}/")).text for code in ("en", "ru"))

    assert words.format("en", "In Russian") in english  # the verdicts
    assert words.format("ru", "На русском") not in russian
    assert words.format("ru", "На английском") in russian  # the statement and the answers
    assert words.format("en", "In English") not in english


def test_a_commitment_shows_the_verdicts_around_this_cycle(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_sections, "_CYCLES", 3)
    charter = read_charter()
    for year in range(2021, 2027):
        cycle = make_cycle(charter, f"{year}-h1")
        make_published_report(cycle, cast.aurora, {}, {"find": "complete"})

    middle, last = (client.get(PAGE.replace("2026", year)).text for year in ("2024", "2026"))

    shown = [re.findall(r"/reports/aurora-video/(\d+)-h1/#commitment-find", text) for text in (middle, last)]
    assert shown == [["2026", "2025", "2023", "2022"], ["2025", "2024", "2023"]]
    assert ["1 later verdict" in text for text in (middle, last)] == [True, False]
    assert "3 earlier verdicts" in last
