"""Texts that a publication holds in several languages, read in the reader's."""

from collections.abc import Mapping

from django.utils.translation import get_language


def in_reader_language(texts: Mapping[str, str] | None) -> str:
    """The text in the reader's language, else in English, else in whichever there is."""
    if not texts:
        return ""
    language = (get_language() or "en").split("-")[0]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
