"""The line `sep=;` above a table: taken for what it says, and for no row."""

import pytest

from portal.kernel.text import split_separator_line


@pytest.mark.parametrize(
    ("text", "separator", "table"),
    [
        ("sep=;\r\na;b\r\n", ";", "a;b\r\n"),
        ('\ufeff"sep=,"\na,b\n', ",", "a,b\n"),
        ("SEP=\t\na\tb", "\t", "a\tb"),
        ("sep=;;;\na;b", ";", "a;b"),
        ("sep=|\ra|b", "|", "a|b"),
        ("sep=;", ";", ""),
        ("sep=x\na;b", "", "sep=x\na;b"),
        ("sep,place\n1,2", "", "sep,place\n1,2"),
        ("a;b\nsep=;\n", "", "a;b\nsep=;\n"),
    ],
)
def test_a_line_that_names_the_separator_is_no_row(text: str, separator: str, table: str) -> None:
    assert split_separator_line(text) == (separator, table)
