"""The words of a draft of the review desk, without what was chosen beside them: what two windows may not lose."""

import hashlib
import json
from collections.abc import Mapping

DRAFT_WORDS = ("difference", "reason", "text")  # in the order of the forms


def words_of(texts: Mapping[str, str]) -> str:
    """All words of a draft, for reading."""
    return "\n\n".join(words for name in DRAFT_WORDS if (words := texts.get(name, "").strip()))


def words_digest(texts: Mapping[str, str]) -> str:
    """By what a page knows the words that it has shown; empty where there are none."""
    words = [texts.get(name, "") for name in DRAFT_WORDS]
    return hashlib.sha256("\0".join(words).encode()).hexdigest() if any(words) else ""


def texts_digest(texts: Mapping[str, str]) -> str:
    """Of all that a form says, also what is chosen beside the words; not of the version, which nobody fills in."""
    filled = {name: text.replace("\r\n", "\n") for name, text in texts.items() if text and name != "version"}
    return hashlib.sha256(json.dumps(filled, sort_keys=True).encode()).hexdigest()


def holds_words_of(texts: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Whether no word of the others would be missing."""
    return all(others.get(name, "").strip() in texts.get(name, "") for name in DRAFT_WORDS)


def join_words(first: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """These texts, with the words of the first ones before those that do not hold them."""
    joined = dict(texts)
    for name in DRAFT_WORDS:
        words, own = first.get(name, ""), joined.get(name, "")
        if words not in own:
            joined[name] = f"{words}\n\n{own}".strip()
    return joined
