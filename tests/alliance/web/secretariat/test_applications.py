"""The secretariat's pages of applications for membership."""

import pytest
from django.test import Client

from alliance.enums import ApplicationState
from alliance.models import MembershipApplication
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import queries_of, words_of

pytestmark = pytest.mark.django_db
LIST = "/secretariat/members/applications/"


def make_application(name: str = "Delta Games", state: str = ApplicationState.OPEN) -> MembershipApplication:
    with acting_as(SYSTEM):
        return MembershipApplication.objects.create(
            kind="member",
            state=state,
            name=name,
            reason="Children play our games.",
            applicant_name="Dora Delta",
            applicant_office="Director",
            email="dora@delta.example",
            language="en",
        )


def state_of(application: MembershipApplication) -> str:
    with acting_as(SYSTEM):
        application.refresh_from_db()
    return str(application.state)


def test_waiting_and_unconfirmed_applications_are_listed_apart(cast: Cast, mona: Client) -> None:
    make_application()
    make_application("Not Yet", ApplicationState.UNCONFIRMED)

    assert [row.name for row in mona.get(LIST).context["page"]] == ["Delta Games"]
    assert [row.name for row in mona.get(f"{LIST}?show=unconfirmed").context["page"]] == ["Not Yet"]


def test_as_many_queries_for_a_long_list(cast: Cast, mona: Client) -> None:
    make_application()
    few = queries_of(mona, LIST)
    for number in range(30):
        make_application(f"Delta {number}")

    assert queries_of(mona, LIST) == few


def test_a_name_that_is_here_already_is_pointed_out(cast: Cast, mona: Client) -> None:
    page = words_of(mona.get(f"{LIST}{make_application('ООО «Aurora Video»').pk}/"))

    assert "An organisation of this name is here already" in page


def test_other_applications_under_the_name_are_pointed_out(cast: Cast, mona: Client) -> None:
    first = make_application("Delta Games Ltd")
    make_application("Delta Games", ApplicationState.WITHDRAWN)

    page = words_of(mona.get(f"{LIST}{make_application().pk}/"))
    alone = words_of(mona.get(f"{LIST}{make_application('Beta').pk}/"))

    assert "There are other applications under this name Delta Games Ltd" in page
    assert page.count("Withdrawn") == 0
    assert "other applications" not in alone
    assert state_of(first) == ApplicationState.OPEN


def test_a_decision_needs_its_reason_and_returns_to_the_application(cast: Cast, mona: Client) -> None:
    application = make_application()
    url = f"{LIST}{application.pk}/"

    assert list(mona.post(f"{url}decline/", {"reason": ""}).context["form"].errors) == ["reason"]
    assert mona.post(f"{url}decline/", {"reason": "It is a shop."})["Location"] == url
    assert state_of(application) == ApplicationState.DECLINED
    assert "It is a shop." in words_of(mona.get(url))


def test_a_step_that_does_not_start_here_says_so(cast: Cast, mona: Client) -> None:
    application = make_application(state=ApplicationState.WITHDRAWN)

    assert "This cannot be done now" in words_of(mona.get(f"{LIST}{application.pk}/decline/"))
    assert mona.get(f"{LIST}{application.pk}/conquer/").status_code == 404


def test_a_reviewer_reads_and_decides_nothing(cast: Cast, rita: Client) -> None:
    application = make_application()
    page = rita.get(f"{LIST}{application.pk}/")

    assert (page.status_code, page.context["steps"]) == (200, [])
    assert rita.post(f"{LIST}{application.pk}/decline/", {"reason": "No."}).status_code == 403
