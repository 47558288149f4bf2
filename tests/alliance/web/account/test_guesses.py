"""Limits of guessing: whoever guesses is stopped, from one network or many, and never the owner on their device."""

from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core import mail as sent
from django.test import Client

from alliance.models import KnownDevice, Person
from alliance.services.known_devices import MAX_DEVICES, remember_device
from tests.alliance.web.account.test_sign_in import NEW, RESET, reset_link
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.caches import frozen_cache
from tests.support.pages import outlast_confirmation, words_of
from tests.support.second_factors import add_app, app_code

pytestmark = pytest.mark.django_db
LOGIN, SECOND = "/accounts/login/", "/accounts/login/second/"
ELSEWHERE = "198.51.100.7"


def sign_in(client: Client, email: str, password: str = PASSWORD, network: str = "127.0.0.1") -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=network)


def known(person: Person) -> Client:
    """A browser in which the person has signed in, and out again."""
    client = Client()
    sign_in(client, person.email)
    client.post("/accounts/logout/")
    return client


def guess(person: Person, network: str = ELSEWHERE, times: int = 5) -> list[int]:
    return [sign_in(Client(), person.email, "a guess", network).status_code for _try in range(times)]


def test_guesses_from_other_devices_do_not_lock_a_known_device(cast: Cast) -> None:
    mona = known(cast.mona)
    assert guess(cast.mona, times=6) == [200] * 5 + [429]
    assert sign_in(mona, cast.mona.email).status_code == 302


def test_on_the_same_network_neither(cast: Cast) -> None:
    """An office has one address for all: what others do there does not count on a known device."""
    mona = known(cast.mona)
    codes = [sign_in(Client(), f"{n}@nowhere.example", "a guess").status_code for n in range(31)]
    assert codes[-1] == 429
    assert guess(cast.mona, "127.0.0.1", 1) == [429]
    assert sign_in(mona, cast.mona.email).status_code == 302


def test_another_network_is_not_held_up_by_the_first_but_all_together_are(cast: Cast) -> None:
    guess(cast.mona)
    assert sign_in(Client(), cast.mona.email, network="203.0.113.1").status_code == 302

    codes = [code for n in range(2, 8) for code in guess(cast.mona, f"203.0.113.{n}")]
    assert codes.index(429) == 15
    assert sign_in(Client(), cast.mona.email, network="203.0.113.99").status_code == 429
    assert sign_in(Client(), cast.sven.email, network="203.0.113.99").status_code == 302


def test_the_page_says_when_to_go_on_and_which_ways_stay_open(cast: Cast, settings: Any) -> None:
    settings.ORIGIN = "https://portal.example"
    guess(cast.mona)
    guess_nobody = [sign_in(Client(), "nobody@nowhere.example", "a guess", ELSEWHERE) for _try in range(6)]
    answer = sign_in(Client(), cast.mona.email, network=ELSEWHERE)

    assert answer.status_code == guess_nobody[-1].status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    for words in (
        "Try again in",
        "on a device on which you have signed in before",
        "a passkey",
        "a new password",
    ):
        assert words in words_of(answer)
        assert words in words_of(guess_nobody[-1])


def test_a_known_device_has_a_limit_of_its_own(cast: Cast) -> None:
    mona = known(cast.mona)
    codes = [sign_in(mona, cast.mona.email, "a guess").status_code for _try in range(6)]
    assert codes == [200] * 5 + [429]
    assert sign_in(Client(), cast.mona.email, network=ELSEWHERE).status_code == 302
    # a device of Mona's is none of Sven's
    assert [sign_in(mona, cast.sven.email, "a guess").status_code for _try in range(6)][-1] == 429


def test_a_new_password_by_letter_ends_the_waiting_and_makes_no_device_known(cast: Cast) -> None:
    mona, owner = known(cast.mona), Client()
    for _try in range(5):
        sign_in(mona, cast.mona.email, "a guess")
        sign_in(owner, cast.mona.email, "a guess")
    owner.post(RESET, {"email": cast.mona.email})
    form = owner.get(reset_link(), follow=True)
    owner.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert KnownDevice.objects.filter(person=cast.mona).count() == 1
    assert "device" not in owner.cookies
    for client in (owner, mona):
        assert sign_in(client, cast.mona.email, NEW).status_code == 302
    assert KnownDevice.objects.filter(person=cast.mona).count() == 2
    assert sent.outbox


