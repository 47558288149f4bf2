"""Readers of single values, one for each kind in a charter file; each notes what is wrong and gives None.

A reader takes a node and its path. Plain scalars are read as what is asked for, not as what YAML 1.1 takes
them for: the code 1.10 stays 1.10, and the titles No and Да stay texts.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from portal.kernel.plain_yaml import Findings, Node, Refused, Scalar, kind_of, shown, suggest

Reader = Callable[[Node, str, Findings], Any]

EMPTY = ("", "~", "null", "Null", "NULL")
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
WHOLE = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
# Controls, zero-width and direction marks: they can make a name look like another one.
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
LONGEST_KEY = 60


def scalar(node: Node, path: str, findings: Findings, wanted: str) -> Scalar | None:
    """The node as a single value that is not empty, or None with a fault that names what was wanted."""
    if isinstance(node, Refused):
        return None
    if not isinstance(node, Scalar):
        message = _("This is %(found)s; it must be %(wanted)s.")
        findings.fault(path, message, found=kind_of(node), wanted=wanted)
        return None
    if node.text in EMPTY and (node.plain or not node.text):
        findings.fault(path, _("This is empty; it must be %(wanted)s."), wanted=wanted)
        return None
    return node


def text(limit: int, lines: bool = False) -> Reader:
    """A text of at most so many characters, on one line unless `lines`."""

    def read(node: Node, path: str, findings: Findings) -> str | None:
        if (found := scalar(node, path, findings, _("a text"))) is None:
            return None
        value = unicodedata.normalize("NFC", found.text).strip()
        if not value:
            findings.fault(path, _("This is empty; it must be %(wanted)s."), wanted=_("a text"))
        elif hidden := HIDDEN.search(value):
            code = f"U+{ord(hidden.group()):04X}"
            findings.fault(path, _("The text holds a hidden character (%(code)s)."), code=code)
        elif len(value) > limit:
            message = _("Shorten the text: %(length)d characters, at most %(limit)d allowed.")
            findings.fault(path, message, length=len(value), limit=limit)
        elif "\n" in value and not lines:
            findings.fault(path, _("This text must be on one line."))
        else:
            return value
        return None

    return read


def slug(node: Node, path: str, findings: Findings) -> str | None:
    """A key: what addresses and series follow for ever."""
    found = scalar(node, path, findings, _("a key, like found-proactively"))
    if found is None:
        return None
    if SLUG.fullmatch(found.text) and len(found.text) <= LONGEST_KEY:
        return found.text
    message = _(
        "“%(value)s” is not a key. A key has small Latin letters, digits and single hyphens, "
        "begins with a letter, and has at most %(limit)d characters."
    )
    findings.fault(path, message, value=shown(found.text), limit=LONGEST_KEY)
    return None


def code(example: str, pattern: str) -> Reader:
    """A code like the example; its numbers are counted from one and have at most three digits."""
    shape = re.compile(pattern.replace(r"\d+", "[1-9][0-9]{0,2}"))

    def read(node: Node, path: str, findings: Findings) -> str | None:
        found = scalar(node, path, findings, _("a code like “%(example)s”") % {"example": example})
        if found is None:
            return None
        if shape.fullmatch(found.text):
            return found.text
        message = _("“%(value)s” is not a code for this place. It must look like “%(example)s”.")
        findings.fault(path, message, value=shown(found.text), example=example)
        return None

    return read


def flag(node: Node, path: str, findings: Findings) -> bool | None:
    found = scalar(node, path, findings, _("true or false"))
    if found is None:
        return None
    if found.plain and found.text in ("true", "false"):
        return found.text == "true"
    message = _("“%(value)s” is neither true nor false. Write true or false, without quotation marks.")
    findings.fault(path, message, value=shown(found.text))
    return None


def whole(low: int, high: int) -> Reader:
    def read(node: Node, path: str, findings: Findings) -> int | None:
        wanted = _("a whole number from %(low)d to %(high)d") % {"low": low, "high": high}
        found = scalar(node, path, findings, wanted)
        if found is None:
            return None
        if found.plain and WHOLE.fullmatch(found.text) and low <= int(found.text) <= high:
            return int(found.text)
        message = _("“%(value)s” must be %(wanted)s, without quotation marks.")
        findings.fault(path, message, value=shown(found.text), wanted=wanted)
        return None

    return read


def number(node: Node, path: str, findings: Findings) -> Decimal | None:
    wanted = _("a number like 100 or 0.5")
    found = scalar(node, path, findings, wanted)
    if found is None:
        return None
    if found.plain and NUMBER.fullmatch(found.text):
        return Decimal(found.text)
    message = _("“%(value)s” must be %(wanted)s, without quotation marks.")
    findings.fault(path, message, value=shown(found.text), wanted=wanted)
    return None


def one_of(choices: type[TextChoices]) -> Reader:
    def read(node: Node, path: str, findings: Findings) -> str | None:
        allowed = [str(value) for value in choices.values]
        found = scalar(node, path, findings, _("one of: %(words)s") % {"words": ", ".join(allowed)})
        if found is None:
            return None
        if found.text in allowed:
            return found.text
        message = _("Unknown word “%(value)s”.") % {"value": shown(found.text)}
        findings.fault(path, f"{message} {suggest(found.text, allowed)}")
        return None

    return read


def web_address(node: Node, path: str, findings: Findings) -> str | None:
    if (address := text(500)(node, path, findings)) is None:
        return None
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", address):
            return str(address)
    except ValueError:
        pass
    message = _("“%(value)s” is not a web address. It must begin with https:// or http://.")
    findings.fault(path, message, value=shown(address))
    return None
