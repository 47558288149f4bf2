"""People's words as the services take them: composed, trimmed, there, and not too long."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text

MAX_LENGTH = 4000


def clean_required_text(
    text: str, *, field: str = "text", limit: int = MAX_LENGTH, empty: str | Promise = ""
) -> str:
    """The words. Refuses with a DomainError under `field` what is too long, and with `empty` what says nothing."""
    cleaned = clean_text(text, field=field).strip()
    if empty and not cleaned:
        raise DomainError(empty, field=field)
    if len(cleaned) > limit:
        raise DomainError(
            _("Shorten the text: %(length)d characters, at most %(limit)d allowed.")
            % {"length": len(cleaned), "limit": limit},
            field=field,
        )
    return cleaned
