"""Evidence that was submitted: left out of the next submission or read by others; the earlier ones keep it."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import Disclosure
from alliance.models import Evidence, Report, Submission
from alliance.queries.evidence_history import evidence_versions, read_evidence_changes
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.report_differences import ReportDifferences, baselines
from alliance.queries.working_copy import working_copy
from alliance.services import carry_over
from alliance.services import evidence as services
from alliance.services.evidence import (
    add_link,
    disclose_evidence,
    exclude_evidence,
    include_evidence,
    remove_evidence,
    restore_evidence,
)
from alliance.services.publications import record_report_publication
from alliance.services.review_decisions import take_back_request
from alliance.services.reviews import conclude_report, start_review
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle
from tests.support.recalled_evidence import LINK, add_public_file, make_recalled_report, piece, search
from tests.support.report_acts import act, judge_all, returned
from tests.support.report_program import ReportProgram

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(db: None) -> Report:
    return make_recalled_report()


def filed(number: int) -> list[tuple[str, str]]:
    """What a submission says of the evidence: titles with their disclosure."""
    with acting_as(SYSTEM):
        body = json.loads(bytes(Submission.objects.get(number=number).body))
    return [(row["title"], row["disclosure"]) for part in body["measures"] for row in part["evidence"]]


def change(cast: Cast, report: Report, act_name: str) -> None:
    if act_name == "left out":
        act(cast, "alice", remove_evidence, report, piece())
    else:
        act(cast, "alice", disclose_evidence, report, piece(), "secretariat")


BOTH = [("Our counts", "public"), ("How we search", "public")]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("left out", [("How we search", "public")]),
        ("confidential", [("Our counts", "secretariat"), ("How we search", "public")]),
    ],
)
@pytest.mark.parametrize("way_back", ["recalled", "returned"])
def test_the_next_submission_has_it_otherwise_and_the_earlier_one_as_it_was(
    cast: Cast, report: Report, way_back: str, name: str, after: list[tuple[str, str]]
) -> None:
    if way_back == "returned":
        act(cast, "sven", submit_report, report)
        returned(cast, report)
    change(cast, report, name)

    act(cast, "sven", submit_report, report)

    last = Submission.objects.latest("number").number
    assert (filed(1), filed(last)) == (BOTH, after)


def test_what_was_left_out_stays_readable_where_it_was_submitted(cast: Cast, report: Report) -> None:
    act(cast, "alice", remove_evidence, report, piece())
    act(cast, "sven", submit_report, report)
    for person, page, file in (
        (cast.bob, "workspace:report-filed", "workspace:evidence"),
        (cast.rita, "secretariat:review-filed", "secretariat:evidence"),
    ):
        client = signed_in(person)
        address = reverse(file, args=[piece().pk])
        pages = [client.get(reverse(page, args=[report.pk, number])).text for number in (1, 2)]
        assert [address in text for text in pages] == [True, False]
        assert client.get(address).status_code == 200


def test_undone_it_is_in_the_next_submission_again(cast: Cast, report: Report) -> None:
    act(cast, "alice", remove_evidence, report, piece())
    act(cast, "sven", include_evidence, report, piece())
    act(cast, "sven", submit_report, report)

    assert filed(2) == BOTH
    assert piece().removed_by_id is None


def test_the_history_says_who_did_it_and_takes_it_back(cast: Cast, report: Report) -> None:
    act(cast, "alice", disclose_evidence, report, piece(), "secretariat")
    act(cast, "sven", remove_evidence, report, piece())
    with acting_as(cast.actor("alice")) as alice:
        rows = list(evidence_versions(report, search()).filter(pgh_obj_id=piece().pk))
        left_out, disclosed, added = read_evidence_changes(report, search(), rows)
        assert (left_out.is_removed, left_out.writer, left_out.obstacle) == (True, cast.sven, "")
        assert [(str(row.before), str(row.after)) for row in disclosed.changes] == [
            (Disclosure.PUBLIC.label, Disclosure.SECRETARIAT.label)
        ]
        assert (added.is_added, added.writer) == (True, cast.alice)
        restore_evidence(alice, report, search(), left_out.number)
        (included, *_earlier) = read_evidence_changes(
            report, search(), list(evidence_versions(report, search()).filter(pgh_obj_id=piece().pk))
        )
    assert (included.is_added, included.writer) == (True, cast.alice)
    assert piece().excluded_at is None


def test_what_is_left_out_does_not_count_towards_the_limit(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_EVIDENCE", 2)
    act(cast, "alice", remove_evidence, report, piece())

    act(cast, "alice", add_link, report, search(), f"{LINK}/2", "Another", "public")

    with pytest.raises(DomainError, match="limit of 2"):
        act(cast, "alice", include_evidence, report, piece())


def test_the_same_file_added_anew_stands_in_the_way_of_the_earlier_one(cast: Cast, report: Report) -> None:
    before = piece()
    act(cast, "alice", remove_evidence, report, before)
    add_public_file(cast, report)

    with pytest.raises(DomainError, match="added again"):
        act(cast, "alice", include_evidence, report, before)


def test_nothing_changes_while_the_report_is_submitted(cast: Cast, report: Report) -> None:
    act(cast, "sven", submit_report, report)
    for service, arguments in (
        (remove_evidence, ()),
        (include_evidence, ()),
        (exclude_evidence, ()),
        (disclose_evidence, ("secretariat",)),
    ):
        with pytest.raises(WrongState):
            act(cast, "alice", service, report, piece(), *arguments)


def test_what_was_never_submitted_is_removed_and_not_left_out(cast: Cast, report: Report) -> None:
    added = add_public_file(cast, report, b"other\n1\n")
    with pytest.raises(DomainError, match="remove it"):
        act(cast, "alice", exclude_evidence, report, added)


def test_the_journal_of_the_working_copy_is_its_organisations_alone_until_it_is_submitted(
    cast: Cast, report: Report
) -> None:
    act(cast, "alice", disclose_evidence, report, piece(), "secretariat")
    act(cast, "alice", remove_evidence, report, piece())
    act(cast, "alice", include_evidence, report, piece())

    kinds = {"evidence.disclose", "evidence.exclude", "evidence.include"}
    assert kinds <= set(Event.objects.values_list("kind", flat=True))
    page = signed_in(cast.mona).get(reverse("secretariat:journal"))
    assert not any(kind in page.text for kind in kinds)


# --- What follows ----------------------------------------------------------------------------


def test_the_differences_name_a_piece_that_is_left_out_and_one_that_others_read(
    cast: Cast, report: Report
) -> None:
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    act(cast, "alice", remove_evidence, report, piece("link"))
    act(cast, "alice", disclose_evidence, report, piece(), "secretariat")
    report.refresh_from_db()
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(report)
        rows = ReportDifferences(copy, baselines(alice, copy)[0]).evidence
    assert [(row.title, row.now is None, row.has_other_readers, row.is_new) for row in rows] == [
        ("Our counts", False, True, False),
        ("How we search", True, False, False),
    ]


def test_the_reviewer_sees_what_changed_between_the_submissions(cast: Cast, report: Report) -> None:
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    act(cast, "alice", remove_evidence, report, piece("link"))
    act(cast, "alice", disclose_evidence, report, piece(), "secretariat")
    client, address = signed_in(cast.rita), reverse("secretariat:review-measure", args=[report.pk, "search"])
    assert "public before" not in words_of(client.get(address))

    act(cast, "sven", submit_report, report)

    words = words_of(client.get(address))
    assert "public before" in words
    assert "How we search No longer given" in words


def test_a_second_reader_reads_it_again(cast: Cast, report: Report) -> None:
    type(report.organisation).objects.filter(pk=report.organisation_id).update(four_eyes=True)
    report.organisation.refresh_from_db()
    act(cast, "sven", remove_evidence, report, piece())
    with acting_as(cast.actor("alice")):
        writers = {row.measure.key: row.writer for row in unconfirmed_measures(working_copy(report))}
    assert writers["search"] == cast.sven


def test_the_page_shows_it_with_the_way_back_and_its_buttons_work(cast: Cast, report: Report) -> None:
    alice, page = signed_in(cast.alice), reverse("workspace:report-measure", args=[report.pk, "search"])
    alice.post(reverse("workspace:evidence-disclose", args=[piece().pk]), {"disclosure": "secretariat"})
    assert piece().disclosure == Disclosure.SECRETARIAT
    alice.post(reverse("workspace:evidence-remove", args=[piece().pk]))
    assert "Left out of the next submission" in words_of(alice.get(page))
    answer = alice.post(reverse("workspace:evidence-include", args=[piece().pk]), follow=True)
    assert "Left out of the next submission" not in words_of(answer)
    assert piece().excluded_at is None


def test_the_page_before_a_recall_says_that_evidence_can_be_left_out(cast: Cast, report: Report) -> None:
    act(cast, "sven", submit_report, report)
    words = words_of(signed_in(cast.sven).get(reverse("workspace:report-recall", args=[report.pk])))
    assert "a piece of evidence can be left out of the next submission or have other readers" in words
    assert "submission 2 keeps it as it was" in words


def test_programs_leave_it_out_take_it_in_and_change_its_readers(cast: Cast, report: Report) -> None:
    alice, path = ReportProgram(cast.alice, report), f"evidence/{piece().pk}/"
    assert alice("patch", path, {"disclosure": "secretariat"}).json()["disclosure"] == "secretariat"
    assert alice("delete", path).status_code == 204
    rows = {row["id"]: row["excluded_at"] for row in alice("get", "evidence/").json()["results"]}
    assert rows[piece().pk] is not None
    assert alice("patch", path, {"excluded": False}).json()["excluded_at"] is None
    assert alice("patch", path, {"excluded": True}).json()["excluded_at"] is not None


def test_the_next_report_carries_over_what_was_filed(cast: Cast, report: Report) -> None:
    """What was left out or made confidential after the last submission that stands is as it was filed."""
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    act(cast, "alice", disclose_evidence, report, piece(), "secretariat")
    act(cast, "alice", remove_evidence, report, piece())
    act(cast, "rita", take_back_request, report)
    later = make_report(make_cycle(read_charter(), "2026-h2"), cast.aurora)
    carry_over.carry_over_answers(later)
    with acting_as(SYSTEM):
        rows = Evidence.objects.filter(report=later).order_by("pk")
        assert [(row.title, row.disclosure, row.excluded_at, row.removed_by) for row in rows] == [
            (title, disclosure, None, None) for title, disclosure in BOTH
        ]


# --- What becomes public ---------------------------------------------------------------------


def conclude_and_publish(cast: Cast, report: Report) -> None:
    judge_all(cast, report, "complete")
    concluded = act(cast, "rita", conclude_report, report)
    with acting_as(SYSTEM):
        record_report_publication(SYSTEM, concluded)
        make_published_cycle(report.cycle)


@pytest.mark.parametrize("name", ["left out", "confidential"])
def test_what_was_only_in_an_earlier_submission_never_becomes_public(
    cast: Cast, report: Report, client: Client, name: str
) -> None:
    change(cast, report, name)
    act(cast, "sven", submit_report, report)
    act(cast, "rita", start_review, report)
    conclude_and_publish(cast, report)

    sha256 = piece().sha256
    page = client.get(f"/en/reports/aurora-video/{report.cycle.slug}/")
    assert "How we search" in page.text
    assert "Our counts" not in page.text
    assert sha256 not in page.text
    address = f"/en/reports/aurora-video/{report.cycle.slug}/evidence/{sha256}"
    assert client.get(address).status_code == 404


def test_what_was_left_out_after_the_submission_that_is_published_stays_public(
    cast: Cast, report: Report, client: Client
) -> None:
    """The working copy says nothing of what was filed, nor of what is published of it."""
    act(cast, "sven", submit_report, report)
    returned(cast, report)
    act(cast, "alice", disclose_evidence, report, piece("link"), "secretariat")
    act(cast, "alice", remove_evidence, report, piece())
    act(cast, "rita", take_back_request, report)
    conclude_and_publish(cast, report)

    page = client.get(f"/en/reports/aurora-video/{report.cycle.slug}/").text
    assert ("Our counts" in page, "How we search" in page) == (True, True)
