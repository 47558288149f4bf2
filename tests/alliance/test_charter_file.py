"""The charter file: what is read, and every fault at once with its line and its path."""

from decimal import Decimal

import pytest

from alliance.charter_file import CharterFaults, read_charter
from portal.kernel.text.strict_yaml import Fault
from tests.support.charter_files import SMALL, faults_with, line_of

MEASURE = "chapters[0].commitments[0].measures[0]"
HOW, COMPLAINTS, ANSWERED = (f"{MEASURE}.indicators[{index}]" for index in range(3))


# --- What is read ----------------------------------------------------------------------------


def test_a_right_file_is_read_whole() -> None:
    charter = read_charter(SMALL.encode())
    how, complaints, answered = charter.indicators()
    assert (charter.key, charter.version, charter.supersedes) == ("small", 2, 1)
    assert (charter.title.en, charter.title.ru) == ("Small charter", "Малая хартия")
    assert (how.type, how.limit, how.value) == ("narrative", 500, "")
    assert (complaints.unit, complaints.breakdowns, complaints.minimum) == (
        "complaints",
        ("harm",),
        Decimal(0),
    )
    assert (answered.part_of, answered.disclosure, answered.exclusive) == ("complaints", "public", None)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault() -> None:
    assert read_charter(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()) == read_charter(
        SMALL.encode()
    )


def test_codes_and_texts_are_not_taken_for_numbers_and_truths() -> None:
    text = (
        SMALL.replace("code: 1.1\n", "code: 1.10\n")
        .replace("code: 1.1.", "code: 1.10.")
        .replace("How,", "No,")
    )
    (measure,) = read_charter(text.encode()).measures()
    assert (measure.code, measure.indicators[0].title.en) == ("1.10", "No")


def test_text_is_normalised() -> None:
    charter = read_charter(SMALL.replace("Малая", "Мала\u0438\u0306").encode())
    assert charter.title.ru == "Мала\u0439 хартия"


# --- Every fault at once, with its place --------------------------------------------------------


def test_every_fault_is_named_at_once_in_the_order_of_lines() -> None:
    faults = faults_with(
        ("version: 2", "version: two"),
        ("ru: Краткое описание.", "de: Kurz."),
        ("core: true", "core: yes"),
        ("unit: complaints", "unit: complaint"),
        ("part_of: complaints", "part_of: complains"),
    )
    assert [(fault.line, fault.path) for fault in faults] == [
        (3, "version"),
        (5, "summary.de"),
        (5, "summary.ru"),
        (line_of("core: true"), f"{MEASURE}.core"),
        (line_of("unit: complaints"), f"{COMPLAINTS}.unit"),
        (line_of("part_of:"), f"{ANSWERED}.part_of"),
    ]


def test_the_refusal_counts_the_faults() -> None:
    with pytest.raises(CharterFaults) as refusal:
        read_charter(b"format: 1")
    assert str(refusal.value) == "The file has 5 errors. Nothing was loaded."


