"""What somebody had opened or used and that was recalled since: they see the practice no more, but are owed this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.kernel.access import SYSTEM, Actor, person_of, tenant_of
from portal.kernel.models import Event
from portal.kernel.row_security import acting_as
from practices.access import adoptions
from practices.enums import OPEN_LABELS, Label, PracticeState
from practices.models import Adoption, Follow, Opening, Practice


@dataclass(frozen=True, slots=True)
class Trace:
    """How somebody knew a practice: the label then, and the day when they last opened it, if they did."""

    label: str
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """One practice that was recalled, without its title; the reason only where the label was for all."""

    label: str
    opened_at: datetime | None
    recalled_at: datetime | None
    reason: str


def own_trace(actor: Actor, practice_id: int) -> Trace | None:
    """How the actor knew this practice; None when they did not."""
    return _traces(actor).get(practice_id)


def recalled(actor: Actor) -> Sequence[Recall]:
    """All that was recalled of what the actor had opened or uses, the latest first. As many queries as for one."""
    traces = _traces(actor)
    with acting_as(SYSTEM):  # nothing but the label, and the reason where it was for all
        rows = Practice.objects.filter(pk__in=traces, state=PracticeState.RECALLED)
        gone = {row.pk: row for row in rows.exclude(organisation_id=tenant_of(actor))}
    told = Event.objects.filter(kind="practice.recall", target_id__in=gone).order_by("at")
    days = dict(told.values_list("target_id", "at"))
    found = [_recall(row, traces[pk], days.get(pk)) for pk, row in gone.items()]
    return sorted(found, key=lambda one: one.recalled_at.timestamp() if one.recalled_at else 0, reverse=True)


def _recall(practice: Practice, trace: Trace, at: datetime | None) -> Recall:
    for_all = trace.label in OPEN_LABELS and practice.label in OPEN_LABELS
    return Recall(Label(trace.label).label, trace.opened_at, at, practice.state_reason if for_all else "")


def _traces(actor: Actor) -> dict[int, Trace]:
    """By practice: the last opening, or else one's own organisation's use of it, or else that one follows it.

    Openings are the source's to read; these are the actor's own. A follow counts where the world could read.
    """
    own = {"person_id": person_of(actor), "organisation_id": tenant_of(actor)}
    with acting_as(SYSTEM):
        followed = Follow.objects.filter(**own, practice__label=Label.CLEAR).values_list("practice_id")
        found = {pk: Trace(Label.CLEAR) for (pk,) in followed}
        used = Adoption.objects.filter(adoptions(actor), organisation_id=tenant_of(actor))
        for pk, label in used.values_list("practice_id", "practice__label"):
            found[pk] = Trace(label)
        opened = Opening.objects.filter(**own).order_by("opened_at", "pk")
        for pk, label, at in opened.values_list("practice_id", "label", "opened_at"):
            found[pk] = Trace(label, at)
    return found
