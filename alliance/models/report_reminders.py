"""Reminders of reports that are not submitted: which report, when, by whom, with which words."""

from django.db import models

from alliance import access
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel import clock
from portal.kernel.access import visible_by


class ReportReminder(models.Model):
    """One report that a member was reminded of: by a manager, or without one by the schedule."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000, blank=True, default="")  # the manager's own words
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-id",)
        # the latest one of each report of a page
        indexes = (models.Index(fields=["report", "-sent_at"], name="reminder_of_report"),)

    def __str__(self) -> str:
        return f"{self.report_id} reminder {self.pk}"
