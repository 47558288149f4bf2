"""Steps back of a report with the verdicts as they were before a reopening; and why a member was exempted from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import ReportDecisionKind, VerdictValue
from alliance.models.charters import Commitment, Measure
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report, Submission
from portal.kernel import clock
from portal.kernel.access import append_only, visible_by


class ReportDecision(models.Model):
    """A submission was recalled, or a review resumed or reopened: by whom, when, and why. Both sides read it."""

    append_only = True

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="decisions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # the one that was recalled, or that the review is of
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=17, choices=ReportDecisionKind.choices)
    reason = models.TextField(_("Reason"), max_length=2000, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["submission"],
                condition=models.Q(kind=ReportDecisionKind.RECALL),
                name="one_recall",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"


class ReportExemption(models.Model):
    """A member was exempted from a report: by whom, when, and why; the report itself has the present reason alone."""

    append_only = True

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="exemptions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("Reason"))
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("id",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.report_id} exemption {self.pk}"


class EarlierVerdict(models.Model):
    """A verdict as the member read it, before its review was reopened. The public never sees it."""

    append_only = True

    decision = models.ForeignKey(ReportDecision, on_delete=models.PROTECT, related_name="earlier_verdicts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, related_name="+")
    pledge_record = models.UUIDField(null=True)
    value = models.CharField(max_length=13, choices=VerdictValue.choices)
    reason = models.TextField(max_length=4000)
    difference = models.TextField(blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("id",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.decision_id} {self.measure_id or self.commitment_id}: {self.value}"
