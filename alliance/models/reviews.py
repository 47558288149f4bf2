"""The secretariat's work on a submission, and the member's right of reply."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import CorrectionSubject, QuestionState, VerdictValue
from alliance.models.charters import Commitment, Measure
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report, Submission
from alliance.validators.corrections import CorrectionPlace
from portal.kernel import clock
from portal.kernel.access import visible_by

if TYPE_CHECKING:
    from alliance.models.corrections import CorrectionItem


def _language_field() -> models.CharField:
    """The language of the original; empty where it was written before anybody was asked."""
    return models.CharField(max_length=8, blank=True, default="")


class Verdict(models.Model):
    """A verdict and its reason: on a measure, on a commitment (no measure), or on a pledge beyond the charter."""

    # of a published one: what was last corrected in it; not stored (`mark_corrected_verdicts`)
    last_correction: "CorrectionItem | None" = None

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="verdicts")
    # in the index below
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="verdicts")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, related_name="verdicts")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="verdicts")
    pledge_record = models.UUIDField(null=True)
    value = models.CharField(max_length=13, choices=VerdictValue.choices)
    reason = models.TextField(_("Reason for the verdict"), max_length=4000)
    # why a commitment's verdict differs from the lowest of its due measures
    difference = models.TextField(blank=True, default="")
    difference_from = models.CharField(  # what they proposed when that was written
        max_length=13, choices=VerdictValue.choices, blank=True, default=""
    )
    language = _language_field()  # of both
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)
    # whoever gave it has declared an interest since: it stands, and another reviewer is to look at it
    needs_second_look = models.BooleanField(default=False)
    batch = models.UUIDField(null=True)  # of several that were given at once, and can be taken back at once

    objects = visible_by(access.verdicts).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["report", "commitment", "measure", "pledge_record"],
                name="one_verdict",
                nulls_distinct=False,
            ),
        )
        # a member's verdicts of all cycles, measure by measure: the last one on each counts
        indexes = (models.Index(fields=["organisation", "measure"], name="verdict_organisation_measure"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.measure_id or self.commitment_id}: {self.value}"

    @property
    def correction_key(self) -> str:
        """How an address names this verdict, to correct it."""
        return CorrectionPlace(
            CorrectionSubject.VERDICT,
            self.commitment.key if self.commitment else "",
            self.measure.key if self.measure else "",
            pledge=str(self.pledge_record or ""),
        ).key


class Question(models.Model):
    """A question in place, to the member, and its answer."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="questions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="questions")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="follow_ups")
    state = models.CharField(max_length=8, choices=QuestionState.choices, default=QuestionState.OPEN)
    text = models.TextField(_("Question"), max_length=2000)
    language = _language_field()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    answer = models.TextField(_("Answer"), max_length=4000, blank=True, default="")
    answer_language = _language_field()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["organisation", "state"], name="question_organisation_state"),)

    def __str__(self) -> str:
        return f"{self.report_id} question {self.pk}"


class ChangesRequest(models.Model):
    """The whole report goes back to the member with one summary."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="changes_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    summary = models.TextField(_("What to change"), max_length=4000)
    language = _language_field()
    due_on = models.DateField()  # until when the member is to submit again
    # the report's, as its review stood then: what a recall of the next submission goes back to
    paused_days = models.PositiveSmallIntegerField(default=0)
    measures_due = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.report_id} changes {self.pk}"


class InternalNote(models.Model):
    """A note among the secretariat; nobody else ever sees it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="notes")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="notes")
    text = models.TextField(_("Note"), max_length=4000)
    language = _language_field()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.report_id} note {self.pk}"


class Response(models.Model):
    """The member's reply to a commitment's verdict, or to all of them (no commitment); published beside it.

    One that was signed before the review was reopened stays, unless a new one replaces it.
    """

    is_before_reopening = (
        False  # to a verdict that is another one since; not stored (`replies_before_reopening`)
    )

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="responses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, related_name="responses")
    text = models.TextField(_("Reply"), max_length=4000)
    language = models.CharField(max_length=8)
    signatory_name = models.CharField(max_length=150)
    signatory_office = models.CharField(max_length=150, blank=True, default="")
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(db_default=Now(), editable=False)
    replaced_at = models.DateTimeField(null=True, editable=False)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["report", "commitment", "replaced_at"], name="one_response", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} response {self.commitment_id}"

    @property
    def correction_key(self) -> str:
        """How an address names this reply, to correct it."""
        return CorrectionPlace.of_response(self.commitment.key if self.commitment else "").key
