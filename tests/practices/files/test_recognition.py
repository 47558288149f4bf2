"""Files without front matter: what their headings say goes into the fields, and nothing is lost."""

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practices.files import PracticeFaults, parse_practice_file

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
    practice_file = parse_practice_file(POLICY)

    assert not practice_file.has_front_matter
    assert practice_file.content["title"] == "Borrowed Accounts Policy"
    assert practice_file.content["goal"].startswith("Find offers")
    assert "BAC0.a" in practice_file.content["allowed"]
    assert "### Talking about accounts (BAC0" in practice_file.content["allowed"]
    assert "BAC1.a" in practice_file.content["violating"]
    assert "BAC2.a" in practice_file.content["violating"]
    assert practice_file.handling.language == "en"


def test_what_has_no_field_stands_at_the_end_of_the_definitions_and_is_reported() -> None:
    practice_file = parse_practice_file(POLICY)

    ends = practice_file.content["definitions"]
    assert ends.index("### Label Format") > ends.index("this is no heading")
    assert "### Ambiguity\n\nWhen in doubt, BAC1." in ends
    assert ends.endswith("`#BAC`")
    assert [(note.line, note.field) for note in practice_file.notes] == [
        (1, "definitions"), (35, "definitions"), (40, "definitions"),
    ]  # fmt: skip


def test_russian_headings_of_any_level_are_recognised() -> None:
    practice_file = parse_practice_file(RUSSIAN)

    assert practice_file.content["title"] == "Правила о чужих учётных записях"
    assert practice_file.content["summary"] == "Коротко о том, зачем это нужно."
    assert "одолжить" in practice_file.content["goal"]
    assert "давать пароль" in practice_file.content["allowed"]
    assert "Дай поиграть" in practice_file.content["violating"]
    assert "Пишите модератору" in practice_file.content["definitions"]
    assert practice_file.handling.language == "ru"


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
    assert parse_practice_file(text).content[key]


def test_the_label_on_a_line_of_its_own_is_read() -> None:
    practice_file = parse_practice_file("> **TLP:RED**\n\n# T\n\nWords.\n\n> **TLP:RED**\n")

    assert (practice_file.handling.label, practice_file.content["summary"]) == ("red", "Words.")


BADGED = """\
[![reviewed](https://example.org/badge.svg)](https://example.org)
<!--
# The name that it had before
-->

# Lending Accounts

Why this is here.

## Goal

Find offers to lend an account.

## Classes

Each piece belongs to one.

### Talking about it (LA0)

- LA0.a "Why should I keep my password?"

Output: VALID

### Offering one (LA1)

- LA1.a "Take mine for a week."

Output: `INVALID`

## Prohibited

- LA2 "Ten coins an hour."

The rest of this line is news. Output: VALID

# Appendix

Who wrote it.
"""
NOTED = """\
Наши правила, проект для обсуждения

# Передача учётных записей

## Цель

Находить предложения передать учётную запись.

## Что разрешено

- «Почему нельзя давать пароль?»

Вывод: допустимо

## Запрещённое

- «Возьми мою на неделю».
"""


def test_a_badge_and_a_comment_over_the_title_break_nothing() -> None:
    practice_file = parse_practice_file(BADGED)

    content = practice_file.content
    assert (content["title"], content["summary"]) == ("Lending Accounts", "Why this is here.")
    assert content["goal"] == "Find offers to lend an account."
    assert "The name that it had before" in content["definitions"].split("Each piece")[1]
    assert "Who wrote it." in content["definitions"]
    assert (1, "definitions") in [(note.line, note.field) for note in practice_file.notes]
    assert "The text above the title" in practice_file.notes[0].message


def test_each_class_is_judged_by_its_own_output() -> None:
    content = parse_practice_file(BADGED).content

    assert "LA0.a" in content["allowed"]
    assert "LA1.a" not in content["allowed"]
    assert "LA1.a" in content["violating"]
    assert "LA2" in content["violating"]
    assert "### Classes\n\nEach piece belongs to one." in content["definitions"]


def test_a_line_over_a_russian_title_breaks_nothing() -> None:
    content = parse_practice_file(NOTED).content

    assert content["title"] == "Передача учётных записей"
    assert content["goal"] == "Находить предложения передать учётную запись."
    assert "давать пароль" in content["allowed"]
    assert "на неделю" not in content["allowed"]
    assert "на неделю" in content["violating"]
    assert content["definitions"] == "Наши правила, проект для обсуждения"


@pytest.mark.parametrize(
    "heading",
    [
        "Prohibited", "3. Prohibited content:", "Disallowed", "What is not allowed", "Not allowed (LA2)", "Violations",
        "Forbidden", "Запрещённое", "Запрещено", "Недопустимое содержание", "Что не допускается", "Нарушения",
    ],
)  # fmt: skip
def test_what_is_prohibited_stays_so_whatever_a_line_of_it_says(heading: str) -> None:
    content = parse_practice_file(
        f"# T\n\n## {heading}\n\nOf a piece.\n\nOutput: VALID\n\n## Goal\n\nG."
    ).content

    assert "Of a piece." in content["violating"]
    assert "allowed" not in content


