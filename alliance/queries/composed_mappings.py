"""The way from the keys of any version of a charter to those of any other, composed of the mappings between them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from django.utils import translation
from django.utils.translation import gettext as _

from alliance.charter_file import CharterText
from alliance.charter_file.texts import LANGUAGES, KeyChange, TranslatedText
from alliance.queries.charter_differences import text_mapping

Links = dict[tuple[str, str], tuple[TranslatedText, ...]]


def text_with_mapping(versions: Sequence[CharterText], *, is_backwards: bool = False) -> CharterText:
    """The last of these versions with a mapping from the first, of which each names the one before it.

    Backwards: the first with a mapping from the last. A series that breaks anywhere on the way breaks, with the reason
    of each break; what the last version has still to decide is undecided.
    """
    links, undecided = _composed(versions)
    if is_backwards:
        links, undecided = {(later, earlier): reasons for (earlier, later), reasons in links.items()}, []
    rows = [
        KeyChange(earlier, later, _joined(reasons) if reasons else None)
        for (earlier, later), reasons in links.items()
        if earlier != later or reasons
    ]
    rows += [KeyChange(key, "") for key in undecided]
    return replace(versions[0] if is_backwards else versions[-1], mapping=tuple(rows))


def _composed(versions: Sequence[CharterText]) -> tuple[Links, list[str]]:
    """What each key of the first version became in the last, with why its series broke; what nobody has decided yet."""
    links: Links = {(key, key): () for key in _keys(versions[0])}
    undecided: dict[str, None] = {}
    for before, after in pairwise(versions):
        mapping = text_mapping(before, after)
        given = {(row.earlier, row.later): row.reason for row in after.mapping}
        figures = {indicator.key for indicator in after.indicators()}
        reached: Links = {}
        for (first, key), reasons in links.items():
            if (key, "") in given:
                undecided[first] = None
            for later in mapping.later_keys(key):
                reason = given.get((key, later))
                if reason is None and later in figures and mapping.origin(later)[1]:
                    reason = _break_in(after.version)
                reached[first, later] = (*reasons, reason) if reason else reasons
        links = reached
    return links, list(undecided)


def _keys(charter: CharterText) -> list[str]:
    return [
        *(row.key for row in charter.commitments()),
        *(row.key for row in charter.measures()),
        *(row.key for row in charter.indicators()),
    ]


def _break_in(version: int) -> TranslatedText:
    """Why a series breaks that a split, a merger or another unit has broken on the way."""
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = _("The series breaks in version %(version)s.") % {"version": version}
    return TranslatedText(**words)


def _joined(reasons: Sequence[TranslatedText]) -> TranslatedText:
    each = list(dict.fromkeys(reasons))
    return TranslatedText(
        **{language: " ".join(getattr(reason, language) for reason in each) for language in LANGUAGES}
    )
