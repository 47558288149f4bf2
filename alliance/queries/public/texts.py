"""Texts that a publication holds in several languages, read in the reader's."""

from collections.abc import Mapping

from portal.kernel.text import reader_language


def in_reader_language(texts: Mapping[str, str] | None) -> str:
    """The text in the reader's language, else in English, else in whichever there is."""
    if not texts:
        return ""
    language = reader_language()
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
