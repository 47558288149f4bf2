"""Comments of partners and questions of the public, worked on by programs of the three sides as on their pages."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import CycleState, OrganisationKind, Role
from alliance.models import InvitedComment, Measure, PublicQuestion, PublicQuestionContact, Report
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_organisation, make_person, read_charter
from tests.support.bearers import token_of
from tests.support.corrections import figures
from tests.support.published_reports import make_published_report
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db
Program = Callable[..., Any]


def steps_of(record: Any) -> dict[str, str]:
    """The steps that it offers, each with what blocks it."""
    return {step["action"]: step["blocked"] for step in record.json()["actions"]}


def program_of(person: Any, *scopes: str) -> Program:
    """Sends a request with this person's token."""
    token = token_of(person, *scopes, name=" ".join(scopes) or "test")
    headers = {"Authorization": f"Bearer {token}"}

    def send(method: str, address: str, data: Any = None) -> Any:
        body = json.dumps({} if data is None else data) if method != "GET" else ""
        return Client().generic(
            method, f"/api/v1/{address}", body, content_type="application/json", headers=headers
        )

    return send


def assert_named(refused: Any) -> None:
    """The refusal says that the token needs the scope of publication."""
    assert refused.status_code == 403
    assert "/problems/scope/" in refused.json()["type"]
    assert "“comments:publish”" in refused.json()["detail"]


@pytest.fixture
def report(cast: Cast) -> Any:
    with acting_as(SYSTEM):
        cycle = make_cycle(read_charter(), "2028-h1", CycleState.PUBLISHED)
        make_published_report(cycle, cast.aurora, figures("1200", "1300"), {"find": "complete"})
        return Report.objects.get(cycle=cycle)


@pytest.fixture
def partner(cast: Cast) -> Any:
    """Somebody who may comment for a partner."""
    with acting_as(SYSTEM):
        petals = make_organisation("petals", kind=OrganisationKind.PARTNER)
        return make_person("Petra", petals, Role.EDITOR)


def test_a_partner_is_invited_comments_and_both_sides_let_it_be_public(
    cast: Cast, report: Any, partner: Any
) -> None:
    desk, member, petra = (program_of(person) for person in (cast.rita, cast.sven, partner))
    address = f"secretariat/reports/{report.pk}/measures/search/invited-comments/"
    asked = {
        "partner": "petals",
        "question": "Do families notice?",
        "due_on": f"{today() + timedelta(days=9)}",
    }
    assert desk("POST", address, {**asked, "partner": "beacon"}).status_code == 422
    invited = desk("POST", address, asked)
    assert invited.status_code == 201, invited.content
    assert desk("POST", address, asked).json()["errors"][0]["field"] == "partner"
    own = f"invited-comments/{invited.json()['id']}/"

    # the member reads nothing of it before the comment is given
    assert member("GET", own).status_code == 404
    assert member("GET", "invited-comments/").json()["results"] == []
    assert steps_of(petra("GET", own)) == {"give": "", "decline": ""}
    assert petra("GET", own).json()["acts"] == []
    comment = {"text": "Fewer of them call us.", "language": "en", "agrees": True}
    assert_named(program_of(partner, "comments:write")("POST", f"{own}give/", comment))
    assert petra("POST", f"{own}give/", comment).json()["state"] == "answered"
    assert petra("POST", f"{own}give/", comment).status_code == 409

    assert member("GET", own).json()["acts"] == ["member_agree"]
    assert Client().get("/api/v1/comments/").json()["results"] == []
    assert member("POST", f"{own}member-agree/", {"agrees": True}).json()["public"] is True
    (published,) = Client().get("/api/v1/comments/").json()["results"]
    assert published["text"] == comment["text"]

    # what everybody reads, a program takes away only with the scope for it
    limited, reason = program_of(cast.rita, "read", "comments:write"), {"reason": "It names a family."}
    assert_named(limited("POST", f"{own}withdraw/", reason))
    assert steps_of(limited("GET", own)) == {}
    assert steps_of(desk("GET", own)) == {"withdraw": ""}
    withdrawn = desk("POST", f"{own}withdraw/", reason).json()
    assert (withdrawn["state"], withdrawn["actions"]) == ("withdrawn", [])
    assert member("GET", own).status_code == 404
    with acting_as(SYSTEM):
        assert InvitedComment.objects.get().reason == "It names a family."


