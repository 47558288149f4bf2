"""Test sets and answers as files: every fault with its line, rows held back in no file, scores that can be checked."""

import json
from math import isclose

import pytest

from practices.packs.faults import FileRefused
from practices.packs.held_back import part_rows, text_key
from practices.packs.score_tables import is_score_table, read_score_table
from practices.packs.scoring import Share, count_answers, precision, read_answers, recall, wilson
from practices.packs.signals import read_signals
from practices.packs.test_set_rows import (
    LabelledRow,
    count_rows,
    format_rows,
    is_drawn,
    labelled_csv,
    labelled_jsonl,
    stored_rows,
)
from practices.packs.test_sets import is_labelled_table, read_test_set, summarise_test_set

CLASSES = ["harm", "fine"]


def faults_of(raw: str, name: str = "cases.csv") -> list[tuple[int, str]]:
    with pytest.raises(FileRefused) as refused:
        read_test_set(raw.encode(), name, CLASSES)
    return [(fault.line, fault.message.split(":")[0][:40]) for fault in refused.value.faults]


def test_csv_and_jsonl_give_the_same_rows() -> None:
    table = "id;text;label;lang\na;A dare;harm;en\nb;Котёнок;fine;\n"
    lines = (
        '{"id": "a", "text": "A dare", "class": "harm", "language": "en"}\n'
        '{"id": "b", "input": "Котёнок", "label": "fine"}'
    )

    parsed = read_test_set(table.encode(), "cases.CSV", CLASSES)

    assert parsed.rows == read_test_set(lines.encode(), "cases.jsonl", CLASSES).rows
    assert [(row.id, row.class_key, row.language) for row in parsed.rows] == [
        ("a", "harm", "en"),
        ("b", "fine", "ru"),
    ]


def test_a_line_that_names_the_separator_is_no_row_of_a_test_set_or_of_answers() -> None:
    (row,) = read_test_set(b'"sep=;"\r\nid;text;class\r\na;A dare, twice;harm\r\n', "a.csv", CLASSES).rows

    assert (row.id, row.text, row.class_key) == ("a", "A dare, twice", "harm")
    assert faults_of("sep=;\nid;text;class\na;A dare;harm\na;Another;fine\n")[0][0] == 4
    assert is_labelled_table("sep=;\nid;text;class")
    assert read_answers(b"sep=;\nid;class\na;harm\n") == {"a": (3, "harm")}
    scores = b"sep=;\nmodel;class;precision\nTern 8B;harm;0.9\n"
    assert is_score_table(scores, ".csv")
    assert [score["name"] for score in read_score_table(scores, "scores.csv")] == ["Tern 8B"]
    assert read_signals("keyword_list", b"sep=;\ndare\n").content == b"dare\n"


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("id,text,class,id\na,A dare,harm,zz\n", {"id (4)": "zz"}),
        ("id,text,class,text\na,A dare,harm,zz\n", {"text (4)": "zz"}),
        ("id,text,Text,class\na,A dare,zz,harm\n", {"Text (3)": "zz"}),
        ("id,text,class,Class\na,A dare,harm,zz\n", {"Class (4)": "zz"}),
        ("id,text,class,why,Why,why (5)\na,A dare,harm,x,y,z\n", {"why": "x", "Why (5)": "y", "why (5) (6)": "z"}),
    ],
)  # fmt: skip
def test_a_column_that_is_called_as_another_takes_nothing_from_it(
    table: str, columns: dict[str, str]
) -> None:
    (row,) = read_test_set(table.encode(), "cases.csv", CLASSES).rows
    assert (row.id, row.text, row.class_key, row.more) == ("a", "A dare", "harm", columns)

    names, cells = (line.split(",") for line in table.splitlines())
    if len(set(names)) == len(names):
        line = json.dumps(dict(zip(names, cells, strict=True)))
        assert read_test_set(line.encode(), "cases.jsonl", CLASSES).rows == [row]
    (stored,) = stored_rows(format_rows([row]))
    assert {**stored, **columns} == stored
    assert (stored["id"], stored["text"], stored["class"]) == ("a", "A dare", "harm")


