"""What people typed on paper: nothing unseen, long words that break."""

import pytest

from portal.kernel.text import to_print

BIDI = "left \u202eright\u202c \u2066x\u2069\u200f\u061c"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (BIDI, "left right x"),
        ("zero\u200bwidth\u200d\ufeff", "zerowidth"),
        ("one\r\ntwo\rthree\x00\x07", "one\ntwo\nthree"),
        ("\u0438\u0306", "й"),
        ("sun ☀\ufe0f", "sun ☀"),
        ("half \ud83d", "half"),
        ("line\u2028next", "linenext"),
    ],
)
def test_only_what_can_be_seen_is_printed(typed: str, expected: str) -> None:
    assert to_print(typed) == expected


def test_a_very_long_word_may_break() -> None:
    assert to_print("a" * 70) == "\u200b".join(["a" * 32, "a" * 32, "a" * 6])
