"""Second factors of people in tests: an app that shows codes, and recovery codes."""

import base64
import hashlib
import hmac
import secrets
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from alliance.models import Person


def add_app(person: Person) -> str:
    """Set up an app; gives its secret."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    data = {"secret": get_adapter().encrypt(secret)}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=data)
    return secret


def app_code(secret: str) -> str:
    """What an app with this secret shows now (RFC 6238)."""
    counter = (int(time.time()) // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def add_recovery_codes(person: Person) -> list[str]:
    """Make recovery codes; gives them."""
    data = {"seed": get_adapter().encrypt(secrets.token_hex(40)), "used_mask": 0}
    authenticator = Authenticator.objects.create(
        user=person, type=Authenticator.Type.RECOVERY_CODES, data=data
    )
    codes: list[str] = authenticator.wrap().generate_codes()
    return codes
