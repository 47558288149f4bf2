"""Access tokens of OAuth clients: signed, of minutes, stored nowhere; what ends them is asked when they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.signing import BadSignature, TimestampSigner

from alliance.validators.token_secrets import ACCESS_PREFIX

ACCESS_MINUTES = 10
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token says: which client it is of, which scopes it carries, and when it was given."""

    client_id: str
    scopes: Sequence[str]
    issued_at: datetime


def sign_access_token(access: AccessToken) -> str:
    """The token as a program shows it."""
    values = {"c": access.client_id, "s": list(access.scopes), "i": access.issued_at.isoformat()}
    return ACCESS_PREFIX + _signer().sign_object(values)


def read_access_token(text: str) -> AccessToken | None:
    """What the token says; None for one that is not ours, or whose minutes are over."""
    if not text.startswith(ACCESS_PREFIX) or len(text) > _LONGEST:
        return None
    signed = text.removeprefix(ACCESS_PREFIX)
    try:
        values = _signer().unsign_object(signed, max_age=timedelta(minutes=ACCESS_MINUTES))
    except BadSignature:
        return None
    return AccessToken(values["c"], values["s"], datetime.fromisoformat(values["i"]))


def _signer() -> TimestampSigner:
    """With a separator that a header takes."""
    return TimestampSigner(salt="alliance.access_token", sep=".")
