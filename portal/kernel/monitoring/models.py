"""The running portal itself: signs of life of its processes, what was done with its backups, that it was restored."""

from datetime import timedelta

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


class BackupRunKind(models.TextChoices):
    """What was done with an archive."""

    BACKUP = "backup"  # taken
    VERIFY = "verify"  # read back, and every digest compared
    COPY = "copy"  # copied to another place
    DRILL = "drill"  # restored on another machine, on trial


class BackupOutcome(models.TextChoices):
    """How it ended. Damaged: the archive is what was written, and some stored files were damaged then."""

    GOOD = "good"
    DAMAGED = "damaged"
    FAILED = "failed"


class BackupRun(models.Model):
    """One thing that was done with a backup, and how it ended. In no archive: it tells of this installation alone."""

    at = models.DateTimeField(db_default=Now(), editable=False)  # when it ended
    kind = models.CharField(max_length=6, choices=BackupRunKind.choices)
    outcome = models.CharField(
        max_length=7, choices=BackupOutcome.choices, default=BackupOutcome.GOOD, db_default=BackupOutcome.GOOD
    )
    archive = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # its name, without a folder
    bytes = models.PositiveBigIntegerField(null=True)  # of the archive
    seconds = models.PositiveIntegerField(null=True)  # that it took
    detail = models.TextField(
        blank=True, default="", db_default=""
    )  # of a failure, for the operator, in English

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["kind", "-at"], name="backup_run_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.archive}"

    @property
    def duration(self) -> timedelta | None:
        """How long it took, where that is known."""
        return None if self.seconds is None else timedelta(seconds=self.seconds)


class Restoration(models.Model):
    """The database was made anew from a backup; until it is released, no old message leaves the portal."""

    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField(db_default=Now(), editable=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.taken_at:%Y-%m-%d %H:%M}"
