"""A policy as a prompt: its classes in their order, some examples of each, and how to answer."""

from collections.abc import Mapping
from typing import Any

from practices.files.tables import OUTCOME_WORDS

_EXAMPLES_OF_A_CLASS = 3
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "task": "You judge one message by the policy below. Try the classes in their order: the first that holds is "
        "the answer.",
        "goal": "Goal",
        "definitions": "Definitions",
        "classes": "Classes, in their order",
        "examples": "Examples",
        "answer": "Answer with JSON and nothing else: {\"class\": \"<class>\"}. You propose; a person decides.",
    },
    "ru": {
        "task": "Оцените одно сообщение по правилам ниже. Проверяйте классы по порядку: ответ — первый, "
        "который подходит.",
        "goal": "Цель",
        "definitions": "Определения",
        "classes": "Классы по порядку",
        "examples": "Примеры",
        "answer": "Ответьте только в формате JSON: {\"class\": \"<класс>\"}. Вы предлагаете, решает человек.",
    },
}  # fmt: skip


def has_prompt(content: Mapping[str, Any]) -> bool:
    return bool(content.get("classes") or content.get("prompt"))


def format_prompt(content: Mapping[str, Any], label: str, version: int, language: str) -> str:
    """The prompt with the label on its first and its last line; the one that the source wrote, or one of its policy."""
    mark = f"# {label}" + (f" · v{version}" if version else "")
    body = content.get("prompt") or "\n\n".join(_parts(content, language))
    return f"{mark}\n\n{body}\n\n# {label}\n"


def _parts(content: Mapping[str, Any], language: str) -> list[str]:
    words, place = _WORDS["ru" if language == "ru" else "en"], 1 if language == "ru" else 0
    parts = [f"{content.get('title', '')}\n\n{words['task']}".strip()]
    parts += [f"## {words[key]}\n\n{content[key]}" for key in ("goal", "definitions") if content.get(key)]
    classes = content.get("classes", [])
    rows = [
        f"{number}. {row['key']} ({OUTCOME_WORDS[row['outcome']][place]}): {row['title']}. "
        f"{row.get('meaning', '')}".strip()
        for number, row in enumerate(classes, start=1)
    ]
    parts.append(f"## {words['classes']}\n\n" + "\n".join(rows))
    examples = [
        f"- {row['class']}: {row['text']}" for key in classes for row in _examples_of(content, key["key"])
    ]
    if examples:
        parts.append(f"## {words['examples']}\n\n" + "\n".join(examples))
    return [*parts, words["answer"]]


def _examples_of(content: Mapping[str, Any], class_key: str) -> list[Mapping[str, str]]:
    rows = [row for row in content.get("examples", []) if row["class"] == class_key]
    return rows[:_EXAMPLES_OF_A_CLASS]
