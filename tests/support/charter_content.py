"""The content of a charter’s file, with as many parts of each kind as a test needs, and the charter in force of it."""

from typing import Any

import yaml

from alliance.enums import CharterState
from alliance.models import Charter
from alliance.services.charters import load_charter
from portal.kernel.access import SYSTEM, acting_as

Data = dict[str, Any]


def words(text: str) -> Data:
    return {"en": text, "ru": text}


def indicator(number: int = 0, **changes: Any) -> Data:
    letters = chr(97 + number // 26) + chr(97 + number % 26)
    return {
        "key": f"i-{number}", "code": f"1.1.{letters}", "type": "figure", "title": words(f"Indicator {number}"),
        "value": "count", "unit": "pieces", "direction": "neutral", "scope": "service", "aggregation": "sum", **changes,
    }  # fmt: skip


def narrative(**changes: Any) -> Data:
    return {"key": "story", "code": "1.1.zz", "type": "narrative", "title": words("What we did"), **changes}


def measure(number: int = 1, commitment: int = 1, **changes: Any) -> Data:
    code = f"{commitment}.{number}"
    text = {**narrative(key=f"story-{commitment}-{number}"), "code": f"{code}.a"}
    return {
        "key": f"m-{commitment}-{number}", "code": code, "core": True, "title": words("A measure"),
        "text": words("We do it."), "indicators": [text], **changes,
    }  # fmt: skip


def commitment(number: int = 1, **changes: Any) -> Data:
    return {
        "key": f"c-{number}", "code": str(number), "short": words("Do it"), "title": words("Do it"),
        "text": words("We do it."), "measures": [measure(1, number)], **changes,
    }  # fmt: skip


def chapter(*commitments: Data) -> Data:
    return {"title": words("Chapter"), "commitments": list(commitments)}


def file(*chapters: Data, **changes: Any) -> Data:
    return {
        "format": 1, "key": "limits", "version": 1, "title": words("A charter"), "summary": words("A charter."),
        "chapters": list(chapters or [chapter(commitment())]), **changes,
    }  # fmt: skip


def with_indicators(*indicators: Data, **changes: Any) -> Data:
    return file(chapter(commitment(measures=[measure(indicators=list(indicators))])), **changes)


def options(count: int, stem: str = "o") -> list[Data]:
    return [{"key": f"{stem}-{number}", "title": words(f"{stem} {number}")} for number in range(count)]


# A breakdown of two levels, and what an indicator says that is asked for by month.
HARM = {
    "key": "harm",
    "title": words("Harm"),
    "cells": [
        {"key": "grooming", "title": words("Grooming"), "parts": [
            {"key": "enticement", "title": words("Enticement")}, {"key": "extortion", "title": words("Extortion")},
        ]},
        {"key": "bullying", "title": words("Bullying")},
    ],
}  # fmt: skip
MONTHLY = {"period": "month", "period_aggregation": "sum", "scope": "organisation"}


def raw(data: Data) -> bytes:
    return yaml.dump(data, allow_unicode=True, Dumper=_Plain).encode()


class _Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def load_in_force(content: Data) -> Charter:
    """The charter of this content, as it is in force."""
    with acting_as(SYSTEM):
        charter: Charter = load_charter(SYSTEM, raw(content)).charter
        Charter.objects.filter(pk=charter.pk).update(state=CharterState.IN_FORCE)
        charter.refresh_from_db()
    return charter
