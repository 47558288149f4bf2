"""Figures and verdicts among the results of a search: their corrections, those without a total, where they lead."""

import csv
import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.safestring import SafeString

from alliance.enums import CharterState, CycleState
from alliance.models import Charter, Cycle, KeyMapping, PublishedFigure, Report
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.web.public.search_figures import figure_tables
from alliance.web.public.search_rows import FigureValue, ResultRow, result_rows
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from portal.kernel.search import find, rebuild_index
from tests.factories import Cast, make_charter, make_cycle, read_charter, renamed
from tests.support.corrections import KIDS, correct, correct_verdict, figures
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

HOURS = "time-to-removal"
RENAMED = ((HOURS, "time-to-removing"),)


def rows_of(text: str, kind: str = "figure") -> list[ResultRow]:
    findings = find(text, {"kind": [kind]})
    return result_rows(findings.hits, findings.query)


def make_report_with_times(cast: Cast, cycle: Cycle, kids: str, live: str) -> Publication:
    """Aurora's times to removal on its two services: of medians there is no total."""
    times = [
        submitted_figure(HOURS, value, service=service)
        for service, value in (("aurora-kids", kids), ("aurora-live", live))
    ]
    return make_published_report(cycle, cast.aurora, {"speed": times})


# --- Corrections ---


def test_a_corrected_figure_says_in_every_result_what_it_was(cast: Cast, client: Client) -> None:
    cycle = make_cycle(read_charter(), "2026-h1")
    make_published_report(cycle, cast.aurora, figures("40", "5"))
    make_published_cycle(cycle)
    correct(cast, Report.objects.get(), KIDS, "30")
    number = Publication.objects.get(type="report", revision=2).number

    page = client.get("/en/search/?q=content+actioned&kind=figure")
    rows = list(
        csv.DictReader(client.get("/en/search.csv?q=content+actioned").text.lstrip("\ufeff").splitlines())
    )

    assert "Member 2026-I Aurora" in words_of(page)
    assert "35 Was 45" in words_of(page)
    assert f'href="/en/publications/{number}/"' in page.text
    assert [row["Figures"] for row in rows if row["Figures"]] == ["2026-I: 35 (corrected, was 45)"]
    assert "2026-I: 35 (corrected, was 45)" in client.get("/en/search.atom?q=content+actioned").text


def test_a_corrected_verdict_says_so_in_every_result(cast: Cast, client: Client) -> None:
    cycle = make_cycle(read_charter(), "2026-h1")
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"}, replies={"find": "So it is."})
    make_published_cycle(cycle)
    correct_verdict(
        cast,
        Report.objects.get(),
        {"value": "substantial", "reason": "On a second look.", "difference": "It weighs most."},
    )

    page = words_of(client.get("/en/search/?q=second+look&kind=verdict"))
    table = client.get("/en/search.csv?q=second+look").text

    assert "corrected, was Limited" in page
    assert "corrected, was Limited" in table


# --- Figures without a total ---


def test_search_has_figures_of_services_where_a_member_has_no_total(cast: Cast, client: Client) -> None:
    for slug, kids in (("2025-h2", "12"), ("2026-h1", "9")):
        cycle = make_cycle(read_charter(), slug, CycleState.PUBLISHED)
        make_report_with_times(cast, cycle, kids, "2.5")

    (row,) = rows_of("time removal Aurora")

    assert [(value.label, value.text) for value in row.values] == [
        ("Aurora Kids, 2026-I", "9"),
        ("Aurora Live, 2026-I", "2.5"),
    ]
    assert row.url.endswith(f"/reports/aurora-video/2026-h1/#indicator-{HOURS}")
    page = client.get(row.url.partition("#")[0])
    assert f'id="indicator-{HOURS}"' in page.text
    for address in ("/en/search/?q=time+removal", "/en/search/?q=time+removal&kind=figure"):
        table = words_of(client.get(address))
        assert "Member 2026-I Aurora Video Aurora Kids 9 Aurora Video Aurora Live 2.5" in table


def test_a_last_cycle_without_a_total_is_shown_beside_the_total_of_the_one_before(
    cast: Cast, client: Client
) -> None:
    make_published_report(
        make_cycle(read_charter(), "2025-h2", CycleState.PUBLISHED), cast.aurora, figures("40", "5")
    )
    unmeasured = [
        submitted_figure(
            "content-actioned", None, service=service, status="not_measured", reason="No tool yet."
        )
        for service in ("aurora-kids", "aurora-live")
    ]
    later = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_published_report(later, cast.aurora, {"search": unmeasured})

    row = next(row for row in rows_of("content actioned Aurora") if ":" not in row.plain_title)

    assert [(value.label, value.text) for value in row.values] == [
        ("Aurora Kids, 2026-I", "Not measured"),
        ("Aurora Live, 2026-I", "Not measured"),
        ("2025-II", "45"),
    ]
    table = words_of(client.get("/en/search/?q=content+actioned&kind=figure"))
    assert "Member 2025-II 2026-I" in table


