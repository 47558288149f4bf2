"""The charter file: YAML in, a checked text out, or every fault at once with its line (no database here)."""

from alliance.charter_file.faults import CharterFaults
from alliance.charter_file.schema import CHARTER
from alliance.charter_file.source import LARGEST_FILE, empty_file, read_text
from alliance.charter_file.texts import CharterText
from alliance.charter_file.truths import EarlierKeys, check_truths, nothing_earlier
from portal.kernel.plain_yaml import Fault, Findings, read_nodes

__all__ = ["LARGEST_FILE", "CharterFaults", "CharterText", "Fault", "read_charter"]


def read_charter(raw: bytes, earlier_keys: EarlierKeys = nothing_earlier) -> CharterText:
    """Read and check a charter file; raises CharterFaults with everything that is wrong with it.

    `earlier_keys` gives the keys of an earlier version of the charter, or None when they are not known:
    then what “mapping” says about them is taken on trust.
    """
    findings = Findings(refused_as=CharterFaults)
    root = read_nodes(read_text(raw, findings), findings, empty=empty_file())
    charter: CharterText | None = CHARTER(root, "", findings)
    if charter is not None:
        check_truths(charter, findings, earlier_keys)
    if findings.faults or charter is None:
        raise findings.refusal()
    return charter
