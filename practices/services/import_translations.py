"""Which policies of an import say in another language what another one says, or a practice that is there.

By what the files say of themselves, by their names and folders, and by what they are made of.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.access import Actor, can
from portal.kernel.text import LANGUAGES
from practices.enums import WRITABLE_STATES, ImportChoice, TranslationState
from practices.fields import FIELDS_BY_KEY
from practices.models import Draft, Practice, Translation
from practices.queries.taxonomy import language_name
from practices.services.import_proposals import PlannedFile
from practices.translated_texts import align_texts, translatable_texts

_MOST_OFFERED = 30  # originals among which one chooses, the nearest first
_LIKE, _FEWEST = 0.8, 6  # of the texts by their names, and how many of them make a structure
_LIKE_NUMBERS = 0.6
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TAG = r"(?:en|eng|english|ru|rus|russian)(?:[-_][a-z]{2})?"
_FOLDER = re.compile(_TAG)
_AT_END = re.compile(rf"(.+?)[\s._-]*(?:[\s._-]|\()({_TAG})\)?")
_AT_START = re.compile(rf"({_TAG})[\s._-]+(.+)")


def base_language(code: str) -> str:
    """The language without its region."""
    return code.partition("-")[0].lower()


def language_of(report: Mapping[str, Any]) -> str:
    """The language of a file by its report: what it says, or what its letters tell."""
    return base_language(str(report.get("language", "")))


# --- What is proposed ------------------------------------------------------------------------


def plan_translations(actor: Actor, policies: Sequence[PlannedFile]) -> None:
    """Offer each readable policy as a translation, and propose it where it is one of another, or of an own practice.

    What is there already, in whatever language, is not proposed again.
    """
    readable = [each for each in policies if each.report.get("role") == "practice"]
    names = {each.position: _untagged(each.name) for each in readable}
    for planned in readable:
        if language_of(planned.report) in LANGUAGES:
            planned.offer(ImportChoice.TRANSLATION)
            planned.report["originals"] = _originals_to_offer(planned, readable)
    free = [each for each in readable if ImportChoice.TRANSLATION in each.choices]
    for planned in free:
        shared_key = planned.handling.key if planned.is_in_other_language else ""
        if stated := planned.handling.translation_of or shared_key:
            _propose_stated(actor, planned, stated, free)
    for planned in sorted(free, key=lambda each: (names[each.position][1], each.position)):
        original = _by_name(planned, free, names) or _by_structure(planned, free)
        if original is not None and _is_undecided(planned):
            _read_earlier(actor, planned, original.report["practice"])
            _propose(planned, {"translates": original.position}, original.content)


def _originals_to_offer(planned: PlannedFile, readable: Iterable[PlannedFile]) -> list[int]:
    """The policies in other languages, those of the same folder and with nearly the same path first."""
    language = language_of(planned.report)
    others = [each for each in readable if language_of(each.report) != language]
    folder, name = PurePosixPath(planned.folder), _untagged(planned.name)[0]

    def distance(other: PlannedFile) -> tuple[bool, int, int]:
        shared = sum(a == b for a, b in zip(folder.parts, PurePosixPath(other.folder).parts, strict=False))
        return (_untagged(other.name)[0] != name, -shared, abs(other.position - planned.position))

    return [each.position for each in sorted(others, key=distance)[:_MOST_OFFERED]]


def _is_undecided(planned: PlannedFile) -> bool:
    """Whether nothing better than a practice of its own, or nothing at all, is proposed for it."""
    is_there = planned.report.get("twin") or planned.report["practice"] or planned.handling.translation_of
    return not is_there and planned.choice in (ImportChoice.PRACTICE, ImportChoice.LEAVE_OUT)


def _propose(planned: PlannedFile, target: Mapping[str, Any], original: Mapping[str, Any]) -> None:
    planned.choice = ImportChoice.TRANSLATION
    planned.settings |= target
    planned.report["aligned"] = describe_alignment(original, planned.content)


def _propose_stated(actor: Actor, planned: PlannedFile, key: str, free: Sequence[PlannedFile]) -> None:
    """The file that has this key, or the own practice; else it stays out, and says why."""
    language = language_of(planned.report)
    original = next(
        (
            each
            for each in free
            if each.handling.key == key
            and not each.is_in_other_language
            and language_of(each.report) != language
        ),
        None,
    )
    if original is not None:
        _read_earlier(actor, planned, original.report["practice"])
        _propose(planned, {"translates": original.position}, original.content)
        return
    practice, reason = practice_to_translate(actor, key, language)
    if practice is not None:
        draft = Draft.objects.get(practice=practice)
        _read_earlier(actor, planned, key)
        _propose(planned, {"translates_practice": key, "address": key}, draft.content)
        planned.report["original_title"] = str(draft.content.get("title", ""))
    else:
        planned.choice = ImportChoice.LEAVE_OUT
        planned.note(reason)


def _read_earlier(actor: Actor, planned: PlannedFile, key: str) -> None:
    planned.report["earlier"] = earlier_translation(actor, key, language_of(planned.report))


def earlier_translation(actor: Actor, key: str, language: str) -> str:
    """The key of the translation of the working copy of this practice, in whose place another one would stand."""
    rows = Translation.objects.visible_to(actor).filter(state=TranslationState.DRAFT, language=language)
    row = rows.filter(practice__key=key).first() if key else None
    return str(row.key) if row else ""


def practice_to_translate(actor: Actor, key: str | None, language: str) -> tuple[Practice | None, str]:
    """The own practice of this key that can have a translation into the language, else why there is none."""
    practice = Practice.objects.visible_to(actor).filter(key=key).first() if key else None
    if practice is None:
        return None, _("What it translates is neither in this import nor a practice that you can read.")
    if not can(actor, "practice.edit", practice):
        return None, _("What it translates is not yours to change. Offer your translation on its page.")
    if practice.state not in WRITABLE_STATES:
        return None, _("What it translates cannot be changed now.")
    if practice.language == language:
        return None, same_language_text(language)
    return practice, ""


def same_language_text(language: str) -> str:
    """Why it translates nothing."""
    message = _("Both are in the same language: %(language)s. Say in the file (“language”) if it is another.")
    return message % {"language": language_name(language)}


def describe_alignment(original: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """How much of the original a translation says, and the fields of which nothing can be taken."""
    aligned = align_texts(original, content)
    titles = [str(FIELDS_BY_KEY[key].title) for key in aligned.left_out]
    return {"texts": len(aligned.texts), "total": aligned.total, "left_out": titles}


# --- How one is recognised -------------------------------------------------------------------


def _untagged(address: str) -> tuple[str, bool]:
    """The path without what names a language in it, and whether anything does."""
    path = PurePosixPath(address.casefold())
    folders = [part for part in path.parent.parts if not _FOLDER.fullmatch(part)]
    stem = path.stem
    if match := _AT_END.fullmatch(stem):
        stem = match[1]
    elif match := _AT_START.fullmatch(stem):
        stem = match[2]
    is_tagged = stem != path.stem or len(folders) < len(path.parent.parts)
    return "/".join([*folders, stem]), is_tagged


def _by_name(
    planned: PlannedFile, free: Iterable[PlannedFile], names: Mapping[int, tuple[str, bool]]
) -> PlannedFile | None:
    """The file of the same name but for the language: one that names none, else the first."""
    name, is_tagged = names[planned.position]
    others = [each for each in free if names[each.position][0] == name and _may_translate(planned, each)]
    first = min(others, key=lambda each: (names[each.position][1], each.position), default=None)
    if first is None or (names[first.position][1], first.position) > (is_tagged, planned.position):
        return None
    return first


def _by_structure(planned: PlannedFile, free: Iterable[PlannedFile]) -> PlannedFile | None:
    """The earlier file of the same folder that is made of the same: fields, rows, classes, numbers."""
    others = [
        each
        for each in free
        if each.folder == planned.folder
        and each.position < planned.position
        and _may_translate(planned, each)
        and _is_built_alike(each.content, planned.content)
    ]
    return others[0] if others else None


def _may_translate(planned: PlannedFile, other: PlannedFile) -> bool:
    """Whether it can be a translation of the other one, which is none itself."""
    is_original = other is not planned and other.choice != ImportChoice.TRANSLATION
    return is_original and language_of(other.report) != language_of(planned.report)


def _is_built_alike(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    texts, others = ({text.name: text.text for text in translatable_texts(each)} for each in (first, second))
    together = len(texts.keys() | others.keys())
    if min(len(texts), len(others)) < _FEWEST or len(texts.keys() & others.keys()) < _LIKE * together:
        return False
    if _class_keys(first) != _class_keys(second):
        return False
    numbers, other_numbers = (Counter(_NUMBER.findall(" ".join(each.values()))) for each in (texts, others))
    most = max(numbers.total(), other_numbers.total())
    return not most or (numbers & other_numbers).total() >= _LIKE_NUMBERS * most


def _class_keys(content: Mapping[str, Any]) -> set[str]:
    return {row["key"] for row in content.get("classes", ())}