def test_a_result_for_a_withheld_figure_says_only_that(cast: Cast) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_report_with_times(cast, cycle, "9", "2.5")
    kids = PublishedFigure.objects.filter(indicator_key=HOURS, service__slug="aurora-kids")
    kids.update(
        withheld=True, value=None, corrected_in=1, was={"status": "reported", "value": "7", "choice": ""}
    )
    rebuild_index()

    (row,) = rows_of("time removal Aurora")

    assert [(value.text, value.before) for value in row.values] == [("Withheld", ""), ("2.5", "")]


def test_the_search_lists_yes_or_no_and_figures_of_whole_members_over_two_cycles(
    cast: Cast, client: Client
) -> None:
    for slug, count in (("2025-h2", "12"), ("2026-h1", "9")):
        cycle = make_cycle(read_charter(), slug, CycleState.PUBLISHED)
        complaints = [
            submitted_figure("moderators", count),
            submitted_figure("hash-matching", "1", service="aurora-kids"),
        ]
        make_published_report(cycle, cast.aurora, {"complaints": complaints})

    (people,) = rows_of("moderators Aurora")
    (matching,) = rows_of("hash matching Aurora")

    assert [(value.label, value.text) for value in people.values] == [("2025-II", "12"), ("2026-I", "9")]
    assert [value.place for value in people.values] == [0, 1]
    assert [value.text for value in matching.values] == ["Yes"]
    assert (matching.answers.yes, matching.answers.no) == (1, 0) if matching.answers else False
    (table,) = figure_tables([people])
    cells = [value.text if value else "" for value in table.lines[0].values]
    assert (table.cycles, cells, table.answers) == (["2025-II", "2026-I"], ["12", "9"], None)
    page = words_of(client.get("/en/search/?q=hash+matching"))
    assert "2026-I: 1 of 1 says yes" in page


def test_cycles_of_a_table_stand_in_their_order_in_time() -> None:
    def row(member: str, **figures: str) -> ResultRow:
        values = [
            FigureValue(cycle, text, withheld=False, cycle=cycle, place=int(cycle.removeprefix("y")))
            for cycle, text in figures.items()
        ]
        title = SafeString("Moderators")
        return ResultRow(
            "figure", title, "en", title, "en", "/", "", None, clock.now(), member=member, values=values
        )

    (table,) = figure_tables([row("Aurora", y2024="1", y2025="2"), row("Beacon", y2023="3", y2025="4")])

    assert table.cycles == ["y2023", "y2024", "y2025"]
    cells = [[value.text if value else "" for value in line.values] for line in table.lines]
    assert cells == [["", "1", "2"], ["3", "", "4"]]
    page = render_to_string("alliance/public/_search_figures.html", {"tables": [table], "heading": "h2"})
    assert re.findall(r'<td class="num" data-label="(\w+)">', page) == [*table.cycles, *table.cycles]


def test_a_large_member_has_one_result_with_its_first_services(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.services.search_figures._MOST_SERVICES", 1)
    make_report_with_times(cast, make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED), "9", "2.5")

    (row,) = rows_of("time removal Aurora")

    assert (len(row.values), row.more) == (1, 1)
    assert row.plain_values == "Aurora Kids, 2026-I: 9; and 1 more"


# --- Keys that a charter has renamed ---


def put_renamed_in_force(cast: Cast, *renames: tuple[str, str]) -> Charter:
    draft = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*renames), mapping=renames)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, draft))
    return Charter.objects.get(pk=draft.pk)


@pytest.fixture
def renewed(cast: Cast) -> Charter:
    """Two cycles, the second on a version that calls the time by another key."""
    make_report_with_times(cast, make_cycle(read_charter(), "2025-h2", CycleState.PUBLISHED), "12", "4")
    second = put_renamed_in_force(cast, *RENAMED)
    times = [
        submitted_figure("time-to-removing", value, service=service)
        for service, value in (("aurora-kids", "9"), ("aurora-live", "2.5"))
    ]
    make_published_report(make_cycle(second, "2026-h1", CycleState.PUBLISHED), cast.aurora, {"speed": times})
    with acting_as(SYSTEM):
        rebuild_index()
    touch_public_revision()
    return second


