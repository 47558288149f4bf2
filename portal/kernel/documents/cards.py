"""The card of a page: the picture that other sites and messengers show beside its address."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portal.kernel.text import NO_BREAK

WIDTH, HEIGHT = 1200, 630
_MARGIN, _RAYS = 80, 10
_PAPER, _INK, _QUIET, _RAY, _CORE = "#ffffff", "#14262e", "#475862", "#0a5a6c", "#f2a922"
_TITLE_SIZES = (72, 60, 52)
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on it: whose page, of what kind, its title, one fact, and a line at the foot."""

    site: str
    kind: str
    title: str
    fact: str
    foot: str

    @property
    def description(self) -> str:
        """All of it in words, for who does not see it."""
        return ". ".join(part for part in (self.site, self.kind, self.title, self.fact) if part)


def draw_card(card: Card) -> bytes:
    """The card as PNG; the same card gives the same bytes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 16), fill=_RAY)
    image.paste(_sun(96), (_MARGIN, 64))
    site = _font(34, bold=True)
    draw.text((_MARGIN + 120, 112), _cut(card.site, site, WIDTH - 2 * _MARGIN - 120), _INK, site, "lm")
    draw.text((_MARGIN, 196), card.kind, _QUIET, _font(30), "ls")
    font, lines = _title(card.title)
    height, top = round(font.size * 1.16), 220
    for place, line in enumerate(lines):
        draw.text((_MARGIN, top + place * height), line, _INK, font, "la")
    fact = _font(38, bold=True)
    draw.text((_MARGIN, 548), _cut(card.fact, fact, WIDTH - 2 * _MARGIN), _RAY, fact, "ls")
    foot = _font(26)
    draw.text((_MARGIN, 594), _cut(card.foot, foot, WIDTH - 2 * _MARGIN), _QUIET, foot, "ls")
    file = BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE).save(file, "PNG", compress_level=9)
    return file.getvalue()


def _title(text: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest size in which the title has its place; cut where it has none."""
    for size in _TITLE_SIZES:
        font = _font(size, bold=True)
        lines = title_lines(text, font)
        if len(lines) * size * 1.16 <= 270:
            return font, lines
    last = _cut(" ".join(lines[_MOST_LINES - 1 :]), font, WIDTH - 2 * _MARGIN)
    return font, [*lines[: _MOST_LINES - 1], last]


def title_lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Broken at spaces: not where one holds words together, and no line begins with a dash."""
    lines: list[str] = []
    for word in re.split(r"[ \n]+", text.strip().replace(" — ", f"{NO_BREAK}— ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font, WIDTH - 2 * _MARGIN))
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


@cache
def _sun(size: int) -> Image.Image:
    """The mark of the portal: a core and ten rays."""
    full = size * 4  # drawn large and made small, for smooth edges
    image = Image.new("RGB", (full, full), _PAPER)
    draw = ImageDraw.Draw(image)
    unit, middle = full / 48, full / 2
    for ray in range(_RAYS):
        angle = 2 * pi * ray / _RAYS
        ends = [(middle + r * unit * sin(angle), middle - r * unit * cos(angle)) for r in (11.5, 20)]
        draw.line(ends, fill=_RAY, width=round(4 * unit))
        for x, y in ends:
            draw.ellipse((x - 2 * unit, y - 2 * unit, x + 2 * unit, y + 2 * unit), fill=_RAY)
    draw.ellipse(
        (middle - 7.2 * unit, middle - 7.2 * unit, middle + 7.2 * unit, middle + 7.2 * unit), fill=_CORE
    )
    return image.resize((size, size), Image.Resampling.LANCZOS)


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    spec = find_spec("fontpkg_pt_sans")
    assert spec is not None
    assert spec.origin is not None
    name = f"PT_Sans-Web-{'Bold' if bold else 'Regular'}.ttf"
    return ImageFont.truetype(str(Path(spec.origin).parent / "files" / name), size)
