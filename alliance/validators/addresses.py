"""E-mail addresses: one spelling for each mailbox, so that one person has one account; no database."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

from portal.kernel.errors import DomainError
from portal.kernel.text import foreign_letter

_ENCODED = "xn--"


def canonical_address(typed: str) -> str:
    """The spelling under which an address is stored and looked up, also of what is no address.

    In small letters and in Unicode's plain forms, its domain as mail servers know it (`xn--…`), without a dot at the
    end.
    What stands before the @ stays as it is: for most servers `dora+news@…` is another mailbox than `dora@…`.
    """
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    local_part, at, domain = text.rpartition("@")
    return f"{local_part}{at}{_canonical_domain(domain.removesuffix('.'))}"


def _canonical_domain(domain: str) -> str:
    try:
        return punycode(domain)
    except UnicodeError:  # no domain: whoever checks the address says so
        return domain


def clean_address(typed: str, *, field: str | None = None) -> str:
    """The canonical address. Raises DomainError for what is none, and for a domain with a word that mixes alphabets."""
    address = canonical_address(typed)
    try:
        validate_email(address)
    except ValidationError as error:
        raise DomainError(error.messages[0], field=field) from error
    if letter := foreign_letter(readable_domain(address.rpartition("@")[2])):
        raise DomainError(str(letter), field=field)
    return address


def readable_domain(domain: str) -> str:
    """A canonical domain in its own alphabet, as people know it: `бюро.example`, not `xn--…`."""
    labels = domain.split(".")
    return ".".join(_decoded(label) if label.startswith(_ENCODED) else label for label in labels)


def _decoded(label: str) -> str:
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label
