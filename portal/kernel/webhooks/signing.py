"""Signatures of messages as the Standard Webhooks specification has them, and the secrets that they are made with.

A few lines of our own: what is sent is signed here, and what others receive they verify with any library of theirs.
The tests do it with `standardwebhooks`.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret of 256 bits of chance."""
    return secret_of(secrets.token_bytes(_BYTES))


def secret_of(key: bytes) -> str:
    """These bytes as a secret."""
    return PREFIX + base64.b64encode(key).decode()


def message_id_of(webhook_id: int, event_id: int, at: datetime) -> str:
    """What a message is known by, the same each time that it is sent, also where a restore has it routed once more.

    With the moment of the event: after a restore another one may get its number.
    """
    facts = f"{webhook_id}:{event_id}:{at.astimezone(UTC).isoformat()}"
    return f"msg_{hashlib.sha256(facts.encode()).hexdigest()[:28]}"


def headers_of(message_id: str, timestamp: int, body: bytes, secrets_in_use: Sequence[str]) -> dict[str, str]:
    """The headers of a message: its number, when it was sent, a signature under each of the secrets."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    signatures = [_signature(secret, signed) for secret in secrets_in_use]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
