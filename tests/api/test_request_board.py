"""The request board, working groups, affiliations and following, used by programs as on their pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alliance.enums import OrganisationKind, Role
from portal.kernel.access import SYSTEM, acting_as
from practices.access import person_token
from practices.enums import PracticeState
from practices.models import GroupMembership
from tests.factories import Cast, make_organisation, make_person
from tests.factories.taxonomy import make_taxonomy
from tests.support.bearers import token_of
from tests.support.canaries import canary
from tests.support.practice_rows import make_practice

pytestmark = pytest.mark.django_db
Program = Callable[..., Any]


def program_of(person: Any, *scopes: str) -> Program:
    """Sends a request below `library/` with this person's token."""
    token = token_of(person, *scopes, name=" ".join(scopes) or "test")
    headers = {"Authorization": f"Bearer {token}"}

    def send(method: str, address: str, data: Any = None, **more: str) -> Any:
        body = json.dumps({} if data is None else data) if method not in ("GET", "DELETE") else ""
        return Client().generic(
            method,
            f"/api/v1/library/{address}",
            body,
            content_type="application/json",
            headers={**headers, **more},
        )

    return send


@pytest.fixture
def alice(cast: Cast) -> Program:
    return program_of(cast.alice)


@pytest.fixture
def carol(cast: Cast) -> Program:
    return program_of(cast.carol)


ASKED = {"tlp": "TLP:GREEN", "title": "tell a child from an adult by voice?", "service_kinds": ["game"]}


