"""A second factor: set up after a re-check, asked for at sign-in, limited, notified by letter, stored encrypted."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from alliance.models import Membership, Person, Site
from alliance.services.accounts import set_password
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.jobs import run_all_jobs
from tests.support.pages import outlast_confirmation, signed_in, words_of
from tests.support.second_factors import add_app, add_recovery_codes, app_code

pytestmark = pytest.mark.django_db
SECURITY, ADD, SECOND = "/accounts/security/", "/accounts/security/app/add/", "/accounts/login/second/"


def first_step(person: Person) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})


def test_the_picture_of_an_app_has_room_for_the_longest_names(cast: Cast) -> None:
    Person.objects.filter(pk=cast.sven.pk).update(email="🌻" * 230 + "@aurora-video.example")
    Site.objects.update_or_create(id=1, defaults={"name_en": "🌻" * 200, "name_ru": "🌻" * 200})
    sven = signed_in(cast.sven)
    assert sven.get(ADD).status_code == 200
    assert sven.get("/accounts/security/app/picture.svg").status_code == 200


def test_an_app_is_set_up_and_notified_by_letter(cast: Cast, mailoutbox: list[Any]) -> None:
    sven = signed_in(cast.sven)
    secret = sven.get(ADD).context["secret"].replace(" ", "")
    picture = sven.get("/accounts/security/app/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "no-store" in picture["Cache-Control"]
    answer = sven.post(ADD, {"code": app_code(secret)})
    assert answer["Location"] == "/accounts/security/codes/"
    assert len(sven.get(answer["Location"]).context["unused_codes"]) == 10
    run_all_jobs()
    assert "An app that shows codes was added" in mailoutbox[0].body
    assert Event.objects.filter(kind="person.change_factors", data__change="add_app").exists()


def test_a_wrong_code_sets_nothing_up(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    sven.get(ADD)
    assert sven.post(ADD, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_nobody_changes_factors_in_a_session_that_somebody_left_open(cast: Cast) -> None:
    add_app(cast.sven)
    sven = signed_in(cast.sven)
    outlast_confirmation(sven)
    for path in ("app/remove/", "codes/", "codes/new/", "app/add/"):
        asked = sven.get(SECURITY + path)["Location"]
        assert asked.startswith("/accounts/again/password/?next=/accounts/security/")
        assert sven.post(SECURITY + path).status_code == 403
    assert sven.get(SECURITY + "app/picture.svg").status_code == 404


def test_the_secret_is_not_readable_in_the_table(cast: Cast) -> None:
    secret = add_app(cast.sven)
    assert secret not in str(Authenticator.objects.get().data)


def test_the_password_leads_to_the_second_step_and_no_further(cast: Cast) -> None:
    secret = add_app(cast.sven)
    client, answer = first_step(cast.sven)
    assert answer["Location"] == SECOND
    assert client.get("/workspace/").status_code == 302
    assert "I have lost my phone" in words_of(client.get(SECOND))
    assert client.post(SECOND, {"code": app_code(secret)})["Location"] == "/session/start/"
    assert client.get("/workspace/").status_code == 200


def test_a_person_who_is_half_way_in_can_begin_anew_as_somebody_else(cast: Cast) -> None:
    add_app(cast.sven)
    client, _answer = first_step(cast.sven)
    assert client.get("/accounts/login/")["Location"] == SECOND
    assert '<input type="hidden" name="next" value="/accounts/login/">' in client.get(SECOND).content.decode()

    answer = client.post("/accounts/logout/", {"next": "/accounts/login/"})

    assert answer["Location"] == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200
    assert client.get(SECOND)["Location"] == "/accounts/login/"


def test_a_code_is_good_once(cast: Cast) -> None:
    code = app_code(add_app(cast.sven))
    for status in (302, 200):
        client, _answer = first_step(cast.sven)
        assert client.post(SECOND, {"code": code}).status_code == status


def test_the_code_that_set_an_app_up_signs_nobody_in(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    code = app_code(sven.get(ADD).context["secret"].replace(" ", ""))
    sven.post(ADD, {"code": code})
    cache.clear()

    client, _answer = first_step(cast.sven)

    assert client.post(SECOND, {"code": code}).status_code == 200
    assert client.get("/accounts/profile/").status_code == 302


def test_a_code_stays_used_when_the_cache_has_forgotten(cast: Cast) -> None:
    code = app_code(add_app(cast.sven))
    for typed, status in ((code, 302), (code, 200), (f"{code[:3]} {code[3:]}", 200)):
        cache.clear()
        client, _answer = first_step(cast.sven)
        assert client.post(SECOND, {"code": typed}).status_code == status, typed


def test_a_recovery_code_works_once_and_is_notified(cast: Cast, mailoutbox: list[Any]) -> None:
    add_app(cast.sven)
    code = add_recovery_codes(cast.sven)[0]
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}
    for status in (302, 200):
        client, _answer = first_step(cast.sven)
        assert client.post(SECOND, {"code": code}, headers=firefox).status_code == status
    run_all_jobs()
    (letter,) = mailoutbox
    assert "with one of your recovery codes" in letter.body
    assert "Device: Firefox on Windows\n" in letter.body
    assert re.search(r"When: \d{1,2}\xa0\w+\xa0\d{4}, \d\d:\d\d\xa0\w+\n", letter.body)
    assert "Recovery codes left: 9\n" in letter.body


def test_a_recovery_code_that_confirms_is_notified_too(cast: Cast, mailoutbox: list[Any]) -> None:
    add_app(cast.sven)
    code = add_recovery_codes(cast.sven)[0]
    sven = signed_in(cast.sven)
    sven.post("/accounts/again/code/", {"code": code, "next": SECURITY})
    run_all_jobs()
    assert "with one of your recovery codes" in mailoutbox[-1].body


@pytest.mark.parametrize(
    ("left", "warning"),
    [(4, ""), (3, "Few are left"), (0, "That was the last one.")],
    ids=["four", "three", "none"],
)
def test_the_letter_about_a_recovery_code_warns_before_they_run_out(
    cast: Cast, mailoutbox: list[Any], left: int, warning: str
) -> None:
    add_app(cast.sven)
    codes = add_recovery_codes(cast.sven)
    row = Authenticator.objects.get(user=cast.sven, type=Authenticator.Type.RECOVERY_CODES)
    for code in codes[: 10 - left - 1]:
        assert row.wrap().validate_code(code)
    client, _answer = first_step(cast.sven)
    client.post(SECOND, {"code": codes[-1]})
    run_all_jobs()
    (letter,) = mailoutbox
    assert f"Recovery codes left: {left}\n" in letter.body
    assert warning in letter.body if warning else not re.search("Few are left|the last one", letter.body)


def test_guessing_codes_is_limited_by_account_for_every_client(cast: Cast) -> None:
    secret = add_app(cast.sven)
    clients = [first_step(cast.sven)[0] for _one in range(2)]
    answers = [clients[n % 2].post(SECOND, {"code": f"{n:06}"}).status_code for n in range(5)]
    assert answers == [200] * 5
    last = clients[1].post(SECOND, {"code": app_code(secret)})
    assert last.status_code == 429
    assert 0 < int(last["Retry-After"]) <= 300


def test_saying_it_again_is_limited_too(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    answers = [sven.post("/accounts/again/password/", {"password": "wrong"}).status_code for _n in range(6)]
    assert answers == [200] * 5 + [429]


def remove_factors(cast: Cast) -> None:
    Authenticator.objects.filter(user=cast.sven).delete()


def change_password(cast: Cast) -> None:
    set_password(cast.sven, "quite another password")


def end_membership(cast: Cast) -> None:
    Membership.objects.filter(person=cast.sven).update(ended_at=timezone.now())


def add_factor(cast: Cast) -> None:
    remove_factors(cast)
    add_app(cast.sven)


@pytest.mark.parametrize("change", [remove_factors, change_password, end_membership, add_factor])
def test_a_sign_in_that_waits_ends_with_what_it_rests_on(cast: Cast, change: Callable[[Cast], None]) -> None:
    """Whoever has the code of then is not let in, nobody is sent round in a circle, and the page says why."""
    secret = add_app(cast.sven)
    client, _answer = first_step(cast.sven)
    change(cast)

    answer = client.post(SECOND, {"code": app_code(secret)}, follow=True)

    assert [place for place, _status in answer.redirect_chain] == ["/accounts/login/"]
    assert "has changed since you entered your password. Sign in again." in words_of(answer)
    assert client.get("/accounts/profile/").status_code == 302
    assert client.get("/accounts/login/").status_code == 200


def test_a_sign_in_that_waits_goes_on_where_nothing_has_changed(cast: Cast) -> None:
    secret = add_app(cast.sven)
    add_recovery_codes(cast.sven)
    client, _answer = first_step(cast.sven)
    assert client.get(SECOND).status_code == 200

    client.post(SECOND, {"code": app_code(secret)})

    assert client.get("/accounts/profile/").status_code == 200


def test_a_closed_account_between_the_two_steps_stays_out(cast: Cast) -> None:
    secret = add_app(cast.sven)
    client, _answer = first_step(cast.sven)
    Person.objects.filter(pk=cast.sven.pk).update(is_active=False)
    client.post(SECOND, {"code": app_code(secret)})
    assert client.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize(
    ("origin", "host", "offered"),
    [
        ("http://127.0.0.1:8000", "localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", False),
        ("https://portal.example", "localhost:8000", True),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(
    cast: Cast, settings: Any, origin: str, host: str, offered: bool
) -> None:
    settings.ORIGIN, settings.ALLOWED_HOSTS = origin, ["127.0.0.1", "localhost"]
    page = signed_in(cast.sven).get(SECURITY, headers={"host": host}).content.decode()
    assert ("Add a passkey" in page) == offered
    assert ('href="http://localhost:8000/accounts/security/"' in page) == (not offered)


def test_a_passkey_belongs_to_the_name_of_the_settings_whatever_was_asked_for(
    cast: Cast, settings: Any
) -> None:
    sven = signed_in(cast.sven)
    settings.ORIGIN, settings.ALLOWED_HOSTS = "https://portal.example", ["localhost"]
    page = sven.get(f"{SECURITY}passkeys/add/", headers={"host": "localhost"})
    assert json.loads(page.context["options"])["publicKey"]["rp"]["id"] == "portal.example"


def test_a_passkey_is_named_after_its_device_until_somebody_names_it(cast: Cast, settings: Any) -> None:
    settings.ORIGIN = "https://portal.example"
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    page = signed_in(cast.sven).get(f"{SECURITY}passkeys/add/", headers={"user-agent": agent})
    assert page.context["form"]["name"].value() == "Firefox on Linux"


def test_a_forged_passkey_gets_the_same_answer_for_everybody(cast: Cast) -> None:
    pages = []
    for handle in ("MQ", "OTk5OTk5", "!!"):
        client = Client()
        client.get("/accounts/login/passkey/", headers={"accept": "application/json"})
        forged = json.dumps(
            {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": handle}}
        )
        answer = client.post("/accounts/login/passkey/", {"credential": forged}, follow=True)
        pages.append(words_of(answer))
    assert pages[0] == pages[1] == pages[2]


def test_signatories_and_the_secretariat_are_advised_to_protect_their_account(cast: Cast) -> None:
    advice = "set up a second factor. It takes two minutes."
    advice_by_name = {
        name: advice in words_of(signed_in(getattr(cast, name)).get(SECURITY))
        for name in ("sven", "rita", "alice")
    }
    assert advice_by_name == {"sven": True, "rita": True, "alice": False}


def test_unknown_wrong_and_closed_are_the_same_bytes_and_the_same_work(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append("once")
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    seen = []
    for email, password in (
        ("nobody@aurora-video.example", PASSWORD),
        (cast.alice.email, "a wrong password"),
        (cast.bob.email, PASSWORD),
        (cast.bob.email, "a wrong password"),
    ):
        cache.clear()
        hashed.clear()
        answer = Client().post("/accounts/login/", {"login": email, "password": password})
        body = answer.content.replace(email.encode(), b"").replace(answer.context["csrf_token"].encode(), b"")
        seen.append((answer.status_code, body, list(hashed)))
    assert seen[0] == seen[1] == seen[2] == seen[3]
