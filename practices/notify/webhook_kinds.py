"""The events of practices of which programs are notified: that something happened, under which label, where to read.

No title whatever the label. What names people (TLP:RED) is nobody's but theirs, so no program of an organisation is
notified of it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.notify.webhook_kinds import absolute
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.webhooks import EventKind
from practices.access import adoptions, is_before_opening
from practices.enums import Label
from practices.models import AccessLog, Adoption, Practice

Data = Mapping[str, Any] | None


def _practice(actor: Actor, event: Event) -> Data:
    row = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
    if row is None or row.label == Label.RED or is_before_opening(actor, row, event.pk):
        return None
    return {
        "practice": str(row.key),
        "label": str(Label(row.label).label),
        "state": row.state,
        "url": absolute("api:practice", row.key),
    }


def _recall(actor: Actor, event: Event) -> Data:
    """To organisations whose people had opened it or that use it: they see it no more, and must know that."""
    with acting_as(SYSTEM):
        row = Practice.objects.filter(pk=event.target_id).first()
        if row is None:
            return None
        opened = AccessLog.objects.filter(practice=row, organisation_id=actor.tenant_id or 0)
        used = Adoption.objects.filter(adoptions(actor), practice=row, organisation_id=actor.tenant_id or 0)
        is_known = opened.exclude(label=Label.RED).exists() or used.exists()
    if row.label == Label.RED or not (is_known or row.organisation_id == actor.tenant_id):
        return None
    page = "secretariat" if actor.is_host else "workspace"
    return {"practice": str(row.key), "state": row.state, "url": absolute(f"{page}:practice-recalled")}


def _source(event: Event) -> Collection[int]:
    """Whose practice it is; whoever reads a practice knows that."""
    with acting_as(SYSTEM):
        return tuple(Practice.objects.filter(pk=event.target_id).values_list("organisation_id", flat=True))


KINDS = (
    EventKind(
        "practice.shared",
        _("A practice was shared with your organisation, or with all"),
        ("practice.share", "practice.share_directly", "practice.open"),
        _practice,
        subjects=_source,
    ),
    EventKind(
        "practice.updated",
        _("A practice has a new version"),
        ("practice.update", "practice.share_update"),
        _practice,
        subjects=_source,
    ),
    EventKind(
        "practice.readers_changed",
        _("A practice has other readers"),
        ("practice.widen", "practice.narrow"),
        _practice,
        subjects=_source,
    ),
    EventKind(
        "practice.retired", _("A practice was retired"), ("practice.retire",), _practice, subjects=_source
    ),
    EventKind(
        "practice.recalled",
        _("A practice that you knew was recalled"),
        ("practice.recall",),
        _recall,
        subjects=_source,
    ),
)