def test_a_request_is_posted_changed_offered_for_answered_and_closed(
    cast: Cast, alice: Program, carol: Program
) -> None:
    asker, other = carol, alice
    with acting_as(SYSTEM):
        make_taxonomy()
        draft = make_practice(cast, "green", PracticeState.DRAFT, name="practice-draft")
    for wrong, field in (
        ({"title": " "}, "title"),
        ({"tlp": "TLP:RED"}, "organisations"),
    ):
        refused = asker("POST", "requests/", {**ASKED, **wrong})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    posted = asker("POST", "requests/", ASKED)
    assert (posted.status_code, posted["TLP"], posted.json()["title"]) == (
        201,
        "TLP:GREEN",
        ASKED["title"][:-1],
    )
    own = f"requests/{posted.json()['request']}/"

    assert asker("PUT", own, ASKED).status_code == 428
    changed = asker("PUT", own, {**ASKED, "text": "Below 14."}, **{"If-Match": posted["ETag"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert asker("PUT", own, ASKED, **{"If-Match": posted["ETag"]}).status_code == 412

    (row,) = other("GET", "requests/?show=open&service=game").json()["results"]
    assert (row["text"], row["followers"]) == ("Below 14.", 0)
    assert other("GET", "requests/?show=mine").json()["results"] == []
    offered = other(
        "POST", f"{own}offers/", {"text": "We ask for three sentences.", "practice": str(draft.key)}
    )
    assert offered.status_code == 201, offered.content
    (offer,) = offered.json()["offers"]
    assert (offer["practice"], offer["practice_tlp"]) == (str(draft.key), "TLP:GREEN")

    # to those who may not read the practice it is not named
    (unnamed,) = asker("GET", own).json()["offers"]
    assert (unnamed["text"], unnamed["practice"], unnamed["practice_title"]) == (offer["text"], None, "")
    assert canary("practice-draft") not in asker("GET", own).content.decode()

    # nobody else is to read what others wrote for these readers
    wider = asker("PUT", own, {**ASKED, "tlp": "TLP:CLEAR"}, **{"If-Match": changed["ETag"]})
    assert (wider.status_code, wider.json()["errors"][0]["pointer"]) == (422, "/tlp")

    assert other("POST", f"{own}answer/", {"offer": offer["key"]}).status_code == 403
    assert asker("POST", f"{own}answer/", {"offer": offer["key"]}).json()["state"] == "answered"
    assert other("POST", f"offers/{offer['key']}/withdraw/").status_code == 409
    assert asker("POST", f"{own}close/").json()["state"] == "closed"
    assert other("POST", f"{own}offers/", {"text": "Another one."}).status_code == 409
    assert asker("POST", f"{own}reopen/").json()["offers"][0]["accepted_at"] is None
    assert other("POST", f"offers/{offer['key']}/withdraw/").json()["offers"] == []


def test_a_request_is_discussed_and_followed(cast: Cast, alice: Program, carol: Program) -> None:
    own = f"requests/{alice('POST', 'requests/', ASKED).json()['request']}/"
    asked = carol("POST", f"{own}discussion/", {"text": "Which languages?"})
    assert (asked.status_code, asked.json()["tlp"]) == (201, "TLP:GREEN")
    answer = alice("POST", f"{own}discussion/", {"text": "Two.", "answers": asked.json()["key"]}).json()
    assert carol("POST", f"posts/{answer['key']}/accept/").json()["accepted_at"] is not None
    assert alice("PATCH", f"posts/{answer['key']}/", {"text": "Three."}).json()["text"] == "Three."

    def followed(program: Program) -> list[tuple[str, str]]:
        return [(row["kind"], row["title"]) for row in program("GET", "following/").json()["results"]]

    # who writes follows
    expected = [("request", ASKED["title"][:-1])]
    assert followed(alice) == followed(carol) == expected
    for method, rows in (("DELETE", []), ("DELETE", []), ("PUT", expected), ("PUT", expected)):
        assert carol(method, f"{own}follow/").status_code == 204
        assert followed(carol) == rows


def test_a_working_group_is_led_by_a_program_with_the_scope_for_it(
    cast: Cast, alice: Program, carol: Program
) -> None:
    named = {"name": "Grooming in games", "purpose": ""}
    assert (
        program_of(cast.alice, "practices:read", "practices:write")("POST", "groups/", named).status_code
        == 403
    )
    made = alice("POST", "groups/", named).json()
    own = f"groups/{made['key']}/"
    assert carol("GET", own).status_code == 404

    (person,) = alice("GET", f"{own}people/?text=carol").json()["results"]
    assert person["key"] == person_token(cast.carol.pk, cast.beacon.pk)
    members = alice("POST", f"{own}members/", {"person": person["key"]}).json()["members"]
    assert [(row["name"], row["leads"]) for row in members] == [
        (cast.alice.name, True),
        (cast.carol.name, False),
    ]
    assert alice("POST", f"{own}members/", {"person": "nobody"}).json()["errors"][0]["field"] == "person"

    written = carol("POST", f"{own}discussion/", {"text": "Hello."})
    assert (written.status_code, written.json()["tlp"], written["Cache-Control"]) == (
        201,
        None,
        "private, no-store",
    )
    assert (
        program_of(cast.mona)("GET", f"{own}discussion/").status_code == 404
    )  # the manager sees it, and is not in it
    assert carol("GET", own).json()["acts"] == ["leave"]
    assert alice("POST", f"{own}leave/").status_code == 422  # nobody would lead it
    assert alice("GET", own).json()["acts"] == ["change", "bring_in", "take_out", "close"]
    assert alice("DELETE", f"{own}members/{members[1]['key']}/").status_code == 204
    assert carol("GET", own).status_code == 404
    assert alice("POST", f"{own}close/").json()["closed_at"] is not None
    with acting_as(SYSTEM):
        assert GroupMembership.objects.filter(ended_at=None).count() == 1


def test_an_affiliation_is_proposed_confirmed_and_put_in_force_by_three_programs(cast: Cast) -> None:
    with acting_as(SYSTEM):
        petals = make_organisation("petals", kind=OrganisationKind.PARTNER)
        petra = make_person("Petra", petals, Role.ADMINISTRATOR)
    sven, affiliate, desk = (program_of(person) for person in (cast.sven, petra, cast.mona))
    proposal = {"affiliate": "petals", "relation": "contractor", "purpose": "It reads our reports."}
    assert sven("POST", "affiliations/", {**proposal, "affiliate": "beacon"}).status_code == 422
    proposed = sven("POST", "affiliations/", proposal)
    assert proposed.status_code == 201, proposed.content
    own = f"affiliations/{proposed.json()['key']}/"
    again, unknown = (
        sven("POST", "affiliations/", {**proposal, "affiliate": name}) for name in ("petals", "x")
    )
    assert "already been proposed" in again.json()["detail"]
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "affiliate")

    assert desk("POST", f"{own}approve/", {"reason": "Both have signed."}).status_code == 409
    confirmed = affiliate("POST", f"{own}confirm/").json()
    assert (confirmed["state"], confirmed["opens"]) == ("confirmed", None)
    assert desk("GET", own).json()["opens"] == []
    assert desk("POST", f"{own}approve/", {"reason": "Both have signed."}).json()["state"] == "in_force"
    assert {step["action"] for step in sven("GET", own).json()["actions"]} == {"end"}
    ended = sven("POST", f"{own}end/", {"reason": "It is over."}).json()
    assert (ended["closing_reason"], ended["closed_for"], ended["closing_cause"]) == (
        "It is over.",
        cast.aurora.slug,
        "",
    )


def test_who_has_solved_it_is_counted_within_what_the_reader_may_see(cast: Cast, carol: Program) -> None:
    with acting_as(SYSTEM):
        make_taxonomy()
        for label in ("green", "amber"):
            make_practice(cast, label, PracticeState.SHARED)

    (row,) = carol("GET", "solvers/").json()["results"]
    assert (row["name"], row["practices"]) == (cast.alice.name, 1)
    assert carol("GET", "solvers/?text=nothingofthekind").json()["results"] == []
    assert carol("GET", "solvers/?colour=red").status_code == 400
