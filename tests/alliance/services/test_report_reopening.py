"""A concluded review that is reopened, and the history of a report as both sides read it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from alliance.enums import ReportState, Role
from alliance.models import (
    EarlierVerdict,
    Report,
    Response,
    Verdict,
)
from alliance.queries.report_history import report_history
from alliance.queries.report_story import story_entries, story_events
from alliance.services.recalls import recall_report
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_decisions import reopen_review
from alliance.services.reviews import conclude_report, start_review
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import Actor, acting_as
from portal.kernel.errors import DomainError, WrongState
from tests.factories import Cast, make_cycle, make_person, make_report, read_cast, read_charter
from tests.factories.cast import actor_of
from tests.support.pages import signed_in, words_of
from tests.support.report_acts import act, judge_all, make_submitted_report, returned, state_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_submitted_report(cast)


# --- Reopened --------------------------------------------------------------------------------


@pytest.fixture
def concluded(cast: Cast, report: Report) -> Report:
    act(cast, "rita", start_review, report)
    judge_all(cast, report, "limited")
    act(cast, "rita", conclude_report, report)
    state_of(report)
    return report


def test_a_reopened_review_keeps_the_verdicts_that_the_member_had_read(cast: Cast, concluded: Report) -> None:
    act(cast, "rita", reopen_review, concluded, "A page of evidence was overlooked.", "en")
    judge_all(cast, concluded, "substantial")

    with acting_as(cast.actor("sven")) as sven:
        assert not Verdict.objects.visible_to(sven).exists()
        earlier = EarlierVerdict.objects.visible_to(sven)
        assert {row.value for row in earlier} == {"limited"}
        assert len(earlier) == 5
    act(cast, "rita", conclude_report, concluded)
    with acting_as(cast.actor("sven")) as sven:
        assert {row.value for row in Verdict.objects.visible_to(sven)} == {"substantial"}


def test_reopening_needs_a_reason_and_a_conclusion(cast: Cast, concluded: Report) -> None:
    with pytest.raises(DomainError) as refusal:
        act(cast, "rita", reopen_review, concluded, " ")
    assert refusal.value.field == "reason"
    Report.objects.filter(pk=concluded.pk).update(state=ReportState.PUBLISHED)
    with pytest.raises(WrongState, match="“Published”"):
        act(cast, "rita", reopen_review, concluded, "Too late.")


def test_a_reply_outlasts_a_reopening_until_a_new_one_replaces_it(cast: Cast, concluded: Report) -> None:
    act(cast, "sven", respond_to_verdicts, concluded, None, "We object.", "en")
    act(cast, "rita", reopen_review, concluded, "We look again.")
    with pytest.raises(WrongState):
        act(cast, "sven", respond_to_verdicts, concluded, None, "Again.", "en")
    act(cast, "rita", conclude_report, concluded)

    act(cast, "sven", respond_to_verdicts, concluded, None, "We agree.", "en")

    rows = Response.objects.filter(report=concluded)
    assert list(rows.filter(replaced_at=None).values_list("text", flat=True)) == ["We agree."]
    assert rows.count() == 2
    with pytest.raises(DomainError, match="already"):
        act(cast, "sven", respond_to_verdicts, concluded, None, "Once more.", "en")


def test_the_story_has_each_verdict_as_it_was_given(cast: Cast, concluded: Report) -> None:
    """Its words too, where the member had read them; of one that was replaced before that, its value."""
    act(cast, "rita", reopen_review, concluded, "A page of evidence was overlooked.", "en")
    judge_all(cast, concluded, "not_started")
    judge_all(cast, concluded, "substantial")

    def story(page_size: int = 1000) -> list[tuple[str, bool]]:
        with acting_as(cast.actor("mona")) as mona:
            events = [event for event in story_events(mona, concluded) if event.kind == "verdict.give"]
            pages = [events[at : at + page_size] for at in range(0, len(events), page_size)]
            entries = [entry for page in pages for entry in story_entries(mona, concluded, page)]
        return [(str(entry.words[0].label), bool(entry.words[0].text)) for entry in entries]

    expected = [("Limited", True)] * 5 + [("Not started", False)] * 5 + [("Substantial", True)] * 5
    assert story() == expected
    assert story(page_size=5) == expected
    with override("ru"):
        assert story()[5] == ("Не\u00a0начато", False)
    page = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{concluded.pk}/story/"))
    assert page.count("Its reason was replaced later.") == 5


# --- History ---------------------------------------------------------------------------------


def test_both_sides_read_the_history_each_with_the_names_that_are_theirs_to_see(
    cast: Cast, report: Report
) -> None:
    act(cast, "sven", recall_report, report, "A slip.")
    act(cast, "alice", ask_for_sign_off, report)
    act(cast, "sven", submit_report, report)
    returned(cast, report)

    with acting_as(cast.actor("bob")) as bob:
        own = [
            (entry.title.partition(",")[0], entry.who, entry.reason) for entry in report_history(bob, report)
        ]
    with acting_as(cast.actor("rita")) as rita:
        entries = report_history(rita, report)
    with acting_as(cast.actor("carol")) as carol:
        assert report_history(carol, report) == []
    assert own == [
        ("Changes requested", "the secretariat", "Count the nights."),
        ("Review started", "the secretariat", ""),
        ("Submission 2", "Sven", ""),
        ("Sent for sign-off", "Alice", ""),
        ("Submission 1 recalled", "Sven", "A slip."),
        ("Submission 1", "Sven", ""),
    ]
    assert [entry.who for entry in entries] == ["Rita", "Rita", "Sven", "Sven", "Sven"]
    assert [entry.is_recalled for entry in entries] == [False, False, False, False, True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["the member recalls it", "another reviewer begins"])
def test_of_two_who_recall_or_begin_a_review_at_one_moment_one_wins_and_the_other_reads_who(
    rival: str,
) -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report)
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    actors: list[tuple[Any, Actor]] = [
        (recall_report, cast.actor("sven")) if "member" in rival else (start_review, actor_of(roy)),
        (start_review, cast.actor("rita")),
    ]

    def attempt(pair: tuple[Any, Actor]) -> str:
        service, actor = pair
        try:
            with acting_as(actor):
                return str(service(actor, report).state)
        except WrongState as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, actors))

    winners = [outcome for outcome in outcomes if outcome in ("draft", "in_review")]
    assert winners == [state_of(report)]
    (refusal,) = [outcome for outcome in outcomes if outcome not in winners]
    who = (
        "Review started: ",
        "Submission 1 recalled: Sven",
        "Rita reviews this report now",
        "Roy reviews this",
    )
    assert any(words in refusal for words in who)
