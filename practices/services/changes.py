"""Writes the feed of practices: after each act that readers follow, by a job that gives it the next number."""

import secrets

from django.db import connection

from portal.kernel.jobs import Claim, enqueue, handles
from portal.kernel.journal import Event, on_routing
from practices.models import Practice, PracticeChange

# entry of the journal → the name of the change; those that programs are notified of by webhooks have these names too
CHANGES = {
    "practice.share": "practice.shared",
    "practice.share_directly": "practice.shared",
    "practice.open": "practice.shared",
    "practice.update": "practice.updated",
    "practice.share_update": "practice.updated",
    "practice.widen": "practice.readers_changed",
    "practice.narrow": "practice.readers_changed",
    "practice.retire": "practice.retired",
    "practice.recall": "practice.recalled",
}
_LOCK = 0x66656564  # one change at a time, so that the numbers have no gaps


@on_routing
def queue_change(event: Event, *, quiet: bool) -> None:
    """Queue the row of the feed; what is told of the past is in it too."""
    del quiet
    if event.kind in CHANGES:
        enqueue("note_practice_change", key=f"practice_change:{event.pk}", payload={"event": event.pk})


@handles("note_practice_change")
def note_practice_change(claim: Claim) -> None:
    """Give the change the next number of the feed."""
    with claim.finishing():
        event = Event.objects.get(pk=claim.payload["event"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = PracticeChange.objects.order_by("-number").values_list("number", flat=True).first() or 0
        practice = Practice.objects.filter(pk=event.target_id).first()
        if practice is not None:
            # numbered after the practice was opened, and yet from before
            is_earlier = practice.opened_event is not None and event.pk < practice.opened_event
            PracticeChange.objects.create(
                number=last + 1,
                practice=practice,
                earlier_readers=practice.earlier_readers if is_earlier else None,
                event_id=event.pk,
                kind=CHANGES[event.kind],
                mark=secrets.token_hex(4),
                at=event.at,
            )
