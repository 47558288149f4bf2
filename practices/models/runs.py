"""Runs: what a model, a word list or a person answered to a test set, and how often that was right."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.enums import RunKind
from practices.models.keyed import Keyed
from practices.models.labelled import Part
from practices.models.practices import Practice
from practices.models.versions import Attachment


class ModelRun(Keyed, Part):
    """Answers to the rows of a test set, as the portal has counted them. Seen with the test set.

    No score is typed in: `counts` are computed from the answers, which are kept to be counted again.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")  # the test set
    answers = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()  # of the practice when it was added; 0 before there was one
    kind = models.CharField(_("Who answered"), max_length=12, choices=RunKind.choices, default=RunKind.MODEL)
    name = models.CharField(_("Name and version"), max_length=120)
    setting = models.CharField(_("How it was asked"), max_length=200, blank=True, default="")
    ran_on = models.DateField(_("Date of the run"))
    source = models.CharField(
        max_length=200, blank=True, default=""
    )  # whose run it was, where a pack brought it in
    # practices.packs.scoring.Counts by class, of the rows given out and of those held back
    counts = models.JSONField(default=dict)
    counts_held_back = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()  # that were answered, without those held back
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.runs).as_manager()

    class Meta:
        ordering = ("-ran_on", "-id")

    def __str__(self) -> str:
        return f"run {self.pk} on practice {self.practice_id}"
