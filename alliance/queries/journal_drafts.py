"""Journal entries that say how far a draft has come: its organisation's alone until it is submitted or proposed."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import Correction, Pledge, ReportUpload, Submission, TableMapping
from portal.kernel.access import Actor
from portal.kernel.journal import Event

# what changes a working copy; what a submission holds, the secretariat reads
_OF_WORKING_COPY = (
    *(f"evidence.{act}" for act in ("add", "remove", "exclude", "include", "disclose")),
    "report.confirm",
    "report.disclose",
)
_OF_DRAFT: dict[Any, tuple[str, ...]] = {
    Correction: ("correction.draft", "correction.edit", "correction.discard"),
    ReportUpload: tuple(
        f"report_upload.{step}"
        for step in (
            "send",
            "ask",
            "map",
            "reread",
            "finish",
            "fail",
            "save",
            "take_back",
            "cancel",
            "expire",
        )
    ),
    TableMapping: ("table_mapping.delete",),
    Pledge: ("pledge.draft", "pledge.edit", "pledge.discard"),
}


def without_drafts_of_others(actor: Actor, rows: QuerySet[Event]) -> QuerySet[Event]:
    """Leave out what another organisation does to a report before the next submission, and to drafts not proposed yet.

    Sends no query of its own; an entry of another kind costs no look-up.
    """
    filed = Submission.objects.filter(report=OuterRef("parent_id"), submitted_at__gte=OuterRef("at"))
    hidden: Any = Q(kind__in=_OF_WORKING_COPY) & ~Exists(filed)
    for model, kinds in _OF_DRAFT.items():
        visible = model.objects.visible_to(actor).filter(pk=OuterRef("target_id"))
        hidden |= Q(kind__in=kinds) & ~Exists(visible)
    return rows.exclude(hidden & ~Q(tenant_id=actor.tenant_id))
