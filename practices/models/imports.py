"""Imports: files that one person has sent, and what became of them; and what an archive holds."""

from django.db import models
from django.db.models.functions import Now

from alliance.models import Organisation, Person
from portal.kernel.access import visible_by
from portal.kernel.documents import Document
from practices import access
from practices.enums import ImportChoice, ImportOutcome, ImportStage, Label
from practices.models.keyed import Keyed
from practices.models.practices import Practice


class PracticeImport(Keyed):
    """One upload. Looked through when it is sent, applied by a worker once its person has confirmed it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # of what was sent
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)  # its files are gone
    step = models.CharField(max_length=200, blank=True, default="")  # what a person should know of the work
    failed = models.BooleanField(default=False)

    objects = visible_by(access.own_rows).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["person", "organisation", "-id"], name="import_mine"),)

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def stage(self) -> ImportStage:
        """Its stage, from its timestamps."""
        if self.finished_at:
            return ImportStage.FAILED if self.failed else ImportStage.DONE
        if self.discarded_at:
            return ImportStage.DISCARDED
        return ImportStage.RUNNING if self.confirmed_at else ImportStage.CHECKED


class ImportedFile(models.Model):
    """One file of an import: the report of the dry run, then the practice that it became or why it did not."""

    upload = models.ForeignKey(PracticeImport, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)  # its path in what was sent
    file = models.CharField(max_length=300, blank=True, default="")  # where the storage keeps it
    sha256 = models.CharField(max_length=64)
    report = models.JSONField(default=dict)  # as practices.services.import_reports gives it
    choice = models.CharField(max_length=12, choices=ImportChoice.choices, default=ImportChoice.PRACTICE)
    # what its person has chosen besides: {"content", "of": the position of its policy, "unknown": UnknownClassAnswer}
    settings = models.JSONField(default=dict)
    outcome = models.CharField(max_length=8, choices=ImportOutcome.choices, blank=True, default="")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    objects = visible_by(access.import_parts).as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["upload", "position"], name="import_file_once"),)

    def __str__(self) -> str:
        return f"file {self.position} of import {self.upload_id}"

    @property
    def stated_fields(self) -> set[str]:
        """What a choice for many leaves alone: the file states it, or the practice of which it is a version."""
        by_practice = self.report.get("practice_states", ()) if self.choice == ImportChoice.VERSION else ()
        return {*self.report.get("stated", ()), *by_practice}


class ArchiveEntry(models.Model):
    """A practice in an archive that was built, under the label that its file carries there.

    The archive is given out as long as its person sees all of them under these labels.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=12, choices=Label.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    objects = visible_by(access.own_rows).as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["document", "practice"], name="archived_once"),)

    def __str__(self) -> str:
        return f"practice {self.practice_id} in document {self.document_id}"
