"""The one write of figures: all of them or those that are valid, and never over somebody's figure."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import Disclosure, FigureStatus, ReportState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Report
from alliance.queries.report_frame import report_frame
from alliance.services.figures import FigureChange, FigureConflict, SavedFigures, save_figures
from alliance.services.reports import set_disclosure
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db

MODERATORS = FigurePlace("moderators", None)
KIDS, LIVE = (FigurePlace("content-actioned", f"aurora-{name}") for name in ("kids", "live"))


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def change(
    report: Report, figure_place: FigurePlace, value: str | FigureValues | None, version: int | None = None
) -> FigureChange:
    values = FigureValues(value=Decimal(value)) if isinstance(value, str) else value
    return FigureChange(report_frame(report).find(figure_place), values, version)


def save(
    cast: Cast, name: str, report: Report, *changes: FigureChange, all_or_none: bool = True
) -> SavedFigures:
    with acting_as(cast.actor(name)) as actor:
        return save_figures(actor, report, changes, all_or_none=all_or_none)


def stored_figures(report: Report) -> dict[FigurePlace, Figure]:
    with acting_as(SYSTEM):
        rows = Figure.objects.filter(report=report).select_related("indicator", "service")
        return {row.place: row for row in rows}


def values_in(report: Report) -> dict[FigurePlace, Decimal | None]:
    return {place: figure.value for place, figure in stored_figures(report).items()}


# --- What is written -------------------------------------------------------------------------


def test_save_figures_writes_into_empty_places_as_the_editors(cast: Cast, report: Report) -> None:
    saved = save(cast, "alice", report, change(report, MODERATORS, "412", version=0))

    figure = stored_figures(report)[MODERATORS]
    assert (saved.changed, list(saved.conflicts)) == (1, [])
    assert (figure.value, figure.version, figure.updated_by) == (Decimal(412), 1, cast.alice)


def test_save_figures_counts_versions_and_writers(cast: Cast, report: Report) -> None:
    save(cast, "alice", report, change(report, MODERATORS, "412", version=0))

    save(cast, "sven", report, change(report, MODERATORS, "413", version=1))

    figure = stored_figures(report)[MODERATORS]
    assert (figure.value, figure.version, figure.updated_by) == (Decimal(413), 2, cast.sven)


@pytest.mark.parametrize("version", [0, 1, 7, None])
def test_what_says_the_same_as_before_stays_as_it_is(cast: Cast, report: Report, version: int | None) -> None:
    """Whatever version its writer had read: version and writer stay, and it is no conflict."""
    save(cast, "alice", report, change(report, MODERATORS, "412.50", version=0))

    saved = save(cast, "sven", report, change(report, MODERATORS, "412.5", version))

    figure = stored_figures(report)[MODERATORS]
    assert (saved.changed, figure.version, figure.updated_by) == (0, 1, cast.alice)


def test_save_figures_empties_a_place_once(cast: Cast, report: Report) -> None:
    save(cast, "alice", report, change(report, MODERATORS, "412", version=0))

    changed = [save(cast, "alice", report, change(report, MODERATORS, None, 1)).changed for _time in range(2)]

    assert (changed, values_in(report)) == ([1, 0], {})


def test_a_share_follows_from_its_part_and_whole(cast: Cast, report: Report) -> None:
    share = FigureValues(value=Decimal(1), numerator=Decimal(2), denominator=Decimal(3))
    figure_place = FigurePlace("found-proactively", "aurora-kids")

    save(cast, "alice", report, change(report, figure_place, share, 0))

    assert values_in(report) == {figure_place: Decimal("66.67")}


def test_a_figure_takes_the_charters_disclosure_and_keeps_the_signatorys(cast: Cast, report: Report) -> None:
    report.cycle.charter.indicators.filter(key="moderators").update(disclosure=Disclosure.SECRETARIAT)
    save(cast, "alice", report, change(report, MODERATORS, "1", 0), change(report, KIDS, "1", 0))
    first = {place: figure.disclosure for place, figure in stored_figures(report).items()}
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(
            sven, report, stored_figures(report)[KIDS], Disclosure.SECRETARIAT, "A court forbids it."
        )

    save(cast, "alice", report, change(report, KIDS, "2", 2))

    kids = stored_figures(report)[KIDS]
    assert first == {MODERATORS: "secretariat", KIDS: "public"}
    assert (kids.value, kids.disclosure, kids.disclosure_reason) == (2, "secretariat", "A court forbids it.")


@pytest.mark.parametrize(
    "values",
    [
        FigureValues(value=Decimal(-5)),
        FigureValues(FigureStatus.DECLINED, Decimal(777)),
        FigureValues(value=None, choice="no-such-choice"),
        FigureValues(numerator=Decimal(5), denominator=Decimal(4)),
    ],
)
def test_wrong_values_are_saved(cast: Cast, report: Report, values: FigureValues) -> None:
    """Errors stop sign-off, not saving."""
    assert save(cast, "alice", report, change(report, KIDS, values, 0)).changed == 1


# --- Two writers -----------------------------------------------------------------------------


def overtaken(cast: Cast, report: Report) -> list[FigureChange]:
    """Alice's changes, of which Sven has overtaken one by a later version and one by emptying its place."""
    save(
        cast, "alice", report,
        change(report, KIDS, "1", 0), change(report, LIVE, "1", 0), change(report, MODERATORS, "1", 0),
    )  # fmt: skip
    save(cast, "sven", report, change(report, KIDS, "2", 1), change(report, LIVE, None, 1))
    return [change(report, place, "3", 1) for place in (KIDS, LIVE, MODERATORS)]