def test_a_fault_reads_as_line_path_and_message() -> None:
    (fault,) = faults_with(("unit: complaints", "unit: complaint"))
    line = line_of("unit: complaints")
    assert str(fault) == f"{line}: {COMPLAINTS}.unit: Unknown word “complaint”. Did you mean “complaints”?"


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("version: 2", "version: [2]", "version",
         "This is a list; it must be a whole number from 1 to 9999."),
        ("version: 2", 'version: "2"', "version",
         "“2” must be a whole number from 1 to 9999, without quotation marks."),
        ("format: 1", "format: 2", "format", "This portal reads format 1."),
        ("key: small", "key: Small Charter", "key",
         ("“Small Charter” is not a key. A key has small Latin letters, digits and single hyphens, "
          "begins with a letter, and has at most 60 characters.")),
        ("title: {en: Small charter, ru: Малая хартия}", "title: Small charter", "title",
         "This is a single value; it must be a block with the keys: en, ru."),
        (", ru: Малая хартия}", "}", "title.ru", "“ru” is missing."),
        ("ru: Краткое описание.", "ru: ~", "summary.ru", "This is empty; it must be a text."),
        ("ru: Малая хартия", 'ru: ""', "title.ru", "This is empty; it must be a text."),
        ("ru: Малая хартия", 'ru: "  "', "title.ru", "This is empty; it must be a text."),
        ("ru: Малая хартия", 'ru: "Ма\\u202Eлая"', "title.ru", "The text contains an invisible character (U+202E)."),
        ("ru: Малая хартия", f"ru: {'я' * 201}", "title.ru",
         "Shorten the text by 1: 201 characters, at most 200 allowed."),
        ("ru: Малая хартия", 'ru: "две\\nстроки"', "title.ru", "This text must be on one line."),
        ("summary:", "sumary:", "summary", "“summary” is missing."),
        ("core: true", "core: yes", f"{MEASURE}.core",
         "“yes” is neither true nor false. Write true or false, without quotation marks."),
        ("limit: 500", "limit: 99", f"{HOW}.limit",
         "“99” must be a whole number from 100 to 20000, without quotation marks."),
        ("minimum: 0", "minimum: 1e30", f"{COMPLAINTS}.minimum",
         "“1e30” must be a number like 100 or 0.5, without quotation marks."),
        ("minimum: 0", "minimum: .nan", f"{COMPLAINTS}.minimum",
         "“.nan” must be a number like 100 or 0.5, without quotation marks."),
        ("scope: service", "scope: everywhere", f"{COMPLAINTS}.scope",
         "Unknown word “everywhere”. Use one of: service, organisation."),
        ("code: 1.1\n", "code: 2.1\n", f"{MEASURE}.code",
         "The code “2.1” is under “1”, so it must begin with “1.”."),
        ("code: 1.1.b", "code: 1.1", f"{COMPLAINTS}.code",
         "“1.1” does not fit here. The code must look like “1.1.a”."),
        ("code: 1.1.c", "code: 1.1.b", f"{ANSWERED}.code",
         f"“1.1.b” is already used on line {line_of('code: 1.1.b')}. Each may be used only once."),
        ("key: answered", "key: answer", f"{ANSWERED}.key",
         f"“answer” is already used on line {line_of('key: answer')}. Each may be used only once."),
        ("breakdowns: [harm]", "breakdowns: [hram]", f"{COMPLAINTS}.breakdowns[0]",
         "There is no breakdown “hram” in this file. Did you mean “harm”?"),
        ("breakdowns: [harm]", "breakdowns: [harm, harm]", f"{COMPLAINTS}.breakdowns[1]",
         f"“harm” is already used on line {line_of('breakdowns: [harm]')}. Each may be used only once."),
        ("part_of: complaints", "part_of: how", f"{ANSWERED}.part_of", "“how” is not a figure."),
        ("part_of: complaints", "part_of: answered", f"{ANSWERED}.part_of",
         "“answered” would be a part of itself."),
        ("to: complaints", "to: complains", "mapping[0].to",
         "No commitment, measure or indicator has the key “complains”. Did you mean “complaints”?"),
        ("supersedes: 1\n", "", "supersedes",
         "“mapping” needs “supersedes”: the version whose keys are mapped."),
        ("supersedes: 1", "supersedes: 2", "supersedes",
         "A charter can supersede only a version with a lower number."),
        ("key: bullying", "key: bullying\n    colour: red", "harms[0].colour",
         "Unknown key “colour”. Use one of: key, title, note, identifiers."),
        ("supersedes: 1", "supersedes: 1\nworking_text: true", "note",
         "A working text needs a “note” that says so in both languages."),
        ("supersedes: 1", "supersedes: 1\nsources: [{title: {en: A, ru: А}, url: javascript:1}]",
         "sources[0].url",
         "“javascript:1” is not a web address. It must begin with https:// or http://."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_path_and_what_would_be_right(
    old: str, new: str, path: str, message: str
) -> None:
    assert (path, message) in [(fault.path, fault.message) for fault in faults_with((old, new))]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("                unit: complaints\n", "", "unit", "A figure with the value “count” needs “unit”."),
        ("unit: complaints", "unit: hours", "unit",
         ("“hours” does not fit the value “count”. What fits: pieces, reports, notices, complaints, "
          "requests, accounts, views, urls, items, events, people, schools, languages, services, "
          "organisations.")),
        ("value: count\n                unit: complaints", "value: duration\n                unit: hours",
         "aggregation",
         "“sum” does not fit the value “duration”. What fits: entered, none."),
        ("                value: count\n", "", "value",
         "A figure needs “value”. Use one of: count, amount, share, duration, yes_no, choice."),
        ("                exclusive: true\n", "", "exclusive",
         "State with “exclusive” whether the cells of the breakdowns exclude each other: true or false."),
        ("                breakdowns: [harm]\n", "", "exclusive",
         "“exclusive” refers to breakdowns, and there are none here."),
        ("minimum: 0", "minimum: -1", "minimum", "This figure cannot be negative; neither can its minimum."),
        ("minimum: 0", "minimum: 2\n                maximum: 1", "minimum",
         "The minimum is above the maximum."),
        ("minimum: 0", "limit: 500", "limit", "A figure with the value “count” cannot have “limit”."),
    ],
)  # fmt: skip
def test_what_does_not_go_together_in_a_figure_is_named(old: str, new: str, path: str, message: str) -> None:
    faults = [(fault.path, fault.message) for fault in faults_with((old, new))]
    assert (f"{COMPLAINTS}.{path}", message) in faults


