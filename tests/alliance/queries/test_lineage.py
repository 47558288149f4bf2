"""A series over the versions of a charter: on the commitment's page, compared, in the report and on paper."""

import csv
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.documents.report.charts import charts_of
from alliance.documents.report.facts import published_report_facts
from alliance.documents.report.figure_tables import figure_tables_of
from alliance.enums import CharterState
from alliance.models import Charter, Cycle, Indicator, KeyMapping, Measure, Pledge
from alliance.queries.public.charters import indicator
from alliance.queries.public.readings import Reading, reading_series
from alliance.queries.public.series_breaks import renamed_series
from alliance.queries.report_frame import figures_in, last_content, report_frame
from alliance.queries.review_context import cycles_until, measure_context
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, revision_cache
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter, renamed
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"
RENAMED = (("content-actioned", "pieces-acted-on"),)
SPLIT = (("content-actioned", "pieces-acted-on"), ("content-actioned", "seen-before-removal"))
BREAK_REASON = "The charter split, merged or redefined this indicator."


def figures(key: str, kids: str, live: str) -> dict[str, list[dict[str, Any]]]:
    """Of two services, to the measure `search`."""
    return {
        "search": [
            submitted_figure(key, kids, service="aurora-kids"),
            submitted_figure(key, live, service="aurora-live"),
        ]
    }


def two_versions(cast: Cast, mapping: Iterable[tuple[str, str]]) -> tuple[Cycle, Cycle, Publication]:
    """A report on each of two versions; in the second the indicator is called `pieces-acted-on`."""
    first = read_charter()
    before = make_published_cycle(make_cycle(first, "2025-h2"))
    make_published_report(before, cast.aurora, figures("content-actioned", "1000", "200"))
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    second = make_charter(version=2, tree=renamed(*RENAMED), mapping=mapping)
    Indicator.objects.filter(charter=second, key="seen-before-removal").update(part_of="")
    cycle = make_published_cycle(make_cycle(second))
    return before, cycle, make_published_report(cycle, cast.aurora, figures("pieces-acted-on", "1500", "300"))


def readings(cast: Cast) -> dict[int, Reading]:
    public_indicator = indicator("pieces-acted-on")
    assert public_indicator is not None
    (line,) = reading_series(public_indicator, [cast.aurora.pk])
    return line.readings


def test_a_series_follows_a_renamed_key(cast: Cast) -> None:
    before, cycle, _publication = two_versions(cast, RENAMED)

    cycle_readings = readings(cast)

    assert {pk: reading.value for pk, reading in cycle_readings.items()} == {
        before.pk: Decimal(1200),
        cycle.pk: Decimal(1800),
    }
    assert not any(reading.broken for reading in cycle_readings.values())


def test_a_series_breaks_at_a_split(cast: Cast) -> None:
    before, cycle, _publication = two_versions(cast, SPLIT)

    cycle_readings = readings(cast)

    assert cycle_readings[before.pk].value == Decimal(1200)
    assert (cycle_readings[cycle.pk].broken, cycle_readings[cycle.pk].reason) == (True, BREAK_REASON)


def test_a_series_begins_with_a_break_where_several_became_one(cast: Cast) -> None:
    merged = (("content-actioned", "pieces-acted-on"), ("moderators", "pieces-acted-on"))
    _before, cycle, _publication = two_versions(cast, merged)

    cycle_readings = readings(cast)

    assert list(cycle_readings) == [cycle.pk]
    assert cycle_readings[cycle.pk].broken


def test_a_break_names_the_reason_that_the_charter_gives(cast: Cast) -> None:
    _before, cycle, _publication = two_versions(cast, SPLIT)
    reason = {"reason_en": "Posts are counted apart.", "reason_ru": "Записи считаются отдельно."}
    KeyMapping.objects.filter(key="pieces-acted-on").update(**reason)

    assert readings(cast)[cycle.pk].reason == "Posts are counted apart."


