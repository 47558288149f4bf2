"""The outbox: queued work, as rows."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    READY = "ready", _("Waiting")
    LEASED = "leased", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    ON_HOLD = "on_hold", _("Held after a restore")


class Outcome(models.TextChoices):
    """How work that is done may have ended otherwise than it was meant to."""

    POINTLESS = "pointless", _("No longer needed")
    REFUSED = "refused", _("Refused by the recipient’s mail server")


# the kinds of the kernel that one act queues by the thousand
BULK_KINDS = ("route_event", "route_part", "send_delivery", "send_digest", "send_bundle")


class Job(models.Model):
    """One piece of work, queued by the transaction that wrote it; `payload` holds ids only."""

    kind = models.CharField(max_length=64)
    dedupe_key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.READY)
    # one of many that one act has queued, for which nobody waits: done when nothing else is due
    is_bulk = models.BooleanField(db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    next_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # empty for what came out as it was meant
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, db_default="")
    last_error = models.CharField(max_length=500, blank=True, default="")
    cancel_reason = models.CharField(max_length=500, blank=True, default="")
    # of the request that queued it, directly or through another job; empty for scheduled work
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("id",)
        indexes = (
            # the sweeper's question: what is due, or leased beyond its time
            models.Index(
                fields=["is_bulk", "next_at"],
                name="job_due",
                condition=models.Q(state__in=[JobState.READY, JobState.LEASED]),
            ),
            models.Index(fields=["-id"], name="job_dead", condition=models.Q(state=JobState.DEAD)),
            models.Index(fields=["id"], name="job_on_hold", condition=models.Q(state=JobState.ON_HOLD)),
            # what is done once for somebody, among all that is done for many
            models.Index(fields=["kind", "-id"], name="job_of_one", condition=~models.Q(kind__in=BULK_KINDS)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"
