"""The workbook of a cycle: what each sheet says, what it never says, and the same bytes for the same facts."""

from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from alliance.models import Cycle, Measure, Report, Submission
from alliance.queries.local_dates import today
from alliance.queries.public.cycle_editions import CycleEdition, cycle_edition
from alliance.services.documents import request_working_cycle
from alliance.services.public_documents import request_public_cycle
from alliance.services.publications import record_cycle_publication, record_report_publication
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.errors import Forbidden
from tests.factories import Cast, make_organisation, make_report
from tests.factories.cast import make_services
from tests.support.ended_memberships import leave
from tests.support.jobs import build_document
from tests.support.pdf_reports import CANARY, search_figures, two_half_years, with_canaries
from tests.support.published_reports import make_published_report, with_signatory
from tests.support.submissions import make_submission, submitted_figure
from tests.support.workbooks import content_of, everything_in, parts_of, table_of, values_of, workbook_of
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db
SECRETS = (CANARY, "777771", "1666653")  # the last: the total, which would reveal it
ACTIONED = "1.1.b Content actioned, pieces"


@pytest.fixture
def cycle() -> Cycle:
    return two_half_years()[1]


def build_workbook(cycle: Cycle, language: str = "en") -> Document:
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    document = request_public_cycle(edition, language)
    build_document(document)
    return document


def open_workbook(cycle: Cycle, language: str = "en") -> Workbook:
    return workbook_of(build_workbook(cycle, language))


def working(cast: Cast, cycle: Cycle, name: str = "mona") -> Workbook:
    """What was filed, asked for as this person of the secretariat."""
    with acting_as(cast.actor(name)) as actor:
        document = request_working_cycle(actor, cycle, "en")
    build_document(document)
    return workbook_of(document)


def publish(cast: Cast, cycle: Cycle, **changed: Any) -> None:
    """Aurora's report and Beacon's, with verdicts on the first."""
    make_published_report(cycle, cast.aurora, search_figures(**changed), {"find": "substantial"})
    make_published_report(
        cycle, cast.beacon, {"search": [submitted_figure("content-actioned", "7", service="beacon-web")]}
    )


def test_it_has_a_sheet_for_each_figure_that_is_asked_and_says_what_was_filed_and_judged(
    cast: Cast, cycle: Cycle
) -> None:
    publish(cast, cycle)
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    document = build_workbook(cycle)
    book = workbook_of(document)

    assert book.sheetnames == [
        "Overview", "Who submitted a report", "Verdicts", "Number of verdicts", "1 Protect", "1 Charts", "Figures",
        "Answers",
        "Data dictionary",
    ]  # fmt: skip
    _overview_says_what_it_is_and_as_of_when(book, edition, cycle)
    _members_stand_side_by_side_with_their_totals(book)
    _charts_are_native_and_show_known_numbers_alone(book, content_of(document))
    _a_verdict_is_a_word_on_its_colour(book)


def _overview_says_what_it_is_and_as_of_when(book: Workbook, edition: CycleEdition, cycle: Cycle) -> None:
    rows = [[cell.value for cell in row] for row in book["Overview"].iter_rows()]
    facts = {row[0]: row[1] for row in rows if row[0]}
    assert (facts["Members whose report is published"], facts["As of publication No."]) == (2, edition.number)
    assert (facts["Digest (SHA-256)"], facts["Charter"]) == (
        edition.sha256,
        "Test charter, version 1",
    )
    assert facts["First day"].date() == cycle.starts_on


def _members_stand_side_by_side_with_their_totals(book: Workbook) -> None:
    rows = table_of(book["1 Protect"])
    assert [(row["Member"].value, row[ACTIONED].value) for row in rows] == [
        ("Aurora Video", 35200), ("Beacon Search", 7),
    ]  # fmt: skip
    assert rows[0][ACTIONED].number_format == "#,##0"


def _charts_are_native_and_show_known_numbers_alone(book: Workbook, content: bytes) -> None:
    charts = parts_of(content, "xl/charts/chart")
    assert sum("Content actioned" in chart and "<c:barChart>" in chart for chart in charts) == 1
    rows = [row[:2] for row in book["1 Charts"].iter_rows(min_row=5, values_only=True)]
    assert [row for row in rows if row[1] is not None][:2] == [("Aurora Video", 35200), ("Beacon Search", 7)]