@pytest.mark.parametrize(
    ("mapping", "series", "later"),
    [
        (RENAMED, "pieces-acted-on", ("1", "", "")),
        (SPLIT, "content-actioned", ("2", "'=Posts are counted apart.", "Записи считаются отдельно.")),
    ],
    ids=["renamed", "split"],
)
def test_rows_of_the_open_data_name_their_series_and_the_version_that_it_begins_with(
    cast: Cast,
    client: Client,
    mapping: Iterable[tuple[str, str]],
    series: str,
    later: tuple[str, str, str],
) -> None:
    two_versions(cast, mapping)
    reason = {"reason_en": "=Posts are counted apart.", "reason_ru": "Записи считаются отдельно."}
    KeyMapping.objects.filter(key="pieces-acted-on").update(**reason)
    if mapping == RENAMED:  # a reason would break it
        KeyMapping.objects.update(reason_en="", reason_ru="")
    revision_cache.clear()

    answer = client.get("/en/members/aurora-video.csv")
    rows = [row for row in csv.DictReader(answer.text.splitlines()) if row["service"] == "aurora-kids"]

    names = ("series", "series_from", "break_reason_en", "break_reason_ru")
    assert {row["indicator"]: tuple(row[name] for name in names) for row in rows} == {
        "content-actioned": (series, "1", "", ""),
        "pieces-acted-on": ("pieces-acted-on", *later),
    }


def test_a_series_has_the_last_key_that_it_had_although_a_later_version_leaves_it_out(cast: Cast) -> None:
    two_versions(cast, RENAMED)
    again = (("pieces-acted-on", "acts-on-pieces"),)
    Charter.objects.update(state=CharterState.SUPERSEDED)
    make_charter(
        version=3,
        tree=renamed(("content-actioned", "acts-on-pieces")),
        mapping=again,
        state=CharterState.SUPERSEDED,
    )
    make_charter(version=4, tree=renamed(("content-actioned", "something-else")))
    revision_cache.clear()

    assert renamed_series() == {
        "acts-on-pieces": [("test-charter", 2, "pieces-acted-on"), ("test-charter", 1, "content-actioned")]
    }


def test_without_a_mapping_a_new_key_is_a_new_series(cast: Cast) -> None:
    _before, cycle, _publication = two_versions(cast, ())
    assert list(readings(cast)) == [cycle.pk]


def test_what_counts_something_else_under_the_same_key_breaks(cast: Cast) -> None:
    _before, cycle, _publication = two_versions(cast, RENAMED)
    Indicator.objects.filter(key="pieces-acted-on").update(unit="accounts")
    revision_cache.clear()  # by itself a charter in force never changes

    assert list(readings(cast)) == [cycle.pk]


@pytest.mark.parametrize("address", ["/en/commitments/find/?indicator=%s", "/en/compare/?indicator=%s"])
def test_pages_show_the_series_and_its_break(client: Client, cast: Cast, address: str) -> None:
    two_versions(cast, SPLIT)

    page = client.get(address % "pieces-acted-on").text

    assert "1,200" in page
    assert BREAK_REASON in page


@pytest.mark.parametrize("address", ["/en/compare.csv?indicator=%s", "/en/commitments/find/%s.csv"])
def test_files_mark_the_break_and_join_nothing_across_it(client: Client, cast: Cast, address: str) -> None:
    two_versions(cast, SPLIT)

    rows = list(
        csv.DictReader(client.get(address % "pieces-acted-on").content.decode("utf-8-sig").splitlines())
    )

    values = [(row["Value"], row["Definition changed"]) for row in rows]
    assert values == [("1200", ""), ("1800", "Yes")]


def test_the_report_compares_with_what_the_key_was_called(client: Client, cast: Cast) -> None:
    two_versions(cast, RENAMED)
    assert "+50\N{NO-BREAK SPACE}%" in client.get(PAGE).text


def test_the_report_compares_nothing_across_a_split(client: Client, cast: Cast) -> None:
    two_versions(cast, SPLIT)
    page = client.get(PAGE)
    assert "+50" not in page.text
    section = page.context["report_page"].sections[0]
    (row,) = section.measures[0].table.rows
    assert row.total.after_break


def in_pdf(publication: Publication) -> tuple[list[tuple[str, str]], int, str]:
    """The row of the table, how many points the first chart joins, and its words."""
    source = published_report_facts(publication.number)
    measure = Measure.objects.get(charter=source.charter, key="search")
    (table,) = figure_tables_of(source, measure)
    (chart,) = charts_of(source, [measure], None)
    points = chart.drawing.series[0].points
    return (
        [(cell.kind, cell.text) for cell in table.rows[0].cells],
        len(points),
        str(points[-1].breaks_before),
    )


def test_the_document_follows_a_renamed_key(cast: Cast) -> None:
    *_cycles, publication = two_versions(cast, RENAMED)
    cells, points, breaks = in_pdf(publication)
    assert (cells[-1], points, breaks) == (("value", "1,200"), 2, "False")


def test_the_document_breaks_at_a_split(cast: Cast) -> None:
    *_cycles, publication = two_versions(cast, SPLIT)
    cells, points, breaks = in_pdf(publication)
    assert (cells[-1], points, breaks) == (("not_compared", "not compared"), 2, "True")