def test_a_narrative_has_nothing_of_a_figure() -> None:
    (fault,) = faults_with(("limit: 500", "limit: 500\n                unit: pieces"))
    assert (fault.path, fault.message) == (f"{HOW}.unit", "A narrative cannot have “unit”.")


def test_a_part_is_counted_in_the_unit_of_its_whole() -> None:
    faults = faults_with(
        (
            "unit: complaints\n                direction: higher",
            "unit: pieces\n                direction: higher",
        )
    )
    assert [(fault.path, fault.message) for fault in faults] == [
        (
            f"{ANSWERED}.part_of",
            "A part and its whole need the same value, unit and scope; “complaints” differs.",
        )
    ]


def test_a_mapping_from_a_key_that_the_earlier_version_lacks_is_a_fault() -> None:
    with pytest.raises(CharterFaults) as refusal:
        read_charter(SMALL.encode(), lambda key, version: ["old-counts"])
    (fault,) = refusal.value.faults
    assert (fault.line, fault.path) == (8, "mapping[0].from")
    assert fault.message == "Version 1 has no key “old-count”. Did you mean “old-counts”?"


def test_a_key_written_twice_is_a_fault() -> None:
    (fault,) = faults_with(("version: 2", "version: 2\nversion: 3"))
    assert fault == Fault(
        4, "version", "The key “version” is already on line 3 of this block. Keep one of the two."
    )


CARRY_OVER = "later_versions: {signatures: carry_over_unless_objected, notice_days: 60}\nsupersedes: 1"


def test_how_signatures_carry_over_to_later_versions_is_read() -> None:
    rule = read_charter(SMALL.replace("supersedes: 1", CARRY_OVER).encode()).later_versions

    assert rule is not None
    assert (rule.signatures, rule.notice_days) == ("carry_over_unless_objected", 60)
    assert read_charter(SMALL.encode()).later_versions is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (", notice_days: 60", ""),
        ("carry_over_unless_objected", "sign_anew"),
        ("60", "13"),
    ],
    ids=["no notice", "a notice of nothing", "too short a notice"],
)
def test_days_of_notice_belong_to_signatures_that_carry_over(old: str, new: str) -> None:
    (fault,) = faults_with(("supersedes: 1", CARRY_OVER.replace(old, new)))

    assert fault.path == "later_versions.notice_days"
