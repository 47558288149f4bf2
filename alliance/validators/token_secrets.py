"""What a token looks like: a prefix that is recognised, 40 letters of chance, six that check the others."""

import hashlib
import secrets
import string
import zlib

PREFIX = "apt_"
_ALPHABET = string.digits + string.ascii_letters
_CHANCE, _CHECK = 40, 6
HINT_LENGTH = len(PREFIX) + 4  # how much of it a list may show


def new_secret() -> str:
    """A token that nobody has had before: 238 bits of chance."""
    chance = "".join(secrets.choice(_ALPHABET) for _ in range(_CHANCE))
    return PREFIX + chance + _checksum(chance)


def is_well_formed(secret: str) -> bool:
    """Whether this can be a token at all; one that was cut short or mistyped is not."""
    chance, check = secret[len(PREFIX) : -_CHECK], secret[-_CHECK:]
    return secret.startswith(PREFIX) and len(chance) == _CHANCE and check == _checksum(chance)


def digest_of(secret: str) -> str:
    """The stored digest of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(random_part: str) -> str:
    number, letters = zlib.crc32(random_part.encode()), ""
    for _ in range(_CHECK):
        number, place = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[place] + letters
    return letters
