"""The case of a file, which is being checked or was purged; damage of stored bytes, and the scrub that finds it."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import append_only


class FileState(models.TextChoices):
    FETCHED = "fetched", _("Available")
    UNSCANNED = "unscanned", _("Waiting for the virus scanner")
    FLAGGED = "flagged", _("Reported")
    QUARANTINED = "quarantined", _("Withheld for checking")
    PURGED = "purged", _("Purged")


class Concern(models.TextChoices):
    """What is wrong with a file, in a class that everybody may know."""

    ILLEGAL = "illegal", _("illegal material")
    PERSONAL = "personal", _("personal data that is not allowed here")
    HARMFUL = "harmful", _("a harmful program")
    MISTAKE = "mistake", _("added by mistake")


WITHHELD_STATES = (FileState.UNSCANNED, FileState.QUARANTINED, FileState.PURGED)


class FileCase(models.Model):
    """The case of one file, known by its digest alone, wherever its bytes are used. Uploads and downloads check it."""

    never_deleted = True

    sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=11, choices=FileState.choices, default=FileState.FETCHED)
    concern = models.CharField(
        _("What is wrong"), max_length=8, choices=Concern.choices, blank=True, default=""
    )
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes = (models.Index(fields=["state", "-changed_at"], name="file_case_state"),)

    def __str__(self) -> str:
        return f"file {self.sha256[:12]}"

    @property
    def is_withheld(self) -> bool:
        """Whether nobody may fetch it."""
        return self.state in WITHHELD_STATES

    @property
    def is_unscanned(self) -> bool:
        """Whether it waits for the virus scanner, and for nobody's decision."""
        return self.state == FileState.UNSCANNED

    @property
    def is_purged(self) -> bool:
        return self.state == FileState.PURGED


class CaseNote(models.Model):
    """Why a step was taken with a file, in words for those alone who decide on it."""

    append_only = True

    case = models.ForeignKey(FileCase, on_delete=models.PROTECT, related_name="notes")
    action = models.CharField(max_length=20)
    text = models.TextField()
    person_id = models.BigIntegerField(null=True)
    tenant_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.action} of case {self.case_id}"


class Detection(models.TextChoices):
    """On which occasion damage was seen first."""

    READING = "reading", _("when it was opened")
    SCRUB = "scrub", _("by the regular check of stored files")
    UPLOAD = "upload", _("when the same file was added again")
    BACKUP = "backup", _("by a backup")
    RESTORE = "restore", _("when a backup was restored")


class DamageEnding(models.TextChoices):
    RESTORED = "restored", _("Restored")
    UNREFERENCED = "unreferenced", _("No longer used")


class FileDamage(models.Model):
    """Stored bytes that are missing or are not those of their digest, from when that was seen until it is over."""

    path = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, db_index=True)  # of the bytes that should be there
    actual_sha256 = models.CharField(max_length=64, blank=True, default="")  # empty: missing, or unreadable
    actual_size = models.PositiveBigIntegerField(null=True)
    detected_by = models.CharField(max_length=8, choices=Detection.choices)
    detected_at = models.DateTimeField(db_default=Now(), editable=False)
    last_seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=DamageEnding.choices, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["path"], condition=models.Q(ended_at=None), name="file_damage_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"damage of {self.path}"

    @property
    def is_missing(self) -> bool:
        """Whether there are no bytes at all, or none that the disk can read."""
        return self.actual_size is None


class Scrub(models.Model):
    """One reading of all stored files, done in parts; the newest one is under way until it has an end."""

    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    part = models.PositiveIntegerField(default=0)  # of which job is the next one's
    reference = models.CharField(max_length=50, blank=True, default="")  # the table that is being read
    position = models.CharField(max_length=300, blank=True, default="")  # the last path that was read
    files = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)
    unreferenced = models.PositiveIntegerField(default=0)  # files to which no row refers

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"scrub of {self.started_at:%Y-%m-%d}"
