"""A validator of new passwords: none made of words that everybody here knows."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.queries.site import read_site

# docs/security/handling.md names them
WORDS = (
    "alliance", "portal", "secretariat", "member", "charter", "commitment", "password", "admin", "welcome",
    "children", "protection", "альянс", "портал", "секретариат", "участник", "хартия", "обязательство", "пароль",
    "дети", "защита",
)  # fmt: skip
_LEAST_OWN = 6  # letters that a password must have beside these words
_NOT_LETTERS = re.compile(r"[\W\d_]+")


class KnownWordsValidator:
    """Refuse a password of which little is left without the words of the portal, its names and its address."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError."""
        del user  # Django's own validator compares with their name and address
        rest = password.casefold()
        for word in sorted(_known_words(), key=len, reverse=True):
            rest = rest.replace(word, " ")
        if rest != password.casefold() and len(_NOT_LETTERS.sub("", rest)) < _LEAST_OWN:
            refusal = _("The password is made of words that are easy to guess here. Add words of your own.")
            raise ValidationError(refusal, code="password_of_known_words")

    def get_help_text(self) -> str:
        """What stands beside the field before anything is typed."""
        return _(
            "Your password can’t be made only of words that are easy to guess here, such as the portal’s name."
        )


def _known_words() -> set[str]:
    site = read_site()
    names = [
        getattr(site, f"{field}_{code}")
        for field in ("name", "short_name")
        for code, _name in settings.LANGUAGES
    ]
    parts = re.split(
        r"[\W\d_]+", " ".join([*filter(None, names), urlsplit(settings.ORIGIN).hostname or ""]).casefold()
    )
    return {*WORDS, *(part for part in parts if len(part) > 3)}
