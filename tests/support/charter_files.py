"""A small charter file that is right, and the faults of what is made of it."""

import pytest

from alliance.charter_file import CharterFaults, read_charter
from portal.kernel.text.strict_yaml import Fault

SMALL = """\
format: 1
key: small
version: 2
title: {en: Small charter, ru: Малая хартия}
summary: {en: A summary., ru: Краткое описание.}
supersedes: 1
mapping:
  - {from: old-count, to: complaints}
harms:
  - key: bullying
    title: {en: Bullying, ru: Травля}
    identifiers:
      - {scheme: core-4c, id: conduct}
breakdowns:
  - {key: harm, title: {en: Harm, ru: Вред}, cells: harms}
chapters:
  - title: {en: Protect, ru: Защищать}
    commitments:
      - key: answer
        code: 1
        short: {en: Answer, ru: Отвечать}
        title: {en: Answer, ru: Отвечать}
        text: {en: We answer., ru: Мы отвечаем.}
        measures:
          - key: answer-all
            code: 1.1
            core: true
            title: {en: Answer all, ru: Отвечать всем}
            text: {en: Everyone., ru: Каждому.}
            indicators:
              - key: how
                code: 1.1.a
                type: narrative
                title: {en: How, ru: Как}
                limit: 500
              - key: complaints
                code: 1.1.b
                type: figure
                title: {en: Complaints, ru: Жалобы}
                value: count
                unit: complaints
                direction: neutral
                scope: service
                breakdowns: [harm]
                exclusive: true
                aggregation: sum
                minimum: 0
              - key: answered
                code: 1.1.c
                type: figure
                title: {en: Answered, ru: Отвечено}
                value: count
                unit: complaints
                direction: higher
                scope: service
                aggregation: sum
                part_of: complaints
"""


def faults_in(text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(CharterFaults) as refusal:
        read_charter(text if isinstance(text, bytes) else text.encode())
    return refusal.value.faults


def faults_with(*changes: tuple[str, str]) -> tuple[Fault, ...]:
    """The faults of the small charter after these replacements."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return faults_in(text)


def line_of(text: str) -> int:
    return SMALL[: SMALL.index(text)].count("\n") + 1
