"""The case of a file: that it is being checked, or was purged, and why."""

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
