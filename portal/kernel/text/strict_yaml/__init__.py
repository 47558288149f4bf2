"""YAML that people write, read strictly: plain values that know their lines, nothing that grows or acts."""

from portal.kernel.text.strict_yaml.faults import (
    MAX_FAULTS,
    Fault,
    FaultCollector,
    FileFaults,
    faulty_file_message,
    message_excerpt,
    suggest_word,
)
from portal.kernel.text.strict_yaml.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    MappingNode,
    Node,
    RefusedNode,
    ScalarNode,
    SequenceNode,
    describe_kind,
    read_nodes,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_FAULTS",
    "MAX_NODES",
    "Fault",
    "FaultCollector",
    "FileFaults",
    "MappingNode",
    "Node",
    "RefusedNode",
    "ScalarNode",
    "SequenceNode",
    "describe_kind",
    "faulty_file_message",
    "message_excerpt",
    "read_nodes",
    "suggest_word",
]