def test_a_question_is_forwarded_answered_and_published_by_programs(cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    desk, manager, member = (program_of(person) for person in (cast.rita, cast.mona, cast.sven))
    own = f"public-questions/{question.pk}/"
    assert member("GET", own).status_code == 404
    (row,) = desk("GET", "public-questions/?show=desk").json()["results"]
    assert (row["id"], "email" in row) == (question.pk, False)
    assert (steps_of(desk("GET", own)), desk("GET", own).json()["acts"]) == (
        {"answer": "", "close": ""},
        ["forward"],
    )

    forwarded = desk("POST", f"{own}forward/")
    assert (steps_of(forwarded), forwarded.json()["acts"]) == ({"close": ""}, ["take_back"])
    refused = desk("POST", f"{own}answer/", {"text": "We do."})
    assert (refused.status_code, "/problems/forbidden/" in refused.json()["type"]) == (403, True)
    assert steps_of(member("GET", own)) == {"answer": ""}
    assert member("POST", f"{own}answer/", {"text": "\n"}).json()["errors"][0]["field"] == "text"
    answered = member("POST", f"{own}answer/", {"text": "By documents."}).json()
    assert (answered["answered_by"], answered["answer_language"], answered["acts"]) == (
        "member",
        "en",
        ["agree"],
    )

    refused = manager("POST", f"{own}publish/")
    assert (refused.status_code, "agreed" in refused.json()["detail"]) == (422, True)
    assert member("POST", f"{own}agree/", {"agrees": True}).status_code == 200
    assert "publish" in manager("GET", own).json()["acts"]
    assert manager("POST", f"{own}publish/").json()["published_at"] is not None
    (published,) = Client().get("/api/v1/questions/").json()["results"]
    assert published["answer"] == "By documents."

    limited = program_of(cast.rita, "read", "comments:write")
    assert_named(limited("POST", f"{own}reopen/"))
    assert ("reopen" in steps_of(limited("GET", own)), "reopen" in steps_of(desk("GET", own))) == (
        False,
        True,
    )
    hidden = manager("POST", f"{own}hide/", {"reason": "It names a child."}).json()
    assert (hidden["published_at"], hidden["hidden_at"] is None) == (None, False)
    assert "reopen" in steps_of(limited("GET", own))
    assert desk("POST", f"{own}close/", {"reason": {}}).status_code == 422
    closed = desk("POST", f"{own}close/", {"reason": {"ru": "Ответ дан."}}).json()
    assert (closed["state"], closed["closing_reason"]) == ("closed", {"ru": "Ответ дан."})
    with acting_as(SYSTEM):
        assert PublicQuestion.objects.get().answer == "By documents."
        PublicQuestionContact.objects.all().delete()
    assert "withdrawn" in steps_of(desk("GET", own))["reopen"]
    assert desk("POST", f"{own}reopen/").status_code == 409


def test_comments_and_questions_are_ordered_as_on_their_pages(cast: Cast, report: Report) -> None:
    measure = Measure.objects.filter(charter=report.charter_id).first()
    with acting_as(SYSTEM):
        partners = [make_organisation(name, OrganisationKind.PARTNER) for name in ("zebra", "adler")]
        for day, partner in enumerate(partners):
            InvitedComment.objects.create(
                report=report, organisation=report.organisation, cycle=report.cycle, measure=measure,
                partner=partner, question="Do they?", language="en", due_on=today() + timedelta(days=day),
                invited_by=cast.mona, state=("open", "declined")[day],
            )  # fmt: skip
    make_public_question(cast.aurora, text="Who?", kind="complaint")
    make_public_question(cast.beacon, text="Why?")
    desk = program_of(cast.mona)

    def listed(address: str, field: str, ordering: str) -> list[str]:
        rows = desk("GET", f"{address}/?ordering={ordering}").json()["results"]
        return [row[field] for row in rows]

    for ordering in ("partner", "-due", "-state", "-id"):
        assert listed("invited-comments", "partner", ordering) == ["adler", "zebra"], ordering
    assert listed("invited-comments", "partner", "due") == ["zebra", "adler"]
    for ordering in ("asked", "-kind", "id"):
        assert listed("public-questions", "text", ordering) == ["Who?", "Why?"], ordering
    assert desk("GET", "public-questions/?ordering=colour").status_code == 400
