"""What a signatory is shown before signing: differences, verdicts, what is withheld, the words of a colleague."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from alliance.enums import CharterState, Direction, Disclosure, ReportState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import (
    Answer,
    ChangesRequest,
    Charter,
    Figure,
    Indicator,
    KeyMapping,
    Organisation,
    Ownership,
    Report,
)
from alliance.queries.working_copy import working_copy
from alliance.services.shown_copies import ShownCopy
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submission_content import content_of
from alliance.validators.figures import Finding
from alliance.web.workspace.difference_rows import DifferenceRows
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.web import PAGE_BYTES
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter, renamed
from tests.support.long_reports import fill_long_report, make_long_report, make_verdict
from tests.support.pages import queries_of, signed_in, words_of
from tests.support.submissions import make_submission, submitted_figure
from tests.support.working_copies import confirm_as_shown, fill_report, save_one_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(cast: Cast) -> Report:
    """Aurora's for the period before, published."""
    report = make_report(make_cycle(read_charter(), "2025-h2"), cast.aurora)
    figures = {
        "search": [
            submitted_figure("content-actioned", "100", service="aurora-kids"),
            submitted_figure("content-actioned", "120", service="aurora-live"),
            submitted_figure("seen-before-removal", "240", service="aurora-kids"),
        ]
    }
    make_submission(report, ReportState.PUBLISHED, figures=figures, answer="We looked for it with a list.")
    return report