def test_own_values_are_stored_whatever_a_further_column_is_called() -> None:
    stored = format_rows([LabelledRow("a", "A dare", "harm", "en", more={"id": "b", "text": "zz"})])
    assert list(stored_rows(stored)) == [{"id": "a", "text": "A dare", "class": "harm", "language": "en"}]


def test_what_was_given_out_is_never_held_back_and_asked_for_only_where_something_would_be() -> None:
    rows = [LabelledRow(key, f"Text {key}", "harm", "en") for key in ("a", "b")]
    asked: list[int] = []

    def given() -> set[str]:
        asked.append(1)
        return {text_key("Text a")}

    hidden = {text_key(row.text) for row in rows}
    parted = part_rows(rows, 0, hidden_texts=hidden, given_texts=given, content={})
    assert [[row.id for row in each] for each in parted] == [["a"], ["b"]]
    assert len(asked) == 1
    part_rows(rows, 0, given_texts=given, content={})
    assert len(asked) == 1


def test_faults_name_their_line() -> None:
    material = "QUJD" * 200
    assert faults_of(f"id,text,class\na,A dare,harm\na,Another,fine\nc,{material},harm\nd,No class,\n") == [
        (3, "The id of this row stands on line 2 alre"),
        (4, "This looks like a file and not like word"),
        (5, "The row has no class."),
    ]
    assert faults_of("text\nA dare\n")[0][0] == 1
    broken = "Each line must be one JSON object with i"
    assert faults_of('{"id": "a"\n[]\n', "cases.jsonl") == [(1, broken), (2, broken)]
    assert faults_of("\x00\x01binary", "cases.jsonl")[0][0] == 0
    assert faults_of("[" * 30_000, "cases.jsonl")[0][0] == 1


def test_rows_without_text_and_of_unknown_classes_are_counted_and_left_out() -> None:
    parsed = read_test_set(
        b"id,text,class\na,A dare,harm\nb,,harm\nc,An address,pii\nd,Another,pii\n", "x.csv", CLASSES
    )

    assert [row.id for row in parsed.rows] == ["a"]
    assert parsed.empty == [3]
    assert [(each.key, each.rows, each.line) for each in parsed.unknown] == [("pii", 2, 4)]


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "text": "A dare", "class": "x\x00"},
        {"id": "a", "text": "A dare", "class": "x" * 81},
        {"id": "\ud800", "text": "A dare", "class": "harm"},
        {"id": "#1", "text": "A dare", "class": "harm"},
        {"id": "=1+1", "text": "A dare", "class": "harm"},
    ],
)
def test_ids_and_classes_that_cannot_be_stored_or_read_again_are_refused(row: dict[str, str]) -> None:
    assert faults_of(json.dumps(row), "cases.jsonl")[0][0] == 1


def test_answers_that_cannot_be_stored_are_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        read_answers(b'{"id": "\\ud800", "class": "harm"}\n{"id": "a", "class": "\\u0000"}\n')
    assert [fault.line for fault in refused.value.faults] == [1, 2]


def test_rows_without_ids_are_named_by_their_text() -> None:
    rows = [f"Text {number},harm" for number in range(200)]
    table = "\n".join(["text,class", *rows, rows[0]])
    first = read_test_set(table.encode(), "x.csv", CLASSES).rows
    later = read_test_set("\n".join(["text,class", "New,fine", *rows]).encode(), "x.csv", CLASSES).rows

    assert len({row.id for row in first}) == 201
    assert is_drawn(first[-1].id, 20) == is_drawn(first[0].id, 20)
    hidden = {row.text for row in first if is_drawn(row.id, 20)}
    assert hidden
    assert hidden == {row.text for row in later if is_drawn(row.id, 20) and row.text != "New"}


