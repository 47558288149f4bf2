"""From text to a tree of nodes that know their lines: plain YAML only, so nothing in it can grow or act.

The tree is built from PyYAML's events, not by its composer: an alias is refused where it is used and never
expanded, and depth and number of values are counted while reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from django.utils.translation import gettext as _

from portal.kernel.text.strict_yaml.faults import FaultCollector, message_excerpt

MAX_DEPTH = 24
MAX_NODES, MAX_NODES_FROM_OUTSIDE = 50_000, 5_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class ScalarNode:
    line: int
    text: str
    plain: bool


@dataclass
class SequenceNode:
    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass
class MappingNode:
    line: int
    entries: dict[str, "Node"] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)


@dataclass
class RefusedNode:
    """Replace what was already refused, so that it is not refused a second time."""

    line: int


Node = ScalarNode | SequenceNode | MappingNode | RefusedNode


def describe_kind(node: Node) -> str:
    if isinstance(node, SequenceNode):
        return _("a list")
    return _("a block of keys") if isinstance(node, MappingNode) else _("a single value")


def read_nodes(text: str, findings: FaultCollector, *, empty: str, from_outside: bool = False) -> Node:
    """Build the tree; notes anchors, aliases, tags, doubled keys, and raises where YAML cannot be read on.

    `empty` is the message for an empty file. What comes `from_outside` meets no parser in C, which is twenty times
    slower, and may hold fewer values.
    """
    try:
        return _Builder(text, findings, empty, from_outside=from_outside).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = _(
            "This is not YAML: %(problem)s. Check this line and the one above it for a missing "
            "colon, an open quotation mark or a wrong indentation."
        )
        findings.add_fault("", message, at=mark.line + 1 if mark else 1, problem=error.problem)
    except yaml.YAMLError as error:
        findings.add_fault("", _("This is not YAML: %(problem)s."), problem=message_excerpt(str(error)))
    raise findings.as_error()


def line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Takes one event after another; recursion is no deeper than DEEPEST."""

    def __init__(self, text: str, findings: FaultCollector, empty: str, *, from_outside: bool) -> None:
        loader = yaml.SafeLoader if from_outside else LOADER
        self.most = MAX_NODES_FROM_OUTSIDE if from_outside else MAX_NODES
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)
        self.findings = findings
        self.empty = empty
        self.count = 0

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    message = _("A second document begins here (“---”). One file holds one document.")
                    self.stop("", message, event)
                root = self.node(next(self.events), "", 0)
        if root is None or (isinstance(root, ScalarNode) and not root.text):
            self.findings.add_fault("", self.empty)
            raise self.findings.as_error()
        return root

    def node(self, event: yaml.Event, path: str, depth: int) -> Node:
        line = line_of(event)
        self.findings.lines.setdefault(path, line)
        self.count += 1
        if self.count > self.most:
            self.stop(path, _("The file contains more than %(count)d values.") % {"count": self.most}, event)
        if depth > MAX_DEPTH:
            self.stop(
                path, _("The file is nested deeper than %(count)d levels.") % {"count": MAX_DEPTH}, event
            )
        if isinstance(event, yaml.AliasEvent):
            return self.refuse_alias(event, path, line)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            self.check_properties(event, path, line)
        if isinstance(event, yaml.ScalarEvent):
            return ScalarNode(line, event.value, plain=event.style in (None, ""))
        if isinstance(event, yaml.SequenceStartEvent):
            return self.listing(SequenceNode(line), path, depth)
        return self.mapping(MappingNode(line), path, depth)

    def listing(self, node: SequenceNode, path: str, depth: int) -> Node:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            node.items.append(self.node(event, f"{path}[{len(node.items)}]", depth + 1))
        return node

    def mapping(self, node: MappingNode, path: str, depth: int) -> Node:
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = line_of(event)
            key = self.key(event, path, depth)
            inner = f"{path}.{message_excerpt(key)}" if path else message_excerpt(key)
            if key in node.entries:
                message = _(
                    "The key “%(key)s” is already on line %(line)d of this block. Keep one of the two."
                )
                self.findings.add_fault(
                    inner, message, at=line, key=message_excerpt(key), line=node.key_lines[key]
                )
                self.node(next(self.events), inner, depth + 1)
                continue
            self.findings.lines[inner] = line
            node.key_lines[key] = line
            node.entries[key] = self.node(next(self.events), inner, depth + 1)
        return node

    def key(self, event: yaml.Event, path: str, depth: int) -> str:
        node = self.node(event, f"{path}.?" if path else "?", depth + 1)
        if isinstance(node, ScalarNode):
            return node.text
        if not isinstance(node, RefusedNode):
            self.findings.add_fault(path, _("A key must be a single word, not a list or a block."), node.line)
        return f"?{self.count}"

    def check_properties(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, path: str, line: int
    ) -> None:
        if event.anchor is not None:
            message = _("Anchors (“&%(name)s”) are not allowed: write the text out wherever it is needed.")
            self.findings.add_fault(path, message, at=line, name=message_excerpt(event.anchor))
        if event.tag is not None:
            message = _("Tags (“%(name)s”) are not allowed: write the value alone.")
            self.findings.add_fault(path, message, at=line, name=message_excerpt(event.tag))

    def refuse_alias(self, event: yaml.AliasEvent, path: str, line: int) -> RefusedNode:
        message = _("Aliases (“*%(name)s”) are not allowed: write the text out here.")
        self.findings.add_fault(path, message, at=line, name=message_excerpt(event.anchor or ""))
        return RefusedNode(line)

    def stop(self, path: str, message: str, event: yaml.Event) -> NoReturn:
        self.findings.add_fault(path, message, line_of(event))
        raise self.findings.as_error()
