"""One's own pages: language, another e-mail address with real letters, the list of sessions and ending them."""

import re
from typing import Any

import pytest
from django.test import Client

from alliance.models import Membership, Person
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, read_cast
from tests.factories.cast import PASSWORD
from tests.support.background_programs import Worker
from tests.support.jobs import run_all_jobs
from tests.support.mail import MailServer
from tests.support.pages import outlast_confirmation, signed_in, words_of

pytestmark = pytest.mark.django_db
PROFILE, ADDRESS, SESSIONS = "/accounts/profile/", "/accounts/address/", "/accounts/sessions/"
LINK = re.compile(r"(/accounts/address/[\w-]{20,}/)")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def link_to(address: str, letters: list[Any]) -> str:
    match = next(LINK.search(str(mail.body)) for mail in reversed(letters) if mail.to == [address])
    assert match
    return match[1]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Asia/Vladivostok", "Asia/Vladivostok"), ("владивосток", "Asia/Vladivostok"), ("new york", "America/New_York"),
     ("Киев", "Europe/Kyiv"), ("кишинев", "Europe/Chisinau"), ("Yerevan", "Asia/Yerevan"),
     ("Порт-о-Пренс", "America/Port-au-Prince"), ("калькутта", "Asia/Kolkata"), ("europe/kiev", "Europe/Kiev"),
     ("vladiv", "Asia/Vladivostok"), ("влади", "Asia/Vladivostok"), ("", "")],
)  # fmt: skip
def test_a_time_zone_is_found_by_its_name_its_city_in_any_language_and_a_part_of_them(
    cast: Cast, typed: str, stored: str
) -> None:
    profile = {"name": "Bob", "language": "ru", "time_format": "24", "time_zone": typed, "morning_hour": "7"}
    signed_in(cast.bob).post(PROFILE, profile)

    cast.bob.refresh_from_db()
    assert (cast.bob.time_zone, cast.bob.morning_hour) == (stored, 7)


def test_a_part_that_fits_several_time_zones_is_refused_and_names_them(cast: Cast) -> None:
    profile = {
        "name": "Carol",
        "language": "en",
        "time_format": "24",
        "time_zone": "новос",
        "morning_hour": "7",
    }
    carol = signed_in(cast.carol)
    assert carol.post(PROFILE, profile).status_code == 302  # Novosibirsk alone, for an English reader too

    answer = carol.post(PROFILE, {**profile, "time_zone": "novo"})

    assert answer.status_code == 422
    assert "Choose one of them: Africa/Porto-Novo, Asia/Novokuznetsk, Asia/Novosibirsk." in answer.text


def test_an_unknown_time_zone_is_refused_and_stays_in_the_field(cast: Cast) -> None:
    profile = {
        "name": "Bob",
        "language": "ru",
        "time_format": "24",
        "time_zone": "Атлантида",
        "morning_hour": "7",
    }
    answer = signed_in(cast.bob).post(PROFILE, profile)

    assert answer.status_code == 422
    assert "Выберите часовой пояс из списка" in answer.text
    assert 'value="Атлантида"' in answer.text
    assert '<option value="Europe/Moscow">Москва, UTC+3</option>' in answer.text


def test_the_profile_is_kept_and_times_are_written_as_chosen(cast: Cast) -> None:
    bob = signed_in(cast.bob)
    bob.post(PROFILE, {"name": "Robert", "language": "en", "time_format": "12", "morning_hour": "9"})
    page = words_of(bob.get(SESSIONS))
    assert "Robert" in page
    assert re.search(r"\d:\d\d [AP]M", page)
    assert words_of(signed_in(cast.alice).get(SESSIONS)).count("PM") == 0


def test_letters_write_times_as_chosen_too(cast: Cast, mailoutbox: list[Any]) -> None:
    Person.objects.filter(pk=cast.bob.pk).update(time_format="12")
    signed_in(cast.bob).post(ADDRESS, {"email": "bob@home.example"})
    run_all_jobs()
    letter = next(mail for mail in mailoutbox if mail.to == [cast.bob.email])
    assert re.search(r"\d:\d\d\xa0[AP]M", letter.body)


