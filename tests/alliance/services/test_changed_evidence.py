"""Evidence that colleagues change in its place: whose piece it stays, what it was before, and who is named."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance.models import Evidence, Report
from alliance.queries.evidence_history import evidence_versions, read_evidence_changes
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.personal_data.reports import REPORT_PARTS
from alliance.queries.report_differences import ReportDifferences, baselines
from alliance.queries.working_copy import working_copy
from alliance.services.carry_over import confirm_carried_over
from alliance.services.evidence import (
    add_link,
    disclose_evidence,
    exclude_evidence,
    include_evidence,
    remove_evidence,
)
from alliance.services.shown_copies import ShownCopy
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.personal_data import all_rows
from tests.support.recalled_evidence import LINK, make_recalled_report, piece, search
from tests.support.report_acts import act, returned
from tests.support.report_program import ReportProgram

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(db: None) -> Report:
    return make_recalled_report()


def leave_out_and_take_in(cast: Cast, report: Report) -> None:
    act(cast, "sven", exclude_evidence, report, piece())
    act(cast, "sven", include_evidence, report, piece())


def make_confidential(cast: Cast, report: Report) -> None:
    act(cast, "sven", disclose_evidence, report, piece(), "secretariat")


# --- whose it is ------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [leave_out_and_take_in, make_confidential])
def test_it_stays_the_piece_of_whoever_added_it(cast: Cast, report: Report, change: object) -> None:
    before = piece()

    change(cast, report)  # type: ignore[operator]  # one of the two above

    after = piece()
    assert (after.added_by, after.added_at) == (cast.alice, before.added_at)
    assert after.changed_by == cast.sven
    rows = ReportProgram(cast.alice, report)("get", "evidence/").json()["results"]
    added_at = next(row["added_at"] for row in rows if row["id"] == after.pk)
    assert added_at.startswith(f"{before.added_at:%Y-%m-%dT%H:%M:%S}")
    page = reverse("workspace:report-measure", args=[report.pk, "search"])
    assert "Alice, " in words_of(signed_in(cast.bob).get(page))


def test_personal_data_has_it_with_whoever_added_it_and_the_change_with_whoever_made_it(
    cast: Cast, report: Report
) -> None:
    make_confidential(cast, report)
    parts = {part.name: part for part in REPORT_PARTS}

    def titles(name: str, part: str) -> list[str]:
        return [str(row["title"]) for row in all_rows(parts[part], [cast.actor(name)])]

    assert titles("alice", "evidence") == ["Our counts", "How we search"]
    assert titles("sven", "evidence") == []
    assert titles("sven", "earlier-evidence") == ["Our counts"]


@pytest.mark.parametrize("change", [leave_out_and_take_in, make_confidential])
def test_the_history_and_four_eyes_name_who_changed_it(cast: Cast, report: Report, change: object) -> None:
    type(report.organisation).objects.filter(pk=report.organisation_id).update(four_eyes=True)
    report.organisation.refresh_from_db()

    change(cast, report)  # type: ignore[operator]  # one of the two above

    with acting_as(cast.actor("alice")):
        (last, *_earlier) = read_evidence_changes(
            report, search(), list(evidence_versions(report, search()).filter(pgh_obj_id=piece().pk))
        )
        writers = {row.measure.key: row.writer for row in unconfirmed_measures(working_copy(report))}
    assert (last.writer, writers["search"]) == (cast.sven, cast.sven)


def test_who_confirmed_it_after_the_change_is_its_last_writer(cast: Cast, report: Report) -> None:
    type(report.organisation).objects.filter(pk=report.organisation_id).update(four_eyes=True)
    report.organisation.refresh_from_db()
    make_confidential(cast, report)
    with acting_as(SYSTEM):
        Evidence.objects.filter(pk=piece().pk).update(carried_over=True)
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(report)
        confirm_carried_over(alice, report, copy.unconfirmed_in(copy.frame.required_measure("search")))
        writers = {row.measure.key: row.writer for row in unconfirmed_measures(working_copy(report))}
    assert writers["search"] == cast.alice


# --- signing what was changed since -----------------------------------------------------------


@pytest.mark.parametrize("change", [exclude_evidence, disclose_evidence])
def test_the_refusal_to_sign_names_who_left_a_piece_out_or_changed_its_readers(
    cast: Cast, report: Report, change: object
) -> None:
    with acting_as(cast.actor("sven")):
        shown = ShownCopy.of(working_copy(report), timezone.now())
    readers = ["secretariat"] if change == disclose_evidence else []
    act(cast, "alice", change, report, piece(), *readers)

    with pytest.raises(WrongState, match="Changed since: “Our counts” by Alice"):
        act(cast, "sven", submit_report, report, shown=shown)


def test_a_program_is_shown_the_moment_at_which_a_piece_was_left_out(cast: Cast, report: Report) -> None:
    act(cast, "alice", exclude_evidence, report, piece())
    with acting_as(cast.actor("sven")):
        assert ShownCopy.as_stored(working_copy(report)).at == piece().excluded_at


# --- what it was before -----------------------------------------------------------------------


def test_of_two_pieces_that_are_alike_each_is_compared_with_itself(cast: Cast, report: Report) -> None:
    """The second of them alone is for the secretariat, and was before."""
    act(cast, "alice", add_link, report, search(), LINK, "How we search, in full", "secretariat")
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    report.refresh_from_db()
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(report)
        assert ReportDifferences(copy, baselines(alice, copy)[0]).evidence == []
    act(cast, "sven", submit_report, report)
    client, address = signed_in(cast.rita), reverse("secretariat:review-measure", args=[report.pk, "search"])
    words = words_of(client.get(address))
    assert "only before" not in words
    assert "public before" not in words


def test_of_two_pieces_that_are_alike_the_one_that_is_left_out_is_named(cast: Cast, report: Report) -> None:
    act(cast, "alice", add_link, report, search(), LINK, "How we search, in full", "secretariat")
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    with acting_as(SYSTEM):
        first = Evidence.objects.get(title="How we search")
    act(cast, "alice", exclude_evidence, report, first)
    report.refresh_from_db()
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(report)
        rows = ReportDifferences(copy, baselines(alice, copy)[0]).evidence
    assert [(row.title, row.now) for row in rows] == [("How we search", None)]
    act(cast, "sven", submit_report, report)
    address = reverse("secretariat:review-measure", args=[report.pk, "search"])
    assert "How we search No longer given" in words_of(signed_in(cast.rita).get(address))


def test_a_piece_that_was_added_anew_is_the_one_that_was_left_out(cast: Cast, report: Report) -> None:
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    act(cast, "alice", exclude_evidence, report, piece("link"))
    act(cast, "alice", add_link, report, search(), LINK, "How we search", "secretariat")
    report.refresh_from_db()
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(report)
        rows = ReportDifferences(copy, baselines(alice, copy)[0]).evidence
    assert [(row.title, row.has_other_readers) for row in rows] == [("How we search", True)]


# --- pages ------------------------------------------------------------------------------------


def test_after_the_recall_of_the_only_submission_the_page_says_what_leaving_out_does(
    cast: Cast, report: Report
) -> None:
    sentence = "stays as it was in the submissions that have it"
    alice, page = signed_in(cast.alice), reverse("workspace:report-measure", args=[report.pk, "search"])
    assert report.submitted_at is None
    assert sentence in words_of(alice.get(page))
    with acting_as(SYSTEM):
        Evidence.objects.update(submitted_at=None)
    assert sentence not in words_of(alice.get(page))


# --- what a colleague removed meanwhile -------------------------------------------------------


@pytest.mark.parametrize("change", [exclude_evidence, include_evidence])
def test_what_a_colleague_removed_meanwhile_is_neither_left_out_nor_taken_in(
    cast: Cast, report: Report, change: object
) -> None:
    added: Evidence = act(cast, "alice", add_link, report, search(), f"{LINK}/2", "Another", "public")
    act(cast, "sven", remove_evidence, report, added)

    with pytest.raises(DomainError, match="not in the report any more"):
        act(cast, "alice", change, report, added)
