"""What waits for the secretariat: submitted practices, and next versions of shared ones."""

from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from portal.kernel.access import Actor
from practices.enums import PracticeState
from practices.models import Practice


def moderation_queue(actor: Actor) -> Any:
    """Oldest first, as far as the actor may see it; `since` says from when on each one waits."""
    submitted = Q(state=PracticeState.IN_MODERATION)
    proposed = Q(state=PracticeState.SHARED, draft__proposed_at__isnull=False)
    rows = Practice.objects.visible_to(actor).filter(submitted | proposed)
    rows = rows.annotate(since=Coalesce(F("draft__proposed_at"), F("created_at")))
    return rows.select_related("organisation", "draft").order_by("since", "pk")
