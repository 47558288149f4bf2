"""What a new report takes over from the last one, and how it is confirmed."""

from decimal import Decimal

import pytest

from alliance.enums import CharterState, CycleState, Disclosure, EvidenceKind, FigureStatus, ReportState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Charter, Evidence, Figure, Measure, Report
from alliance.queries.attention_items import faults_of
from alliance.queries.report_frame import report_frame
from alliance.queries.report_progress import progress_of
from alliance.queries.working_copy import CarriedOver, WorkingCopy, working_copy
from alliance.services.carry_over import (
    CarryOverShare,
    carry_over_answers,
    carry_over_share,
    confirm_carried_over,
    confirm_measure_as_carried_over,
)
from alliance.services.evidence import add_link
from alliance.services.figures import FigureChange, save_figures
from alliance.services.reports import set_disclosure
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import Forbidden, WrongState
from portal.kernel.files import FileCase, FileState
from tests.factories import Cast, make_charter, make_cycle, make_report, read_cast, read_charter
from tests.support.working_copies import fill_report, save_one_figure

pytestmark = pytest.mark.django_db

HASHES = FigurePlace("hash-matching", "aurora-kids")
COUNT, SHARE = (
    FigurePlace("content-actioned", "aurora-kids"),
    FigurePlace("found-proactively", "aurora-kids"),
)
LIVE = FigurePlace("content-actioned", "aurora-live")


def filed() -> tuple[Cast, Report]:
    """Aurora has filed for the first half year: numbers, a yes, a reason, a method, a withheld figure, a link."""
    cast = read_cast()
    report = make_report(make_cycle(read_charter(), "2025-h2", CycleState.CLOSED), cast.aurora)
    alice = cast.actor("alice")
    fill_report(alice, report)
    save_one_figure(alice, report, COUNT, FigureValues(value=Decimal(120), method="By hand.", note="Ask."), 1)
    save_one_figure(alice, report, LIVE, FigureValues(FigureStatus.NOT_APPLICABLE, reason="No uploads."), 1)
    with acting_as(alice):
        measure = Measure.objects.get(indicators__key="content-actioned", charter=report.charter)
        add_link(alice, report, measure, "https://aurora.example/rules", "Our rules", Disclosure.PUBLIC)
    with acting_as(cast.actor("sven")) as sven:
        figure = report.figures.get(indicator__key=SHARE.indicator, service__slug=SHARE.service)
        set_disclosure(sven, report, figure, Disclosure.SECRETARIAT, "A trade secret.")
        submit_report(sven, report)
    return cast, report


def following(report: Report) -> Report:
    later = make_report(make_cycle(report.charter, "2026-h1"), report.organisation)
    carry_over_answers(later)
    return later


def copy_of(actor: Actor, report: Report) -> WorkingCopy:
    with acting_as(actor):
        copy = working_copy(report)
        assert copy.evidence is not None  # read as its reader
        return copy


def test_answers_reasons_methods_and_readers_are_carried_over_and_numbers_never() -> None:
    cast, earlier = filed()

    copy = copy_of(cast.actor("alice"), following(earlier))

    assert copy.figures[HASHES].value == Decimal(1)
    assert copy.figures[HASHES].is_unconfirmed
    assert (copy.figures[LIVE].status, copy.figures[LIVE].reason) == ("not_applicable", "No uploads.")
    count, share = copy.figures[COUNT], copy.figures[SHARE]
    assert (count.value, count.method, count.note, count.is_unfilled) == (None, "By hand.", "", True)
    assert (share.value, share.disclosure, share.disclosure_reason) == (
        None,
        "secretariat",
        "A trade secret.",
    )
    assert [
        place for place, figure in copy.figures.items() if figure.value is not None and place != HASHES
    ] == [place for place in copy.figures if place.indicator == HASHES.indicator and place != HASHES]


def test_who_may_read_an_answer_follows_the_next_version_unless_a_signatory_has_decided() -> None:
    """Two questions become the secretariat's alone, one everybody's; a figure was restricted with a reason."""
    read_charter().indicators.filter(key="complaints-story").update(disclosure=Disclosure.SECRETARIAT)
    cast, earlier = filed()
    Charter.objects.filter(pk=earlier.charter.pk).update(state=CharterState.SUPERSEDED)
    charter = make_charter(version=2)
    restricted = ("search-story", HASHES.indicator)
    charter.indicators.filter(key__in=restricted).update(disclosure=Disclosure.SECRETARIAT)
    report = make_report(make_cycle(charter, "2026-h1"), earlier.organisation)
    carry_over_answers(report)

    copy = copy_of(cast.actor("alice"), report)

    readers = {
        answer.indicator.key: answer.disclosure for answer in copy.answers.values() if answer.indicator
    }
    assert readers == {"search-story": "secretariat", "speed-story": "public", "complaints-story": "public"}
    assert (copy.figures[HASHES].disclosure, copy.figures[LIVE].disclosure) == ("secretariat", "public")
    share = copy.figures[SHARE]
    assert (share.disclosure, share.disclosure_reason) == ("secretariat", "A trade secret.")


def test_an_unfilled_figure_is_neither_filed_nor_wrong_nor_counted_as_answered() -> None:
    cast, earlier = filed()
    report = following(earlier)
    copy = copy_of(cast.actor("alice"), report)

    assert COUNT not in copy.values
    assert COUNT not in {finding.place for finding in copy.errors}
    with acting_as(cast.actor("alice")):
        assert progress_of(report) == copy.total
    assert copy.total.done == len(copy.answers) + len(copy.unconfirmed_figures)