def test_a_summary_is_what_reading_by_the_classes_gives() -> None:
    raw = b"id,text,class\na,A dare,harm\nb,,harm\nc,An address,pii\nd,Another,pii\n"
    summary, parsed = summarise_test_set(raw, "x.csv"), read_test_set(raw, "x.csv", CLASSES)

    assert (summary.count_of(CLASSES), summary.counts_of(CLASSES)) == (1, count_rows(parsed.rows))
    assert (summary.unknown_to(CLASSES), summary.empty) == (parsed.unknown, parsed.empty)


def test_two_hundred_thousand_rows_are_read() -> None:
    raw = "id,text,class\n" + "".join(f"r{number},Row {number},fine\n" for number in range(200_000))

    assert len(read_test_set(raw.encode(), "gold.csv", CLASSES).rows) == 200_000


def test_rows_are_held_back_by_their_id_and_stand_in_no_file() -> None:
    rows = [LabelledRow(f"r{number}", f"Row {number}", "harm", "en") for number in range(1000)]
    hidden = {row.id for row in part_rows(rows, 20, content={})[1]}
    again = {row.id for row in part_rows(rows[:500], 20, content={})[1]}

    assert 150 < len(hidden) < 250
    assert again == hidden & {row.id for row in rows[:500]}
    assert count_rows(rows) == {"harm": {"en": 1000}}


def test_the_label_stands_in_every_line() -> None:
    stored = format_rows([LabelledRow("a", '=1+1, "so"\n\\', "harm", "en")])

    line = json.loads(labelled_jsonl(stored, "TLP:AMBER+STRICT"))
    assert (line["tlp"], line["text"]) == ("TLP:AMBER+STRICT", '=1+1, "so"\n\\')
    assert next(stored_rows(stored))["text"] == '=1+1, "so"\n\\'
    assert labelled_csv(stored, "TLP:RED", str).decode().splitlines()[1].startswith("TLP:RED,a,")


def test_scores_are_counted_over_the_rows_that_were_answered() -> None:
    given = {"a": "harm", "b": "harm", "c": "fine", "d": "fine"}
    answers = read_answers(b"id,class\na,harm\nb,fine\nc,harm\n")

    counts, of_hidden = count_answers(answers, CLASSES, given, {})

    assert counts == {
        "harm": {"right": 1, "wrong": 1, "missed": 1},
        "fine": {"right": 0, "wrong": 1, "missed": 1},
    }
    assert of_hidden == {}
    assert (precision(counts["harm"]), recall(counts["harm"])) == (Share(1, 2), Share(1, 2))


def test_unknown_ids_and_classes_are_refused_with_their_lines() -> None:
    answers = read_answers(b"a,harm\nz,harm\nb,pii\n")

    with pytest.raises(FileRefused) as refused:
        count_answers(answers, CLASSES, {"a": "harm", "b": "fine"}, {})
    assert [fault.line for fault in refused.value.faults] == [2, 3]
    counts, _hidden = count_answers(
        read_answers(b"a,harm\nb,harm\n"), ["harm"], {"a": "harm", "b": "gone"}, {}
    )
    assert counts["gone"] == {"right": 0, "wrong": 0, "missed": 1}
    with pytest.raises(FileRefused) as twice:
        read_answers(b"a,harm\na,fine\nb\n")
    assert [fault.line for fault in twice.value.faults] == [2, 3]


def test_the_whiskers_are_those_of_wilson() -> None:
    low, high = wilson(80, 88)  # 0.83–0.95: E. B. Wilson, 1927, to two places
    assert isclose(low, 0.8306, abs_tol=0.0005)
    assert isclose(high, 0.9532, abs_tol=0.0005)
    assert (wilson(0, 0), wilson(5, 5)[1]) == ((0.0, 1.0), 1.0)
