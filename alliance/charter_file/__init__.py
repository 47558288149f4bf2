"""The charter file: YAML in, a checked text out, or every fault at once with its line (no database here)."""

from alliance.charter_file.checks import EarlierKeys, check_charter, no_earlier_keys
from alliance.charter_file.export import write_charter_file
from alliance.charter_file.faults import CharterFaults
from alliance.charter_file.limits import MAX_FILE_SIZE
from alliance.charter_file.normal import content_digest, normal_charter
from alliance.charter_file.schema import CHARTER
from alliance.charter_file.source import empty_file_message, read_text
from alliance.charter_file.texts import CharterText
from portal.kernel.text.strict_yaml import Fault, FaultCollector, read_nodes

__all__ = [
    "MAX_FILE_SIZE",
    "CharterFaults",
    "CharterText",
    "Fault",
    "content_digest",
    "normal_charter",
    "read_charter",
    "write_charter_file",
]


def read_charter(raw: bytes, earlier_keys: EarlierKeys = no_earlier_keys) -> CharterText:
    """Read and check a charter file; raises CharterFaults with everything that is wrong with it.

    `earlier_keys` gives the keys of an earlier version of the charter, or None when they are not known:
    then its “mapping” is not checked against them.
    """
    findings = FaultCollector(error_class=CharterFaults)
    root = read_nodes(read_text(raw, findings), findings, empty=empty_file_message())
    charter: CharterText | None = CHARTER(root, "", findings)
    if charter is not None:
        check_charter(charter, findings, earlier_keys)
    if findings.faults or charter is None:
        raise findings.as_error()
    return charter
