"""What a practice says: the working copy, its attachments, and the versions that were shared."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import append_only, visible_by
from practices import access
from practices.enums import EARLIER_LABEL, AttachmentKind, Label, strictest
from practices.models.keyed import Keyed
from practices.models.labelled import Part
from practices.models.practices import Practice


class Draft(models.Model):
    """The working copy of a practice: what its next version will say.

    Of an open practice every version passes moderation: from `proposed_at` on the secretariat reads it too, and
    nothing in it is changed. A proposal may ask for the label TLP:CLEAR with it.
    """

    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField(default=dict)  # as practices.content.clean_content gives it
    version = models.PositiveIntegerField(default=1)  # moves with each save, proposal and file
    words_version = models.PositiveIntegerField(default=1)  # of the last save, which the next must know
    updated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)
    proposed_note = models.CharField(_("What changed"), max_length=500, blank=True, default="")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_label = models.CharField(max_length=12, choices=Label.choices, blank=True, default="")
    returned_reason = models.TextField(blank=True, default="")  # why a proposed version was given back

    objects = visible_by(access.drafts).as_manager()

    def __str__(self) -> str:
        return f"draft of practice {self.practice_id}"

    @property
    def is_proposed(self) -> bool:
        """Whether it waits for moderation."""
        return self.proposed_at is not None


class FieldHistory(models.Model):
    """What a field of a working copy said each time it was changed, for its source alone."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="field_history")
    field = models.CharField(max_length=40)  # its key in practices.fields
    value = models.JSONField(null=True)  # none where it was emptied
    version = models.PositiveIntegerField()  # of the working copy
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.field_history).as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=["practice", "field"], name="field_history_of_practice"),
            BrinIndex(fields=["written_at"], name="field_history_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.field} of practice {self.practice_id} at {self.version}"


class Attachment(Keyed, Part):
    """An attachment of a practice; private, and downloaded through a check.

    Once a version lists it, every reader of the practice may fetch it; before that it belongs to the working copy.
    Rows held back and answers of runs are files that nobody fetches: no version lists them.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=12, choices=AttachmentKind.choices, default=AttachmentKind.FILE)
    facts = models.JSONField(default=dict)  # what practices.packs says of the file, by its kind
    # of rows held back and of answers: the test set that they belong to
    belongs_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    title = models.CharField(_("What it shows"), max_length=200)
    file = models.CharField(max_length=300)  # where the storage keeps it
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now, editable=False)
    shared_at = models.DateTimeField(null=True)  # when a version first listed it
    removed_at = models.DateTimeField(null=True)  # from the working copy; earlier versions keep it

    objects = visible_by(access.attachments).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"attachment {self.pk} of practice {self.practice_id}"


class Version(models.Model):
    """The content of a practice from a moment on. Every change after sharing makes a new one, with a note."""

    append_only = True

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    # [{"key", "kind", "facts", "title", "name", "media_type", "bytes", "sha256"}], in their order
    attachments = models.JSONField(default=list)
    note = models.CharField(_("What changed"), max_length=500, blank=True, default="")
    sha256 = models.CharField(max_length=64)  # of the content's canonical bytes
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.versions).as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["practice", "number"], name="version_once"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"version {self.number} of practice {self.practice_id}"

    @property
    def is_earlier(self) -> bool:
        """Whether it is from before its practice was opened, so that only earlier readers see it."""
        return self.practice.opened_version is not None and self.number < self.practice.opened_version

    @property
    def handling_label(self) -> str:
        """The label under which it leaves the portal."""
        return strictest(self.practice.label, EARLIER_LABEL) if self.is_earlier else self.practice.label


class AccessLog(models.Model):
    """Somebody has opened what is not CLEAR: a line for its source, and for a recall."""

    append_only = True

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="access_log")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=12, choices=Label.choices)  # as it was then
    channel = models.CharField(max_length=12)  # page, markdown, pdf, json, attachment, api
    opened_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.access_log).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["practice", "-id"], name="opening_practice"),
            models.Index(fields=["practice", "person"], name="opening_person"),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.person_id} opened practice {self.practice_id}"
