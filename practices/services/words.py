"""People's words as the services take them: composed, trimmed, there, and not too long."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.names import clean_text

LONGEST = 4000


def read_words(text: str, *, field: str = "text", most: int = LONGEST, empty: str | Promise = "") -> str:
    """The words. Refuses with a DomainError under `field` what is too long, and with `empty` what says nothing."""
    said = clean_text(text, field=field).strip()
    if empty and not said:
        raise DomainError(empty, field=field)
    if len(said) > most:
        raise DomainError(
            _("Shorten the text: %(length)d characters, at most %(limit)d allowed.")
            % {"length": len(said), "limit": most},
            field=field,
        )
    return said
