"""The language in which somebody reads."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

Texts = Mapping[str, str]  # by language

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def reader_language() -> str:
    """The code of the active language without its region: `en`, `ru`."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