def test_with_all_or_none_nothing_is_written_over_a_colleague(cast: Cast, report: Report) -> None:
    changes = overtaken(cast, report)

    with pytest.raises(FigureConflict) as refusal:
        save(cast, "alice", report, *changes)

    conflicts = [(change.target.place, stored and stored.value) for change, stored in refusal.value.conflicts]
    assert conflicts == [(KIDS, 2), (LIVE, None)]
    assert values_in(report) == {KIDS: 2, MODERATORS: 1}


def test_without_it_the_rest_is_written(cast: Cast, report: Report) -> None:
    changes = overtaken(cast, report)

    saved = save(cast, "alice", report, *changes, all_or_none=False)

    conflicts = [(change.target.place, stored and stored.value) for change, stored in saved.conflicts]
    assert (saved.changed, conflicts) == (1, [(KIDS, 2), (LIVE, None)])
    assert values_in(report) == {KIDS: 2, MODERATORS: 3}


@pytest.mark.parametrize("value", ["3", None])
def test_without_a_version_whatever_stands_is_written_over(
    cast: Cast, report: Report, value: str | None
) -> None:
    overtaken(cast, report)

    save(cast, "alice", report, change(report, KIDS, value), change(report, LIVE, value))

    rest = {} if value is None else {KIDS: 3, LIVE: 3}
    assert values_in(report) == {**rest, MODERATORS: 1}


def test_a_place_is_not_emptied_over_a_later_version(cast: Cast, report: Report) -> None:
    overtaken(cast, report)

    with pytest.raises(FigureConflict):
        save(cast, "alice", report, change(report, KIDS, None, 1))

    assert values_in(report)[KIDS] == 2


def test_a_figure_written_into_an_emptied_place_is_not_taken_for_the_one_before(
    cast: Cast, report: Report
) -> None:
    """Else whoever still has the first version before them would write over the second."""
    save(cast, "alice", report, change(report, MODERATORS, "10", 0))
    save(cast, "sven", report, change(report, MODERATORS, None, 1))
    save(cast, "sven", report, change(report, MODERATORS, "99", 0))

    with pytest.raises(FigureConflict):
        save(cast, "alice", report, change(report, MODERATORS, "12", 1))

    assert values_in(report) == {MODERATORS: 99}


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("all_or_none", [True, False])
def test_two_changes_of_one_place_are_refused(cast: Cast, report: Report, all_or_none: bool) -> None:
    twice = [change(report, KIDS, value, 0) for value in ("1", "2")]

    with pytest.raises(DomainError, match="Another row has the same place") as refusal:
        save(cast, "alice", report, *twice, all_or_none=all_or_none)

    assert (refusal.value.field, values_in(report)) == ("indicator", {})


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("note", "a\u202eb", "invisible character"),
        ("method", "x" * 4001, "4001 characters, at most 4000"),
        ("reason", "x" * 501, "501 characters, at most 500"),
    ],
)
def test_text_that_cannot_be_kept_is_refused_at_its_field(
    cast: Cast, report: Report, name: str, text: str, words: str
) -> None:
    values = FigureValues(value=Decimal(1), **{name: text})

    with pytest.raises(DomainError, match=words) as refusal:
        save(cast, "alice", report, change(report, MODERATORS, "1", 0), change(report, KIDS, values, 0))

    assert (refusal.value.field, values_in(report)) == (name, {})


@pytest.mark.parametrize("name", ["bob", "carol", "rita"])
def test_save_figures_is_the_organisations_editors_alone(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(Forbidden):
        save(cast, name, report, change(report, MODERATORS, "412", 0))


@pytest.mark.parametrize("all_or_none", [True, False])
def test_save_figures_needs_a_report_in_work(cast: Cast, report: Report, all_or_none: bool) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)

    with pytest.raises(WrongState):
        save(cast, "alice", report, change(report, MODERATORS, "412", 0), all_or_none=all_or_none)


# --- What it costs ---------------------------------------------------------------------------


def test_many_figures_take_as_many_queries_as_one(cast: Cast, report: Report) -> None:
    def queries(*changes: FigureChange) -> int:
        with CaptureQueriesContext(connection) as captured:
            save(cast, "alice", report, *changes)
        return len(own_queries(captured))

    for_one_figure = queries(change(report, KIDS, "1", 0))
    changes = [change(report, place, "5") for place in (KIDS, LIVE, MODERATORS)]

    assert queries(*changes) == for_one_figure