def _a_verdict_is_a_word_on_its_colour(book: Workbook) -> None:
    aurora, beacon = table_of(book["Verdicts"])
    cell = aurora["1 Find"]
    assert (cell.value, cell.fill.fgColor.rgb, beacon["1 Find"].value) == ("Substantial", "FF2B7882", "–")


# What is known of a member's number, and how it stands in the sheet: the value, and the remark beside it.
REMARKS: dict[str, tuple[dict[str, Any], object, str | None]] = {
    "nothing to add": ({"value": "0"}, 34000, None),
    "one service measures nothing": ({"status": "not_measured", "value": None}, 34000, "1 of 2 services"),
    "estimated": ({"estimate": True, "lower": "1100", "upper": "1300"}, 35200, "Estimate"),
    "counted otherwise": (
        {"definition_changed": True, "definition_note": "Streams count too."},
        35200,
        "Definition changed: Streams count too.",
    ),
    "withheld": ({"disclosure": "secretariat", "disclosure_reason": "Because."}, "Withheld", None),
}


@pytest.mark.usefixtures("cast")
def test_what_must_be_known_of_a_number_stands_next_to_it(cycle: Cycle) -> None:
    for number, (changed, _value, _remark) in enumerate(REMARKS.values()):
        member = with_signatory(make_organisation(f"member-{number}"))
        make_services((member, f"kids-{number}"), (member, f"live-{number}"))
        kids = submitted_figure("content-actioned", service=f"kids-{number}", **{"value": "1200", **changed})
        live = submitted_figure("content-actioned", "34000", service=f"live-{number}")
        make_published_report(cycle, member, {"search": [kids, live]})

    rows = list(open_workbook(cycle)["1 Protect"].iter_rows(values_only=True))
    (heading,) = [place for place, row in enumerate(rows) if row[0] == "Member"]
    column = rows[heading].index(ACTIONED)
    shown = {row[0]: row[column : column + 2] for row in rows[heading + 1 :]}

    assert {name: shown[f"Member {number}"] for number, name in enumerate(REMARKS)} == {
        name: (value, remark) for name, (_changed, value, remark) in REMARKS.items()
    }


def test_medians_are_not_added_up(cast: Cast, cycle: Cycle) -> None:
    figures = [
        submitted_figure("time-to-removal", value, service=slug)
        for slug, value in (("aurora-kids", "3.2"), ("aurora-live", "4"))
    ]
    make_published_report(cycle, cast.aurora, {"speed": figures})
    workbook = open_workbook(cycle)
    values = {sheet.title: [cell.value for row in sheet.iter_rows() for cell in row] for sheet in workbook}
    assert "Aurora Kids: 3.2\u00a0hours; Aurora Live: 4\u00a0hours" in values["1 Protect"]
    everything = [value for row in values.values() for value in row]
    assert 7.2 not in everything
    assert not [value for value in everything if isinstance(value, str) and "7.2" in value]


def test_figures_are_typed_and_exact(cast: Cast, cycle: Cycle) -> None:
    figures = {
        "search": [
            submitted_figure("content-actioned", "1234567890123456789", service="aurora-kids"),
            submitted_figure(
                "found-proactively", "81.3", service="aurora-kids", numerator="813", denominator="1000"
            ),
        ],
        "complaints": [submitted_figure("hash-matching", "1", service="aurora-kids")],
    }
    make_published_report(cycle, cast.aurora, figures)
    rows = {row["Indicator’s key"].value: row for row in table_of(open_workbook(cycle)["Figures"])}
    assert rows["content-actioned"]["Value, exact"].value == "1234567890123456789"
    share = rows["found-proactively"]
    assert (share["Value"].value, share["Value"].number_format, share["Value, exact"].value) == (
        0.813,
        "0.0#%",
        "81.3",
    )
    assert (share["Numerator"].value, rows["hash-matching"]["Value"].value) == (813, True)