@pytest.fixture
def report(cast: Cast, before: Report) -> Report:
    """Aurora's, complete."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    values = FigureValues(value=Decimal(120), note="Counted again.")
    save_one_figure(cast.actor("alice"), report, FigurePlace("content-actioned", "aurora-live"), values, 1)
    return report


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


def url(report: Report, page: str = "submit") -> str:
    return f"/workspace/reports/{report.pk}/{page}/"


def figures_of(client: Client, report: Report, query: str = "") -> dict[tuple[str, str], Any]:
    page = client.get(f"{url(report, 'differences')}?show=figures{query}")
    return {(row.title, row.owner): row for row in page.context["figure_rows"]}


def test_figures_stand_with_the_largest_change_first_and_unchanged_ones_apart(
    report: Report, sven: Client
) -> None:
    rows = figures_of(sven, report)
    same = words_of(sven.get(url(report, "differences") + "?show=same-figures"))

    assert [(row.before, row.now, row.change) for row in rows.values()][:2] == [
        ("240", "120", "−50\xa0%"),
        ("100", "120", "+20\xa0%"),
    ]
    assert ("Content actioned", "Aurora Live") not in rows
    assert "Aurora Live" in same


@pytest.mark.parametrize(
    ("direction", "trends"),
    [
        (Direction.HIGHER, ["worse", "better"]),
        (Direction.LOWER, ["better", "worse"]),
        (Direction.NEUTRAL, ["", ""]),
    ],
)
def test_better_and_worse_follow_the_direction_of_the_indicator(
    cast: Cast, report: Report, direction: str, trends: list[str]
) -> None:
    with acting_as(cast.actor("sven")) as actor:
        rows = DifferenceRows(actor, working_copy(report)).changed_figures[:2]
        for row in rows:
            row.indicator.direction = direction

    assert [row.trend for row in rows] == trends


def test_a_figure_whose_definition_has_changed_is_not_compared_and_says_why(
    cast: Cast, report: Report, sven: Client
) -> None:
    values = FigureValues(
        value=Decimal(900), definition_changed=True, definition_note="Broadcasts count now."
    )
    save_one_figure(cast.actor("alice"), report, FigurePlace("content-actioned", "aurora-kids"), values, 1)

    row = figures_of(sven, report)["Content actioned", "Aurora Kids"]
    page = sven.get(url(report))

    assert (row.kind, row.change, row.trend, row.break_reason) == ("broken", "", "", "Broadcasts count now.")
    assert "not compared" in words_of(page)
    assert "Broadcasts count now." in words_of(page)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("Posts are counted apart.", "Posts are counted apart."),
        ("", "The charter has changed the definition."),
    ],
)
def test_a_series_that_the_charter_breaks_is_hatched_with_the_reason_of_the_charter(
    cast: Cast, before: Report, sven: Client, reason: str, shown: str
) -> None:
    key, later = "content-actioned", ("pieces-acted-on", "pieces-left")
    Charter.objects.filter(pk=before.charter.pk).update(state=CharterState.SUPERSEDED)
    charter = make_charter(version=2, tree=renamed((key, later[0])), mapping=[(key, each) for each in later])
    Indicator.objects.filter(charter=charter).update(part_of="")
    KeyMapping.objects.filter(charter=charter).update(reason_en=reason, reason_ru=reason)
    report = make_report(make_cycle(charter), cast.aurora)
    fill_report(cast.actor("alice"), report)

    page = sven.get(url(report))
    row = figures_of(sven, report)["Pieces acted on", "Aurora Kids"]

    assert (row.kind, row.before, row.change, row.trend, row.break_reason) == ("broken", "100", "", "", shown)
    assert 'class="change-bar" data-kind="broken"' in page.content.decode()
    assert shown in words_of(page)


def test_texts_are_shown_word_by_word(report: Report, sven: Client) -> None:
    page = sven.get(url(report))

    assert "<del>" in page.content.decode()
    assert {row.difference.kind for row in page.context["text_rows"]} == {"answer"}
    assert {piece.text for piece in page.context["text_rows"][0].difference.pieces} >= {
        "with a list",
        "ourselves",
    }


def test_the_last_verdicts_stand_beside_what_has_changed_and_block_nothing(
    cast: Cast, before: Report, report: Report, sven: Client
) -> None:
    make_verdict(cast, before, "search", "limited")
    make_verdict(cast, before, "speed", "limited")
    make_verdict(cast, before, "complaints", "complete")
    with acting_as(cast.actor("alice")):
        Answer.objects.filter(report=report).exclude(indicator__key="search-story").update(
            text="We looked for it with a list."
        )

    page = sven.get(url(report))
    rows = [
        (row.answered.required.measure.key, row.answered.is_answered) for row in page.context["verdict_rows"]
    ]

    assert rows == [("speed", False), ("search", True)]
    assert page.context["unanswered"] == 1
    assert "The sample is too small." in words_of(page)
    assert page.context["is_ready"]


def test_what_is_withheld_stands_with_its_reason_and_what_goes_with_it(
    cast: Cast, report: Report, sven: Client
) -> None:
    with acting_as(cast.actor("alice")):
        Figure.objects.filter(indicator__key="content-actioned", service__slug="aurora-kids").update(
            disclosure=Disclosure.SECRETARIAT, disclosure_reason="It would show a single case."
        )

    page = sven.get(url(report))

    assert [(row.value, row.entry.reason) for row in page.context["withheld_rows"]] == [
        ("120", "It would show a single case.")
    ]
    assert "It would show a single case." in words_of(page)


def test_what_is_filed_is_counted_as_it_is_signed(cast: Cast, report: Report, sven: Client) -> None:
    """A service has ended, a text was emptied: neither is filed."""
    with acting_as(SYSTEM):
        Ownership.objects.filter(service__slug="aurora-live").delete()
        Answer.objects.filter(pk=Answer.objects.filter(report=report).earliest("pk").pk).update(text="")
        assert Figure.objects.filter(report=report, service__slug="aurora-live").exists()
        measures = content_of(working_copy(report))["measures"]
    texts = sum(bool(answer["text"]) for measure in measures for answer in measure["answers"])
    figures = sum(len(measure["figures"]) for measure in measures)

    assert f"Texts: {texts}; figures: {figures}" in words_of(sven.get(url(report)))


def test_warnings_stand_without_a_note_first_then_with_the_largest_difference(
    cast: Cast, report: Report, sven: Client
) -> None:
    kids = FigurePlace("content-actioned", "aurora-kids")  # 100 in the last period
    seen = FigurePlace("seen-before-removal", "aurora-kids")  # 240
    for place, value in ((kids, 900), (seen, 12)):
        save_one_figure(cast.actor("alice"), report, place, FigureValues(value=Decimal(value)), 1)

    def order_of(query: str, page: str) -> list[str]:
        rows = sven.get(f"{url(report, page)}{query}").context["warning_rows"]
        return [row.place.partition(" ")[2] for row in rows]

    names = [
        "Seen before removal, Aurora Kids",
        "Content actioned, Aurora Kids",
        "Content actioned, Aurora Live",
    ]
    assert order_of("", "submit") == order_of("?show=warnings", "differences") == names
    values = FigureValues(value=Decimal(12), note="There were few.")
    save_one_figure(cast.actor("alice"), report, seen, values, 2)
    assert order_of("", "submit") == [names[1], names[0], names[2]]


def test_warnings_are_told_from_others_without_a_word(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page shows five of them, and a report may have 1,400."""
    spoken: list[Finding] = []
    monkeypatch.setattr(Finding, "__str__", lambda finding: spoken.append(finding) or "")

    def digest_of(number: int) -> str:
        copy = working_copy(report)
        place = next(iter(copy.values))
        warning = Finding(place, gettext_lazy("Sum"), {"sum": Decimal(number)})
        copy.__dict__["warnings"] = [warning] * 1_400
        return ShownCopy.of(copy, timezone.now()).digest

    with acting_as(SYSTEM):
        english = digest_of(5)
        with override("ru"):
            assert digest_of(5) == english
        assert digest_of(6) != english
    assert spoken == []


