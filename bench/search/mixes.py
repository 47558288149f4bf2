"""The kinds of first page of the library that people ask for, and how often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from bench.search.practices import HARMS, MEASURES


@dataclass(frozen=True)
class Mix:
    """A kind of first page, how often somebody asks for it, and how one is made up."""

    name: str
    share: int
    make: Callable[[Random], dict[str, list[str]]]


WORDS = [
    *("moderator", "grooming", "messenger", "hash", "threshold", "voice", "queue", "parent"),
    *("модератор", "груминг", "порог", "голос", "ссылка"),
]
TWO_WORDS = ["first message", "false alarm", "review queue", "модератор ребёнок", "ложное срабатывание"]
WRONG_WORDS = ["moderaotr", "groming", "mesenger", "модиратор", "грумнг"]
PHRASES = [f'"{words}"' for words in TWO_WORDS]


def _one(key: str, values: Sequence[str]) -> Callable[[Random], dict[str, list[str]]]:
    return lambda chance: {key: [chance.choice(values)]}


def _some(chance: Random) -> dict[str, list[str]]:
    return {
        "harms": [chance.choice(HARMS)],
        "service_kinds": [chance.choice(("messenger", "game", "forum"))],
        "encryption": ["works"],
        "sort": [chance.choice(("adoptions", "evidence"))],
    }


MIX = (
    Mix("newest", 8, lambda chance: {}),
    Mix("one harm", 10, _one("harms", HARMS)),
    Mix("one label", 6, _one("label", ("green", "amber", "amber_strict", "red"))),
    Mix("one measure", 6, _one("measures", MEASURES)),
    Mix("the sentence: harm, service, encryption", 20, _some),
    Mix("a word", 15, _one("text", WORDS)),
    Mix("two words", 12, _one("text", TWO_WORDS)),
    Mix("a word and a harm", 12, lambda chance: _one("text", WORDS)(chance) | _one("harms", HARMS)(chance)),
    Mix("a word, a stage, by evidence", 5, lambda chance: {
        "text": [chance.choice(WORDS)], "stage": [chance.choice(("proven", "trial"))], "sort": ["evidence"]}),
    Mix("a word spelt wrong", 4, _one("text", WRONG_WORDS)),
    Mix("a phrase", 2, _one("text", PHRASES)),
)  # fmt: skip
