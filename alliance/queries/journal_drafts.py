"""Journal entries that say how far a draft has come: its organisation's alone until it is submitted or proposed."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import Correction, Pledge, Submission
from alliance.queries.journal_wording import SENTENCES
from portal.kernel.access import Actor
from portal.kernel.journal import Event


def _kinds_about(target: str) -> tuple[str, ...]:
    return tuple(kind for kind in SENTENCES if kind.startswith(f"{target}."))


# what changes a working copy; what a submission holds, the secretariat reads
OF_WORKING_COPY = (
    *(f"evidence.{act}" for act in ("add", "remove", "exclude", "include", "disclose")),
    "report.confirm",
    "report.disclose",
)
OF_DRAFT: dict[Any, tuple[str, ...]] = {
    Correction: tuple(f"correction.{act}" for act in ("draft", "edit", "attach", "open_file", "discard")),
    Pledge: tuple(f"pledge.{act}" for act in ("draft", "edit", "revise", "discard")),
}
# nobody else sees them in any state, and none of them becomes a part of what is submitted
OF_ORGANISATION_ALONE = (*_kinds_about("report_upload"), *_kinds_about("table_mapping"))


def without_drafts_of_others(actor: Actor, rows: QuerySet[Event]) -> QuerySet[Event]:
    """Leave out what another organisation does to a report before the next submission, and to drafts not proposed yet.

    What is an organisation's alone is left out whoever acted: a manager who ends a membership hands over its files too,
    unseen. Sends no query of its own; an entry of another kind costs no look-up.
    """
    filed = Submission.objects.filter(report=OuterRef("parent_id"), submitted_at__gte=OuterRef("at"))
    hidden: Any = Q(kind__in=OF_WORKING_COPY) & ~Exists(filed)
    for model, kinds in OF_DRAFT.items():
        visible = model.objects.visible_to(actor).filter(pk=OuterRef("target_id"))
        hidden |= Q(kind__in=kinds) & ~Exists(visible)
    of_others = Q(kind__in=OF_ORGANISATION_ALONE) & ~Q(target_tenant_id=actor.tenant_id)
    return rows.exclude(hidden & ~Q(tenant_id=actor.tenant_id)).exclude(of_others)