def test_the_words_of_the_asker_and_the_reading_of_a_colleague_are_shown(
    cast: Cast, report: Report, sven: Client
) -> None:
    with acting_as(SYSTEM):
        Organisation.objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
    values = FigureValues(value=Decimal(121))
    save_one_figure(cast.actor("sven"), report, FigurePlace("content-actioned", "aurora-kids"), values, 1)
    measure = report.charter.measures.get(key="search")
    confirm_as_shown(cast.actor("alice"), report, "search")
    with acting_as(cast.actor("alice")) as alice:
        ask_for_sign_off(alice, report, "December is an estimate.")

    page = words_of(sven.get(url(report)))

    assert "December is an estimate." in page
    assert f"{measure.code}, which you wrote last, was read by Alice." in page
    assert "Asked for by Alice" in page


def test_after_a_request_for_changes_the_page_compares_with_the_submission_and_shows_what_was_asked(
    cast: Cast, report: Report, sven: Client
) -> None:
    make_submission(report, ReportState.CHANGES_REQUESTED, figures={}, answer="We looked for it ourselves.")
    with acting_as(SYSTEM):
        ChangesRequest.objects.create(
            report=report, organisation=cast.aurora, submission=report.submissions.get(), summary="Count it anew.",
            requested_by=cast.rita, due_on=report.due_on,
        )  # fmt: skip
        Report.objects.filter(pk=report.pk).update(changes_due_on=report.due_on)

    page = sven.get(url(report))

    assert page.context["baseline"].comparison == "submission"
    assert not page.context["text_rows"]
    assert {row.kind for row in page.context["figure_rows"]} == {"new"}
    assert "Count it anew." in words_of(page)
    assert figures_of(sven, report, "&against=period")["Content actioned", "Aurora Kids"].before == "100"


def test_a_first_report_has_nothing_to_compare_with(cast: Cast, sven: Client) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)

    page = sven.get(url(report))

    assert "there is no earlier report to compare with" in words_of(page)
    assert page.context["is_ready"]


@pytest.mark.parametrize("name", ["carol", "rita", "mona"])
def test_nobody_else_reads_what_a_report_changes(cast: Cast, report: Report, name: str) -> None:
    assert signed_in(getattr(cast, name)).get(url(report, "differences")).status_code in (403, 404)


# --- The largest report ----------------------------------------------------------------------

MEASURES, INDICATORS, SERVICES = 40, 6, 6


@pytest.fixture
def large(cast: Cast) -> Report:
    """Empty, with 40 measures, 6 services and 1,440 figures that it asks for, after a report of the same size."""
    return make_long_report(cast, MEASURES, INDICATORS, SERVICES)


@pytest.mark.slow
def test_the_pages_of_the_largest_report_are_small_with_constant_queries(
    cast: Cast, large: Report, sven: Client
) -> None:
    empty = queries_of(sven, url(large))
    refused = signed_in(cast.alice).post(url(large, "ask-for-sign-off"), {"message": "", "language": "en"})
    fill_long_report(cast, large)

    full = queries_of(sven, url(large))
    pages = [
        sven.get(url(large)),
        *(
            sven.get(f"{url(large, 'differences')}?show={show}")
            for show in ("figures", "figures&kind=number&page=29", "texts", "withheld", "verdicts")
        ),
        sven.get(f"{url(large, 'differences')}?show=warnings"),
        sven.get(url(large, "preview")),
    ]

    assert full <= empty + 2  # the accounts that the page names
    assert [len(page.content) < PAGE_BYTES for page in (refused, *pages)] == [True] * 9
    assert refused.status_code == 422
    assert "more places: see “What needs your eyes”" in words_of(refused)
