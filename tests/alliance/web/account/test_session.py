"""The session: its account menu, its start, whom it acts for, its language."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from alliance.enums import OrganisationState, Role
from alliance.models import Membership, Organisation, Person
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.idempotency import FormToken
from tests.factories import Cast
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
ACCOUNT_MENU, START, SWITCH, LANGUAGE = (
    "/session/account-menu/",
    "/session/start/",
    "/session/switch/",
    "/session/language/",
)


def join(person: Person, organisation: Organisation) -> None:
    Membership.objects.create(person=person, organisation=organisation, roles=[Role.READER])


def test_the_account_menu_shows_the_public_the_way_in(client: Client) -> None:
    response = client.get(ACCOUNT_MENU)
    assert response.content.decode().strip() == '<a href="/accounts/login/">Sign in</a>'
    assert "no-store" in response["Cache-Control"]


def test_the_account_menu_names_who_is_signed_in_in_the_language_of_the_page(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.alice)
    menu = client.get(ACCOUNT_MENU, headers={"hx-current-url": "http://testserver/ru/members/"})
    assert menu.context["home"] == "workspace:home"
    assert "Alice" in menu.content.decode()


@pytest.mark.parametrize(("name", "leads"), [("alice", "/workspace/"), ("rita", "/secretariat/")])
def test_the_start_leads_to_the_work(cast: Cast, client: Client, name: str, leads: str) -> None:
    client.force_login(getattr(cast, name))
    assert client.get(START)["Location"] == leads


def test_without_access_a_sentence_says_why(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    response = client.get(START)
    assert response.status_code == 200
    assert "belong to no organisation with access" in response.content.decode()
    assert client.get("/workspace/people/").status_code == 404


def test_the_start_is_for_the_signed_in(client: Client) -> None:
    assert client.get(START)["Location"] == f"/accounts/login/?next={START}"


def test_switching_is_between_ones_own(cast: Cast, client: Client) -> None:
    join(cast.carol, cast.aurora)
    client.force_login(cast.carol)
    for slug in ("aurora-video", "beacon-search"):
        assert client.post(SWITCH, {"organisation": slug})["Location"] == START
        assert client.get("/workspace/people/").context["organisation"].slug == slug


@pytest.mark.parametrize("slug", ["beacon-search", "secretariat", "no-such", ""])
def test_switching_to_others_is_not_found(cast: Cast, client: Client, slug: str) -> None:
    client.force_login(cast.alice)
    assert client.post(SWITCH, {"organisation": slug}).status_code == 404
    assert client.get("/workspace/people/").context["organisation"] == cast.aurora


def test_switching_is_a_post(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    assert client.get(SWITCH).status_code == 405


def test_the_language_is_kept_with_the_person(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    response = client.post(LANGUAGE, {"language": "ru", "next": "/workspace/people/"})
    cast.alice.refresh_from_db()
    assert (response["Location"], cast.alice.language) == ("/workspace/people/", "ru")
    assert '<html lang="ru">' in client.get("/workspace/people/").content.decode()


def test_the_language_of_who_is_not_signed_in_is_kept_in_the_browser(client: Client) -> None:
    client.post(LANGUAGE, {"language": "ru", "next": "/accounts/login/"})
    assert '<html lang="ru">' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_is_a_page_of_ours(client: Client, back: str) -> None:
    assert client.post(LANGUAGE, {"language": "ru", "next": back})["Location"] == "/"


def test_a_language_that_there_is_not_is_not_found(client: Client) -> None:
    assert client.post(LANGUAGE, {"language": "xx"}).status_code == 404


def test_a_form_sent_after_signing_out_is_said_to_be_lost_and_leads_back(client: Client) -> None:
    page = "/workspace/reports/1/measures/search/"
    answer = client.post(f"{page}files/", headers={"referer": f"http://testserver{page}"}, follow=True)

    assert answer.redirect_chain == [(f"/accounts/login/?next={page}", 302)]
    assert "what you just sent was not saved" in answer.content.decode()


def test_an_address_that_only_takes_a_form_says_so_when_it_is_opened(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    answer = client.get("/workspace/reports/1/document/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address cannot be opened directly" in answer.content.decode()


def test_a_form_that_waits_shows_the_words_in_it_and_sends_all_of_it(cast: Cast, client: Client) -> None:
    """Figures of a measure have no labels of their own: what was chosen without one says nothing to its sender."""
    sent = {
        "t12-text": "Written without scripts.",
        "t12-language": "en",
        "f13-17-status": "not_applicable",
        "f13-17-value": "10",
        "carried_from": "128",  # the page's own
    }
    left = client.post("/workspace/reports/7/measures/any/", {**sent, "page_person": cast.alice.pk})

    page = signed_in(cast.alice).get(parse_qs(urlsplit(left["Location"]).query)["next"][0])

    before, _heading, shown = words_of(page).rpartition("What you typed")
    assert (
        "What you typed is below. What you chose in other fields is not shown; “Send” sends it too." in before
    )
    assert "What you did Written without scripts. Language of the text English f13-17-value 10" in shown
    assert "not_applicable" not in shown
    assert "carried_from" not in shown
    assert all(f'<textarea name="{name}" hidden>' in page.text for name in sent)


def test_a_pledge_that_waits_shows_its_targets_under_their_labels(cast: Cast, client: Client) -> None:
    """Rows of a form have names of their own, which are nobody's words."""
    sent = {"title": "Ours", "text": "We will.", "language": "en", "version": "0", "target-TOTAL_FORMS": "2"}
    row = {"target-0-text": "Half of it", "target-0-due_on": "2027-01-31"}
    left = client.post("/workspace/pledges/new/", {**sent, **row, "page_person": cast.alice.pk})

    page = signed_in(cast.alice).get(parse_qs(urlsplit(left["Location"]).query)["next"][0])

    shown = words_of(page).rpartition("What you typed")[2]
    assert "Title Ours In your own words We will. Language of the text English" in shown
    assert "Target Half of it Deadline 2027-01-31" in shown
    assert "target-" not in shown


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title": "Ours"}, "What you typed is below; “Send” sends it."),
        ({"version": "0"}, "You typed nothing in it; “Send” sends it again."),
        ({"f13-17-status": "not_applicable"}, "What you chose is not shown here; “Send” sends it."),
        (
            {"title": "Ours", "file": SimpleUploadedFile("a.txt", b"x")},
            "What you typed is below, but your files were not kept: open the page, enter it again and choose them.",
        ),
        (
            {"file": SimpleUploadedFile("a.txt", b"x")},
            "Your files were not kept: open the page and choose them again.",
        ),
    ],
    ids=["words", "nothing", "choices", "words-and-file", "file"],
)
def test_a_form_that_waits_says_what_of_it_is_there(
    cast: Cast, client: Client, sent: dict[str, Any], sentence: str
) -> None:
    left = client.post("/workspace/pledges/new/", {**sent, "page_person": cast.alice.pk})

    page = signed_in(cast.alice).get(parse_qs(urlsplit(left["Location"]).query)["next"][0])

    assert f"so nothing is saved yet. {sentence}" in words_of(page)
    assert ("<dl>" in page.text) == ("title" in sent)
    assert ('type="submit">Send</button>' in page.text) == ("file" not in sent)


def test_which_forms_were_taken(cast: Cast) -> None:
    """Those alone that did something, for their sender, counted from the last post with the key."""
    alice, sven, taken, refused = signed_in(cast.alice), signed_in(cast.sven), str(uuid4()), str(uuid4())

    def ages(client: Client) -> dict[str, float]:
        query = {"once": [taken, refused, str(uuid4()), "no key"]}
        ages: dict[str, float] = client.get("/session/taken/", query).json()["taken"]
        return ages

    alice.post(LANGUAGE, {"language": "en", "once": taken})
    form = alice.post("/workspace/pledges/new/", {"once": refused})
    assert (form.status_code, f' data-is-refused data-answers="{refused}"' in form.content.decode()) == (
        422,
        True,
    )
    assert b"data-is-refused" not in alice.get("/workspace/pledges/new/").content
    assert (list(ages(alice)), ages(sven)) == ([taken], {})
    for language in ("en", "ru"):
        with acting_as(SYSTEM):
            FormToken.objects.update(at=timezone.now() - timedelta(hours=1))
        assert ages(alice)[taken] >= 3600
        alice.post(LANGUAGE, {"language": language, "once": taken})
        assert ages(alice)[taken] < 60
