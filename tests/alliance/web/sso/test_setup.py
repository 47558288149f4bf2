"""Setting an identity provider up: by the administrator, its domains and its start by the secretariat."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from alliance.enums import Enforcement, IdentityProviderState
from alliance.models import EmailDomain, IdentityProvider
from alliance.services.client_secrets import decrypt_secret
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support import saml_provider
from tests.support.single_sign_on import make_saml_provider

pytestmark = pytest.mark.django_db
OIDC = {
    "name": "Aurora accounts",
    "issuer": "https://login.aurora-video.example/realms/staff",
    "client_id": "portal",
    "client_secret": "hush-hush-hush",
    "factor_contexts": "",
}


@pytest.fixture
def sven(cast: Cast, client: Client) -> Client:
    client.force_login(cast.sven)
    return client


@pytest.fixture
def mona(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.mona)
    return client


def row() -> IdentityProvider:
    return IdentityProvider.objects.get()


def errors(response: Any) -> str:
    assert response.status_code == 422
    return str(response.context["form"].errors.as_text())


def test_an_administrator_adds_a_provider_and_its_secret_is_not_shown_again(sven: Client) -> None:
    added = sven.post("/workspace/sso/add/oidc/", OIDC)
    assert added["Location"] == f"/workspace/sso/{row().pk}/"
    page = sven.get(added["Location"]).content.decode()
    assert f"/accounts/sso/{row().key}/callback/" in page
    for text in (page, sven.get(f"{added['Location']}edit/").content.decode()):
        assert "hush-hush-hush" not in text
    assert "hush" not in row().client_secret
    assert decrypt_secret(row().client_secret) == "hush-hush-hush"
    sven.post(f"{added['Location']}edit/", OIDC | {"name": "Aurora staff", "client_secret": ""})
    assert (row().name, decrypt_secret(row().client_secret)) == ("Aurora staff", "hush-hush-hush")
    kinds = (
        Event.objects.filter(kind__startswith="identity_provider")
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == [
        "identity_provider.add", "identity_provider.change",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [("client_secret", ""), ("issuer", "http://10.0.0.1/"), ("issuer", "javascript:alert(1)"), ("name", "")],
)
def test_an_invalid_provider_is_refused_at_its_field(sven: Client, field: str, value: str) -> None:
    assert errors(sven.post("/workspace/sso/add/oidc/", OIDC | {field: value})).startswith(f"* {field}")
    assert not IdentityProvider.objects.exists()


def test_another_issuer_has_to_be_tested_again_and_a_new_key_does_not(cast: Cast, sven: Client) -> None:
    provider = make_saml_provider(cast.aurora)
    path = f"/workspace/sso/{provider.pk}/edit/"
    values = sven.get(path).context["form"].initial | {"metadata": ""}
    del values["client_id"]
    both = f"{values['certificates']}\n{saml_provider.certificate('second')}"
    sven.post(path, values | {"certificates": both})
    assert (row().state, len(row().certificates)) == (IdentityProviderState.ON, 2)
    page = sven.get(f"/workspace/sso/{provider.pk}/").content.decode()
    assert page.count("Valid until") == 2
    seen = sven.get(path).context["form"].initial["seen"]
    sven.post(path, values | {"issuer": "https://elsewhere.example/saml", "seen": seen})
    assert row().state == IdentityProviderState.DRAFT


def test_metadata_fill_in_what_saml_needs(sven: Client) -> None:
    values = {"name": "Aurora", "metadata": saml_provider.metadata(), "factor_contexts": ""}
    assert sven.post("/workspace/sso/add/saml/", values).status_code == 302
    assert (row().issuer, row().sign_in_url) == (saml_provider.ENTITY_ID, saml_provider.SIGN_IN_URL)
    for text in ("<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "no xml"):
        assert "metadata" in errors(sven.post("/workspace/sso/add/saml/", values | {"metadata": text}))


def test_the_secretariat_alone_gives_domains_and_turns_a_provider_on(
    cast: Cast, sven: Client, mona: Client
) -> None:
    provider = make_saml_provider(cast.aurora, state=IdentityProviderState.TESTED)
    EmailDomain.objects.all().delete()
    page, path = sven.get(f"/workspace/sso/{provider.pk}/"), f"/secretariat/sso/{provider.pk}/"
    assert "turn-on" not in page.content.decode()
    assert "E-mail domain first" in mona.post(f"{path}turn-on/").content.decode().replace("e-mail", "E-mail")
    mona.post(f"{path}domains/add/", {"domain": " Aurora-Video.EXAMPLE. "})
    domain = EmailDomain.objects.get()
    assert domain.domain == "aurora-video.example"
    for wrong in ("aurora-video.example", "alice@aurora-video.example", "*.example", "localhost"):
        assert "domain" in errors(mona.post(f"{path}domains/add/", {"domain": wrong}))
    assert mona.post(f"{path}turn-on/").status_code == 302
    assert row().state == IdentityProviderState.ON
    assert mona.post(f"/secretariat/sso/domains/{domain.pk}/enforce/").status_code == 302
    # nobody can be locked out by the one and the other
    for step in (f"{path}turn-off/", f"/secretariat/sso/domains/{domain.pk}/remove/"):
        assert mona.post(step).status_code == 422
    assert sven.post(f"/workspace/sso/{provider.pk}/turn-off/").status_code == 422
    mona.post(f"/secretariat/sso/domains/{domain.pk}/suspend/", {"reason": "It is away."})
    domain.refresh_from_db()
    assert (domain.enforcement, domain.suspended_reason) == (Enforcement.SUSPENDED, "It is away.")
    assert sven.post(f"/workspace/sso/{provider.pk}/turn-off/").status_code == 302


def test_the_operator_can_suspend_single_sign_on(cast: Cast) -> None:
    provider = make_saml_provider(cast.secretariat)
    domain = provider.domains.get()
    EmailDomain.objects.update(enforcement=Enforcement.ENFORCED)
    call_command("suspend_single_sign_on", domain.domain, reason="Away since nine.", verbosity=0)
    domain.refresh_from_db()
    assert domain.enforcement == Enforcement.SUSPENDED
    with pytest.raises(CommandError):
        call_command("suspend_single_sign_on", "elsewhere.example", reason="Away.", verbosity=0)