def test_wrong_codes_from_other_devices_do_not_lock_a_known_device(cast: Cast) -> None:
    mona = known(cast.mona)
    secret = add_app(cast.mona)
    thief = Client()
    sign_in(thief, cast.mona.email, network=ELSEWHERE)
    wrong = "000000" if app_code(secret) != "000000" else "111111"
    answers = [thief.post(SECOND, {"code": wrong}, REMOTE_ADDR=ELSEWHERE) for _try in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "on a device on which you have signed in before" in words_of(answers[-1])
    assert not KnownDevice.objects.filter(person=cast.mona).exclude(sha256__in=digests(cast.mona, 1)).exists()
    sign_in(mona, cast.mona.email)
    assert mona.post(SECOND, {"code": app_code(secret)}).status_code == 302
    assert mona.get("/accounts/profile/").status_code == 200


def digests(person: Person, count: int) -> list[str]:
    rows = list(KnownDevice.objects.filter(person=person).values_list("sha256", flat=True))
    assert len(rows) == count
    return rows


def test_a_cookie_is_worth_nothing_once_its_device_is_forgotten_and_nobody_chooses_one(cast: Cast) -> None:
    mona = known(cast.mona)
    KnownDevice.objects.all().delete()
    guess(cast.mona, "127.0.0.1")
    assert sign_in(mona, cast.mona.email).status_code == 429

    planted = mona.cookies["device"].value
    victim = Client()
    victim.cookies["device"] = planted
    sign_in(victim, cast.sven.email)
    assert victim.cookies["device"].value != planted


def test_the_database_holds_no_cookie_and_no_more_devices_than_the_last_ones(cast: Cast) -> None:
    mona = known(cast.mona)
    cookie = mona.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert not KnownDevice.objects.filter(sha256__contains=cookie.value).exists()
    for _n in range(MAX_DEVICES + 1):
        remember_device(cast.mona, "", "Firefox/Linux")
    assert KnownDevice.objects.filter(person=cast.mona).count() == MAX_DEVICES


@pytest.mark.django_db(transaction=True)
def test_guessing_is_stopped_while_the_cache_is_frozen(cast: Cast, settings: Any) -> None:
    mona = known(cast.mona)
    with frozen_cache(settings):
        assert guess(cast.mona, times=6) == [200] * 5 + [429]
        assert sign_in(mona, cast.mona.email).status_code == 302


def test_devices_are_listed_and_forgotten_after_reauthentication(cast: Cast) -> None:
    here, there, other = (known(cast.mona) for _n in range(3))
    bob = known(cast.bob)
    sign_in(here, cast.mona.email)
    assert here.get("/accounts/sessions/").text.count(">this device<") == 1
    first, second = (row.pk for row in KnownDevice.objects.filter(person=cast.mona).order_by("pk")[1:])

    forget = "/accounts/devices/forget/"
    outlast_confirmation(here)
    assert here.post(forget, {"device": first}).status_code == 403
    here.post(forget, {"device": first, "confirm_password": PASSWORD})
    here.post(forget, {"device": KnownDevice.objects.get(person=cast.bob).pk})
    assert set(KnownDevice.objects.values_list("pk", flat=True)) >= {second}
    assert [len(digests(cast.mona, 2)), len(digests(cast.bob, 1))] == [2, 1]

    here.post("/accounts/devices/forget-others/")
    guess(cast.mona, "127.0.0.1")
    assert [sign_in(client, cast.mona.email).status_code for client in (here, there, other)] == [
        302,
        429,
        429,
    ]
    assert sign_in(bob, cast.bob.email).status_code == 302


COOKIES = {
    "session": "your session",
    "csrf": "protects forms",
    "language": "the language",
    "display": "the display settings",
    "device": "a device on which you have signed in",
}


def test_the_privacy_text_names_every_cookie(cast: Cast, client: Client) -> None:
    client.get(LOGIN)
    sign_in(client, cast.mona.email)
    client.post("/session/language/", {"language": "en"})
    client.post("/en/display/", {"size": "125"})
    text = (portal_settings.BASE_DIR / "alliance/data/texts/privacy.en.md").read_text()

    assert set(client.cookies) == COOKIES.keys()
    assert [words for words in COOKIES.values() if words not in text] == []