@pytest.mark.usefixtures("renewed")
def test_a_renamed_figure_is_one_result(cast: Cast) -> None:
    rows = rows_of("time Aurora")

    assert [row.url.partition("#")[2] for row in rows] == ["indicator-time-to-removing"]


@pytest.mark.usefixtures("renewed")
@pytest.mark.parametrize("key", [HOURS, "time-to-removing"])
def test_the_table_of_figures_goes_on_under_the_new_key(client: Client, key: str) -> None:
    page = client.get(f"/en/figures/?indicator={key}")
    rows = list(csv.DictReader(client.get(f"/en/figures.csv?indicator={key}").text.splitlines()))

    assert "Aurora Kids 12 9" in words_of(page)
    assert "Aurora Live 4 2.5" in words_of(page)
    assert "indicator=time-to-removing" in page.context["table_url"]
    assert {(row["indicator"], row["cycle"], row["value"]) for row in rows} == {
        (HOURS, "2025-h2", "12"), (HOURS, "2025-h2", "4"),
        ("time-to-removing", "2026-h1", "9"), ("time-to-removing", "2026-h1", "2.5"),
    }  # fmt: skip


def test_the_table_of_figures_marks_a_break_of_the_series_under_the_same_key(
    cast: Cast, client: Client
) -> None:
    first = read_charter()
    make_report_with_times(cast, make_cycle(first, "2025-h2", CycleState.PUBLISHED), "12", "4")
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    second = make_charter(version=2, mapping=[(HOURS, HOURS)])
    reasons = {"reason_en": "From the notice on.", "reason_ru": "Считается с уведомления."}
    KeyMapping.objects.filter(charter=second).update(**reasons)
    make_report_with_times(cast, make_cycle(second, "2026-h1", CycleState.PUBLISHED), "9", "2.5")
    touch_public_revision()

    page = words_of(client.get(f"/en/figures/?indicator={HOURS}"))

    rows = csv.DictReader(client.get(f"/en/figures.csv?indicator={HOURS}").text.splitlines())

    assert "Aurora Kids 12 9 definition changed, not compared" in page
    assert page.count("definition changed, not compared") == len(("kids", "live"))
    assert page.count("From the notice on.") == 1
    assert {(row["cycle"], row["series_from"], row["break_reason_en"]) for row in rows} == {
        ("2025-h2", "1", ""),
        ("2026-h1", "2", "From the notice on."),
    }


def test_a_break_stands_beside_a_figure_of_a_period_that_is_not_shown(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_charter()
    make_report_with_times(cast, make_cycle(first, "2025-h2", CycleState.PUBLISHED), "12", "4")
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    second = make_charter(version=2, mapping=[(HOURS, HOURS)])
    KeyMapping.objects.filter(charter=second).update(reason_en="Anew.", reason_ru="Иначе.")
    make_report_with_times(cast, make_cycle(second, "2026-h1", CycleState.PUBLISHED), "9", "2.5")
    touch_public_revision()
    monkeypatch.setattr("alliance.web.public.figures._MOST_CYCLES", 1)

    words = words_of(client.get(f"/en/figures/?indicator={HOURS}"))

    assert "Aurora Kids 9 definition changed, not compared" in words


def test_the_answers_of_a_renamed_indicator_are_counted_in_the_last_cycle(cast: Cast, client: Client) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    matching = submitted_figure("hash-matching", "1", service="aurora-kids")
    make_published_report(cycle, cast.aurora, {"complaints": [matching]})
    put_renamed_in_force(cast, ("hash-matching", "hashes-matched"))
    with acting_as(SYSTEM):
        rebuild_index()
    touch_public_revision()

    (row,) = rows_of("hash matching Aurora")

    assert row.answers is not None
    assert (row.answers.cycle, row.answers.yes, row.answers.no) == (cycle, 1, 0)
    assert "2026-I: 1 of 1 says yes" in words_of(client.get("/en/search/?q=hash+matching"))


# --- Addresses ---


def test_the_canonical_address_of_a_search_has_its_query_and_page(cast: Cast, client: Client) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_report_with_times(cast, cycle, "9", "2.5")

    def canonical(query: str) -> str:
        page = client.get(f"/en/search/{query}")
        address: str = page.context["canonical"]
        assert f'<p class="address tiny quiet">{address.replace("&", "&amp;")}</p>' in page.text
        return address.partition("/en/search/")[2]

    assert canonical("?q=time+removal&x=1") == "?q=time+removal"
    assert canonical("?q=time+removal&kind=figure&order=match") == "?q=time+removal&kind=figure&order=match"
    assert canonical("?q=time+removal&page=2") == "?q=time+removal"
