"""A new passkey: it can sign in alone, so the device must have verified its user when it was made."""

import hashlib
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.factories import read_cast
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
ADD, ORIGIN, HOST = "/accounts/security/passkeys/add/", "https://portal.example", "portal.example"
FLAG = AuthenticatorData.FLAG


@pytest.fixture
def sven(settings: Any) -> Client:
    settings.ORIGIN = ORIGIN
    return signed_in(read_cast().sven)


def new_passkey(options: dict[str, Any], *, verified: bool) -> str:
    """What a browser says of a passkey that it has made by the options of the page."""
    credential = b"a passkey of sven"
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = FLAG.UP | FLAG.AT | (FLAG.UV if verified else 0)
    data = AuthenticatorData.create(
        hashlib.sha256(HOST.encode()).digest(),
        FLAG(flags),
        0,
        AttestedCredentialData.create(bytes(16), credential, public_key),
    )
    client_data = CollectedClientData.create("webauthn.create", options["challenge"], ORIGIN)
    return json.dumps(
        {
            "type": "public-key",
            "id": websafe_encode(credential),
            "rawId": websafe_encode(credential),
            "response": {
                "clientDataJSON": websafe_encode(client_data),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
    )


def test_the_browser_is_asked_for_a_passkey_that_can_sign_in_alone(sven: Client) -> None:
    options = json.loads(sven.get(ADD).context["options"])["publicKey"]

    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"


@pytest.mark.parametrize(("verified", "status", "count"), [(True, 302, 1), (False, 200, 0)])
def test_a_passkey_is_taken_from_somebody_whom_the_device_knows(
    sven: Client, verified: bool, status: int, count: int
) -> None:
    options = json.loads(sven.get(ADD).context["options"])["publicKey"]

    answer = sven.post(ADD, {"name": "A key", "credential": new_passkey(options, verified=verified)})

    assert answer.status_code == status
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == count


def test_the_name_of_a_passkey_hides_no_sign(sven: Client) -> None:
    options = json.loads(sven.get(ADD).context["options"])["publicKey"]

    answer = sven.post(ADD, {"name": "A key\u202e", "credential": new_passkey(options, verified=True)})

    assert "invisible character" in answer.context["form"].errors["name"][0]
    assert not Authenticator.objects.exists()
