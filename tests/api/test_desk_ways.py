"""Second readings, members that joined late and planned publications, worked on by programs of the secretariat."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CharterState, CycleState
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    DeclaredInterest,
    InternalNote,
    Measure,
    Person,
    Report,
    ReviewDraft,
    Verdict,
)
from alliance.services.reviews import give_verdict, start_review
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_organisation, make_report, read_charter
from tests.support.bearers import token_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
Program = Callable[..., Any]


def program_of(person: Any) -> Program:
    """Sends a request below `secretariat/` with this person's token."""
    headers = {"Authorization": f"Bearer {token_of(person)}"}

    def send(method: str, address: str, data: Any = None, match: str = "") -> Any:
        body = {} if data is None and method != "GET" else data
        return Client().generic(
            method,
            f"/api/v1/secretariat/{address}",
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers={**headers, **({"If-Match": match} if match else {})},
        )

    return send


@pytest.fixture
def mona(cast: Cast) -> Program:
    return program_of(cast.mona)


# --- Second readings ---------------------------------------------------------------------------


@pytest.fixture
def report(cast: Cast) -> Report:
    """In review, with Rita's verdict on one measure."""
    with acting_as(SYSTEM):
        report = make_report(make_cycle(read_charter()), cast.aurora)
        make_submission(report)
    with acting_as(cast.actor("rita")) as rita:
        start_review(rita, report)
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
        give_verdict(rita, report, measure=measure, value="limited", reason="Half of it.")
    return report


