"""The page of a correction names every public place of tests/support/public_places.py, and what becomes of promises."""

import html
import re
from datetime import date

import pytest

from alliance.enums import CycleState
from alliance.models import Correction, Report
from alliance.queries.published_states import (
    published_state,
)
from alliance.services.corrections import CorrectionInput, draft_correction
from alliance.validators.corrections import Changes, CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.support.corrections import REASON, VERDICT
from tests.support.pages import signed_in
from tests.support.pledges import make_published_pledge
from tests.support.public_places import PublicPlaces
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
HOURS = CorrectionPlace("figure", indicator="time-to-removal", service="clips")
PLACES = PublicPlaces("en", "2025-h2", HOURS.indicator)


def published(cast: Cast, **of_figure: str) -> Report:
    """Aurora has promised at most 600 hours for a day of that half-year, and reported 777."""
    make_service(cast.aurora, "clips")
    target = {"indicator": "time-to-removal", "due_on": date(2025, 9, 30).isoformat(), "value": "600"}
    make_published_pledge(cast.aurora, {**target, "text": "Six hundred."})
    figure = submitted_figure("time-to-removal", "777", service="clips", **of_figure)
    cycle = make_cycle(read_charter(), "2025-h2", CycleState.PUBLISHED)
    make_published_report(cycle, cast.aurora, {"speed": [figure]}, {"find": "complete"})
    return Report.objects.get()


def table_of(cast: Cast, report: Report, changes: Changes) -> str:
    """The table of public places on the page of a draft of this correction."""
    with acting_as(cast.actor("alice")) as actor:
        draft: Correction = draft_correction(actor, report, CorrectionInput(changes, REASON))
    page = signed_in(cast.alice).get(f"/workspace/corrections/{draft.pk}/").text
    return page.partition('id="places-title"')[2].partition('id="preview"')[0]


def addresses_in(table: str) -> set[str]:
    """Where its links lead, whole and without what narrows the page."""
    links = {html.unescape(link).partition("#")[0] for link in re.findall(r'href="([^"]+)"', table)}
    return links | {link.partition("?")[0] for link in links}


def missing_from(table: str, *addresses: str) -> set[str]:
    """Those of the addresses to which no link of it leads; of a search its page is enough."""
    expected = {each.partition("?")[0] if "/search" in each else each for each in addresses}
    return expected - addresses_in(table)


def row_of(table: str, title: str) -> str:
    """The words of the row of one place."""
    (row,) = [each for each in re.findall(r"<tr>.*?</tr>", table, re.DOTALL) if title in each]
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_a_figure_is_named_wherever_it_stands_with_the_promise_that_it_decides(cast: Cast) -> None:
    report = published(cast)

    table = table_of(cast, report, {HOURS: {"value": "555"}})

    assert missing_from(table, *PLACES.of_figure, *PLACES.of_answer, *PLACES.feeds) == set()
    assert "Missed Kept" in row_of(table, "Promise: Six hundred.")
    assert "how many of its promises are kept" in row_of(table, "Card and badge of the member")
    for title in (
        "Table of figures",
        "Summary, workbook and “Members by commitment”",
        "Open data",
        "Letters to followers",
    ):
        assert row_of(table, title)


def test_a_figure_that_decides_a_promise_no_other_way_leaves_it(cast: Cast) -> None:
    table = table_of(cast, published(cast), {HOURS: {"value": "700"}})

    assert "Missed Missed" in row_of(table, "Promise: Six hundred.")
    assert "Card and badge of the member" not in table


def test_of_a_withheld_figure_only_places_without_values_are_named(cast: Cast) -> None:
    table = table_of(cast, published(cast, disclosure="secretariat"), {HOURS: {"value": "555"}})

    assert "What changed" in table
    for title in ("Promise:", "Page of the member", "Table of figures"):
        assert title not in table


def test_a_verdict_is_named_wherever_it_stands(cast: Cast) -> None:
    change = {"value": "limited", "reason": "One service is missing."}

    table = table_of(cast, published(cast), {VERDICT: change})

    assert missing_from(table, *PLACES.of_verdict, *PLACES.feeds) == set()


def test_the_verdict_on_a_measure_leads_to_its_commitment(cast: Cast) -> None:
    report = published(cast)
    with acting_as(SYSTEM):
        state = published_state(report)
    assert state is not None
    place = next(each for each in state.values if each.subject == "verdict" and each.measure)

    table = table_of(cast, report, {place: {"value": "limited", "reason": "One service is missing."}})

    assert {"/en/commitments/find/", "/en/commitments/find.json"} <= addresses_in(table)
