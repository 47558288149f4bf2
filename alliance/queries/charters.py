"""Reads of charters: the versions, and one version as a tree."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from alliance.enums import AccessionState, CharterState
from alliance.models import Chapter, Charter, Cycle
from portal.kernel.access import Actor


def charter_list(actor: Actor) -> QuerySet[Any]:
    """The versions that the actor may see, newest first, with `signed` (accessions not ended)."""
    in_force = Q(accessions__state__in=(AccessionState.SIGNED, AccessionState.PUBLISHED))
    rows = Charter.objects.visible_to(actor).annotate(signed=Count("accessions", filter=in_force))
    return rows.order_by("key", "-version")


def plannable_charters(actor: Actor, cycle: Cycle | None = None) -> QuerySet[Charter]:
    """The versions that a cycle can be planned on; it opens once its charter is in force.

    For one that is planned also its own version, superseded since or not.
    """
    plannable = Q(state__in=(CharterState.DRAFT, CharterState.IN_FORCE))
    if cycle is not None:
        plannable |= Q(pk=cycle.charter_id)
    return Charter.objects.visible_to(actor).filter(plannable).order_by("key", "-version")


def newest_in_force(actor: Actor, key: str) -> Charter | None:
    """The version of this charter that is in force. One query."""
    rows = Charter.objects.visible_to(actor).filter(key=key, state=CharterState.IN_FORCE)
    return rows.order_by("-version").first()


def charter_tree(actor: Actor, charter: Charter) -> QuerySet[Chapter]:
    """Chapters with commitments, measures and indicators. Four queries, however long the text."""
    rows = Chapter.objects.visible_to(actor).filter(charter=charter)
    return rows.prefetch_related("commitments__measures__indicators")