def test_the_dictionary_has_every_indicator_in_the_language_of_the_document(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    rows = values_of(open_workbook(cycle, "ru")["Словарь данных"], "Ключ", "Название", "Тип")
    assert rows[1] == ("content-actioned", "Content actioned (ру)", "Значение")
    assert len(rows) == 9


def test_nothing_withheld_gets_into_the_public_one(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, **with_canaries())
    content = everything_in(content_of(build_workbook(cycle)))
    assert [secret for secret in SECRETS if secret in content] == []
    assert content.count("Withheld") > 3


def test_the_secretariats_has_what_was_filed_and_says_what_the_public_does_not_read(
    cast: Cast, cycle: Cycle
) -> None:
    make_submission(make_report(cycle, cast.aurora), **with_canaries())
    make_report(cycle, cast.beacon)
    measure = Measure.objects.get(charter=cycle.charter, key="search")
    with acting_as(SYSTEM):
        make_finding(cast, Report.objects.get(organisation=cast.aurora), measure, "Count the nights.")
    book = working(cast, cycle)
    rows = table_of(book["Figures"])
    assert [(row["Value"].value, row["Disclosure"].value) for row in rows][:2] == [
        (777771, "Secretariat only"), (888882, "Public"),
    ]  # fmt: skip
    assert values_of(book["Who submitted a report"], "Member", "State") == [
        ("Aurora Video", "Submitted"), ("Beacon Search", "Draft"),
    ]  # fmt: skip
    assert values_of(book["Findings"], "Member", "Finding", "Public") == [
        ("Aurora Video", "Count the nights.", "Not public")
    ]
    assert [sheet["A1"].value for sheet in book if "unpublished" not in str(sheet["A1"].value)] == []


@pytest.mark.parametrize("name", ["alice", "carol"])
def test_nobody_else_asks_for_the_secretariats(cast: Cast, cycle: Cycle, name: str) -> None:
    with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
        request_working_cycle(actor, cycle, "en")
    assert Document.objects.count() == 0


def test_a_text_that_looks_like_a_formula_stays_a_text(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures(note="=HYPERLINK(1)"), answer="@SUM(A1)")
    content = content_of(build_workbook(cycle))
    sheets = parts_of(content, "xl/worksheets/sheet")
    assert ([sheet for sheet in sheets if "<f>" in sheet], "=HYPERLINK(1)" in everything_in(content)) == (
        [],
        True,
    )


def test_the_same_facts_give_the_same_bytes(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    first = content_of(build_workbook(cycle))
    Document.objects.filter(kind="cycle.workbook").delete()
    assert content_of(build_workbook(cycle)) == first


def test_a_correction_makes_another_edition_and_the_old_one_stays_as_it_was(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    before = cycle_edition(cycle.slug)
    report = Report.objects.get(organisation=cast.aurora)
    make_submission(report, "concluded", number=2, figures=search_figures(value="1300"))
    with acting_as(SYSTEM):
        record_report_publication(SYSTEM, report)
    after = cycle_edition(cycle.slug)
    assert before is not None
    assert after is not None
    old, new = request_public_cycle(before, "en"), request_public_cycle(after, "en")
    build_document(old)
    build_document(new)
    totals = [table_of(workbook_of(document)["1 Protect"])[0][ACTIONED].value for document in (old, new)]
    assert (before.number < after.number, totals) == (True, [35200, 35300])
    assert Submission.objects.count() == 3


def test_a_member_that_left_before_its_report_was_due_did_not_have_to_report(
    cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "substantial"})
    report = make_report(cycle, cast.beacon)
    Report.objects.filter(pk=report.pk).update(due_on=today() + timedelta(days=21))
    leave(cast)
    draft = working(cast, cycle)
    with acting_as(SYSTEM):
        record_cycle_publication(SYSTEM, cycle)
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    matrix = request_public_cycle(edition, "en", "matrix-xlsx")
    build_document(matrix)

    for book in (draft, open_workbook(cycle), workbook_of(matrix)):
        facts = {row[0].value: row[1].value for row in book["Overview"].iter_rows(max_col=2)}
        assert facts["Members that had to report"] == 1
        assert facts["Members that left before the report was due"] == 1
        assert "Members that were exempt" not in facts
    states = [row["State"].value for row in table_of(draft["Who submitted a report"])]
    assert states[1].startswith("Membership ended ")
