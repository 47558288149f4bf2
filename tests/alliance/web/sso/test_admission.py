"""Who comes in through a provider: new people without rights, nobody whose access has ended, for one organisation."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.test import Client
from django.utils import timezone

from alliance.enums import Enforcement, IdentityProviderState, OrganisationState, Role
from alliance.models import EmailDomain, IdentityProvider, Membership, Organisation, Person, PersonSession
from alliance.services import email_domains
from alliance.services import identity_providers as providers
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import invite_person
from portal.kernel.access import ANYONE, acting_as
from tests.factories import Cast
from tests.factories.cast import PASSWORD, actor_of
from tests.support.jobs import run_all_jobs
from tests.support.oidc_provider import OidcServer
from tests.support.pages import outlast_confirmation, words_of
from tests.support.second_factors import app_code
from tests.support.single_sign_on import begin, make_oidc_provider, sign_in_by_oidc

pytestmark = pytest.mark.django_db
START, LOGIN = "/session/start/", "/accounts/login/"
NEW = "nora@aurora-video.example"


def fault(response: Any) -> str:
    return str(response.context["fault"]) if response.status_code in (422, 503) else ""


def test_somebody_unknown_becomes_a_member_without_rights_and_the_administrators_are_notified(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    Membership.objects.filter(person=cast.sven).update(roles=[Role.SIGNATORY, Role.ADMINISTRATOR])
    response = sign_in_by_oidc(client, provider, server, NEW, name="Nora Nilsen")
    assert response["Location"] == START
    nora = Person.objects.get(email=NEW)
    membership = Membership.objects.get(person=nora)
    assert (nora.name, membership.roles, nora.has_usable_password()) == ("Nora Nilsen", [], False)
    page = client.get(START, follow=True).content.decode()
    assert "An administrator of Aurora" in page
    assert "must give you rights" in page
    assert client.get("/workspace/").status_code == 404
    run_all_jobs()
    letters = [letter for letter in sent.outbox if "no rights yet" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.sven.email]]
    assert f"/workspace/people/{membership.pk}/grant/" in str(letters[0].body)
    administrator = Client()
    administrator.force_login(cast.sven)
    assert "No rights yet" in administrator.get("/workspace/people/").content.decode()
    sign_in_by_oidc(Client(), provider, server, NEW)
    assert Membership.objects.filter(person=nora).count() == 1


def test_another_spelling_of_an_address_is_the_same_person(
    cast: Cast, client: Client, server: OidcServer
) -> None:
    row = make_oidc_provider(cast.aurora, server)
    EmailDomain.objects.update(domain="xn--80ak6aa92e.example")
    Person.objects.filter(pk=cast.alice.pk).update(email="alice@xn--80ak6aa92e.example")
    sign_in_by_oidc(client, row, server, "Alice@\u0430\u0440\u0440\u04cf\u0435.EXAMPLE")
    assert client.session["_auth_user_id"] == str(cast.alice.pk)


def test_a_name_that_cannot_be_taken_is_replaced_by_the_address(
    client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, NEW, name="No\u202era")
    assert Person.objects.get(email=NEW).name == "nora"


@pytest.mark.parametrize("what", ["closed", "erased", "ended", "suspended"])
def test_a_person_without_access_is_refused(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer, what: str
) -> None:
    sign_in_by_oidc(client, provider, server, cast.alice.email)
    if what == "closed":
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
    if what == "erased":
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False, erased_at=timezone.now())
    if what == "ended":
        Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    if what == "suspended":
        Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    assert client.get("/workspace/").status_code in (302, 404)  # the next request is out
    newcomer = Client()
    if what == "suspended":
        assert fault(newcomer.get(f"/accounts/sso/{provider.key}/login/")) == "off"
        return
    response = sign_in_by_oidc(newcomer, provider, server, cast.alice.email)
    # a closed account gets the words of an address that is not known
    assert fault(response) == ("ended" if what == "ended" else "outside")
    assert Membership.objects.filter(person__email=cast.alice.email).count() == 1


def test_a_provider_opens_its_own_organisation_alone(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.EDITOR])
    sign_in_by_oidc(client, provider, server, cast.alice.email)
    assert client.get("/workspace/").status_code == 200
    switched = client.post("/session/switch/", {"organisation": cast.beacon.slug})
    assert switched.status_code == 404
    page = client.get("/session/organisation/").content.decode()
    assert "your own password or passkey" in page
    assert cast.beacon.name in page
    for path in (
        "/accounts/security/app/add/",
        "/accounts/address/",
        "/accounts/password/change/",
        "/accounts/data/",
    ):
        assert client.get(path)["Location"] == "/accounts/sso/own/", path
    assert client.get("/accounts/sso/own/").status_code == 200
    own = Client()
    own.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})
    assert own.post("/session/switch/", {"organisation": cast.beacon.slug}).status_code == 302
    assert own.get("/accounts/data/").status_code == 200


def test_a_session_of_another_organisation_has_nothing_there(
    cast: Cast, client: Client, server: OidcServer
) -> None:
    """Whoever runs Beacon's provider may write any address; it speaks for Beacon's domain alone."""
    beacon = make_oidc_provider(cast.beacon, server)
    assert fault(sign_in_by_oidc(client, beacon, server, cast.alice.email)) == "outside"
    # an account that Beacon vouches for, of a person who left it for Aurora
    Membership.objects.create(person=cast.carol, organisation=cast.aurora, roles=[Role.EDITOR])
    sign_in_by_oidc(client, beacon, server, cast.carol.email)
    assert client.get("/workspace/").context["actor"].tenant_id == cast.beacon.pk


def test_signing_in_oneself_afterwards_is_not_restricted(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.EDITOR])
    sign_in_by_oidc(client, provider, server, cast.alice.email)
    client.post("/accounts/logout/")
    client.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})
    assert client.post("/session/switch/", {"organisation": cast.beacon.slug}).status_code == 302


def test_an_enforced_domain_is_led_to_its_provider_whoever_asks(
    cast: Cast, client: Client, server: OidcServer
) -> None:
    row = make_oidc_provider(cast.aurora, server, enforcement=Enforcement.ENFORCED)
    pages = [
        client.post(LOGIN, {"login": email, "password": password})
        for email, password in (
            (cast.alice.email, PASSWORD), (cast.alice.email, "wrong"), ("nobody@aurora-video.example", "wrong"),
        )
    ]  # fmt: skip
    bodies = {re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page.content.decode()) for page in pages}
    assert len(bodies) == 1
    assert f"/accounts/sso/{row.key}/login/" in bodies.pop()
    assert "_auth_user_id" not in client.session
    domain = EmailDomain.objects.get()
    email_domains.suspend_domain(actor_of(cast.mona), domain, "Their provider has been away since nine.")
    assert client.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})["Location"] == START


def test_the_page_for_an_address_knows_domains_and_no_people(
    cast: Cast, client: Client, provider: IdentityProvider
) -> None:
    for email in (cast.alice.email, "nobody@aurora-video.example"):
        page = client.post("/accounts/sso/", {"email": email, "next": "/workspace/"}).content.decode()
        assert f"/accounts/sso/{provider.key}/login/?next=%2Fworkspace%2F" in page
    response = client.post("/accounts/sso/", {"email": cast.carol.email})
    assert (response.status_code, "No organisation here has" in response.content.decode()) == (422, True)


def test_an_invited_person_of_an_enforced_domain_accepts_through_the_provider(
    cast: Cast, client: Client, server: OidcServer
) -> None:
    row = make_oidc_provider(cast.aurora, server, enforcement=Enforcement.ENFORCED)
    invitation = invite_person(
        actor_of(cast.mona), cast.aurora, email=NEW, name="Nora Nilsen", roles=[Role.READER]
    )
    path = f"/accounts/invitation/{invitation_token_of(invitation)}/"
    assert f"/accounts/sso/{row.key}/login/?next={path}" in client.get(path).content.decode()
    assert sign_in_by_oidc(client, row, server, NEW)["Location"] == path
    assert not Membership.objects.filter(person__email=NEW).exists()
    page = client.get(path)
    initial = page.context["form"].initial
    client.post(path, {**initial, "agreed": "on"})
    assert Membership.objects.get(person__email=NEW).roles == [Role.READER]


def test_turning_the_provider_off_ends_its_sessions(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, cast.alice.email)
    assert PersonSession.objects.filter(identity_provider=provider).count() == 1
    providers.turn_off(actor_of(cast.mona), provider)
    assert client.get("/workspace/")["Location"].startswith(LOGIN)


def test_another_issuer_gives_its_own_numbers(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, cast.alice.email, sub="1")
    settings = providers.ProviderSettings(
        "Accounts", "https://elsewhere.example", client_id=provider.client_id
    )
    providers.change_provider(actor_of(cast.mona), provider, settings)
    IdentityProvider.objects.update(state=IdentityProviderState.ON, issuer=provider.issuer)
    colleague = Client()
    sign_in_by_oidc(colleague, provider, server, cast.sven.email, sub="1")
    assert colleague.session["_auth_user_id"] == str(cast.sven.pk)


def test_a_change_of_a_provider_in_use_is_notified_to_those_who_can_turn_it_off(
    cast: Cast, provider: IdentityProvider
) -> None:
    Membership.objects.filter(person=cast.alice).update(roles=[Role.ADMINISTRATOR])
    Membership.objects.filter(person=cast.sven).update(roles=[Role.SIGNATORY, Role.ADMINISTRATOR])
    settings = providers.ProviderSettings(
        provider.name, provider.issuer, client_id=provider.client_id, client_secret="another"
    )
    providers.change_provider(actor_of(cast.sven), provider, settings)
    run_all_jobs()
    letters = {letter.to[0]: letter for letter in sent.outbox if "identity provider" in letter.subject}
    assert set(letters) == {cast.alice.email, cast.mona.email}
    assert f"/workspace/sso/{provider.pk}/" in str(letters[cast.alice.email].body)
    assert f"/secretariat/sso/{provider.pk}/" in str(letters[cast.mona.email].body)
    sent.outbox.clear()
    EmailDomain.objects.all().delete()  # nobody signs in through it
    providers.change_provider(actor_of(cast.sven), provider, replace(settings, name="Renamed"))
    run_all_jobs()
    assert not sent.outbox


def test_a_person_without_a_password_confirms_at_the_provider(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, NEW)
    assert client.get("/accounts/security/app/add/").status_code == 200  # signed in just now
    outlast_confirmation(client)
    on_hold = client.post("/accounts/sessions/end-others/")
    assert (on_hold.status_code, "purpose=confirm" in on_hold.content.decode()) == (403, True)
    asked = client.get("/accounts/security/app/add/")
    assert asked.status_code == 302
    assert "purpose=confirm" in asked["Location"]
    address = client.get(asked["Location"])["Location"]
    assert "prompt=login" in address
    assert "max_age=0" in address
    assert fault(client.get(server.authorize(address, "somebody@aurora-video.example"))) == "state"
    address = client.get(asked["Location"])["Location"]
    assert fault(client.get(server.authorize(address, NEW, auth_time=1_700_000_000))) == "stale"
    address = client.get(asked["Location"])["Location"]
    assert client.get(server.authorize(address, NEW))["Location"] == "/accounts/security/app/add/"
    assert client.get("/accounts/security/app/add/").status_code == 200


def test_a_provider_confirms_no_session_that_did_not_come_through_it(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, cast.alice.email)  # links her
    own = Client()
    own.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})
    outlast_confirmation(own)
    address = begin(own, provider, purpose="confirm", next="/accounts/again/done/")
    assert fault(own.get(server.authorize(address, cast.alice.email))) == "state"
    assert own.get("/accounts/address/").status_code == 302
    address = begin(client, provider, purpose="confirm")
    IdentityProvider.objects.update(state=IdentityProviderState.DRAFT)
    assert fault(client.get(server.authorize(address, cast.alice.email))) == "off"


@pytest.mark.parametrize("what", ["no rights yet", "suspended"])
def test_a_provider_prepares_no_way_into_what_opens_later(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer, what: str
) -> None:
    roles = [] if what == "no rights yet" else [Role.SIGNATORY]
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=roles)
    if what == "suspended":
        Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.SUSPENDED)
    sign_in_by_oidc(client, provider, server, cast.alice.email)
    for path in ("/accounts/security/app/add/", "/accounts/password/change/", "/accounts/data/"):
        assert client.get(path)["Location"] == "/accounts/sso/own/", path


def test_a_required_factor_can_be_set_up_in_a_session_of_a_provider(
    cast: Cast, client: Client, server: OidcServer, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_DAYS = True, 0
    Membership.objects.filter(person=cast.sven).update(started_at=timezone.now() - timedelta(days=9))
    Membership.objects.create(person=cast.sven, organisation=cast.beacon, roles=[Role.READER])
    row = make_oidc_provider(cast.aurora, server, enforcement=Enforcement.ENFORCED)
    sign_in_by_oidc(client, row, server, cast.sven.email)
    asked = client.get("/workspace/")["Location"]
    assert "/accounts/security/passkeys/add/" not in client.get(asked).content.decode()
    secret = client.get("/accounts/security/app/add/").context["secret"].replace(" ", "")
    answer = client.post("/accounts/security/app/add/", {"code": app_code(secret)})
    assert answer["Location"] == "/workspace/"
    assert client.get("/workspace/").status_code == 200
    # what it has set up, it neither shows nor changes
    for path in ("/accounts/security/codes/", "/accounts/security/app/add/", "/accounts/data/"):
        assert client.get(path)["Location"] == "/accounts/sso/own/", path
    words = words_of(client.get("/accounts/sso/own/"))
    assert "must sign in through their organisation" in words
    assert "with your own password" not in words


def test_a_person_without_a_password_erases_their_data_after_confirming(
    client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, NEW)
    outlast_confirmation(client)
    assert "purpose=confirm" in client.get("/accounts/data/erase/")["Location"]
    assert client.post("/accounts/data/erase/").status_code == 403
    address = begin(client, provider, purpose="confirm", next="/accounts/data/erase/")
    assert client.get(server.authorize(address, NEW))["Location"] == "/accounts/data/erase/"
    assert 'name="password"' not in client.get("/accounts/data/erase/").content.decode()
    assert client.post("/accounts/data/erase/")["Location"] == "/accounts/data/erased/"
    assert not Person.objects.filter(email=NEW).exists()


def test_a_test_sign_in_does_not_change_the_session(cast: Cast, client: Client, server: OidcServer) -> None:
    row = make_oidc_provider(cast.aurora, server, state=IdentityProviderState.DRAFT)
    client.force_login(cast.mona)
    path = f"/accounts/sso/{row.key}/login/"
    back = client.get(server.authorize(begin(client, row, purpose="test"), cast.alice.email))
    assert back["Location"] == f"/secretariat/sso/{row.pk}/"
    assert client.session["_auth_user_id"] == str(cast.mona.pk)
    row.refresh_from_db()
    assert row.state == IdentityProviderState.TESTED
    client.force_login(cast.alice)  # an editor administers nothing
    assert client.get(path, {"purpose": "test"}).status_code == 404
    with acting_as(ANYONE):
        assert not IdentityProvider.objects.exists()
