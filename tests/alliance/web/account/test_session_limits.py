"""When sessions end: after their last use, and after signing in; by the clock of the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from alliance.models import Person, PersonSession
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
SESSIONS, PROFILE = "/accounts/sessions/", "/accounts/profile/"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sign_in(person: Person) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def age(person: Person, by: timedelta) -> None:
    """Everything in the person's sessions was earlier."""
    PersonSession.objects.filter(person=person).update(
        started_at=F("started_at") - by,
        last_used_at=F("last_used_at") - by,
        expire_date=F("expire_date") - by,
    )


@pytest.mark.parametrize(("name", "limit"), [("alice", 4 * HOUR), ("mona", HOUR)])
def test_a_session_ends_after_so_long_without_use_to_the_minute(
    cast: Cast, name: str, limit: timedelta
) -> None:
    person = getattr(cast, name)
    client = sign_in(person)
    for _visit in range(3):
        age(person, limit - MINUTE)
        assert client.get(PROFILE).status_code == 200
    age(person, limit)
    assert client.get(PROFILE).status_code == 302


def test_the_limits_are_settings_and_the_page_says_which_hold(cast: Cast, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES_SECRETARIAT = 90, 120
    for person in (cast.alice, cast.mona):
        client = sign_in(person)
        assert "Your sessions end after 90 minutes without use, and after 12 hours in any case" in words_of(
            client.get(SESSIONS)
        )
        age(person, 91 * MINUTE)
        assert client.get(SESSIONS).status_code == 302
    settings.SESSION_COOKIE_AGE, settings.SESSION_IDLE_MINUTES_SECRETARIAT = 3600, 60
    assert "end after 1 hour without use, and after 1 hour in any case" in words_of(
        sign_in(cast.mona).get(SESSIONS)
    )


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/session/account-menu/", {}), ("/accounts/data/progress/", {}), (PROFILE, {"background": "1"})],
)
def test_background_requests_do_not_keep_a_session_alive(
    cast: Cast, path: str, headers: dict[str, str]
) -> None:
    client = sign_in(cast.alice)
    for _poll in range(3):
        age(cast.alice, 100 * MINUTE)
        client.get(path, headers=headers)
    assert client.get(PROFILE).status_code == 302


def test_saying_again_who_one_is_does_not_put_off_the_end(cast: Cast) -> None:
    client = sign_in(cast.alice)
    for _hour in range(11):
        age(cast.alice, HOUR)
        client.post("/accounts/again/password/", {"password": PASSWORD})
    assert client.get(PROFILE).status_code == 200
    age(cast.alice, HOUR)
    assert client.get(PROFILE).status_code == 302


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_of_the_portal_that_jumps_a_day_ends_and_opens_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    ended, open_ = sign_in(cast.alice), sign_in(cast.bob)
    age(cast.alice, 5 * HOUR)
    elsewhere = timezone.now() + timedelta(days=days)
    with monkeypatch.context() as jump:
        jump.setattr("django.utils.timezone.now", lambda: elsewhere)
        assert (ended.get(PROFILE).status_code, open_.get(PROFILE).status_code) == (302, 200)
        fresh = sign_in(cast.carol)
    assert PersonSession.objects.filter(
        person=cast.carol, expire_date__lt=Now() + 12 * HOUR + MINUTE
    ).exists()
    assert (open_.get(PROFILE).status_code, fresh.get(PROFILE).status_code) == (200, 200)


def test_an_ended_session_is_gone_before_the_clock_is_set_back(cast: Cast) -> None:
    client = sign_in(cast.alice)
    age(cast.alice, 5 * HOUR)
    assert client.get(PROFILE).status_code == 302
    assert not PersonSession.objects.filter(person=cast.alice).exists()


def test_a_page_whose_session_has_ended_stays_as_it_is_and_says_so(cast: Cast) -> None:
    """What it asks for or saves by itself does not put the page of signing in where somebody is typing."""
    page = {"HX-Request": "true", "HX-Current-URL": "http://testserver/workspace/reports/1/measures/search/"}
    poll = Client().get("/workspace/reports/1/measures/search/presence/", headers=page)
    saving = Client().post("/workspace/reports/1/measures/search/", {"autosave": "1"}, headers=page)

    assert (poll.status_code, poll["HX-Retarget"]) == (286, "#other-organisation")
    assert "You are signed out" in words_of(poll)
    assert (saving.status_code, saving["HX-Reswap"]) == (401, "innerHTML")
    assert "Not saved You are signed out. What you typed is kept here" in words_of(saving)
    for answer in (poll, saving):
        assert 'href="/accounts/login/?next=/workspace/reports/1/measures/search/"' in answer.text
