"""From data to a PDF: typst, run in this process, with our templates, our fonts and nothing from outside."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

_FONT_PACKAGES = ("fontpkg_pt_sans", "fontpkg_pt_serif")
_MOST_TRIES = 6
# what no font draws and no reader sees; line feeds and tabs stay
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_NOT_DRAWN = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_REPLACEMENT = "\ufffd"


class TypesettingError(Exception):
    """The compiler refused the document; the message is the compiler's, with its hints."""


def templates_root() -> Path:
    """The folder that typst sees, and nothing above it."""
    return Path(settings.BASE_DIR) / "templates" / "documents" / "typst"


def render_pdf(
    template: str,
    data: Mapping[str, object],
    *,
    language: str,
    title: str,
    dated: datetime,
    assets: Mapping[str, bytes] | None = None,
    root: Path | None = None,
) -> bytes:
    """Typeset the template as an accessible PDF (PDF/UA-1); the same input gives the same bytes.

    Data are strings for display, lists, mappings, whole numbers, booleans. Assets are SVG (or PNG, JPEG)
    by name, for `drawing()`. What no font can draw is printed as U+FFFD. Refuses, as `TypesettingError`,
    all that the compiler refuses or warns of: a missing alternative text, an unknown font.
    """
    with translation.override(language):
        inputs = {
            "data": json.dumps(_literal(data), ensure_ascii=False),
            "assets": json.dumps({name: _asset(content) for name, content in (assets or {}).items()}),
            "language": language,
            "title": str(_literal(title)),
        }
    return _compile(template, inputs, _instant(dated), root or templates_root())


def _compile(template: str, inputs: dict[str, str], instant: datetime, root: Path) -> bytes:
    """Compile; where a person typed what no font can draw, replace exactly that and try again."""
    for _attempt in range(_MOST_TRIES):
        try:
            return _compile_once(template, inputs, instant, root)
        except typst.TypstError as error:
            signs = {_unescaped(sign) for sign in _NOT_DRAWN.findall(error.diagnostic)}
            signs = {sign for sign in signs if not sign.isascii() and _REPLACEMENT not in sign}
            if not signs:
                raise TypesettingError(_explained(error)) from error
            for sign in sorted(signs, key=len, reverse=True):
                inputs = {name: text.replace(sign, _REPLACEMENT) for name, text in inputs.items()}
    raise TypesettingError(f"{template}: too many characters that no font has")


def _compile_once(template: str, inputs: dict[str, str], instant: datetime, root: Path) -> bytes:
    pdf, warnings = typst.compile_with_warnings(
        str(root / template),
        root=str(root),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards="ua-1",
        timestamp=instant,
    )
    if warnings:
        raise TypesettingError("\n".join(_explained(warning) for warning in warnings))
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """Our two families and those inside the compiler; never what a machine happens to have."""
    folders = []
    for package in _FONT_PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise TypesettingError(f"the font package {package} is not installed")
        folders.append(str(Path(spec.origin).parent / "files"))
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def _literal(value: object) -> object:
    """The value as plain JSON; texts lose control characters, nothing else is touched."""
    if isinstance(value, (str, Promise)):
        return _CONTROL.sub("", str(value).replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {str(key): _literal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_literal(item) for item in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    raise TypeError(f"{type(value).__name__} is not for display: format it first")


def _asset(content: bytes) -> str | list[int]:
    """SVG travels as text, everything else as byte values: the compiler reads no other files."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return list(content)


def _instant(dated: datetime) -> datetime:
    if dated.tzinfo is None:
        raise ValueError("the date of a document needs its time zone")
    return dated.astimezone(UTC).replace(microsecond=0)


def _unescaped(sign: str) -> str:
    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), sign).replace('\\"', '"')


def _explained(problem: typst.TypstError | typst.TypstWarning) -> str:
    return "\n".join(
        [problem.message, *(f"hint: {hint}" for hint in problem.hints), problem.diagnostic]
    ).strip()
