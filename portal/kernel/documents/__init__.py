"""A generated document's life, from its request to its download, and what typesets it: PDF and workbooks.

The content of a document is the apps': they register its kind.
"""

from portal.kernel.documents.building import register_actor_source
from portal.kernel.documents.cards import Card, draw_card
from portal.kernel.documents.kinds import (
    PART_BYTES,
    STEP_SECONDS,
    Built,
    DocumentKind,
    Progress,
    Reading,
    documents_known_to,
    kind_label,
    register,
    still_visible_to,
)
from portal.kernel.documents.models import Document, DocumentState
from portal.kernel.documents.papers import build_pdf
from portal.kernel.documents.parts import EarlierParts, PartsLost, Paused, discard_bytes
from portal.kernel.documents.requests import (
    QueuePosition,
    cancel_document,
    check_document_gate,
    open_document,
    queue_position,
    record_download,
    request_document,
    retry_document,
    withhold_document,
)
from portal.kernel.documents.typesetting import TypesettingError, render_pdf, templates_root
from portal.kernel.documents.usages import DOCUMENT_HOLDER

__all__ = [
    "DOCUMENT_HOLDER",
    "PART_BYTES",
    "STEP_SECONDS",
    "Built",
    "Card",
    "Document",
    "DocumentKind",
    "DocumentState",
    "EarlierParts",
    "PartsLost",
    "Paused",
    "Progress",
    "QueuePosition",
    "Reading",
    "TypesettingError",
    "build_pdf",
    "cancel_document",
    "check_document_gate",
    "discard_bytes",
    "documents_known_to",
    "draw_card",
    "kind_label",
    "open_document",
    "queue_position",
    "record_download",
    "register",
    "register_actor_source",
    "render_pdf",
    "request_document",
    "retry_document",
    "still_visible_to",
    "templates_root",
    "withhold_document",
]
