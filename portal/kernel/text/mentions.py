"""People called by name in a text: `@Name`."""

import re
from collections.abc import Collection, Mapping
from typing import TypeVar

Key = TypeVar("Key")
_UNMATCHED = re.compile(r"(?<![\w.@/])@(\w[\w’'-]*(?: [^\W\d_][\w’'-]*)?)")


def called_by_name(text: str, keys_by_name: Mapping[str, Collection[Key]]) -> tuple[set[Key], str]:
    """Who is called by a name that only one has, longest names first; and the text without those calls."""
    keys: set[Key] = set()
    for name in sorted(keys_by_name, key=len, reverse=True):
        rest, count = re.subn(rf"(?<!\w)@{re.escape(name)}(?!\w)", "", text, flags=re.IGNORECASE)
        if count and len(keys_by_name[name]) == 1:
            keys |= set(keys_by_name[name])
            text = rest
    return keys, text


def unmatched_calls(text: str) -> list[str]:
    """What is left of calls in a text from which those that are known were taken: one word, or two, after the `@`."""
    return list(dict.fromkeys(_UNMATCHED.findall(text)))
