"""Pages that answer a refused form: whoever opens their address again finds the form there, and no error."""

import pytest
from django.urls import reverse

from tests.policy import ACTORS, CASES
from tests.support.visitors import SignedInClients
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback")

# forms that stand on another page, and come again by themselves where they are refused
BY_THEMSELVES = (
    ("alice", "workspace:question-answer", "question"),
    ("alice", "workspace:evidence-add-file", "report.measure"),
    ("alice", "workspace:evidence-add-link", "report.measure"),
    ("alice", "workspace:evidence-add-practice", "report.measure"),
    ("alice", "workspace:translation-decline", "translation.offered"),
    ("mona", "secretariat:translation-decline", "translation.waiting"),
)
# acts without fields, which are held until the password is given again: what they are about is on this page
HELD = ("session-end", "session-end-others", "device-forget", "device-forget-others")
# identity providers alone post here; the page that says what is wrong leads to the way to sign in
OF_PROGRAMS = ("saml-acs",)


@pytest.mark.parametrize(("name", "route", "place"), BY_THEMSELVES)
def test_a_refused_form_is_there_again(
    world: World, visitors: SignedInClients, name: str, route: str, place: str
) -> None:
    url = reverse(route, kwargs=world[place])

    refused, again = visitors.ask(name, "POST", url), visitors.ask(name, "GET", url)

    assert (refused.status, again.status) == (422, 200)
    assert '<form class="form' in again.text


@pytest.mark.parametrize("route", HELD)
def test_the_address_of_a_held_act_leads_to_the_page_with_its_button(
    visitors: SignedInClients, route: str
) -> None:
    again = visitors.ask("alice", "GET", reverse(route))

    assert (again.status, again.location) == (302, reverse("account-sessions"))


def test_no_address_answers_a_refused_form_and_cannot_be_opened() -> None:
    """By the table of who gets what: where a post may be answered by its form, so is a GET."""
    assert [
        str(line)
        for line in CASES
        if line.route not in OF_PROGRAMS
        and any(line.expected("POST")[name] == "2" and line.expected("GET")[name] == "5" for name in ACTORS)
    ] == []
