"""The stylesheets keep their word: contrasts in every scheme, every value named, a limit to their weight."""

import gzip
import re
from itertools import product

import pytest
from django.conf import settings

from portal.static_files import BUNDLES, without_idle_signs

CSS = settings.BASE_DIR / "static" / "css"
LIGHT, DARK = 0, 1
DESIGN = settings.BASE_DIR / "docs" / "design.md"
TEXT = ("ink", "ink-2", "accent", "warm-ink", "danger", "ok")
PAIRS = [
    *product(TEXT, ("paper", "tint")),
    ("on-accent", "accent"),
    ("warm-ink", "warm-tint"),
    ("danger", "danger-tint"),
    ("ok", "ok-tint"),
    ("ink-2", "tint-2"),
    *(
        (f"v-{name}-on", f"v-{name}")
        for name in ("complete", "substantial", "limited", "not-started", "no-evidence", "not-due")
    ),
    *((f"c-{number}", "paper") for number in (1, 2, 3, 4, 5, "other")),
]
SCHEMES = [
    ("tokens", LIGHT),
    ("tokens", DARK),
    ("black-on-white", LIGHT),
    ("white-on-black", DARK),
    ("blue", LIGHT),
]


def values(scheme: str, side: int) -> dict[str, str]:
    """Every custom property as it stands in the scheme, references followed once the table is complete."""
    texts = [(CSS / "tokens.css").read_text()]
    if scheme != "tokens":
        texts.append((CSS / "schemes" / f"{scheme}.css").read_text())
    colours = dict(re.findall(r"--([\w-]+):\s*([^;]+);", "".join(texts)))
    pairs = {name: re.fullmatch(r"light-dark\((#\w+), (#\w+)\)", value) for name, value in colours.items()}
    colours |= {name: match.group(side + 1) for name, match in pairs.items() if match}
    return {
        name: colours[value[6:-1]] if value.startswith("var(--") else value for name, value in colours.items()
    }


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, other: str) -> float:
    darker, lighter = sorted((luminance(text), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("scheme", "side"), SCHEMES)
def test_every_text_stands_out_from_its_ground(scheme: str, side: int) -> None:
    colours = values(scheme, side)

    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize(("scheme", "side"), SCHEMES)
def test_controls_stand_out_from_the_paper(scheme: str, side: int) -> None:
    colours = values(scheme, side)

    assert contrast(colours["control"], colours["paper"]) >= 3


@pytest.mark.parametrize(("scheme", "side"), SCHEMES[2:])
def test_a_ramp_keeps_its_order_in_every_scheme(scheme: str, side: int) -> None:
    colours = values(scheme, side)
    away = [
        contrast(colours[f"v-{name}"], colours["paper"])
        for name in ("complete", "substantial", "limited", "not-started")
    ]

    assert away == sorted(away, reverse=True)


def test_every_name_that_is_used_is_given() -> None:
    text = "".join(path.read_text() for path in CSS.rglob("*.css"))
    defined, used = (set(re.findall(pattern, text)) for pattern in (r"(--[\w-]+)\s*:", r"var\((--[\w-]+)\)"))

    assert used - defined == set()


def test_public_pages_load_little() -> None:
    text = "".join(without_idle_signs((CSS / f"{name}.css").read_text()) for name in BUNDLES["record"])

    assert len(gzip.compress(text.encode())) < 14_300


def test_each_declaration_stands_on_a_line_of_its_own() -> None:
    sheets = {path.relative_to(CSS).as_posix(): path.read_text() for path in CSS.rglob("*.css")}
    crowded = re.compile(r"[;{][ \t]*[^\s]")

    assert [
        name for name, text in sheets.items() if crowded.search(re.sub(r"/\*.*?\*/", "", text, flags=re.S))
    ] == []
    assert crowded.search(".a { color: red; margin: 0; }")


def test_the_design_system_names_every_stylesheet() -> None:
    row = next(line for line in DESIGN.read_text().splitlines() if line.startswith("| `static/css/`"))
    assert {path.stem for path in CSS.glob("*.css")} - set(re.findall(r"`([\w-]+)`", row)) == set()
