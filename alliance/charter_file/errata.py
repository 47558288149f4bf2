"""What differs between a version in force and a file of it, where nothing but translations differs."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alliance.charter_file.normal import normal_charter
from alliance.charter_file.texts import LANGUAGES, CharterText


@dataclass(frozen=True)
class Erratum:
    """A text that changes in one language, the other being as it was; `path` is its place in the file."""

    path: str
    language: str
    was: str
    becomes: str


class _OtherChangeError(Exception):
    """Something else than a translation differs."""


def translation_errata(stored: CharterText, sent: CharterText) -> list[Erratum] | None:
    """The translations that the file corrects; None where it changes anything else.

    A text that differs in every language is a new wording and no erratum. What says how signatures carry over, keys,
    codes and figures never change.
    """
    values = dataclasses.asdict(normal_charter(stored)), dataclasses.asdict(normal_charter(sent))
    try:
        return list(_errata("", *values))
    except _OtherChangeError:
        return None


def _errata(path: str, was: Any, becomes: Any) -> Iterator[Erratum]:
    if was == becomes:
        return
    if type(was) is not type(becomes):
        raise _OtherChangeError
    if isinstance(was, dict):
        if set(was) == set(LANGUAGES):
            yield _erratum(path, was, becomes)
            return
        for key, value in was.items():
            yield from _errata(f"{path}.{key}" if path else key, value, becomes[key])
    elif isinstance(was, tuple) and len(was) == len(becomes):
        for place, (old, new) in enumerate(zip(was, becomes, strict=True)):
            yield from _errata(f"{path}[{place}]", old, new)
    else:
        raise _OtherChangeError


def _erratum(path: str, was: dict[str, str], becomes: dict[str, str]) -> Erratum:
    changed = [language for language in LANGUAGES if was[language] != becomes[language]]
    if len(changed) != 1:
        raise _OtherChangeError
    (language,) = changed
    return Erratum(path, language, was[language], becomes[language])