def test_a_name_with_invisible_characters_is_refused(cast: Cast) -> None:
    answer = signed_in(cast.bob).post(
        PROFILE, {"name": "Bo\u200bb", "language": "en", "time_format": "24", "morning_hour": "9"}
    )
    assert answer.status_code == 422
    assert Person.objects.get(pk=cast.bob.pk).name == "Bob"


def test_a_person_who_belongs_nowhere_any_more_still_has_an_account(cast: Cast) -> None:
    Membership.objects.filter(person=cast.bob).update(ended_at="2026-01-01T00:00Z")
    bob = signed_in(cast.bob)
    bob.post(ADDRESS, {"email": "bob@home.example"})
    assert "bob@home.example" in words_of(bob.get(PROFILE))


def test_the_address_is_asked_for_only_by_who_has_just_said_who_they_are(cast: Cast) -> None:
    bob = signed_in(cast.bob)
    outlast_confirmation(bob)
    assert bob.get(ADDRESS)["Location"] == f"/accounts/again/password/?next={ADDRESS}"
    typed = {"email": "bob@home.example"}
    answer = bob.post(ADDRESS, typed)
    assert (answer.status_code, typed["email"] in answer.text) == (403, True)
    assert bob.post(ADDRESS, {**typed, "confirm_password": PASSWORD})["Location"] == PROFILE


def test_the_answer_is_the_same_for_an_address_that_is_taken(cast: Cast) -> None:
    bob = signed_in(cast.bob)
    pages = []
    for email in ("nobody@aurora-video.example", cast.carol.email):
        answer = bob.post(ADDRESS, {"email": email}, follow=True)
        pages.append(re.sub(r'value="[\w-]{60,}"', "", answer.text).replace(email, "…"))
    assert pages[0] == pages[1]


