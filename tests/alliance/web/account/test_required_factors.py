"""A second factor is required of the secretariat, signatories and administrators: of whom, from when on, and how."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from alliance.enums import Role, SignInProtocol
from alliance.models import IdentityProvider, Membership, Person
from alliance.queries.factor_mandates import SSO_FACTOR_KEY, FactorMandate
from alliance.services.factors import reset_factors
from alliance.services.people import set_roles
from alliance.services.tokens import create_token
from portal.kernel.access import acting_as
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.bearers import token_of
from tests.support.pages import queries_of, signed_in, words_of
from tests.support.second_factors import add_app, app_code

pytestmark = pytest.mark.django_db
HOME, REQUIRED, SECURITY = "/workspace/", "/accounts/security/required/", "/accounts/security/"
APP_ADD, APP_REMOVE = f"{SECURITY}app/add/", f"{SECURITY}app/remove/"


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_DAYS = True, 7


def long_ago(*people: Person) -> None:
    """Let the days be over."""
    Membership.objects.filter(person__in=people).update(started_at=timezone.now() - timedelta(days=30))


def ask_api(secret: str) -> Any:
    return Client().get("/api/v1/token/", headers={"Authorization": f"Bearer {secret}"})


def test_until_the_days_are_over_home_and_security_say_until_when(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    for page in (HOME, SECURITY):
        assert "Your rights require a second factor. Set one up until" in words_of(sven.get(page))
    assert "24:00 MSK; after that nothing else opens." in words_of(sven.get(HOME))

    add_app(cast.sven)

    assert "require a second factor" not in words_of(sven.get(HOME))


@pytest.mark.parametrize(
    ("name", "home"), [("sven", HOME), ("rita", "/secretariat/"), ("mona", "/secretariat/")]
)
def test_after_them_every_page_leads_to_setting_one_up(cast: Cast, name: str, home: str) -> None:
    person = getattr(cast, name)
    client = signed_in(person)
    long_ago(person)

    answer = client.get(home)

    assert answer["Location"] == f"{REQUIRED}?next={home.replace('/', '%2F')}"
    assert client.get("/documents/1/").status_code == 302
    assert client.get(SECURITY).status_code == 200
    page = words_of(client.get(answer["Location"]))
    assert "Set one up to continue" in page
    assert "Your rights require a second factor: set one up to continue your work." in words_of(
        client.get(SECURITY)
    )


def test_the_last_day_ends_at_24_00_where_the_alliance_is() -> None:
    mandate = FactorMandate(
        since=datetime(2026, 12, 4, 22, 30, tzinfo=UTC), removed_at=None
    )  # the 5th in Moscow
    assert mandate.due_at == datetime(2026, 12, 12, 21, tzinfo=UTC)


def test_a_second_factor_is_optional_without_such_rights(cast: Cast) -> None:
    long_ago(cast.alice)
    alice = signed_in(cast.alice)
    assert alice.get(HOME).status_code == 200
    assert "require a second factor" not in words_of(alice.get(HOME)) + words_of(alice.get(SECURITY))
    assert alice.get(REQUIRED)["Location"] == "/session/start/"


def test_an_administrator_alone_is_asked_too(cast: Cast) -> None:
    Membership.objects.filter(person=cast.bob).update(roles=[Role.ADMINISTRATOR])
    long_ago(cast.bob)
    assert signed_in(cast.bob).get(HOME).status_code == 302


def test_with_no_days_it_is_asked_for_at_the_first_sign_in(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR_DAYS = 0
    assert signed_in(cast.sven).get(HOME).status_code == 302


def test_the_demonstration_goes_without_and_says_so(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.DEMO = False, True
    long_ago(cast.sven)
    sven = signed_in(cast.sven)
    assert sven.get(HOME).status_code == 200
    sentence = "In this demonstration a second factor is optional."
    assert sentence in words_of(Client().get("/accounts/login/"))
    assert sentence in words_of(Client().get("/en/"))


def test_setting_one_up_leads_back_to_the_page(cast: Cast) -> None:
    long_ago(cast.sven)
    client = Client()
    client.post("/accounts/login/", {"login": cast.sven.email, "password": PASSWORD})
    asked = client.get("/workspace/people/")["Location"]
    client.get(asked)
    secret = client.get(APP_ADD).context["secret"].replace(" ", "")

    codes = client.post(APP_ADD, {"code": app_code(secret)})["Location"]

    assert 'href="/workspace/people/"' in client.get(codes).content.decode()
    assert client.get("/workspace/people/").status_code == 200


def test_a_form_typed_when_the_days_ended_can_be_sent_afterwards(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    url = "/workspace/people/invite/"
    typed = {
        "email": "dora@aurora.example",
        "name": "Dora Typed",
        "roles": ["editor"],
        "office": "",
        "language": "en",
    }
    assert sven.get(url).status_code == 200
    long_ago(cast.sven)

    answer = sven.post(url, typed)

    assert (answer.status_code, "Dora Typed" in answer.content.decode()) == (403, True)
    assert f'action="{url}"' in answer.content.decode()
    assert f'href="{REQUIRED}" target="_blank"' in answer.content.decode()
    add_app(cast.sven)
    assert sven.post(url, typed).status_code == 302
    assert cast.aurora.invitations.filter(name="Dora Typed").exists()


def test_scripts_are_refused_with_a_reason_and_leave_the_page_unchanged(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    long_ago(cast.sven)
    polled = sven.get(HOME, headers={"HX-Request": "true"})
    assert (polled.status_code, polled.content.decode()) == (403, "Set up a second factor first.")
    saved = sven.post(HOME, {"autosave": "1", "text": "typed"}, headers={"HX-Request": "true"})
    assert "What you typed is still here:" in words_of(saved)
    assert REQUIRED in saved.content.decode()


def test_rights_given_later_count_from_then_and_taken_away_from_nothing(cast: Cast) -> None:
    long_ago(cast.alice, cast.mona)
    add_app(cast.mona)
    membership = cast.alice.memberships.get()
    alice = signed_in(cast.alice)

    def give(*roles: str) -> None:
        with acting_as(cast.actor("mona")) as mona:
            set_roles(mona, membership, roles, office="Head")

    give("editor", "signatory")
    assert "Set one up until" in words_of(alice.get(HOME))
    Membership.objects.filter(pk=membership.pk).update(privileged_since=timezone.now() - timedelta(days=9))
    assert alice.get(HOME).status_code == 302
    give("editor")
    assert "require a second factor" not in words_of(alice.get(HOME))
    give("editor", "signatory")
    assert "Set one up until" in words_of(alice.get(HOME))


def test_a_cached_answer_does_not_hold_for_another_mandate(cast: Cast) -> None:
    """Rights taken away, the factor removed, the rights given again: the session of then is asked anew."""
    add_app(cast.sven)
    long_ago(cast.sven)
    sven = signed_in(cast.sven)
    assert sven.get(HOME).status_code == 200
    Authenticator.objects.all().delete()
    Membership.objects.filter(person=cast.sven).update(privileged_since=timezone.now() - timedelta(days=9))
    assert sven.get(HOME).status_code == 302


def test_the_last_factor_stays(cast: Cast) -> None:
    add_app(cast.sven)
    sven = signed_in(cast.sven)
    for answer in (sven.get(APP_REMOVE), sven.post(APP_REMOVE)):
        assert answer["Location"] == SECURITY
    assert "set up another one before you remove this one" in words_of(sven.get(SECURITY))
    key = Authenticator.objects.create(user=cast.sven, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})

    sven.post(APP_REMOVE)

    assert Authenticator.objects.get() == key
    assert sven.post(f"{SECURITY}passkeys/{key.pk}/remove/")["Location"] == SECURITY
    assert Authenticator.objects.get() == key


def test_lost_factors_that_were_removed_are_replaced_at_the_next_sign_in(cast: Cast) -> None:
    add_app(cast.sven)
    with acting_as(cast.actor("mona")) as mona:
        reset_factors(mona, cast.sven, "He called from his office.")
    client = Client()
    client.post("/accounts/login/", {"login": cast.sven.email, "password": PASSWORD})

    asked = client.get(HOME)["Location"]

    assert "The secretariat has removed the second factors that you had lost." in words_of(client.get(asked))


def test_a_factor_of_the_identity_provider_fulfils_it_for_its_session_and_its_tokens(cast: Cast) -> None:
    long_ago(cast.sven)
    sven = signed_in(cast.sven)
    session = sven.session
    session[SSO_FACTOR_KEY] = True
    session.save()
    assert sven.get(HOME).status_code == 200
    assert signed_in(cast.sven).get(HOME).status_code == 302
    provider = IdentityProvider.objects.create(
        organisation=cast.aurora,
        name="Accounts",
        protocol=SignInProtocol.OIDC,
        state="on",
        trusts_factor=True,
    )
    with acting_as(cast.actor("sven")) as actor:
        _token, vouched = create_token(actor, name="vouched", scopes=["read"], sso_factor=True)
        _token, plain = create_token(actor, name="plain", scopes=["read"])
    assert (ask_api(vouched).status_code, ask_api(plain).status_code) == (200, 403)
    IdentityProvider.objects.filter(pk=provider.pk).update(trusts_factor=False)
    assert ask_api(vouched).status_code == 403


def test_a_password_alone_takes_no_personal_data_away(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    long_ago(cast.sven)
    for path in ("/accounts/data/", "/accounts/data/file/"):
        assert sven.get(path)["Location"].startswith(REQUIRED)
    assert sven.post("/accounts/data/").status_code == 403
    add_app(cast.sven)
    assert sven.get("/accounts/data/").status_code == 200


def test_a_token_works_within_the_days_and_says_afterwards_what_to_do(cast: Cast) -> None:
    secret = token_of(cast.sven, "read")
    assert ask_api(secret).status_code == 200
    long_ago(cast.sven)

    answer = ask_api(secret)

    assert (answer.status_code, answer.json()["type"].split("/")[-2]) == (403, "second-factor")
    assert answer.json()["title"] == "A second factor is required"
    assert "Set one up in the portal" in answer.json()["detail"]
    add_app(cast.sven)
    assert ask_api(secret).status_code == 200


def test_it_costs_no_query_without_a_mandate_and_one_in_a_session_with_one(cast: Cast, settings: Any) -> None:
    add_app(cast.sven)
    url = "/workspace/people/"
    clients = [signed_in(person) for person in (cast.alice, cast.sven)]
    required = [queries_of(client, url) for client in clients]
    settings.SECOND_FACTOR_REQUIRED = False
    assert [queries_of(client, url) for client in clients] == required
