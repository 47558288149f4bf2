"""What the command line says, in English and Russian. A text is known by its English; the table is in `russian.py`."""

import unicodedata
from collections.abc import Mapping, Sequence

from alliance_client.russian import RUSSIAN

LANGUAGES = ("en", "ru")
LANGUAGE_VARIABLE = "ALLIANCE_LANG"
# read in this order, as gettext does
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # control characters, and those that change how others are laid out

_chosen = ["en"]


def use_language(language: str) -> None:
    """Say everything in this language from now on."""
    _chosen[0] = language if language in LANGUAGES else "en"


def chosen_language() -> str:
    """The language in which everything is said."""
    return _chosen[0]


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language of `--lang`, else of the environment, else English."""
    for number, argument in enumerate(arguments):
        if argument == "--lang" and number + 1 < len(arguments):
            return arguments[number + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    named = environment.get(LANGUAGE_VARIABLE) or next(
        filter(None, (environment.get(name) for name in _LOCALE_VARIABLES)), ""
    )
    return "ru" if named.lower().startswith("ru") else "en"


def gettext(text: str) -> str:
    """The text in the chosen language."""
    return RUSSIAN.get(text, text) if chosen_language() == "ru" else text


def say(text: str, **values: object) -> str:
    """The text in the chosen language, with the values in their places."""
    return gettext(text).format(**values) if values else gettext(text)


def plain(text: str) -> str:
    """What somebody else wrote, without the characters that would move the cursor or hide what stands there."""
    return "".join(
        sign if sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN else "�" for sign in text
    )
