"""Lets a morning come for what waits for the digest."""

from datetime import timedelta

from django.utils import timezone

from portal.kernel.notices import Delivery, DeliveryState, NoticePreference, Pace, groups_for
from portal.kernel.notices.bundles import enqueue_bundles
from portal.kernel.notices.digests import enqueue_digests
from tests.support.jobs import run_all_jobs


def choose_pace(person_id: int, pace: Pace) -> None:
    """This person wants everything that can be chosen at this pace."""
    for group in groups_for((True, False)):
        NoticePreference.objects.update_or_create(
            person_id=person_id, group=group.key, defaults={"pace": pace}
        )


def age_deliveries(days: int) -> None:
    """What waits has waited for so many days; the mornings that it waits for have come."""
    since = timezone.now() - timedelta(days=days)
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    waiting.update(created_at=since)
    waiting.filter(send_at__isnull=False).update(send_at=since)


def let_a_week_pass() -> None:
    """What waits has waited since before the last Monday; digests and letters of the morning are queued and sent."""
    age_deliveries(8)
    enqueue_digests()
    enqueue_bundles()
    run_all_jobs()
