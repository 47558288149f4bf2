"""The audit entry of each act, written in its transaction with the job that routes it; its wording; who may read it.

Who is notified of an entry is decided by `notices`.
"""

from portal.kernel.journal.models import Event
from portal.kernel.journal.recording import (
    PlaceFinder,
    TargetPlace,
    entries_visible_to,
    hide_entries,
    is_restricted,
    on_routing,
    record,
    register_places,
    restrict_entries,
    restrict_entries_by,
    run_routing_hooks,
)
from portal.kernel.journal.wording import (
    LinkFinder,
    TargetLink,
    Wording,
    described_kinds,
    detail_name,
    register_details,
    register_links,
    register_names,
    register_sentences,
    register_values,
    sentence_for,
    state_name,
    target_groups,
    target_links,
    target_name,
    value_name,
)

__all__ = [
    "Event",
    "LinkFinder",
    "PlaceFinder",
    "TargetLink",
    "TargetPlace",
    "Wording",
    "described_kinds",
    "detail_name",
    "entries_visible_to",
    "hide_entries",
    "is_restricted",
    "on_routing",
    "record",
    "register_details",
    "register_links",
    "register_names",
    "register_places",
    "register_sentences",
    "register_values",
    "restrict_entries",
    "restrict_entries_by",
    "run_routing_hooks",
    "sentence_for",
    "state_name",
    "target_groups",
    "target_links",
    "target_name",
    "value_name",
]
