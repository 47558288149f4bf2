"""The headings of a file in English and Russian, and the words for who takes a step.

They belong to the format, so they do not move with the words of the pages.
"""

import re
from collections.abc import Mapping

from practices.enums import StepBy
from practices.files.headings import without_closing_hashes

LANGUAGES = ("en", "ru")
# By field: the heading that is written in each language, then others that are read as well.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "summary": ("Summary", "Кратко", "In short", "Сводка", "Краткое описание"),
    "triggers": ("What starts it", "Что запускает", "Triggers"),
    "steps": ("Steps", "Шаги"),
    "person_decides": ("Where a person decides", "Где решает человек"),
    "limits": ("Limits", "Границы применения", "Limitations", "Ограничения"),
    "forbidden_uses": ("Not to be used for", "Для чего нельзя применять", "Forbidden uses"),
    "goal": ("Goal", "Цель"),
    "definitions": ("Definitions", "Определения"),
    "classes": ("Classes", "Классы"),
    "examples": ("Examples by class", "Примеры по классам"),
    "allowed": (
        "Examples of what is allowed", "Примеры допустимого", "Allowed content", "Allowed",
        "Допустимое", "Разрешено",
    ),
    "violating": (
        "Examples of what is not", "Примеры недопустимого", "Violating content", "Violating", "Disallowed",
        "Недопустимое", "Запрещено",
    ),
    "prompt": ("Prompt", "Запрос к модели", "Prompt for a model"),
    "grade_reason": ("Why this grade", "Почему такая оценка"),
    "test_set": ("What it was tested on", "На чём проверяли", "Test set"),
    "scores": ("Scores stated by the source", "Оценки источника"),
    "false_alarms": ("Known false alarms", "Известные ложные тревоги", "False alarms", "Ложные тревоги"),
    "ways_round": ("Ways round it", "Как это обходят"),
    "rights": ("Effect on rights", "Влияние на права"),
    "safeguards": ("Safeguards", "Меры предосторожности"),
}  # fmt: skip
STEP_BY_WORDS: Mapping[str, tuple[str, str]] = {
    StepBy.STARTS.value: ("starts", "запускает"),
    StepBy.AUTOMATIC.value: ("automatic", "автоматически"),
    StepBy.PERSON.value: ("person", "человек"),
}

_FIELD_OF = {words.casefold(): key for key, titles in HEADINGS.items() for words in titles}
_STEP_BY_OF = {word: code for code, titles in STEP_BY_WORDS.items() for word in titles}
# The second level and nothing else, in the first column: whatever is indented belongs to a text.
_HEADING = re.compile(r"## +(?P<words>.*)")


def heading(key: str, language: str) -> str:
    return f"## {HEADINGS[key][LANGUAGES.index(language) if language in LANGUAGES else 0]}"


def field_by_heading(heading: str) -> str | None:
    """The field that these words name."""
    return _FIELD_OF.get(" ".join(heading.split()).casefold())


def field_of_line(line: str) -> str | None:
    """The field whose section begins on this line."""
    match = _HEADING.fullmatch(line)
    return field_by_heading(without_closing_hashes(match["words"])) if match else None


def other_heading(line: str) -> str | None:
    """The words of a heading of this level that names no field."""
    match = _HEADING.fullmatch(line)
    words = without_closing_hashes(match["words"]) if match else None
    return None if words is None or field_by_heading(words) else words


def step_by_word(code: str, language: str) -> str:
    return STEP_BY_WORDS[code][LANGUAGES.index(language) if language in LANGUAGES else 0]


def step_by_of(word: str) -> str | None:
    return _STEP_BY_OF.get(word.strip().casefold())
