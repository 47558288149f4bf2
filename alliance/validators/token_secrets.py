"""What a token looks like: a prefix that is recognised, 40 letters of chance, six that check the others.

So does the secret of an OAuth client. The access tokens that it gets are signed, and stored nowhere.
"""

import hashlib
import re
import secrets
import string
import zlib

PREFIX, CLIENT_PREFIX, ACCESS_PREFIX = "apt_", "apc_", "apa_"
_ALPHABET = string.digits + string.ascii_letters
_CHANCE, _CHECK = 40, 6
_CLIENT_ID = re.compile("client-[0-9a-f]{24}")
HINT_LENGTH = len(PREFIX) + 4  # how much of it a list may show


def new_secret(prefix: str = PREFIX) -> str:
    """A token that nobody has had before: 238 bits of chance."""
    return secret_of(secrets.token_bytes(32), prefix)


def secret_of(chance: bytes, prefix: str = PREFIX) -> str:
    """The token of these 32 bytes, always the same."""
    letters = _in_letters(int.from_bytes(chance), _CHANCE)
    return prefix + letters + _checksum(letters)


def new_client_id() -> str:
    """The public name of an OAuth client."""
    return f"client-{secrets.token_hex(12)}"


def is_client_id(text: str) -> bool:
    """Whether this can be the name of an OAuth client at all."""
    return _CLIENT_ID.fullmatch(text) is not None


def is_well_formed(secret: str, prefix: str = PREFIX) -> bool:
    """Whether this can be a token at all; one that was cut short or mistyped is not."""
    chance, check = secret[len(prefix) : -_CHECK], secret[-_CHECK:]
    return secret.startswith(prefix) and len(chance) == _CHANCE and check == _checksum(chance)


def digest_of(secret: str) -> str:
    """The stored digest of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(random_part: str) -> str:
    return _in_letters(zlib.crc32(random_part.encode()), _CHECK)


def _in_letters(number: int, count: int) -> str:
    letters = ""
    for _ in range(count):
        number, place = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[place] + letters
    return letters
