"""A sentence of the portal that is worded when somebody reads it, and how one is stored for every language."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.utils import translation
from django.utils.functional import Promise, lazy

from portal.kernel.text.languages import LANGUAGES, Texts, reader_language


class Sentence(Promise):
    """A text of the portal and the values in it, in the language that is active when it is read.

    A value that is lazy itself is worded then, too.
    """

    def __init__(self, text: str, values: Mapping[str, Any] | None = None, plural: str = "", number: int = 0):
        self._text, self._values, self._plural, self._number = text, values, plural, number

    def __str__(self) -> str:
        if self._plural:
            text = translation.ngettext(self._text, self._plural, self._number)
        else:
            text = translation.gettext(self._text)
        return text if self._values is None else text % self._values

    def __mod__(self, values: Mapping[str, Any]) -> "Sentence":
        return Sentence(self._text, values, self._plural, self._number)


class StoredSentence(Promise):
    """A sentence that was stored in every language; in one that it lacks, it is in the first."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __str__(self) -> str:
        return self._texts.get(reader_language()) or next(iter(self._texts.values()))


def sentence(text: str) -> Sentence:
    """As `gettext`, worded later; imported as `_`, so that its texts are extracted."""
    return Sentence(text)


def sentence_of_number(singular: str, plural: str, number: int) -> Sentence:
    """As `ngettext`, worded later; imported under that name."""
    return Sentence(singular, None, plural, number)


def worded_later(words: Callable[[], str]) -> Promise:
    """What the call gives, asked anew in the language of whoever reads it: a number, a label, a list of names."""
    return cast(Promise, lazy(words, str)())


def to_stored(text: str | Promise) -> str | dict[str, str]:
    """A sentence for JSON: of one that is worded when it is read, its wording in each language."""
    if isinstance(text, str):
        return text
    worded = {}
    for language in LANGUAGES:
        with translation.override(language):
            worded[language] = str(text)
    return worded


def from_stored(stored: str | Texts) -> str | StoredSentence:
    """What `to_stored` wrote, in the language of whoever reads it."""
    return stored if isinstance(stored, str) else StoredSentence(stored)