def test_asking_again_and_again_is_limited(cast: Cast) -> None:
    bob = signed_in(cast.bob)
    answers = [bob.post(ADDRESS, {"email": f"bob{n}@home.example"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_old_mailbox_stops_it_and_gets_instructions(cast: Cast, mailoutbox: list[Any]) -> None:
    signed_in(cast.bob).post(ADDRESS, {"email": "bob@home.example"})
    run_all_jobs()
    old, new = link_to(cast.bob.email, mailoutbox), link_to("bob@home.example", mailoutbox)
    visitor = Client()
    assert "Set a new password" in words_of(visitor.post(old, {"answer": "stop"}))
    assert visitor.get(new).status_code == 404


def test_a_link_opened_by_somebody_else_says_nothing_and_does_nothing(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    signed_in(cast.bob).post(ADDRESS, {"email": "bob@home.example"})
    run_all_jobs()
    carol, link = signed_in(cast.carol), link_to(cast.bob.email, mailoutbox)
    pages = carol.get(link).text + carol.post(link, {"answer": "stop"}).text
    assert cast.bob.email not in pages
    assert Client().get(link).status_code == 200


def test_guessing_links_is_limited(client: Client) -> None:
    answers = [client.get(f"/accounts/address/{'x' * 40}{n}/").status_code for n in range(21)]
    assert answers == [404] * 20 + [429]


@pytest.mark.django_db(transaction=True)
def test_the_story_of_another_address_with_real_letters(worker: Worker, mail: MailServer) -> None:
    cast = read_cast()
    here, there = signed_in(cast.bob), signed_in(cast.bob)
    here.post(ADDRESS, {"email": "bob@home.example"})
    links = []
    for address in (cast.bob.email, "bob@home.example"):
        body = mail.wait_for(address)[0].get_body(("plain",))
        assert body
        match = LINK.search(body.get_content())
        assert match
        links.append(match[1])
    Client().post(links[0], {"answer": "confirm"})
    here.post(links[1], {"answer": "confirm"})
    assert (here.get(PROFILE).status_code, there.get(PROFILE).status_code) == (200, 302)
    mail.wait_for("bob@home.example", 2)
    mail.wait_for(cast.bob.email, 2)
    signed = Client().post("/accounts/login/", {"login": "bob@home.example", "password": PASSWORD})
    assert signed["Location"] == "/session/start/"


# --- Sessions --------------------------------------------------------------------------------


def sign_in(person: Person, agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def test_sessions_are_listed_by_device_and_this_one_is_marked(cast: Cast) -> None:
    here = sign_in(cast.alice)
    sign_in(cast.alice, "curl/8")
    page = words_of(here.get(SESSIONS))
    assert "Firefox on Windows this session" in page
    assert "another program" in page
    assert FIREFOX not in page


def test_a_session_is_ended_and_all_others_are(cast: Cast) -> None:
    here, there, elsewhere = (sign_in(cast.alice) for _one in range(3))
    page = here.get(SESSIONS)
    names = re.findall(r'name="session" value="(\w+)"', page.text)
    assert len(names) == 2
    outlast_confirmation(here)
    assert here.post(f"{SESSIONS}end/", {"session": names[0]}).status_code == 403
    here.post(f"{SESSIONS}end/", {"session": names[0], "confirm_password": PASSWORD})
    assert sorted(client.get(SESSIONS).status_code for client in (there, elsewhere)) == [200, 302]
    here.post(f"{SESSIONS}end-others/")
    assert [client.get(SESSIONS).status_code for client in (here, there, elsewhere)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else(cast: Cast) -> None:
    alice, bob = sign_in(cast.alice), sign_in(cast.bob)
    alice_twice = sign_in(cast.alice)
    name = re.findall(r'name="session" value="(\w+)"', alice.get(SESSIONS).text)[0]
    bob.post(f"{SESSIONS}end/", {"session": name})
    assert alice_twice.get(SESSIONS).status_code == 200


def test_a_key_that_was_copied_is_worth_nothing_after_reauthentication(cast: Cast) -> None:
    alice, thief = sign_in(cast.alice), Client()
    thief.cookies["session"] = alice.session.session_key
    assert thief.get(PROFILE).status_code == 200
    alice.post("/accounts/again/password/", {"password": PASSWORD})
    assert (alice.get(PROFILE).status_code, thief.get(PROFILE).status_code) == (200, 302)


def test_the_key_of_a_session_stands_on_no_page(cast: Cast) -> None:
    here, there = sign_in(cast.alice), sign_in(cast.alice)
    page = here.get(SESSIONS).text
    assert not any(client.session.session_key in page for client in (here, there))


# --- Leaving ---------------------------------------------------------------------------------


def test_a_person_leaves_on_a_page_that_says_what_they_are_at(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    assert "Leave Aurora Video?" in words_of(alice.get("/workspace/people/leave/"))
    answer = alice.post("/workspace/people/leave/", {"successor": cast.bob.pk})
    assert answer["Location"] == "/session/start/"
    assert alice.get("/workspace/").status_code == 404


def test_a_successor_of_another_organisation_is_no_choice(cast: Cast) -> None:
    answer = signed_in(cast.alice).post("/workspace/people/leave/", {"successor": cast.carol.pk})
    assert answer.status_code == 422
    with acting_as(SYSTEM):
        assert Membership.objects.current().filter(person=cast.alice).exists()


def test_the_secretariat_changes_rights_elsewhere_only_with_a_reason(cast: Cast) -> None:
    url = f"/secretariat/people/{cast.bob.memberships.get().pk}/grant/"
    mona = signed_in(cast.mona)
    assert mona.post(url, {"roles": ["editor"], "office": ""}).status_code == 422
    assert mona.post(url, {"roles": ["editor"], "office": "", "reason": "Alice is ill."}).status_code == 302
    assert cast.bob.memberships.get().roles == ["editor"]
