"""Before a report is signed: which measures a second person has read, and who was asked to sign it."""

from django.db import models

from alliance import access
from alliance.enums import SignOffOutcome
from alliance.models.charters import Measure
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel import clock
from portal.kernel.access import visible_by


class MeasureConfirmation(models.Model):
    """Four eyes: somebody has read a measure of the working copy that another person wrote.

    `digest` is that of what was shown (`alliance.queries.four_eyes.measure_digest`): with another content it is unread.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="confirmations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    confirmed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "measure", "confirmed_by"], name="one_confirmation"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.measure_id} by {self.confirmed_by_id}"


class SignOffRequest(models.Model):
    """The signatories were asked to sign a report, with a message to them; and what became of it, and why.

    Its organisation's alone: the secretariat sees the state of the report, and none of these words.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sign_off_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(max_length=2000, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    outcome = models.CharField(max_length=9, choices=SignOffOutcome.choices, blank=True, default="")
    # why it was returned
    reason = models.TextField(max_length=2000, blank=True, default="")
    reason_language = models.CharField(max_length=8, blank=True, default="")
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.report_id} sign-off {self.pk}"
