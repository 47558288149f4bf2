"""Truths about names: one line of visible characters, in Unicode's composed form."""

import unicodedata

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError

# Controls, formats (zero-width and bidirectional ones), private and unassigned characters, line separators.
_REFUSED = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def clean_name(text: str, *, field: str | None = None) -> str:
    """The name, composed and with single spaces; refuses characters that nobody sees, and an empty name."""
    name = unicodedata.normalize("NFC", text).strip()
    hidden = next((sign for sign in name if unicodedata.category(sign) in _REFUSED), None)
    if hidden is not None:
        message = _("There is an invisible character in it (U+%(code)s): type it again, without copying.")
        raise DomainError(message % {"code": f"{ord(hidden):04X}"}, field=field)
    if not name:
        raise DomainError(_("A name is needed here."), field=field)
    return " ".join(name.split())
