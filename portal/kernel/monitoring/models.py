"""The running portal itself: signs of life of its processes, and that it was restored."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ProcessKind(models.TextChoices):
    WORKER = "worker", _("Worker")
    SWEEPER = "sweeper", _("Sweeper")
    BEAT = "beat", _("Schedule")
    BACKUP = "backup", _("Backup")


class Heartbeat(models.Model):
    """The last sign of life of one process.

    A worker is also asked through the queue, as work reaches it: `unanswered_since` is the first of the hints that
    it has not answered. A process may live and receive nothing.
    """

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=8, choices=ProcessKind.choices)
    seen_at = models.DateTimeField(db_default=Now())
    hinted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    unanswered_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Restoration(models.Model):
    """The database was made anew from a backup; until it is released, no old message leaves the portal."""

    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField(db_default=Now(), editable=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.taken_at:%Y-%m-%d %H:%M}"
