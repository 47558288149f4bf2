"""Reads of the feed of practices: what came after a place in it, as far as the actor may see the practices now."""

from dataclasses import dataclass

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.models import PracticeChange


@dataclass(frozen=True, slots=True)
class ChangePosition:
    """A place in the feed: after the change of this number, which bears this mark."""

    number: int = 0
    mark: str = ""


def is_known_position(position: ChangePosition) -> bool:
    """Whether the feed has that change still, and it is the one that the cursor was made of. One query.

    As SYSTEM: the place may be at a change that the actor does not see, and says nothing of it.
    """
    if not position.number:
        return True
    with acting_as(SYSTEM):
        return PracticeChange.objects.filter(number=position.number, mark=position.mark).exists()


def end_of_changes() -> ChangePosition:
    """The place after the last change, whoever sees it. One query, as SYSTEM: it says nothing of the change."""
    with acting_as(SYSTEM):
        last = PracticeChange.objects.order_by("-number").values_list("number", "mark").first()
    return ChangePosition(*last) if last else ChangePosition()


def practice_changes(
    actor: Actor, after: ChangePosition, until: ChangePosition, limit: int
) -> list[PracticeChange]:
    """At most so many changes between these places whose practices the actor may see now, lowest number first."""
    rows = PracticeChange.objects.visible_to(actor).filter(number__gt=after.number, number__lte=until.number)
    return list(rows.select_related("practice").order_by("number")[:limit])
