"""Readers of lists and of blocks of keys; both go on after a fault, so that all are found at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file.values import Reader
from portal.kernel.plain_yaml import Findings, Listing, Mapping, Node, Refused, kind_of, shown, suggest


@dataclass(frozen=True)
class Part:
    """One key of a block: how its value is read, whether it must be there, and what holds when it is not."""

    read: Reader
    required: bool = True
    absent: Any = None
    name: str = ""


def items(read_item: Reader, least: int = 0, most: int = 1000) -> Reader:
    """A list; the places of items that cannot be read hold None, so that the others keep their numbers."""

    def read(node: Node, path: str, findings: Findings) -> tuple[Any, ...] | None:
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Listing):
            findings.fault(
                path,
                _("This is %(found)s; it must be %(wanted)s."),
                found=kind_of(node),
                wanted=_("a list, each item after a hyphen"),
            )
            return None
        if not least <= len(node.items) <= most:
            message = _("The list has %(count)d items; it must have from %(least)d to %(most)d.")
            findings.fault(path, message, count=len(node.items), least=least, most=most)
        return tuple(
            read_item(item, f"{path}[{index}]", findings) for index, item in enumerate(node.items[:most])
        )

    return read


def block(make: Callable[..., Any], parts: dict[str, Part]) -> Reader:
    """A block of keys, made into `make`; unknown keys are named with the one that was probably meant."""

    def read(node: Node, path: str, findings: Findings) -> Any:
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Mapping):
            message = _("This is %(found)s; it must be a block with the keys: %(keys)s.")
            findings.fault(path, message, found=kind_of(node), keys=", ".join(parts))
            return None
        _note_unknown_keys(node, path, parts, findings)
        return make(
            **{part.name or key: _read_part(node, path, key, part, findings) for key, part in parts.items()}
        )

    return read


def _read_part(node: Mapping, path: str, key: str, part: Part, findings: Findings) -> Any:
    inner = f"{path}.{key}" if path else key
    if key in node.entries:
        return part.read(node.entries[key], inner, findings)
    if part.required:
        findings.fault(inner, _("“%(key)s” is missing."), key=key)
    return part.absent


def _note_unknown_keys(node: Mapping, path: str, parts: dict[str, Part], findings: Findings) -> None:
    for key in node.entries:
        if key not in parts and not key.startswith("?"):
            inner = f"{path}.{shown(key)}" if path else shown(key)
            message = _("Unknown key “%(key)s”.") % {"key": shown(key)}
            findings.fault(inner, f"{message} {suggest(key, parts)}")
