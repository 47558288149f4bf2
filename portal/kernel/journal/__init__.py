"""The audit entry of each act, written in its transaction with the job that routes it; its wording; who may read it.

Who is notified of an entry is decided by `notices`.
"""

from portal.kernel.journal.models import Event
from portal.kernel.journal.recording import (
    entries_visible_to,
    is_restricted,
    record,
    restrict_entries,
    restrict_entries_by,
)
from portal.kernel.journal.wording import (
    AddressFinder,
    Wording,
    described_kinds,
    detail_name,
    register_addresses,
    register_details,
    register_names,
    register_sentences,
    register_values,
    sentence_for,
    state_name,
    target_addresses,
    target_groups,
    target_name,
    value_name,
)

__all__ = [
    "AddressFinder",
    "Event",
    "Wording",
    "described_kinds",
    "detail_name",
    "entries_visible_to",
    "is_restricted",
    "record",
    "register_addresses",
    "register_details",
    "register_names",
    "register_sentences",
    "register_values",
    "restrict_entries",
    "restrict_entries_by",
    "sentence_for",
    "state_name",
    "target_addresses",
    "target_groups",
    "target_name",
    "value_name",
]