@pytest.mark.parametrize(("mapping", "numbers"), [(RENAMED, 2), (SPLIT, 0)])
def test_the_editor_compares_only_what_goes_on(
    cast: Cast, mapping: tuple[tuple[str, str], ...], numbers: int
) -> None:
    _before, cycle, _publication = two_versions(cast, mapping)
    report = cycle.reports.get()
    with acting_as(SYSTEM):
        numbers_by_place = figures_in(last_content(report)).numbers
    assert sum(place[0] == "pieces-acted-on" for place in numbers_by_place) == numbers


def test_the_reviewer_sees_the_series_and_its_break(cast: Cast) -> None:
    before, cycle, _publication = two_versions(cast, SPLIT)
    report = cycle.reports.get()
    with acting_as(SYSTEM) as actor:
        measure = Measure.objects.get(charter=cycle.charter, key="search")
        facts = measure_context(actor, report, measure, cycles_until(actor, cycle), None, None)
    rows = {row.cycle_id: row.figures for row in facts.submitted}
    changed = {
        pk: {figure.values.definition_changed for figure in cycle_figures}
        for pk, cycle_figures in rows.items()
    }
    assert changed == {before.pk: {False}, cycle.pk: {True}}


# --- Verdicts and pledges ------------------------------------------------------------------------


def with_verdicts_in_both(cast: Cast, *mapping: tuple[str, str]) -> tuple[Cycle, Cycle, Publication]:
    """`find` is judged in both versions; in the second it is called `look`."""
    first = read_charter()
    before = make_published_cycle(make_cycle(first, "2025-h2"))
    make_published_report(before, cast.aurora, verdicts={"find": "limited"})
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    second = make_charter(version=2, tree=renamed(("find", "look")), mapping=mapping)
    cycle = make_published_cycle(make_cycle(second))
    return before, cycle, make_published_report(cycle, cast.aurora, verdicts={"look": "complete"})


def verdict_histories(client: Client, publication: Publication) -> list[list[str]]:
    """The verdicts on the commitment: on its own page, on the report's, on paper, and what rose."""
    row = client.get("/en/commitments/look/").context["rows"][0]
    section = client.get(PAGE).context["report_page"].sections[0]
    source = published_report_facts(publication.number)
    paper = [facts.verdicts.get(("look", "")) for _cycle, facts in source.history]
    return [
        [cell.value for cell in (*row.before, row.latest)],
        [verdict.value for verdict in section.verdict_history.shown],
        [verdict["value"] for verdict in paper if verdict],
        [str(client.get("/en/cycles/2026-h1/").context["matrix"].changes.improved)],
    ]


def test_verdicts_follow_a_renamed_commitment(client: Client, cast: Cast) -> None:
    *_cycles, publication = with_verdicts_in_both(cast, ("find", "look"))
    assert verdict_histories(client, publication) == [
        ["limited", "complete"],
        ["complete", "limited"],
        ["limited"],
        ["1"],
    ]


def test_verdicts_do_not_follow_a_split(client: Client, cast: Cast) -> None:
    *_cycles, publication = with_verdicts_in_both(cast, ("find", "look"), ("find", "answer"))
    assert verdict_histories(client, publication) == [["", "complete"], ["complete"], [], ["0"]]


def test_a_cycle_on_the_version_before_still_requires_what_was_pledged(cast: Cast) -> None:
    first = read_charter()
    Measure.objects.filter(charter=first, key="speed").update(core=False)
    report = make_report(make_cycle(first), cast.aurora)
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    make_charter(version=2, tree=renamed(("speed", "quickness")), mapping=[("speed", "quickness")])
    with acting_as(SYSTEM):
        Pledge.objects.create(
            organisation=cast.aurora,
            state="published",
            commitment_key="find",
            text="We will.",
            measure_keys=["quickness"],
        )
        assert report_frame(report).required_measure("speed")


def test_the_address_of_a_renamed_commitment_leads_on(client: Client, cast: Cast) -> None:
    with_verdicts_in_both(cast, ("find", "look"))
    assert client.get("/en/commitments/find/").headers["Location"] == "/en/commitments/look/"


def test_a_comparison_that_names_an_old_key_is_that_of_the_new_one(client: Client, cast: Cast) -> None:
    two_versions(cast, RENAMED)
    assert client.get("/en/compare/?indicator=content-actioned").context["chosen"].key == "pieces-acted-on"
