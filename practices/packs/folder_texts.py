"""What a text beside a policy may be taken for: rules, a list of hashes or words, or a text to be kept as it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from practices.enums import AttachmentKind, HashAlgorithm
from practices.packs.faults import FileRefused, decode, refuse
from practices.packs.material import holds_material
from practices.packs.signals import MAX_SIZE, algorithm_of_nearly_length, algorithms_of_length, read_signals

_MAX_TEXT_SIZE = 5 * 1024 * 1024  # of a text that is kept as it is
_SAMPLE, _LONGEST_WORD = 50, 60  # lines, characters
_RULE = re.compile(r"^detection\s*:", re.MULTILINE)
_SEPARATOR = re.compile(r"[,;\t ]")
_WORD_LIST = re.compile(r"word|term|lexicon|vocabulary|слов|термин|лексик", re.IGNORECASE)
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…")
_LIST_ENDINGS, _RULE_ENDINGS = (".txt", ".csv"), (".yml", ".yaml")


def check_text(raw: bytes) -> None:
    """Refuse what cannot be kept as a text: another encoding, too much, or the material itself."""
    if holds_material(decode(raw, limit=_MAX_TEXT_SIZE)):
        raise refuse(
            _("This looks like a file and not like words about it. Never upload the material itself.")
        )


@dataclass(frozen=True, slots=True)
class SignalsInText:
    """As which signals a file can be read: `rules:`, `keyword_list:`, or `hash_list:` with an algorithm.

    `is_whole`: it is clearly such a file, and nothing that it says is lost by that.
    """

    kinds: Sequence[str] = ()
    is_whole: bool = False


def signals_in(raw: bytes, name: str) -> SignalsInText:
    """Of a hash list one kind for each algorithm whose hashes are so long.

    Raises FileRefused with the lines where it is clearly such a file and cannot be read as one.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending not in (*_LIST_ENDINGS, *_RULE_ENDINGS) or len(raw) > MAX_SIZE:
        return SignalsInText()
    text = decode(raw, limit=MAX_SIZE)
    if ending in _RULE_ENDINGS:
        return _as_rules(raw) if _RULE.search(text) else SignalsInText()
    lines = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    if algorithms := _algorithms(lines):
        return _as_hashes(raw, algorithms, is_whole=not any(_SEPARATOR.search(line) for line in lines))
    if ending == ".txt" and _are_words(raw, lines):
        return SignalsInText(("keyword_list:",), is_whole=_WORD_LIST.search(name) is not None)
    return SignalsInText()


def _as_rules(raw: bytes) -> SignalsInText:
    read_signals(AttachmentKind.RULES, raw)
    return SignalsInText(("rules:",), is_whole=True)


def _algorithms(lines: Sequence[str]) -> Sequence[HashAlgorithm]:
    """Those whose hashes are as long as the first one, if most of the first lines are hexadecimal; else nearly as long.

    What only nearly is a hash is read, and refused, as one: it is a list that went wrong.
    """
    words = [_SEPARATOR.split(line, maxsplit=1)[0].strip("\"'").lower() for line in lines[:_SAMPLE]]
    hashes = [word for word in words if re.fullmatch(r"[0-9a-f]{28,}", word)]
    if not hashes or len(hashes) < len(words) - 1:  # one line may name the column
        return ()
    length = len(hashes[0])
    nearly = algorithm_of_nearly_length(length)
    return algorithms_of_length(length) or ([nearly] if nearly else ())


def _as_hashes(raw: bytes, algorithms: Sequence[HashAlgorithm], *, is_whole: bool) -> SignalsInText:
    """A table may have hashes for its first column, and be no list of them."""
    try:
        for algorithm in algorithms:
            read_signals(AttachmentKind.HASH_LIST, raw, algorithm)
    except FileRefused:
        if is_whole:
            raise
        return SignalsInText()
    return SignalsInText([f"hash_list:{algorithm.value}" for algorithm in algorithms], is_whole)


def _are_words(raw: bytes, lines: Sequence[str]) -> bool:
    """Whether these are short lines, and no sentences."""
    if len(lines) < 2 or any(len(line) > _LONGEST_WORD or line.endswith(_SENTENCE_ENDS) for line in lines):
        return False
    try:
        read_signals(AttachmentKind.KEYWORD_LIST, raw)
    except FileRefused:
        return False
    return True
