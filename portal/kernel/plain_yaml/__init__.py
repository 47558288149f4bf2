"""YAML that people write, read strictly: plain values that know their lines, nothing that grows or acts."""

from portal.kernel.plain_yaml.faults import MOST_FAULTS, Fault, FileFaults, Findings, shown, suggest
from portal.kernel.plain_yaml.nodes import Listing, Mapping, Node, Refused, Scalar, kind_of, read_nodes

__all__ = [
    "MOST_FAULTS",
    "Fault",
    "FileFaults",
    "Findings",
    "Listing",
    "Mapping",
    "Node",
    "Refused",
    "Scalar",
    "kind_of",
    "read_nodes",
    "shown",
    "suggest",
]
