"""The secretariat's pages of applications for membership."""

import pytest
from django.test import Client

from alliance.enums import ApplicationState
from alliance.models import MembershipApplication, Person
from alliance.services.application_links import application_token_of
from alliance.services.applications import answer_application, ask_applicant, decline_application
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


def address(application: MembershipApplication, action: str) -> str:
    return f"{LIST}{application.pk}/{action}/"


def seen_at(client: Client, application: MembershipApplication, action: str) -> str:
    return str(client.get(address(application, action)).context["form"]["seen"].value())


def answered(application: MembershipApplication, cast: Cast) -> None:
    """A colleague has asked, and the applicant has answered."""
    with acting_as(cast.actor("mona")) as mona:
        ask_applicant(mona, application, "Who runs it?")
    answer_application(application_token_of(refreshed(application)) or "", "Delta itself.")


def refreshed(application: MembershipApplication) -> MembershipApplication:
    with acting_as(SYSTEM):
        application.refresh_from_db()
    return application


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("ask", {"text": "Since when?"}),
        ("decline", {"reason": "No answer."}),
        ("admit", {"name_en": "Delta Games", "name_ru": "Дельта", "slug": ""}),
    ],
)
def test_nobody_decides_without_having_read_the_answer(
    cast: Cast, mona: Client, action: str, fields: dict[str, str]
) -> None:
    application = make_application()
    seen = seen_at(mona, application, action)
    answered(application, cast)

    refused = mona.post(address(application, action), {**fields, "seen": seen})

    assert (refused.status_code, state_of(application)) == (422, ApplicationState.OPEN)
    assert "Since then the applicant has answered" in words_of(refused)
    assert "“Delta itself.” Nothing was done: read it, then decide." in words_of(refused)
    mona.post(address(application, action), {**fields, "seen": refused.context["form"]["seen"].value()})
    assert state_of(application) != ApplicationState.OPEN


def test_the_second_of_two_managers_reads_who_has_decided_when_and_why(cast: Cast, mona: Client) -> None:
    application = make_application()
    seen = seen_at(mona, application, "decline")
    mona.post(address(application, "decline"), {"reason": "It is a shop.", "seen": seen})

    second = words_of(mona.post(address(application, "decline"), {"reason": "Not yet.", "seen": seen}))

    assert f"Since then {cast.mona.name} has declined it" in second
    assert "“It is a shop.” Nothing was done" in second
    assert "What you typed Reason Not yet." in second


def test_one_that_was_declined_and_taken_up_meanwhile_is_not_decided_unread(mona: Client) -> None:
    application = make_application()
    stale = seen_at(mona, application, "decline")
    mona.post(address(application, "decline"), {"reason": "It is a shop.", "seen": stale})
    reopening = seen_at(mona, application, "reopen")
    mona.post(address(application, "reopen"), {"seen": reopening})

    page = words_of(mona.get(f"{LIST}{application.pk}/"))
    declined = words_of(mona.post(address(application, "decline"), {"reason": "Not yet.", "seen": stale}))
    reopened = words_of(mona.post(address(application, "reopen"), {"seen": reopening}))

    assert "Declined before, then taken up again It is a shop." in page
    assert "“It is a shop.” Since then it was taken up again. Nothing was done" in declined
    assert "Since then it was taken up again." in reopened
    assert "has declined it" not in reopened


def test_the_application_page_names_the_language_of_the_applicant(mona: Client) -> None:
    application = make_application()
    with acting_as(SYSTEM):
        MembershipApplication.objects.filter(pk=application.pk).update(language="ru")

    pages = [words_of(mona.get(address(application, action))) for action in ("ask", "decline")]

    assert all(
        "The applicant reads the portal in this language: Russian. Write in it." in each for each in pages
    )
    assert "in this language" not in words_of(mona.get(address(make_application("Beta"), "ask")))


def test_a_declined_one_is_not_headed_by_the_status_of_a_figure(cast: Cast, mona: Client) -> None:
    """“Declined” is two words in Russian: of a figure, that it was not given."""
    application = make_application()
    with acting_as(cast.actor("mona")) as actor:
        decline_application(actor, application, "It is a shop.")
    Person.objects.filter(pk=cast.mona.pk).update(language="ru")

    page = words_of(mona.get(f"{LIST}{application.pk}/"))

    assert "Отклонена It is a shop." in page


def test_a_question_to_the_applicant_has_the_language_that_its_writer_chose(mona: Client) -> None:
    application = make_application()
    with acting_as(SYSTEM):
        MembershipApplication.objects.filter(pk=application.pk).update(language="ru")
    url = address(application, "ask")

    form = mona.get(url).context["form"]
    mona.post(url, {"text": "Since when?", "language": "en", "seen": form["seen"].value()})

    assert form["language"].value() == "ru"
    with acting_as(SYSTEM):
        assert application.entries.get().language == "en"
