"""From data to a PDF: typst, in a process of its own, with our templates, our fonts, nothing from outside."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError

log = structlog.get_logger(__name__)

_FONT_PACKAGES = ("fontpkg_pt_sans", "fontpkg_pt_serif")
_PROGRAM = Path(__file__).with_name("typst_process.py")
_TIMEOUT = 80  # seconds; under the soft limit of a task
_MAX_TRIES = 6
# what no font draws and no reader sees; line feeds and tabs stay
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
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
            "data": json.dumps(_as_plain_json(data), ensure_ascii=False),
            "assets": json.dumps({name: _asset(content) for name, content in (assets or {}).items()}),
            "language": language,
            "title": str(_as_plain_json(title)),
        }
    root = root or templates_root()
    order = {"template": str(root / template), "root": str(root), "fonts": _fonts(), "inputs": inputs}
    if dated.tzinfo is None:
        raise ValueError("the date of a document needs its time zone")
    return _compile(order | {"timestamp": int(dated.timestamp())})


def typeset(template: str, data: Mapping[str, object], **options: Any) -> bytes:
    """Typeset for a reader, with the options of `render_pdf`.

    Raises DomainError for what the compiler refuses: recorded without the title, which may be confidential, and said in
    words. It can be tried again.
    """
    try:
        return render_pdf(template, data, **options)
    except TypesettingError as error:
        log.exception("document_not_typeset", template=template)
        raise DomainError(_("It failed. The error has been recorded; you can try again.")) from error


def _compile(order: dict[str, Any]) -> bytes:
    """Compile; where a person typed what no font can draw, replace exactly that and try again."""
    for _attempt in range(_MAX_TRIES):
        done = _run(order)
        if not done.returncode:
            return done.stdout
        message = _compiler_message(done)
        signs = set()
        for escaped in _NOT_DRAWN.findall(message):
            sign = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), escaped)
            sign = sign.replace('\\"', '"')
            if not sign.isascii() and _REPLACEMENT not in sign:
                signs.add(sign)
        if not signs:
            raise TypesettingError(message)
        for sign in sorted(signs, key=len, reverse=True):
            inputs = {name: text.replace(sign, _REPLACEMENT) for name, text in order["inputs"].items()}
            order = order | {"inputs": inputs}
    raise TypesettingError("too many characters that no font has")


def _run(order: dict[str, Any]) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            [sys.executable, "-P", str(_PROGRAM)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TypesettingError(f"the compiler was not done after {_TIMEOUT} s") from error


def _compiler_message(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The compiler's message; or, when it broke down, how its process ended."""
    error_text = done.stderr.decode(errors="replace")
    try:
        problems = json.loads(error_text)
    except ValueError:
        return f"the compiler's process ended with {done.returncode}: {error_text[-2000:]}".strip()
    return "\n".join("\n".join([each["message"], *each["hints"], each["diagnostic"]]) for each in problems)


@cache
def _fonts() -> list[str]:
    """Our two families and those inside the compiler; never what a machine happens to have."""
    folders = []
    for package in _FONT_PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise TypesettingError(f"the font package {package} is not installed")
        folders.append(str(Path(spec.origin).parent / "files"))
    return folders


def _as_plain_json(value: object) -> object:
    """The value as plain JSON; texts lose control characters, nothing else is touched."""
    if isinstance(value, (str, Promise)):
        return _CONTROL.sub("", str(value).replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {str(key): _as_plain_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_plain_json(item) for item in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    raise TypeError(f"{type(value).__name__} is not for display: format it first")


def _asset(content: bytes) -> str | list[int]:
    """SVG travels as text, everything else as byte values: the compiler reads no other files."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return list(content)
