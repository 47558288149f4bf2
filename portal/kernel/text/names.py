"""Checks of names and texts: visible characters, in Unicode's composed form; a name is one line of them."""

import re
import unicodedata

from portal.kernel.errors import DomainError
from portal.kernel.text.alphabets import foreign_letter
from portal.kernel.text.languages import LANGUAGES, Texts
from portal.kernel.text.sentences import Sentence
from portal.kernel.text.sentences import sentence as _

MAX_REASON = 2000  # characters, of what is published or answered
# Controls, formats (zero-width and bidirectional ones), private and unassigned characters, line separators.
_REFUSED = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_SURROGATE = re.compile("[\ud800-\udfff]")
# In a text of many lines: controls but for line ends and tabs, and what turns the direction of the words that follow.
_REFUSED_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean_name(text: str, *, field: str | None = None) -> str:
    """The name of something, as `clean_line`; refuses a word that mixes letters of different alphabets."""
    name = clean_line(text, field=field)
    if letter := foreign_letter(name):
        raise DomainError(str(letter), field=field)
    return name


def clean_line(text: str, *, field: str | None = None) -> str:
    """One line, composed and with single spaces; refuses characters that nobody sees, and an empty line.

    For captions, units and names of files, in which alphabets may mix.
    """
    name = unicodedata.normalize("NFC", text).strip()
    hidden = next((sign for sign in name if unicodedata.category(sign) in _REFUSED), None)
    if hidden is not None:
        message = _("There is an invisible character here (U+%(code)s): type the text instead of pasting it.")
        raise DomainError(message % {"code": f"{ord(hidden):04X}"}, field=field)
    if not name:
        raise DomainError(_("Enter a name."), field=field)
    return " ".join(name.split())


def clean_optional_line(text: str, *, field: str | None = None) -> str:
    """As `clean_line`, for a line that may stay empty."""
    return clean_line(text, field=field) if text.strip() else ""


def clean_optional_name(text: str, *, field: str | None = None) -> str:
    """As `clean_name`, for a name that may stay empty."""
    return clean_name(text, field=field) if text.strip() else ""


def clean_text(text: str, *, field: str | None = None) -> str:
    """The text, composed and with plain line ends; refuses characters that steer what is shown and are not seen."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if hidden := _REFUSED_IN_TEXT.search(composed):
        message = _("There is an invisible character here (U+%(code)s): type the text instead of pasting it.")
        raise DomainError(message % {"code": f"{ord(hidden[0]):04X}"}, field=field)
    return composed


def too_long(length: int, limit: int) -> Sentence:
    """What is said of a text of so many characters where fewer are allowed."""
    message = _("Shorten the text by %(over)d: %(length)d characters, at most %(limit)d allowed.")
    return message % {"over": length - limit, "length": length, "limit": limit}


def refuse_long(text: str, limit: int, *, field: str | None = None) -> str:
    """The text; one of more characters than `limit` is refused, and not cut off."""
    if len(text) > limit:
        raise DomainError(too_long(len(text), limit), field=field)
    return text


def is_storable(text: str) -> bool:
    """Whether a database can store the text: it has no NUL and no half of a pair of surrogates."""
    return "\0" not in text and (text.isascii() or _SURROGATE.search(text) is None)


def require_reason(reason: str) -> str:
    """The reason that somebody gives for an act, cleaned; refuses an empty one."""
    text = clean_text(reason, field="reason").strip()
    if not text:
        raise DomainError(_("Give a reason."), field="reason")
    return text


def require_short_reason(reason: str) -> str:
    """The same of at most `MAX_REASON` characters: a longer one is refused, and not cut off."""
    return refuse_long(require_reason(reason), MAX_REASON, field="reason")


def require_reason_in_languages(reason: Texts, *, field: str = "") -> dict[str, str]:
    """A reason that is published, cleaned, in each language; refuses one that is missing or too long.

    Each language has a field of its own, `reason_en`, unless the whole has one.
    """
    cleaned = {}
    for language in LANGUAGES:
        place = field or f"reason_{language}"
        cleaned[language] = clean_text(reason.get(language, ""), field=place).strip()
        if not cleaned[language]:
            raise DomainError(_("Give the reason in each language."), field=place)
        refuse_long(cleaned[language], MAX_REASON, field=place)
    return cleaned