def test_a_blind_reader_judges_without_the_verdict_and_the_difference_is_settled(
    cast: Cast, report: Report, roy: Person
) -> None:
    reviewer, reader = program_of(cast.rita), program_of(roy)
    asked = {"reader": roy.pk, "measures": ["search"], "is_blind": True, "request": "Is it all?"}
    answer = reviewer("POST", f"reports/{report.pk}/second-readings/", asked)
    assert (answer.status_code, answer.json()["state"]) == (201, "asked")
    address = f"second-readings/{answer.json()['id']}/"

    (mine,) = reader("GET", "second-readings/?show=mine").json()["results"]
    assert (mine["reader"], mine["request"]) == ({"id": roy.pk, "name": "Roy"}, "Is it all?")
    assert reviewer("GET", "second-readings/?show=mine").json()["results"] == []
    assert [row["verdict"] for row in reader("GET", address).json()["measures"]] == [None]
    refused = reader("PUT", f"{address}measures/search/verdict/", {"value": "complete"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    assert reader("PUT", f"{address}measures/speed/verdict/", {"value": "complete"}).status_code == 404
    own = {"value": "complete", "reason": "All is there.", "language": "en"}
    assert reader("PUT", f"{address}measures/search/verdict/", own).status_code == 200

    # the reader's alone until it is sent
    assert [row["opinion"] for row in reviewer("GET", address).json()["measures"]] == [None]
    assert reader("POST", f"{address}send/").json()["state"] == "differs"
    (row,) = reviewer("GET", address).json()["measures"]
    assert (row["verdict"], row["opinion"]["value"]) == ("limited", "complete")

    settlement = {"measure": "search", "outcome": "adopted", "reason": "Roy is right.", "verdict": "limited"}
    settled = reviewer("POST", f"{address}settle/", {"settlements": [settlement]}).json()
    assert (settled["state"], settled["measures"][0]["opinion"]["outcome"]) == ("settled", "adopted")
    again = reviewer("POST", f"{address}settle/", {"settlements": [settlement]})
    assert (again.status_code, "Rita" in again.json()["detail"]) == (409, True)
    with acting_as(SYSTEM):
        assert Verdict.objects.get().value == "complete"


def test_a_second_reading_is_not_sent_over_a_draft_of_its_reader(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader = program_of(roy)
    asked = program_of(cast.rita)(
        "POST", f"reports/{report.pk}/second-readings/", {"reader": roy.pk, "measures": ["search"]}
    ).json()
    address = f"second-readings/{asked['id']}/"
    reader("PUT", f"{address}measures/search/verdict/", {"value": "limited"})
    with acting_as(SYSTEM):
        place = {"report": report, "person": roy, "step": f"reading{asked['id']}:search"}
        draft = ReviewDraft.objects.create(**place, kind="verdict", texts={"reason": "Half of it."})

    refused = reader("POST", f"{address}send/")

    assert refused.status_code == 422
    assert "1.1 Search is a draft" in refused.content.decode()
    with acting_as(SYSTEM):
        draft.delete()
    assert reader("POST", f"{address}send/").json()["state"] == "agrees"


def test_a_second_reading_is_withdrawn_once(cast: Cast, report: Report, roy: Person, mona: Program) -> None:
    answer = mona("POST", f"reports/{report.pk}/second-readings/", {"reader": roy.pk})
    address = f"second-readings/{answer.json()['id']}/"
    assert {action["action"] for action in answer.json()["actions"]} == {"withdraw"}

    reason = {"reason": "Roy is away until May."}
    assert mona("POST", f"{address}withdraw/", {"reason": " "}).status_code == 422
    withdrawn = mona("POST", f"{address}withdraw/", reason).json()
    assert withdrawn["state"] == "withdrawn"
    assert "Roy is away until May." in withdrawn["withdrawal_reason"]
    assert mona("POST", f"{address}withdraw/", reason).status_code == 409
    assert program_of(roy)("POST", f"{address}send/").status_code == 409


def test_a_program_of_the_release_before_withdraws_a_second_reading_as_it_did(
    report: Report, roy: Person, mona: Program
) -> None:
    """API 1.2 had no reason, and refused one."""
    asked = mona("POST", f"reports/{report.pk}/second-readings/", {"reader": roy.pk}).json()

    withdrawn = mona("POST", f"second-readings/{asked['id']}/withdraw/").json()

    assert (withdrawn["state"], withdrawn["withdrawal_reason"]) == ("withdrawn", "")
    with acting_as(SYSTEM):
        assert not InternalNote.objects.exists()


def test_a_review_that_nobody_else_can_take_is_not_offered_to_others(
    cast: Cast, report: Report, roy: Person
) -> None:
    reviewer, others = program_of(cast.rita), {"hand_over", "ask_reading"}

    with_roy = set(reviewer("GET", f"reviews/{report.pk}/").json()["acts"])
    with acting_as(SYSTEM):
        DeclaredInterest.objects.create(
            person=roy, organisation=cast.aurora, reason="Shares.", recorded_by=roy
        )
    alone = set(reviewer("GET", f"reviews/{report.pk}/").json()["acts"])

    assert with_roy - alone == others


# --- Verdicts taken back -----------------------------------------------------------------------


def test_a_program_takes_back_the_verdict_that_it_has_read(cast: Cast, report: Report) -> None:
    reviewer, address = program_of(cast.rita), f"reviews/{report.pk}/measures/search/verdict/"
    anew = {"value": "complete", "reason": "All of it."}

    assert [reviewer("DELETE", address, match=each).status_code for each in ("", '"2"', '"1"')] == [
        428,
        412,
        204,
    ]

    assert reviewer("GET", address).json()["version"] == 0
    assert reviewer("DELETE", address, match='"0"').status_code == 409
    assert reviewer("PUT", address, anew, '"1"').status_code == 412
    assert reviewer("PUT", address, anew, '"0"').json()["version"] == 2
    with acting_as(cast.actor("rita")):
        assert ReviewDraft.objects.get().texts["reason"] == "Half of it."


def test_verdicts_given_at_once_are_taken_back_once(cast: Cast, report: Report) -> None:
    reviewer = program_of(cast.rita)
    several = {"measures": ["speed"], "value": "not_due", "reason": "Later."}
    batch = reviewer("POST", f"reviews/{report.pk}/verdicts/", several).json()["batch"]
    address = f"reviews/{report.pk}/verdicts/{batch}/take-back/"

    assert reviewer("POST", address).json() == {"count": 1}
    again = reviewer("POST", address)

    assert again.status_code == 409
    assert re.search(r"This has already been done\. .*: Rita, ", again.json()["detail"])


# --- Members that joined late ------------------------------------------------------------------


def test_members_that_joined_late_are_included_or_left_out_together(cast: Cast, mona: Program) -> None:
    with acting_as(SYSTEM):
        cycle = make_cycle(read_charter())
        for slug in ("vesper-maps", "willow-chat"):
            Accession.objects.create(
                organisation=make_organisation(slug),
                charter=cycle.charter,
                state="published",
                signed_at=timezone.now(),
            )
    address, day = f"cycles/{cycle.slug}/late-joiners/", (cycle.due_on + timedelta(days=20)).isoformat()
    include = {"organisation": "vesper-maps", "due_on": day}
    leave_out = {"organisation": "willow-chat", "reason": "Its first report is the next one."}

    def decide(*decisions: Any) -> Any:
        return mona("POST", address, {"decisions": decisions})

    for wrong in (
        [{"organisation": "vesper-maps"}],
        [{**include, "reason": "Both."}],
        [include, include],
        [include, {"organisation": "nobody", "reason": "It is not there."}],
    ):
        assert decide(*wrong).status_code == 422
    waiting = [row["organisation"] for row in mona("GET", address).json()["results"]]
    assert waiting == ["vesper-maps", "willow-chat"]

    decided = decide(include, leave_out).json()["reports"]

    assert {row["organisation"]: row["state"] for row in decided} == {
        "vesper-maps": "draft",
        "willow-chat": "exempt",
    }
    assert mona("GET", address).json()["results"] == []
    assert decide(include).status_code == 409
    left_out = next(row["id"] for row in decided if row["state"] == "exempt")
    assert mona("POST", f"reports/{left_out}/include/", {"due_on": day}).json() == {"state": "draft"}


# --- Planned publication -----------------------------------------------------------------------


def test_a_publication_is_planned_moved_and_cancelled(cast: Cast, mona: Program) -> None:
    with acting_as(SYSTEM):
        cycle = make_cycle(read_charter(), state=CycleState.CLOSED)
        make_submission(make_report(cycle, cast.aurora))
    address = f"cycles/{cycle.slug}/"
    (obstacle,) = mona("GET", f"{address}plan-publication/").json()["obstacles"]
    assert "Aurora" in obstacle
    day = (timezone.localdate() + timedelta(days=400)).isoformat()

    def plan(hour: str, **replaced: str | None) -> Any:
        return mona("POST", f"{address}plan-publication/", {"day": day, "hour": hour, **replaced})

    def cancel(**plan: str | None) -> Any:
        return mona("POST", f"{address}cancel-publication/", plan)

    first = plan("10:00", publish_at=None).json()["publish_at"]
    second = plan("11:30", publish_at=first).json()["publish_at"]
    assert first < second

    # nobody replaces or cancels a plan that they do not name
    assert plan("12:00").status_code == cancel().status_code == cancel(publish_at=None).status_code == 422
    for late in (plan("12:00", publish_at=None), plan("12:00", publish_at=first), cancel(publish_at=first)):
        assert (late.status_code, late.json()["detail"][:30]) == (409, "The plan was changed meanwhile")
    assert plan("25:00", publish_at=second).status_code == 422
    assert cancel(publish_at=second).json()["publish_at"] is None
    assert cancel(publish_at=second).status_code == 409
    with acting_as(SYSTEM):
        assert Cycle.objects.get().publish_at is None


# --- Plans -------------------------------------------------------------------------------------


def test_a_cycle_planned_on_a_version_that_was_superseded_since_is_changed(cast: Cast, mona: Program) -> None:
    with acting_as(SYSTEM):
        cycle = make_cycle(read_charter(), state=CycleState.PLANNED)
        Charter.objects.filter(pk=cycle.charter_id).update(state=CharterState.SUPERSEDED)
    plan = {
        "slug": cycle.slug,
        "title": {"en": "First half", "ru": "Первое полугодие"},
        "charter": {"key": cycle.charter.key, "version": 1},
        "starts_on": "2096-01-01",
        "ends_on": "2096-06-30",
        "due_on": "2096-08-31",
    }

    assert mona("PUT", f"cycles/{cycle.slug}/", plan).json()["due_on"] == "2096-08-31"
    assert mona("POST", "cycles/", {**plan, "slug": "2096-h1"}).status_code == 422
