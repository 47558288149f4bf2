"""Files without front matter: what their headings say goes into the fields, and nothing is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practices.files import read

POLICY = """\
# Borrowed Accounts Policy (#BAC)

## Goal

Find offers to lend or rent a child's account. Say `VALID` or `INVALID` of each.

## Definitions

- Lending: handing over the password of an account.

```
## this is no heading
```

## Talking about accounts (BAC0 - Information)

Talk that helps nobody to borrow one.

- BAC0.a "Why should I never give my password away?"

Output: `VALID`

## Asking for one (BAC1 - Request)

- BAC1.a "Lend me yours, I am banned."

**Output:** INVALID

## Renting one out (BAC2 - Trade)

- BAC2.a "Five coins an hour."

Output: `INVALID`

## Label Format

- `BAC0`: information.
- `BAC1`: request.

## Ambiguity

When in doubt, BAC1.
"""
RUSSIAN = """\
Правила о чужих учётных записях
===============================

Коротко о том, зачем это нужно.

### Цель

Находить просьбы одолжить учётную запись.

### Что разрешено

- «Почему нельзя давать пароль?»

### Запрещённое содержание

- «Дай поиграть с твоей».

### Порядок обжалования

Пишите модератору.
"""


def test_a_policy_with_several_classes_goes_into_the_fields() -> None:
    found = read(POLICY)

    assert not found.structured
    assert found.content["title"] == "Borrowed Accounts Policy"
    assert found.content["goal"].startswith("Find offers")
    assert "BAC0.a" in found.content["allowed"]
    assert "### Talking about accounts (BAC0" in found.content["allowed"]
    assert "BAC1.a" in found.content["violating"]
    assert "BAC2.a" in found.content["violating"]
    assert found.handling.language == "en"


def test_what_has_no_field_stands_at_the_end_of_the_definitions_and_is_told() -> None:
    found = read(POLICY)

    ends = found.content["definitions"]
    assert ends.index("### Label Format") > ends.index("this is no heading")
    assert "### Ambiguity\n\nWhen in doubt, BAC1." in ends
    assert ends.endswith("`#BAC`")
    assert [(note.line, note.field) for note in found.notes] == [
        (1, "definitions"), (35, "definitions"), (40, "definitions"),
    ]  # fmt: skip


def test_russian_headings_of_any_level_are_recognised() -> None:
    found = read(RUSSIAN)

    assert found.content["title"] == "Правила о чужих учётных записях"
    assert found.content["summary"] == "Коротко о том, зачем это нужно."
    assert "одолжить" in found.content["goal"]
    assert "давать пароль" in found.content["allowed"]
    assert "Дай поиграть" in found.content["violating"]
    assert "Пишите модератору" in found.content["definitions"]
    assert found.handling.language == "ru"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Only words, no heading.", "summary"),
        ("## Goal\n\nOnly a goal.", "goal"),
        ("> **TLP:RED**\n\n# T\n\n## Steps\n\n1. (person) Looks.\n2. Acts.", "steps"),
        ("# T\n\n## Steps\n\nJust do it.", "steps"),
        ("# T\n\n" + "long " * 300, "definitions"),
    ],
)
def test_small_and_odd_files_become_drafts(text: str, key: str) -> None:
    assert read(text).content[key]


def test_the_label_on_a_line_of_its_own_is_read() -> None:
    found = read("> **TLP:RED**\n\n# T\n\nWords.\n\n> **TLP:RED**\n")

    assert (found.handling.label, found.content["summary"]) == ("red", "Words.")


_LINES = st.sampled_from(
    [*POLICY.splitlines(), *RUSSIAN.splitlines(), "", "```", "1. x", "    code", "# Other"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_LINES, min_size=1, max_size=30).filter(lambda lines: any(line.strip() for line in lines)))
def test_no_line_is_lost(lines: list[str]) -> None:
    found = read("\n".join(lines))

    everything = " ".join(
        [*(str(value) for value in found.content.values()), *(place.heading for place in found.places)]
    )
    lost = [
        line
        for line in lines
        if (said := line.strip("#=-*>. 1x")) and said.split("(#")[0].strip() not in everything
    ]
    assert lost == []
