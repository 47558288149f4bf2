"""What people typed, made fit for paper: visible characters alone, and words that fit a column."""

import re
import unicodedata

# Controls and formats (zero-width and bidirectional ones), unassigned, private characters and surrogates, the
# separators of lines that no keyboard has; and the selectors that choose a coloured picture for a sign.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ALLOWED_CONTROLS = "\n\t"
# More letters than this without a space would run out of the column.
_LONG_WORD = re.compile(r"\S{32}(?=\S)")


def to_print(text: str) -> str:
    """The text in Unicode's composed form, without what nobody sees; very long words may break."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(
        sign
        for sign in composed
        if sign in _ALLOWED_CONTROLS or unicodedata.category(sign) not in _INVISIBLE_CATEGORIES
    )
    return break_long_words(_SELECTORS.sub("", visible)).strip()


def break_long_words(text: str) -> str:
    """The text with places in its very long words where a line may end."""
    return _LONG_WORD.sub(lambda match: match[0] + "\u200b", text)
