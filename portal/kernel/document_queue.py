"""Where a document stands while it is not built yet: how many come before it, when it is tried again, or given up."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from portal.kernel.models import Document, DocumentState, Job, JobState

_BUILD = "build_document"
_OWED = (JobState.READY, JobState.LEASED)


@dataclass(frozen=True, slots=True)
class Place:
    """`ahead` documents are built before it; `again_at` is when it is tried again, after it did not work."""

    ahead: int = 0
    again_at: datetime | None = None


def place_of(document: Document) -> Place | None:
    """The place of a queued document; None for one that is not waiting. Two queries."""
    if document.state != DocumentState.QUEUED:
        return None
    jobs = Job.objects.filter(kind=_BUILD)
    own = (
        jobs.filter(state__in=_OWED, payload__document=document.pk)
        .annotate(later=Q(next_at__gt=Now()))
        .first()
    )
    if own is None:
        return None
    if own.later:
        return Place(again_at=own.next_at)
    before = Q(next_at__lt=own.next_at) | Q(next_at=own.next_at, pk__lt=own.pk)
    waiting = Q(state=JobState.READY, next_at__lte=Now()) & before
    return Place(ahead=jobs.filter(waiting | Q(state=JobState.LEASED)).exclude(pk=own.pk).count())
