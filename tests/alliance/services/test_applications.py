"""Applications for membership: sent, confirmed, asked about, answered, admitted, declined, taken up, withdrawn."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from alliance.enums import ApplicationState, OrganisationState
from alliance.models import Invitation, MembershipApplication, Organisation
from alliance.services.application_links import application_token_of
from alliance.services.applications import (
    ApplicationFacts,
    admit_application,
    answer_application,
    apply_for_membership,
    ask_applicant,
    confirm_application,
    decline_application,
    reopen_application,
    withdraw_application,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
DELTA = ApplicationFacts(
    kind="member",
    name="Delta Games",
    reason="Children play our games.",
    applicant_name="Dora Delta",
    applicant_office="Director",
    email="dora@delta.example",
    services="Delta World",
)
NAMES = {"en": "Delta Games", "ru": "Дельта Игры"}


def stored() -> MembershipApplication:
    with acting_as(SYSTEM):
        return MembershipApplication.objects.get(name="Delta Games")


def token() -> str:
    return application_token_of(stored()) or ""


def state() -> str:
    return str(stored().state)


@pytest.fixture
def waiting(cast: Cast) -> MembershipApplication:
    """Confirmed; the secretariat has to decide."""
    apply_for_membership(DELTA, language="en")
    confirm_application(token())
    return stored()


def test_it_waits_for_the_secretariat_once_its_address_is_confirmed(cast: Cast) -> None:
    apply_for_membership(DELTA, language="en")
    before = state()
    confirm_application(token())

    assert (before, state()) == (ApplicationState.UNCONFIRMED, ApplicationState.OPEN)
    assert not Organisation.objects.filter(slug="delta-games").exists()


def test_the_applicant_gets_a_letter_at_each_step(cast: Cast, waiting: MembershipApplication) -> None:
    run_all_jobs()
    with acting_as(cast.actor("mona")) as mona:
        ask_applicant(mona, waiting, "Who runs Delta World?")
        run_all_jobs()
    answer_application(token(), "We do.")
    with acting_as(cast.actor("mona")) as mona:
        decline_application(mona, stored(), "It is a shop.")
        run_all_jobs()

    subjects = [letter.subject for letter in mail.outbox if letter.to == ["dora@delta.example"]]

    assert [re.sub(r"^.*?: ", "", subject) for subject in subjects] == [
        "your application",
        "a question about your application",
        "your application was declined",
    ]
    assert (
        "It is a shop." in [letter.body for letter in mail.outbox if letter.to == ["dora@delta.example"]][-1]
    )


def test_a_later_letter_ends_the_link_of_the_one_before(cast: Cast, waiting: MembershipApplication) -> None:
    first = token()
    with acting_as(cast.actor("mona")) as mona:
        ask_applicant(mona, waiting, "Who runs Delta World?")

    with pytest.raises(WrongState):
        withdraw_application(first)
    assert withdraw_application(token()).state == ApplicationState.WITHDRAWN


def test_an_admitted_organisation_is_published_and_its_applicant_invited(
    cast: Cast, waiting: MembershipApplication
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        organisation = admit_application(mona, waiting, names=NAMES)

        invitation = Invitation.objects.get(organisation=organisation)
    assert (organisation.slug, organisation.state) == ("delta-games", OrganisationState.ACTIVE)
    assert sorted(invitation.roles) == ["administrator", "signatory"]
    assert Publication.objects.get().record == "delta-games"
    assert stored().organisation_id == organisation.pk


def test_a_taken_address_leaves_everything_as_it_was(cast: Cast, waiting: MembershipApplication) -> None:
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError, match="already taken"):
        admit_application(mona, waiting, names=NAMES, slug="aurora-video")

    assert state() == ApplicationState.OPEN
    assert not Invitation.objects.filter(email="dora@delta.example").exists()


def test_a_declined_one_is_taken_up_again_and_keeps_why_it_was_declined(
    cast: Cast, waiting: MembershipApplication
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        decline_application(mona, waiting, "It is a shop.")
        reopened = reopen_application(mona, stored())

    assert (reopened.state, reopened.decision_reason, reopened.decided_by_id) == (
        ApplicationState.OPEN,
        "It is a shop.",
        cast.mona.pk,
    )


def test_a_withdrawn_application_cannot_be_admitted(cast: Cast, waiting: MembershipApplication) -> None:
    withdraw_application(token())

    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState):
        admit_application(mona, waiting, names=NAMES)
    assert not Organisation.objects.filter(slug="delta-games").exists()


def test_only_a_manager_decides_on_an_application(cast: Cast, waiting: MembershipApplication) -> None:
    with acting_as(cast.actor("rita")) as rita, pytest.raises(Forbidden):
        decline_application(rita, waiting, "No.")
    with acting_as(cast.actor("sven")) as sven:
        assert not MembershipApplication.objects.visible_to(sven).exists()


def test_the_same_organisation_has_one_application_and_an_address_at_most_three(cast: Cast) -> None:
    for _again in range(2):
        apply_for_membership(DELTA, language="en")
    for number in range(4):
        facts = {name: getattr(DELTA, name) for name in ApplicationFacts.__dataclass_fields__}
        apply_for_membership(ApplicationFacts(**{**facts, "name": f"Delta {number}"}), language="en")

    with acting_as(SYSTEM):
        assert MembershipApplication.objects.count() == 3


def test_supporters_and_the_secretariat_do_not_apply_here(cast: Cast) -> None:
    facts: dict[str, Any] = {name: getattr(DELTA, name) for name in ApplicationFacts.__dataclass_fields__}
    for kind in ("supporter", "secretariat", "nothing"):
        with pytest.raises(DomainError):
            apply_for_membership(ApplicationFacts(**{**facts, "kind": kind}), language="en")


def test_an_unknown_link_leads_to_the_page_of_outdated_links(cast: Cast, client: Client) -> None:
    response = client.get("/en/apply/link/of-nobody/", follow=True)

    assert "This link is no longer valid" in words_of(response)


def test_a_program_that_fills_in_every_field_sends_nothing(cast: Cast, client: Client) -> None:
    data = {name: getattr(DELTA, name) for name in ApplicationFacts.__dataclass_fields__}
    client.post("/en/apply/", {**data, "fax": "1", "answer": "7", "opened": ""})

    with acting_as(SYSTEM):
        assert not MembershipApplication.objects.exists()
