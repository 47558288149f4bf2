"""Practices: the record with its readers, the working copy, and the versions that were shared."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import seen_by
from portal.kernel.models.triggers import append_only
from practices import access
from practices.enums import NAMED_LABELS, Label, PracticeState


def _ids() -> ArrayField:
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


def _names() -> ArrayField:
    """People as `access.named` writes them."""
    return ArrayField(models.CharField(max_length=41), default=list, blank=True)


class Practice(models.Model):
    """One practice of one source organisation. What it says stands in its versions; who reads it stands here.

    Readers are kept in arrays, so that seeing takes no join and the row-level policy reads the row alone. Its
    address is a random key: a number would tell how many records there are.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="practices")
    author_people = _names()
    state = models.CharField(max_length=13, choices=PracticeState.choices, default=PracticeState.DRAFT)
    label = models.CharField(_("label"), max_length=12, choices=Label.choices, default=Label.AMBER_STRICT)
    reader_people = _names()
    reader_organisations = _ids()
    reader_groups = _ids()
    language = models.CharField(_("language"), max_length=8, default="en")
    expires_on = models.DateField(_("expires on"), null=True, blank=True)  # of an alert
    state_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    shared_at = models.DateTimeField(null=True)

    objects = seen_by(access.practices).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["organisation", "state"], name="practice_organisation_state"),
            models.Index(fields=["label", "state"], name="practice_label_state"),
            GinIndex(fields=["reader_people"], name="practice_reader_people"),
            GinIndex(fields=["reader_organisations"], name="practice_reader_organisations"),
            GinIndex(fields=["reader_groups"], name="practice_reader_groups"),
            GinIndex(fields=["author_people"], name="practice_author_people"),
        )

    def __str__(self) -> str:
        """No title: this goes into logs."""
        return f"practice {self.pk}"

    @property
    def is_named(self) -> bool:
        """Whether its readers are named, so that nobody else may learn that it exists."""
        return self.label in NAMED_LABELS


class Author(models.Model):
    """Somebody who wrote a practice, as who they were in their organisation then."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)

    objects = seen_by(access.parts).as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=["practice", "person"], name="author_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} of practice {self.practice_id}"


class Draft(models.Model):
    """The working copy of a practice: what its next version will say."""

    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField(default=dict)  # as practices.content.clean gives it
    version = models.PositiveIntegerField(default=1)  # moves with each save
    updated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)

    objects = seen_by(access.drafts).as_manager()

    def __str__(self) -> str:
        return f"draft of practice {self.practice_id}"


class Version(models.Model):
    """What a practice said from a moment on. Every change after sharing is a new one, with a note on what changed."""

    append_only = True

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(_("what changed"), max_length=500, blank=True, default="")
    sha256 = models.CharField(max_length=64)  # of the content's canonical bytes
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=clock.now, editable=False)

    objects = seen_by(access.parts).as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["practice", "number"], name="version_once"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"version {self.number} of practice {self.practice_id}"


class Opening(models.Model):
    """Somebody has opened what is not CLEAR: a line for its source, and for a recall."""

    append_only = True

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="openings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=12, choices=Label.choices)  # as it was then
    door = models.CharField(max_length=12)  # page, markdown, pdf, json
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = seen_by(access.openings).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["practice", "-id"], name="opening_practice"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.person_id} opened practice {self.practice_id}"