@pytest.mark.parametrize(
    ("text", "title", "goal"),
    [
        ("Note.\n\n# T\n\n# Goal\n\nG.\n\n## More\n\nM.\n\n# Terms\n\nW.", "T", "G.\n\n## More\n\nM."),
        ("Note\n----\n\n# T\n\n## Goal\n\nG.", "T", "G."),
        ("Note.\n\n## T\n\n### Goal\n\nG.", "T", "G."),
        ("# T\n\n## Goal\n\nG.\n\n# Appendix\n\nA.", "T", "G."),
        ("# T\n\n## Policy\n\n### Goal\n\nG.\n\n### Allowed\n\nA.\n\nOutput: VALID", "T", "G."),
        ("Words first.\n\n## Goal\n\nG.\n\n## Allowed\n\nA.", None, "G."),
    ],
)
def test_the_title_is_found_where_it_stands(text: str, title: str | None, goal: str) -> None:
    content = parse_practice_file(text).content

    assert (content.get("title"), content["goal"]) == (title, goal)


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n" + "## H\n### I\n#### J\n" * 20_000,
        "# T\n\n## Goal\n\noutput" + ":" * 900_000 + "!",
        "# T\n\n" + "```a\n" * 150_000,
        "# T\n\n" + "<!--\n" * 150_000,
        "# T" + " " * 900_000 + "x",
        "# T\n\n## G" + " #" * 400_000 + "x",
        "# T" + "(" * 900_000,
        "# T\n\n" + "![" * 450_000,
        "# T\n\n](" + " " * 900_000 + "x",
        "# T\n\n## Steps\n\n1. A\n" + "b\n" * 450_000,
        "# T\n\nprecision/" + "recall, " * 100_000,
        "# T\n\n| precision |\n|---|\n" + "| 0.9 |\n" * 100_000,
    ],
    ids=[
        "headings", "colons", "fences", "comments", "spaces", "signs", "brackets", "pictures", "links", "steps",
        "shares", "tables",
    ],
)  # fmt: skip
def test_a_long_text_is_read_in_a_moment(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(PracticeFaults):
        parse_practice_file(text)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Precision: 0.91, recall: 0.84, n=400.", ("0.91", "0.84", "400")),
        ("N=1,200: a precision of .91 and a recall of 84 %", ("0.91", "0.84", "1200")),
        ("- **Precision**: 0.91\n- **Recall**: 0.84\n- **n**: 400", ("0.91", "0.84", "400")),
        ("| Precision | 0.91 |\n| --- | --- |\n| Recall | 0.84 |\n| n | 400 |", ("0.91", "0.84", "400")),
        ("| Precision | Recall | n |\n|---|---|---|\n| 91 % | 0.84 | 1,200 |", ("0.91", "0.84", "1200")),
        ("Точность 0,91, полнота 0,84, объём выборки: 1 200", ("0.91", "0.84", "1200")),
        # which is which
        ("Precision/recall: 0.91/0.84, n = 400", ("0.91", "0.84", "400")),
        ("Recall and precision: 0.84 and 0.91", ("0.91", "0.84", None)),
        # neither a list below the word, nor a difference, a range, or several
        ("It improves precision.\n\n1. Read.\n2. Recall: 0.84–0.91", (None, None, None)),
        ("Precision +2 %, recall 10 of 12, n=400", (None, None, None)),
        ("| Metric | A | B |\n|---|---|---|\n| Precision | 0.91 | 0.93 |", (None, None, None)),
    ],
)
def test_an_evaluation_that_the_text_states_goes_into_the_fields(
    text: str, stated: tuple[str | None, ...]
) -> None:
    content = parse_practice_file(f"# T\n\n## Goal\n\nG.\n\n## Evaluation\n\n{text}\n").content

    assert tuple(content.get(key) for key in ("precision", "recall", "sample_size")) == stated
    assert text.rstrip(".") in content["definitions"]  # it stays as it was said


def test_a_table_of_results_becomes_scores() -> None:
    table = (
        "| Model | Class | Precision | Recall | Support | Date |\n| :-- | --- | --: | --: | --: | --- |\n"
        "| Tern 8B | `BAC1` | 91 % | .84 | 1,200 | 2027-02-03 |\n| Word list | BAC1 | 0.58 | 0.49 | 400 | last May |\n"
        "| Nobody | BAC1 | ? | | | |"
    )
    content = parse_practice_file(f"{POLICY}\n## Results\n\n{table}\n").content

    assert content["scores"] == [
        {"name": "Tern 8B", "class": "BAC1", "precision": "0.91", "recall": "0.84", "rows": "1200", "on": "2027-02-03"},
        {"name": "Word list", "class": "BAC1", "precision": "0.58", "recall": "0.49", "rows": "400"},
    ]  # fmt: skip
    assert "| Nobody | BAC1 | ?" in content["definitions"]
    # of classes alone, it is the policy that was tested
    of_classes = "| Class | Precision |\n|---|---|\n| BAC1 | 0.91 |\n"
    content = parse_practice_file(f"{POLICY}\n## Results\n\n{of_classes}").content
    assert content["scores"] == [{"name": "Borrowed Accounts Policy", "class": "BAC1", "precision": "0.91"}]


_LINES = st.sampled_from(
    [
        *POLICY.splitlines(),
        *RUSSIAN.splitlines(),
        *BADGED.splitlines(),
        "",
        "```",
        "1. x",
        "    code",
        "# Other",
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_LINES, min_size=1, max_size=30).filter(lambda lines: any(line.strip() for line in lines)))
def test_no_line_is_lost(lines: list[str]) -> None:
    practice_file = parse_practice_file("\n".join(lines))

    everything = " ".join(
        [
            *(str(value) for value in practice_file.content.values()),
            *(place.heading for place in practice_file.placements),
        ]
    )
    lost = [
        line
        for line in lines
        if (text := line.strip("#=-*>. 1x")) and text.split("(#")[0].strip() not in everything
    ]
    assert lost == []
