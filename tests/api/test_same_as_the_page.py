"""A program reads the same at the API as a person on the pages of a report: what may be done, and why not yet."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import CycleState
from alliance.models import Answer, Cycle, Figure, Report
from alliance.queries.local_dates import today
from alliance.services.pauses import pause_review
from alliance.services.recalls import recall_report
from alliance.services.reviews import request_changes, start_review
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.report_acts import act
from tests.support.report_program import ReportProgram
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db
_READERS = ("alice", "sven", "bob")  # who edits, who also signs, who only reads


class Compared:
    """One report as programs and people read it, in the language of neither more than the other."""

    def __init__(self, cast: Cast, report: Report) -> None:
        self.report = report
        self.programs = {name: ReportProgram(getattr(cast, name), report) for name in _READERS}
        self.browsers = {name: signed_in(getattr(cast, name)) for name in _READERS}

    def steps(self) -> dict[str, dict[str, str]]:
        """The steps of each reader with what blocks them, once both agree."""
        read = {}
        for name, program in self.programs.items():
            actions = {row["action"]: row["blocked"] for row in program("get").json()["actions"]}
            page = self._page(self.browsers[name])
            assert actions == {each.step.action: each.blocked for each in page.context["steps"]}, name
            words = words_of(page)
            assert not [reason for reason in actions.values() if reason not in words], name
            read[name] = actions
        return read

    def missing(self) -> list[str]:
        """What the check names, once the page names it too."""
        items = self.programs["sven"]("get", "check/").json()["items"]
        page = self.browsers["sven"].get(f"/workspace/reports/{self.report.pk}/check/?all=1")
        words = words_of(page)
        assert not [item for item in items if item["detail"] not in words]
        counts = page.context["attention"].counts
        assert {kind: n for kind, n in counts.items() if n} == _counts(items)
        return [item["kind"] for item in items]

    def _page(self, browser: Client) -> Any:
        return browser.get(f"/workspace/reports/{self.report.pk}/")


def _counts(items: list[dict[str, Any]]) -> dict[str, int]:
    kinds = [item["kind"] for item in items]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def test_steps_and_their_reasons_are_those_of_the_page_all_the_way(cast: Cast, report: Report) -> None:
    both = Compared(cast, report)
    empty = both.steps()
    assert set(empty["alice"]) == {"ask_for_sign_off"}
    assert set(empty["sven"]) >= {"submit"}
    assert empty["bob"] == {}
    assert all(empty["sven"].values())

    fill_report(cast.actor("alice"), report)
    with acting_as(SYSTEM):
        Figure.objects.filter(report=report, indicator__key="moderators").delete()
    assert both.steps()["sven"]["submit"] != ""

    fill_report(cast.actor("alice"), report)
    assert both.steps()["sven"]["submit"] == ""
    act(cast, "alice", ask_for_sign_off, report)
    assert set(both.steps()["sven"]) >= {"submit", "send_back"}
    act(cast, "sven", submit_report, report)
    assert set(both.steps()["sven"]) == {"recall"}
    act(cast, "sven", recall_report, report, "A mistake.", "en")
    act(cast, "sven", submit_report, report)

    Report.objects.update(reviewer=cast.rita)
    report.refresh_from_db()
    act(cast, "rita", start_review, report)
    assert both.steps()["sven"] == {}
    act(cast, "rita", pause_review, report, today() + timedelta(days=7), "Waiting for a count.")
    assert both.steps()["sven"] == {}
    act(cast, "rita", request_changes, report, "Count the nights.", "en", today() + timedelta(days=10))
    assert set(both.steps()["sven"]) >= {"submit"}
    with acting_as(SYSTEM):
        Cycle.objects.update(state=CycleState.CLOSED)
    both.steps()


def test_a_closed_cycle_blocks_a_draft_with_the_same_words(cast: Cast, report: Report) -> None:
    fill_report(cast.actor("alice"), report)
    with acting_as(SYSTEM):
        Cycle.objects.update(state=CycleState.CLOSED)
    Compared(cast, report).steps()


def test_the_check_names_each_missing_part_as_the_page_does(cast: Cast, report: Report) -> None:
    both = Compared(cast, report)
    assert set(both.missing()) == {"empty"}
    alice = both.programs["alice"]
    texts = {"answers": [{"indicator": "search-story", "text": "We search.", "language": "en"}]}
    assert alice("patch", "answers/", texts).status_code == 200
    rows = {"figures": [{"indicator": "found-proactively", "service": "aurora-kids", "value": "184"}]}
    assert alice("patch", "figures/", rows).status_code == 200
    assert set(both.missing()) == {"empty", "errors"}
    with acting_as(SYSTEM):
        Figure.objects.update(carried_over=True)
        Answer.objects.update(carried_over=True)
    assert "carried" in both.missing()


def test_a_list_does_not_say_that_a_report_could_be_submitted(cast: Cast, report: Report) -> None:
    program = ReportProgram(cast.sven, report)

    headers = {"Authorization": f"Bearer {program.token}"}
    [listed] = program.client.get("/api/v1/workspace/reports/", headers=headers).json()["results"]

    assert {row["action"]: row["blocked"] for row in listed["actions"]} == {
        "ask_for_sign_off": None,
        "submit": None,
    }
    assert all(row["blocked"] for row in program("get").json()["actions"])
