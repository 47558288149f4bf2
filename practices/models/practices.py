"""Practices: the record with its readers, who wrote it, and what it has to do with other ones."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.enums import PracticeState, RelationKind
from practices.models.keyed import Keyed
from practices.models.labelled import Labelled, Part


class Practice(Keyed, Labelled):
    """One practice of one source organisation. Its versions hold the content, this row the readers."""

    state = models.CharField(max_length=13, choices=PracticeState.choices, default=PracticeState.DRAFT)
    language = models.CharField(_("Language"), max_length=8, default="en")
    expires_on = models.DateField(_("Valid until"), null=True, blank=True)  # of an alert
    state_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    labelled_at = models.DateTimeField(default=clock.now, editable=False)  # when its label was last changed
    shared_at = models.DateTimeField(null=True)
    # once it was opened to the community: with which version, by which entry of the journal, and who could read it
    # before. Versions and entries before these are theirs
    opened_version = models.PositiveIntegerField(null=True, editable=False)
    opened_event = models.BigIntegerField(null=True, editable=False)
    earlier_readers = ArrayField(models.TextField(), null=True, editable=False)

    objects = visible_by(access.practices).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["organisation", "state"], name="practice_organisation_state"),
            models.Index(fields=["label", "state"], name="practice_label_state"),
        )

    def __str__(self) -> str:
        """No title: this goes into logs."""
        return f"practice {self.pk}"

    @property
    def has_expired(self) -> bool:
        """Whether it is an alert of which the day is over."""
        return self.expires_on is not None and self.expires_on < timezone.localdate(clock.now())


class Author(models.Model):
    """Somebody who wrote a practice, as who they were in their organisation then."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)

    objects = visible_by(access.seen_with_practice).as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=["practice", "person"], name="author_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} of practice {self.practice_id}"


class Relation(Keyed, Part):
    """A practice derives from another one, merges or replaces it. Seen by everyone who may see both."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=8, choices=RelationKind.choices)
    target = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="related")

    objects = visible_by(access.relations).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["practice", "kind", "target"], name="relation_once"),
            models.CheckConstraint(
                condition=~models.Q(practice=models.F("target")), name="relation_to_another"
            ),
        )

    def __str__(self) -> str:
        return f"practice {self.practice_id} {self.kind} {self.target_id}"
