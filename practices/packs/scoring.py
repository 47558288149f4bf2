"""Answers to a test set, and how often they are right: precision and recall of each class, with their bounds."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from django.utils.translation import gettext as _

from portal.kernel.text import format_number, is_storable
from practices.packs.csv_rows import csv_rows
from practices.packs.faults import FileRefused, LineFault, decode, refuse
from practices.packs.test_sets import MAX_ROWS

MAX_SIZE = 20 * 1024 * 1024
_Z = 1.959964  # of ninety-five in a hundred

Counts = dict[str, int]  # "right", "wrong" (called so and is not), "missed" (is so and was not called)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the bounds between which ninety-five of a hundred such test sets lie (Wilson)."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float]:
        return wilson(self.hits, self.of)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The Wilson interval of a share; everything is possible where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def precision(counts: Counts) -> Share:
    """Of what was called so, how much is."""
    return Share(counts["right"], counts["right"] + counts["wrong"])


def recall(counts: Counts) -> Share:
    """Of what is so, how much was called so."""
    return Share(counts["right"], counts["right"] + counts["missed"])


def read_answers(raw: bytes) -> dict[str, tuple[int, str]]:
    """By the id of a row, the line of its answer and the class that was answered: from `id,class`, or JSONL of both.

    Raises FileRefused with the lines: an answer without an id or a class, two answers to one row.
    """
    text = decode(raw, limit=MAX_SIZE)
    answers: dict[str, tuple[int, str]] = {}
    faults = []
    for line, row_id, class_key in (
        _json_answers(text) if text.lstrip().startswith("{") else _csv_answers(text)
    ):
        if not row_id or not class_key or not is_storable(row_id + class_key):
            faults.append(LineFault(line, _("Write the id of the row and a class.")))
        elif row_id in answers:
            message = _("The row “%(id)s” is answered on line %(line)d already.")
            faults.append(LineFault(line, message % {"id": row_id[:80], "line": answers[row_id][0]}))
        else:
            answers[row_id] = (line, class_key)
        if len(answers) > MAX_ROWS:
            raise refuse(_("There are more than %(most)s rows.") % {"most": format_number(Decimal(MAX_ROWS))})
    if faults:
        raise FileRefused(faults)
    if not answers:
        raise refuse(_("There is no answer in it. Each line is the id of a row, a comma, and a class."))
    return answers


def _csv_answers(text: str) -> list[tuple[int, str, str]]:
    answers: list[tuple[int, str, str]] = []
    for line, cells in csv_rows(text):
        plain = [cell.strip() for cell in cells]
        if not any(plain) or plain[0].startswith("#"):
            continue
        if not answers and [cell.casefold() for cell in plain[:2]] == ["id", "class"]:
            continue
        answers.append((line, plain[0], plain[1] if len(plain) > 1 else ""))
    return answers


def _json_answers(text: str) -> list[tuple[int, str, str]]:
    answers = []
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise refuse(_("Each line must be one JSON object with id and class."), line)
        row_id, class_key = value.get("id"), value.get("class")
        answers.append(
            (
                line,
                str(row_id).strip() if isinstance(row_id, str | int) else "",
                class_key.strip() if isinstance(class_key, str) else "",
            )
        )
    return answers


def count_answers(
    answers: Mapping[str, tuple[int, str]],
    classes: Collection[str],
    given: Mapping[str, str],
    rows_held_back: Mapping[str, str],
) -> tuple[dict[str, Counts], dict[str, Counts]]:
    """The counts of each class, over the rows that were given out and over those held back; only answered rows count.

    `given` and `rows_held_back` are the right class by the id of a row; a class that the policy has lost since is
    counted beside its `classes`. Raises FileRefused with the lines of ids and classes that there are not.
    """
    former_classes = sorted({*given.values(), *rows_held_back.values()} - set(classes))
    known = dict.fromkeys([*classes, *former_classes])
    faults = [
        LineFault(line, _("There is no row “%(id)s” in this test set.") % {"id": row_id[:80]})
        if row_id not in given and row_id not in rows_held_back
        else LineFault(line, _("There is no class “%(class)s” in this policy.") % {"class": class_key[:40]})
        for row_id, (line, class_key) in answers.items()
        if (row_id not in given and row_id not in rows_held_back) or class_key not in known
    ]
    if faults:
        raise FileRefused(faults)
    return _count(answers, known, given), _count(answers, known, rows_held_back)


def _count(
    answers: Mapping[str, tuple[int, str]], classes: Collection[str], truth: Mapping[str, str]
) -> dict[str, Counts]:
    counts: dict[str, Counts] = {key: {"right": 0, "wrong": 0, "missed": 0} for key in classes}
    answered = 0
    for row_id, (_line, answer) in answers.items():
        right = truth.get(row_id)
        if right is None:
            continue
        answered += 1
        if right == answer:
            counts[right]["right"] += 1
        else:
            counts[answer]["wrong"] += 1
            counts[right]["missed"] += 1
    return counts if answered else {}


def format_answers(answers: Mapping[str, tuple[int, str]]) -> bytes:
    """The answers as the portal keeps them."""
    return ("id,class\n" + "".join(f"{row_id},{key}\n" for row_id, (_line, key) in answers.items())).encode()
