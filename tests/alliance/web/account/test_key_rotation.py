"""Both keys are replaced while people work: nothing that is out dies before its former key goes."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from alliance.models import Person
from alliance.services.accounts import request_password_reset
from alliance.services.credentials import end_credentials
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import invite_person
from alliance.services.tokens import authenticate_token
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.mail import make_return_path, read_return_path
from portal.kernel.notices.unsubscribe import unsubscribe_path
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.second_factors import add_app, add_recovery_codes, app_code

pytestmark = pytest.mark.django_db
NEW_KEY, OTHER_KEY = (
    "a new key that is long enough for what it has to do",
    "one that was never here, as long as it is",
)
SECOND, PROFILE = "/accounts/login/second/", "/accounts/profile/"


class Issued:
    """What is out when the keys are replaced: a session with an open form, a token, links in letters, an address."""

    def __init__(self, cast: Cast, mailoutbox: list[Any]) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(cast.alice)
        page = self.client.get(PROFILE).content.decode()
        self.form = {
            name: match[1]
            for name in ("csrfmiddlewaretoken", "once")
            if (match := re.search(rf'name="{name}" value="([^"]+)"', page))
        }
        self.token = token_of(cast.alice, "read")
        request_password_reset(cast.bob.email)
        run_all_jobs()
        letters = " ".join(mail.body for mail in mailoutbox)
        self.reset = re.findall(r"/accounts/password/reset/key/\S+/", letters)[0]
        with acting_as(cast.actor("sven")) as sven:
            self.invitation = invite_person(
                sven, cast.aurora, email="dora@aurora.example", name="Dora", roles=["editor"]
            )
        self.invited = reverse("invitation-accept", args=[invitation_token_of(self.invitation)])
        self.unsubscribe = unsubscribe_path(cast.alice.pk, ["deadlines"])
        self.return_path = make_return_path("d", 12, cast.alice.email)

    def outcomes(self) -> dict[str, bool]:
        """What works now."""
        reset = Client().get(self.reset, follow=True)
        profile = {"name": "Alice", "language": "en", "time_format": "24", "morning_hour": "9", **self.form}
        return {
            "session": self.client.get(PROFILE).status_code == 200,
            "form": self.client.post(PROFILE, profile)["Location"] == PROFILE,
            "token": authenticate_token(self.token) is not None,
            "password": "new_password" in str(reset.context.get("form", ""))
            or b'name="password1"' in reset.content,
            "invitation": Client().get(self.invited).status_code == 200,
            "unsubscribe": Client().get(self.unsubscribe).status_code == 200,
            "bounces": read_return_path(self.return_path) is not None,
        }


def rotate(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, [settings.SECRET_KEY]


def test_all_that_is_out_survives_a_new_secret_key_and_ends_with_the_former(
    cast: Cast, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    issued = Issued(cast, mailoutbox)
    rotate(settings)
    assert {name for name, works in issued.outcomes().items() if not works} == set()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER_KEY, []

    answer = issued.client.get(PROFILE)
    assert answer["Location"] == f"/accounts/login/?next={PROFILE}"
    assert "link is no longer valid" in words_of(Client().get(issued.reset, follow=True))
    assert Client().get(issued.unsubscribe).status_code == 404
    assert read_return_path(issued.return_path) is None
    # the token is apart from it, and so is an invitation, of which the row has the digest
    assert authenticate_token(issued.token) is not None
    assert Client().get(issued.invited).status_code == 200


def second_step(person: Person, code: str) -> Any:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client.post(SECOND, {"code": code})


def reencrypt() -> str:
    output = StringIO()
    call_command("reencrypt_factors", stdout=output)
    return output.getvalue()


def test_codes_survive_a_new_secret_key_and_a_new_key_of_their_own(cast: Cast, settings: Any) -> None:
    secret, codes = add_app(cast.sven), add_recovery_codes(cast.sven)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, []
    settings.CREDENTIAL_KEYS = [NEW_KEY, *settings.CREDENTIAL_KEYS]
    assert second_step(cast.sven, codes[0])["Location"] == "/session/start/"

    assert "2 factors re-encrypted; 0 still need an earlier key; 0 cannot be read" in reencrypt()
    assert reencrypt().startswith("0 factors re-encrypted; 0 still")

    settings.CREDENTIAL_KEYS = [NEW_KEY]
    assert second_step(cast.sven, app_code(secret))["Location"] == "/session/start/"
    assert second_step(cast.sven, codes[0]).status_code == 200
    assert second_step(cast.sven, codes[1])["Location"] == "/session/start/"


def test_without_its_key_a_factor_says_whom_to_ask(cast: Cast, settings: Any) -> None:
    secret = add_app(cast.sven)
    before = Authenticator.objects.get().data
    settings.CREDENTIAL_KEYS = [OTHER_KEY]

    answer = second_step(cast.sven, app_code(secret))

    assert answer.status_code == 200
    assert "Ask the secretariat to remove your second factors." in words_of(answer)
    with pytest.raises(CommandError, match="Add the key"):
        reencrypt()
    assert Authenticator.objects.get().data == before


def test_credentials_that_end_take_password_sessions_and_tokens_along(cast: Cast) -> None:
    token, browser = token_of(cast.alice), signed_in(cast.alice)

    with acting_as(SYSTEM):
        end_credentials(cast.alice)

    assert authenticate_token(token) is None
    assert browser.get(PROFILE).status_code == 302
    assert (
        Client().post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD}).status_code
        == 200
    )
