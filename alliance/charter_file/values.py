"""Readers of single values, one for each kind in a charter file; each notes what is wrong and gives None.

A reader takes a node and its path. Plain scalars are read as what is asked for, not as what YAML 1.1 takes
them for: the code 1.10 stays 1.10, and the titles No and Да stay texts.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from alliance.charter_file.limits import CODE_NUMBER, DECIMALS, DIGITS, KEY, URL
from portal.kernel.text import foreign_letter, split_address
from portal.kernel.text.strict_yaml import (
    FaultCollector,
    Node,
    RefusedNode,
    ScalarNode,
    describe_kind,
    message_excerpt,
    suggest_word,
)

NodeReader = Callable[[Node, str, FaultCollector], Any]

EMPTY_SCALARS = ("", "~", "null", "Null", "NULL")
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
INTEGER = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(rf"-?[0-9]{{1,{DIGITS.most}}}(?:\.[0-9]{{1,{DECIMALS.most}}})?")
# Controls, zero-width and direction marks: they can make a name look like another one.
INVISIBLE_CHARACTERS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


def scalar(node: Node, path: str, findings: FaultCollector, expected: str) -> ScalarNode | None:
    """The node as a single value that is not empty, or None with a fault that names what was expected."""
    if isinstance(node, RefusedNode):
        return None
    if not isinstance(node, ScalarNode):
        message = _("This is %(actual)s; it must be %(expected)s.")
        findings.add_fault(path, message, actual=describe_kind(node), expected=expected)
        return None
    if node.text in EMPTY_SCALARS and (node.plain or not node.text):
        findings.add_fault(path, _("This is empty; it must be %(expected)s."), expected=expected)
        return None
    return node


def text(limit: int, multiline: bool = False, *, is_name: bool = False) -> NodeReader:
    """A text of at most so many characters, on one line unless `multiline`; a name's words each have one alphabet."""

    def read(node: Node, path: str, findings: FaultCollector) -> str | None:
        if (scalar_node := scalar(node, path, findings, _("a text"))) is None:
            return None
        value = unicodedata.normalize("NFC", scalar_node.text).strip()
        if not value:
            findings.add_fault(path, _("This is empty; it must be %(expected)s."), expected=_("a text"))
        elif hidden := INVISIBLE_CHARACTERS.search(value):
            code = f"U+{ord(hidden.group()):04X}"
            findings.add_fault(path, _("The text contains an invisible character (%(code)s)."), code=code)
        elif len(value) > limit:
            message = _("Shorten the text by %(over)d: %(length)d characters, at most %(limit)d allowed.")
            findings.add_fault(path, message, over=len(value) - limit, length=len(value), limit=limit)
        elif "\n" in value and not multiline:
            findings.add_fault(path, _("This text must be on one line."))
        elif is_name and (letter := foreign_letter(value)):
            findings.add_fault(path, str(letter))
        else:
            return value
        return None

    return read


def slug(node: Node, path: str, findings: FaultCollector) -> str | None:
    """A key: what addresses and series follow for ever."""
    scalar_node = scalar(node, path, findings, _("a key, for example found-proactively"))
    if scalar_node is None:
        return None
    if SLUG.fullmatch(scalar_node.text) and len(scalar_node.text) <= KEY:
        return scalar_node.text
    message = _(
        "“%(value)s” is not a key. A key has small Latin letters, digits and single hyphens, "
        "begins with a letter, and has at most %(limit)d characters."
    )
    findings.add_fault(path, message, value=message_excerpt(scalar_node.text), limit=KEY)
    return None


def code(example: str, pattern: str) -> NodeReader:
    """A code like the example; its numbers are counted from one and have at most three digits."""
    number = f"[1-9][0-9]{{0,{len(str(CODE_NUMBER.most)) - 1}}}"
    shape = re.compile(pattern.replace(r"\d+", number))

    def read(node: Node, path: str, findings: FaultCollector) -> str | None:
        scalar_node = scalar(node, path, findings, _("a code like “%(example)s”") % {"example": example})
        if scalar_node is None:
            return None
        if shape.fullmatch(scalar_node.text):
            return scalar_node.text
        message = _("“%(value)s” does not fit here. The code must look like “%(example)s”.")
        findings.add_fault(path, message, value=message_excerpt(scalar_node.text), example=example)
        return None

    return read


def boolean(node: Node, path: str, findings: FaultCollector) -> bool | None:
    scalar_node = scalar(node, path, findings, _("true or false"))
    if scalar_node is None:
        return None
    if scalar_node.plain and scalar_node.text in ("true", "false"):
        return scalar_node.text == "true"
    message = _("“%(value)s” is neither true nor false. Write true or false, without quotation marks.")
    findings.add_fault(path, message, value=message_excerpt(scalar_node.text))
    return None


def integer(low: int, high: int) -> NodeReader:
    def read(node: Node, path: str, findings: FaultCollector) -> int | None:
        expected = _("a whole number from %(low)d to %(high)d") % {"low": low, "high": high}
        scalar_node = scalar(node, path, findings, expected)
        if scalar_node is None:
            return None
        if scalar_node.plain and INTEGER.fullmatch(scalar_node.text) and low <= int(scalar_node.text) <= high:
            return int(scalar_node.text)
        message = _("“%(value)s” must be %(expected)s, without quotation marks.")
        findings.add_fault(path, message, value=message_excerpt(scalar_node.text), expected=expected)
        return None

    return read


def number(node: Node, path: str, findings: FaultCollector) -> Decimal | None:
    expected = _("a number like 100 or 0.5")
    scalar_node = scalar(node, path, findings, expected)
    if scalar_node is None:
        return None
    if scalar_node.plain and NUMBER.fullmatch(scalar_node.text):
        return Decimal(scalar_node.text)
    message = _("“%(value)s” must be %(expected)s, without quotation marks.")
    findings.add_fault(path, message, value=message_excerpt(scalar_node.text), expected=expected)
    return None


def one_of(choices: type[TextChoices]) -> NodeReader:
    def read(node: Node, path: str, findings: FaultCollector) -> str | None:
        allowed = [str(value) for value in choices.values]
        scalar_node = scalar(node, path, findings, _("one of: %(words)s") % {"words": ", ".join(allowed)})
        if scalar_node is None:
            return None
        if scalar_node.text in allowed:
            return scalar_node.text
        message = _("Unknown word “%(value)s”.") % {"value": message_excerpt(scalar_node.text)}
        findings.add_fault(path, f"{message} {suggest_word(scalar_node.text, allowed)}")
        return None

    return read


def url(node: Node, path: str, findings: FaultCollector) -> str | None:
    if (address := text(URL)(node, path, findings)) is None:
        return None
    parts = split_address(address)
    if parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", address):
        return str(address)
    message = _("“%(value)s” is not a web address. It must begin with https:// or http://.")
    findings.add_fault(path, message, value=message_excerpt(address))
    return None
