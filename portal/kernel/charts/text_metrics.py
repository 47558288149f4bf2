"""How wide words are, without a font at hand: an estimate on the safe side, wrapping, cutting short."""

import re
from itertools import accumulate, takewhile

_WIDTHS = (
    (re.compile(r"[il.,:;'|!jI\[\]()·‘’]"), 0.33),
    (re.compile(r"[ \u00a0tfr/-]"), 0.4),
    (re.compile(r"[mwMWЖШЩЮФМЫДжшщюфмы@%№≈—]"), 0.95),
    (re.compile(r"[A-ZА-ЯЁ]"), 0.72),
    (re.compile(r"[0-9–−]"), 0.64),
)
_OTHER = 0.61
_ELLIPSIS = "…"
_char_widths: dict[str, float] = {}


def width_of(text: str, size: float, bold: bool = False) -> float:
    """The estimated width of a line of text at that size."""
    return sum(map(_width, text)) * _scale(size, bold)


def _scale(size: float, bold: bool) -> float:
    return size * (1.1 if bold else 1.0)


def _width(sign: str) -> float:
    return _char_widths.get(sign) or _measure(sign)


def _measure(sign: str) -> float:
    width = next((width for pattern, width in _WIDTHS if pattern.match(sign)), _OTHER)
    if len(_char_widths) < 2000:
        _char_widths[sign] = width
    return width


def wrap(text: str, width: float, size: float, most: int = 2, bold: bool = False) -> list[str]:
    """Wrap into at most `most` lines of this width; what is left over is cut with an ellipsis."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most:
        count = 1
        while count < len(words) and width_of(" ".join(words[: count + 1]), size, bold) <= width:
            count += 1
        if len(lines) == most - 1 and count < len(words):
            lines.append(cut(" ".join(words), width, size, bold))
        else:
            lines.append(cut(" ".join(words[:count]), width, size, bold))
        words = words[count:]
    return lines


def cut(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text itself if it fits, otherwise as much as fits with an ellipsis."""
    if width_of(text, size, bold) <= width:
        return text
    room = width / _scale(size, bold) - _width(_ELLIPSIS)
    # from the front, and no further than there is room: a text may be a hundred times as long as the line
    fitting = sum(1 for _sum in takewhile(lambda total: total <= room, accumulate(map(_width, text))))
    return text[:fitting].rstrip() + _ELLIPSIS
