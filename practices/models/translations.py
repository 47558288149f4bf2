"""Translations of practices: each of one version into one language, by its authors or offered by a reader."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.enums import TranslationState
from practices.models.keyed import Keyed
from practices.models.labelled import Part
from practices.models.practices import Practice


class Translation(Keyed, Part):
    """What a version says in another language. Read with the practice once it is shared; under its label always.

    Before that it is its writer's and the source's, and of an open practice, once accepted, the secretariat's. It is
    not changed: a better one is offered anew, and takes its place. One of the working copy is the source's alone, and
    is offered when what it translates becomes a version.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("Language"), max_length=8)
    version_number = models.PositiveIntegerField()  # what was translated; 0 is the working copy
    content = models.JSONField()  # the texts alone, by the keys of practices.fields
    # of the working copy, which changes: its texts as they were translated, by the same keys
    originals = models.JSONField(null=True)
    state = models.CharField(
        max_length=13, choices=TranslationState.choices, default=TranslationState.OFFERED
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=clock.now, editable=False)
    accepted_at = models.DateTimeField(
        null=True
    )  # by the source: from then on the secretariat reads it, if it is open
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")  # why it was declined

    objects = visible_by(access.translations).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["practice", "language"],
                condition=Q(state=TranslationState.SHARED),
                name="one_shared_translation",
            ),
        )

    def __str__(self) -> str:
        return f"translation {self.pk} of practice {self.practice_id}"
