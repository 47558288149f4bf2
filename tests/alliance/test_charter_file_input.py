"""The charter file: input that is no charter at all, or that was made to do harm."""

import time
from collections.abc import Iterator

import pytest

from alliance.charter_file import read_charter
from portal.kernel.text.strict_yaml import MAX_FAULTS, Fault
from tests.support.charter_files import SMALL, faults_in, faults_with


@pytest.fixture
def quickly() -> Iterator[None]:
    """The test fails when its body keeps the processor busy for longer than any honest file could."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 5


@pytest.mark.parametrize("text", ["", "  \n", "# only a comment\n", "---\n", "---\n...\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert [fault.message for fault in faults_in(text)] == ["The file is empty. Begin with “format: 1”."]


@pytest.mark.parametrize("text", ["just words", "- a list"])
def test_a_file_without_keys_is_refused(text: str) -> None:
    (fault,) = faults_in(text)
    assert (fault.line, fault.path) == (1, "")


def test_what_is_not_yaml_is_named_with_its_line() -> None:
    (fault,) = faults_with(("key: small", 'key: "small'))
    assert fault.message.startswith("This is not YAML: ")


def test_each_tab_is_named_and_the_rest_is_still_checked() -> None:
    faults = faults_with(
        ("    title: {en: Bullying", "\t\ttitle: {en: Bullying"), ("version: 2", "version: x\t")
    )
    assert [(fault.line, fault.path) for fault in faults] == [(3, ""), (3, "version"), (11, "")]
    assert faults[0].message == "There is a tab on this line. Indent YAML with spaces."


def test_a_file_in_another_encoding_is_refused_with_its_line() -> None:
    faults = faults_in(SMALL.encode("cp1251"))
    assert faults == (Fault(4, "", "This is not UTF-8. Save the file in UTF-8 encoding."),)


def test_a_nul_is_named_with_its_line() -> None:
    assert faults_with(("version: 2", "version: 2\x00"))[0] == Fault(
        3, "", "There is a control character on this line (U+0000)."
    )


def test_a_second_document_is_refused() -> None:
    faults = faults_in(SMALL + "---\nformat: 1\n")
    line = SMALL.count("\n") + 1
    assert faults == (Fault(line, "", "A second document begins here (“---”). One file holds one document."),)


def test_anchors_aliases_and_tags_are_each_named() -> None:
    faults = faults_with(
        ("title: {en: Small", "title: &t {en: Small"),
        ("summary: {en: A summary., ru: Краткое описание.}", "summary: *t"),
        ("version: 2", "version: !!int 2"),
    )
    assert [fault.message for fault in faults] == [
        "Tags (“tag:yaml.org,2002:int”) are not allowed: write the value alone.",
        "Anchors (“&t”) are not allowed: write the text out wherever it is needed.",
        "Aliases (“*t”) are not allowed: write the text out here.",
    ]


def test_a_tag_that_would_run_code_runs_nothing() -> None:
    (fault,) = faults_with(("key: small", "key: !!python/object/apply:os.system [small]"))[:1]
    assert (
        fault.message
        == "Tags (“tag:yaml.org,2002:python/object/apply:os.system”) are not allowed: write the value alone."
    )


def test_a_yaml_bomb_is_refused_and_not_expanded(quickly: None) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for name, other in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{other}'] * 9)}]\n"
    assert {fault.message[:7] for fault in faults_in(bomb)} >= {"Anchors", "Aliases"}


def test_a_file_of_ten_megabytes_is_refused(quickly: None) -> None:
    (fault,) = faults_in(SMALL.encode() + b"# more\n" * 1_500_000)
    assert fault.message.startswith("The file is larger than 2 MB.")


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[\n" * 100_000,
        "a: " + "{a: " * 100_000,
        "- " * 500_000,
        "? " * 500_000,
        "".join(" " * depth + "a:\n" for depth in range(1_000)),
    ],
    ids=["lists", "blocks", "hyphens", "questions", "indents"],
)
def test_deep_nesting_is_refused(text: str, quickly: None) -> None:
    assert faults_in(text)[-1].message == "The file is nested deeper than 24 levels."


def test_nesting_that_libyaml_itself_refuses_is_a_fault_too(quickly: None) -> None:
    (fault,) = faults_in("a: " + "[" * 1_000_000)
    assert fault.line == 1


@pytest.mark.parametrize(
    "text", ["-\n" * 1_000_000, "a: [" + "x," * 900_000 + "]"], ids=["a line each", "on one line"]
)
def test_too_many_values_are_refused(text: str, quickly: None) -> None:
    assert faults_in(text)[-1].message == "The file contains more than 50000 values."


@pytest.mark.parametrize(
    "junk", ["&a b\n- ", "!x y\n- ", "{a: 1, a: 2}\n- "], ids=["anchors", "tags", "doubles"]
)
def test_reading_stops_after_so_many_faults(junk: str, quickly: None) -> None:
    assert len(faults_in("- " + junk * 100_000)) == MAX_FAULTS + 1


def test_tabs_on_every_line_are_not_all_listed(quickly: None) -> None:
    assert len(faults_in("\t\n" * 900_000 + "a: 1")) == MAX_FAULTS + 1


def test_nothing_of_the_file_reaches_a_terminal_raw() -> None:
    (fault,) = faults_with(("key: small", 'key: "\\e[31m\\r' + "x" * 5000 + '"'))
    assert fault.message.startswith("“�[31m�xxx")
    assert len(fault.message) < 250


def test_a_title_that_mixes_alphabets_is_refused_with_its_line_and_letter() -> None:
    (fault,) = faults_with(("title: {en: Small charter, ru", "title: {en: Small сharter, ru"))
    assert (fault.line, fault.path) == (4, "title.en")
    assert "“сharter” mixes two alphabets: character 1, “с”, is Cyrillic" in fault.message


def test_only_names_are_read_for_their_alphabets() -> None:
    assert read_charter(SMALL.replace("en: A summary.", "en: A summаry.").encode())
