"""People's words as the services take them: composed, trimmed, there, and not too long."""

from django.utils.functional import Promise

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text, refuse_long

MAX_LENGTH = 4000


def clean_required_text(
    text: str, *, field: str = "text", limit: int = MAX_LENGTH, empty: str | Promise = ""
) -> str:
    """The words. Refuses with a DomainError under `field` what is too long, and with `empty` what says nothing."""
    cleaned = clean_text(text, field=field).strip()
    if empty and not cleaned:
        raise DomainError(empty, field=field)
    return refuse_long(cleaned, limit, field=field)
