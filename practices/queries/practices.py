"""Finding practices and their versions, as the actor may see them."""

from typing import Any
from uuid import UUID

from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.models import Practice, Version


def find_practice(actor: Actor, key: UUID) -> Practice:
    """The practice with its source and authors; what the actor may not see does not exist (404)."""
    rows: Any = Practice.objects.select_related("organisation").prefetch_related(
        "authors__person", "authors__organisation"
    )
    found: Practice = get_visible_or_404(rows, actor, key=key)
    return found


def latest_version(actor: Actor, practice: Practice) -> Version | None:
    """What it says now; None before it is shared."""
    found: Version | None = Version.objects.visible_to(actor).filter(practice=practice).first()
    return found
