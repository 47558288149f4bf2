"""The domain of an e-mail address, as identity providers speak for it: exact, in lower case, in ASCII."""

import re

from django.utils.translation import gettext as _

from alliance.validators.addresses import canonical_address
from portal.kernel.errors import DomainError

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")


def domain_of(email: str) -> str:
    """What stands behind the last @ of the canonical address; empty where there is none."""
    return canonical_address(email).rpartition("@")[2] if "@" in email else ""


def clean_domain(text: str) -> str:
    """The domain that somebody typed. Raises DomainError for what is none, an address or a pattern."""
    typed = text.strip().removeprefix("@")
    domain = "" if "@" in typed else domain_of(f"@{typed}")
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise DomainError(_("Enter a domain such as example.org."), field="domain")
    return domain
