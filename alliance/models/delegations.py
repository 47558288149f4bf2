"""Who writes which section of a report, and what colleagues say to each other beside a measure."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import CommentState, DelegationState
from alliance.models.charters import Commitment, Measure
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel import clock
from portal.kernel.access import visible_by

NOTE_LENGTH, COMMENT_LENGTH = 500, 2000


class Delegation(models.Model):
    """A section of a report given to a colleague until a day: a whole commitment, or one of its measures."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="delegations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(_("Due inside the organisation"))
    note = models.CharField(_("Word to go with it"), max_length=NOTE_LENGTH, blank=True, default="")
    state = models.CharField(max_length=10, choices=DelegationState.choices, default=DelegationState.OPEN)
    done_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # of assignee, day, word and state

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(commitment__isnull=False) ^ models.Q(measure__isnull=False),
                name="delegation_of_one_section",
            ),
        )
        # what somebody has to write, and of which they are to be reminded
        indexes = (
            models.Index(
                fields=["assignee", "due_on"],
                condition=models.Q(state=DelegationState.OPEN),
                name="delegation_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.section_key} to {self.assignee_id}"

    @property
    def section_key(self) -> str:
        """Which section it is of: `c12` a commitment, `m34` a measure."""
        return f"m{self.measure_id}" if self.measure_id else f"c{self.commitment_id}"

    @property
    def section(self) -> Commitment | Measure:
        section = self.measure or self.commitment
        assert section is not None
        return section


class MeasureComment(models.Model):
    """A message between colleagues beside a measure of their report; one that opens a conversation has no parent."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="measure_comments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    text = models.TextField(
        _("Message"), max_length=COMMENT_LENGTH, blank=True
    )  # Markdown; empty once deleted
    language = models.CharField(max_length=8)
    mentions = ArrayField(models.BigIntegerField(), default=list)  # of people
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # the text is gone, its trace stays
    state = models.CharField(max_length=7, choices=CommentState.choices, default=CommentState.OPEN)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["report", "measure"], name="comment_of_measure"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.measure_id} comment {self.pk}"


class MeasureVisit(models.Model):
    """When somebody last opened a measure of their organisation's report: what was said since then is new to them."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    visited_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "measure", "person"], name="one_measure_visit"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.measure_id} by {self.person_id}"
