"""Readers of lists and of blocks of keys; both go on after a fault, so that all are found at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file.values import NodeReader
from portal.kernel.text.strict_yaml import (
    FaultCollector,
    MappingNode,
    Node,
    RefusedNode,
    SequenceNode,
    describe_kind,
    message_excerpt,
    suggest_word,
)


@dataclass(frozen=True)
class KeySpec:
    """One key of a block: how its value is read, whether it must be there, and what holds when it is not."""

    read: NodeReader
    required: bool = True
    default: Any = None
    name: str = ""


def list_of(read_item: NodeReader, minimum: int, maximum: int) -> NodeReader:
    """A list; the places of items that cannot be read hold None, so that the others keep their numbers."""

    def read(node: Node, path: str, findings: FaultCollector) -> tuple[Any, ...] | None:
        if isinstance(node, RefusedNode):
            return None
        if not isinstance(node, SequenceNode):
            findings.add_fault(
                path,
                _("This is %(actual)s; it must be %(expected)s."),
                actual=describe_kind(node),
                expected=_("a list, each item after a hyphen"),
            )
            return None
        if not minimum <= len(node.items) <= maximum:
            message = _("The list has %(count)d items; it must have from %(least)d to %(most)d.")
            findings.add_fault(path, message, count=len(node.items), least=minimum, most=maximum)
        return tuple(
            read_item(item, f"{path}[{index}]", findings) for index, item in enumerate(node.items[:maximum])
        )

    return read


def mapping_of(make: Callable[..., Any], keys: dict[str, KeySpec]) -> NodeReader:
    """A block of keys, made into `make`; unknown keys are named with the one that was probably meant."""

    def read(node: Node, path: str, findings: FaultCollector) -> Any:
        if isinstance(node, RefusedNode):
            return None
        if not isinstance(node, MappingNode):
            message = _("This is %(actual)s; it must be a block with the keys: %(keys)s.")
            findings.add_fault(path, message, actual=describe_kind(node), keys=", ".join(keys))
            return None
        _note_unknown_keys(node, path, keys, findings)
        return make(
            **{part.name or key: _read_key(node, path, key, part, findings) for key, part in keys.items()}
        )

    return read


def _read_key(node: MappingNode, path: str, key: str, spec: KeySpec, findings: FaultCollector) -> Any:
    inner = f"{path}.{key}" if path else key
    if key in node.entries:
        return spec.read(node.entries[key], inner, findings)
    if spec.required:
        findings.add_fault(inner, _("“%(key)s” is missing."), key=key)
    return spec.default


def _note_unknown_keys(
    node: MappingNode, path: str, keys: dict[str, KeySpec], findings: FaultCollector
) -> None:
    for key in node.entries:
        if key not in keys and not key.startswith("?"):
            inner = f"{path}.{message_excerpt(key)}" if path else message_excerpt(key)
            message = _("Unknown key “%(key)s”.") % {"key": message_excerpt(key)}
            findings.add_fault(inner, f"{message} {suggest_word(key, keys)}")