def test_carried_over_answers_stop_sign_off_until_they_are_confirmed() -> None:
    cast, earlier = filed()
    report, alice = following(earlier), cast.actor("alice")
    fill_report(alice, report, "What we did since.")  # a save says that a value holds
    copy = copy_of(alice, report)

    assert copy.unconfirmed_figures == []
    assert "Our rules" in " ".join(faults_of(copy.blockers))
    assert not copy.is_ready
    with acting_as(alice):
        assert confirm_carried_over(alice, report, CarriedOver(evidence=copy.unconfirmed_evidence)) == 1
    assert "Our rules" not in " ".join(faults_of(copy_of(alice, report).blockers))


def test_who_may_read_a_figure_outlives_its_values() -> None:
    cast, earlier = filed()
    report, alice = following(earlier), cast.actor("alice")
    target = report_frame(report).find(SHARE)
    with acting_as(alice):
        save_figures(alice, report, [FigureChange(target, FigureValues(value=Decimal(5)), None)])
        save_figures(alice, report, [FigureChange(target, None, None)])
        emptied = working_copy(report).figures[SHARE]
        again = save_figures(alice, report, [FigureChange(target, None, None)])

    figure = save_one_figure(alice, report, SHARE, FigureValues(value=Decimal(6)), emptied.version)

    assert (emptied.value, emptied.is_unfilled, emptied.updated_by_id) == (None, True, alice.person_id)
    assert again.changed == 0
    assert (figure.disclosure, figure.disclosure_reason) == ("secretariat", "A trade secret.")


def test_a_measure_is_confirmed_at_once_and_nothing_else() -> None:
    cast, earlier = filed()
    report, alice = following(earlier), cast.actor("alice")
    before = copy_of(alice, report)
    required = before.frame.required_measure(
        next(row.measure.key for row in before.frame.measures if before.unconfirmed_in(row).evidence)
    )
    assert required is not None

    with acting_as(alice):
        confirmed = confirm_measure_as_carried_over(alice, report, required.measure.key)
        again = confirm_measure_as_carried_over(alice, report, required.measure.key)

    after = copy_of(alice, report)
    assert (confirmed, again) == (before.unconfirmed_in(required).count, 0)
    assert after.unconfirmed_in(required).count == 0
    assert after.unconfirmed_count == before.unconfirmed_count - confirmed
    figure = after.figures[LIVE]
    assert (figure.version, figure.updated_by_id) == (2, alice.person_id)


def test_evidence_is_carried_over_by_reference_unless_its_file_was_purged() -> None:
    cast, earlier = filed()
    with acting_as(SYSTEM):
        link = Evidence.objects.get(report=earlier)
        assert link.submitted_at is not None
        earlier_file = {
            "report": earlier,
            "organisation": earlier.organisation,
            "measure": link.measure,
            "kind": EvidenceKind.FILE,
        }
        standing, purged = (
            Evidence.objects.create(
                title=name, file=f"evidence/{digit * 64}", sha256=digit * 64, **earlier_file
            )
            for name, digit in (("Standing", "a"), ("Purged", "b"))
        )
        FileCase.objects.create(sha256="b" * 64, state=FileState.PURGED)
    _file_again(cast, earlier)

    rows = copy_of(cast.actor("alice"), following(earlier)).evidence

    assert {(row.title, row.carried_over, row.submitted_at) for row in rows} == {
        ("Our rules", True, None),
        ("Standing", True, None),
    }
    assert {row.file for row in rows} == {"", standing.file}
    assert purged.file not in {row.file for row in rows}


def _file_again(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.DRAFT)
    report.refresh_from_db()
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)


def test_a_writer_who_has_read_nothing_writes_over_what_was_carried_over_and_not_over_a_colleague() -> None:
    cast, earlier = filed()
    report = following(earlier)

    figure = save_one_figure(cast.actor("alice"), report, HASHES, FigureValues(value=Decimal(0)), 0)

    assert figure.value == Decimal(0)
    assert (figure.carried_over, figure.version) == (False, 2)


def test_only_an_editor_confirms_and_only_while_the_report_is_written() -> None:
    cast, earlier = filed()
    report = following(earlier)
    everything = CarriedOver(figures=list(_figures(report)))

    with pytest.raises(Forbidden), acting_as(cast.actor("rita")) as rita:
        confirm_carried_over(rita, report, everything)
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    with pytest.raises(WrongState), acting_as(cast.actor("alice")) as alice:
        confirm_carried_over(alice, report, everything)

    assert all(figure.carried_over for figure in _figures(report))


def _figures(report: Report) -> list[Figure]:
    with acting_as(SYSTEM):
        return list(report.figures.filter(carried_over=True))


def test_everything_that_may_still_be_true_is_taken_over() -> None:
    cast, earlier = filed()

    share = carry_over_share(following(earlier))

    copy = copy_of(cast.actor("alice"), earlier)
    numbers = [place for place in copy.values if place.indicator != HASHES.indicator and place != LIVE]
    answers = len(copy.answers) + len(copy.values) + len(copy.evidence)
    stable = answers - len(numbers)
    assert share == CarryOverShare(stable, stable, answers)
    assert carry_over_share(earlier) is None
