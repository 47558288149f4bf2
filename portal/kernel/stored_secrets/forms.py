"""Forms that make a secret anew: one that was opened before another made it must not bring back what was replaced."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.kernel.errors import WrongState


@dataclass(frozen=True, slots=True)
class SecretForm:
    """The form by which a secret is made anew: its key, which it alone has, and the `mark_of` what it replaces."""

    key: str
    replaces: str


def mark_of(stored: str) -> str:
    """Names a stored digest or ciphertext in a form; nothing of the secret follows from it. `""`: there is none."""
    return hashlib.sha256(f"replaces:{stored}".encode()).hexdigest()[:16]


def refuse_older_form(form: SecretForm | None, stored: str) -> None:
    """Raise WrongState for a form that was made before this secret: it would bring back one that was replaced."""
    if form is not None and form.replaces != mark_of(stored):
        raise WrongState(_("It has been replaced since this page was opened: open the page again."))
