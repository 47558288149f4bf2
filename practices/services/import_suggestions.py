"""What the words of a practice suggest about it where it says nothing itself: kind, harms, stage, permitted use."""

import re
from collections.abc import Mapping
from typing import Any

from portal.kernel.search import read_synonym_groups
from practices.enums import PracticeKind, PracticeStage
from practices.fields import FIELDS
from practices.files.disarm import counters_in
from practices.files.licences import permitted_use_of
from practices.queries import taxonomy
from practices.services.search_documents import texts_of
from practices.translated_texts import originals_of

_MOST_HARMS = 4
_MIN_LETTERS = 4  # of a word that is looked for
_STAGES = (
    (PracticeStage.PROVEN, r"in production|rolled out|в эксплуатации|внедрен"),
    (PracticeStage.TRIAL, r"\bpilot|\btrial|\bexperiment|пилот|эксперимент"),
)
_RESEARCH = re.compile(r"\bwe surveyed|\bour study|\binterviews? with|исследовани[ея] показал", re.IGNORECASE)


def suggestions_for(content: Mapping[str, Any]) -> dict[str, Any]:
    """By field, what is suggested; of harms with the words that suggest each. Nothing of what the content says."""
    text = "\n".join(
        part for each in FIELDS for part in texts_of(each.field_type, content.get(each.key))
    ).casefold()
    suggested: dict[str, Any] = {}
    if not content.get("harms") and (harms := _harms_in(text)):
        suggested["harms"] = harms
    if not content.get("kind"):
        suggested["kind"] = PracticeKind.RESEARCH if _RESEARCH.search(text) else PracticeKind.TECHNIQUE
    if not content.get("stage"):
        suggested["stage"] = _stage_of(content, text)
    if not content.get("permitted_use") and (use := permitted_use_of(content.get("licence", ""))):
        suggested["permitted_use"] = use
    if counters := counters_in(originals_of(content).values()):
        suggested["counters"] = counters[:20]
    return suggested


def _stage_of(content: Mapping[str, Any], text: str) -> str:
    for stage, pattern in _STAGES:
        if re.search(pattern, text):
            return stage
    return PracticeStage.TRIAL if content.get("precision") or content.get("scores") else PracticeStage.IDEA


def _harms_in(text: str) -> list[dict[str, Any]]:
    """The harms of which the text has words, those with most of them first."""
    groups = read_synonym_groups()
    rows = []
    for key, harm in taxonomy.harms().items():
        group = groups.get(f"harm:{key}")
        words = [harm.title, *(group.all_words if group else ())]
        matching = sorted({word.casefold() for word in words if _stands_in(word, text)})
        if matching:
            rows.append({"key": key, "words": matching[:4]})
    return sorted(rows, key=lambda row: -len(row["words"]))[:_MOST_HARMS]


def _stands_in(word: str, text: str) -> bool:
    """Whether the phrase stands in the text, whatever the endings, with at most two words between its parts."""
    parts = [part for part in re.findall(r"\w+", word.casefold()) if len(part) >= _MIN_LETTERS]
    stems = [part[: max(_MIN_LETTERS, len(part) - 2)] for part in parts]
    if not stems or not all(stem in text for stem in stems):
        return False
    phrase = r"\w*(?:\W+\w+){0,2}?\W+".join(map(re.escape, stems))
    return re.search(rf"\b{phrase}", text) is not None
