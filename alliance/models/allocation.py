"""Who reviews what: assignments, pauses, declared interests, second readings, views of the queue that people keep."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import AssignmentAct, ReadingOutcome, SecondReadingState, VerdictValue, ViewedList
from alliance.models.charters import Measure
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel import clock
from portal.kernel.access import append_only, visible_by
from portal.kernel.alphabet import ByAlphabet


class ReviewAssignment(models.Model):
    """One change of the reviewer of a report: from whom to whom, and what was written to it. Only added to."""

    append_only = True

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=9, choices=AssignmentAct.choices)
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    earlier_reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(max_length=2000, blank=True, default="")
    assigned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-id",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.report_id} {self.act}"


class ReviewPause(models.Model):
    """A review stands still until the end of a day; the day to conclude by moves by as many days."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="pauses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day of the pause; earlier than planned where somebody ended it
    planned_ends_on = models.DateField()
    reason = models.TextField(_("Reason"), max_length=2000)
    paused_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.report_id} pause {self.pk}"


class DeclaredInterest(models.Model):
    """An interest of somebody in an organisation: until it has ended they take no part in reviewing it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("What the interest is"), max_length=2000)
    declared_at = models.DateTimeField(default=clock.now, editable=False)
    # the person, or the manager who has recorded it for them
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField(null=True)  # the last day on which it bars from reviewing
    end_reason = models.TextField(blank=True, default="")
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = visible_by(access.interests).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_interest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id}"

    def is_in_force(self, day: date) -> bool:
        """Whether it bars from reviewing on this day."""
        return self.ends_on is None or self.ends_on >= day


class SecondReading(models.Model):
    """Another reviewer reads what the first has judged: all of a report, or the measures that are named."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="second_readings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=9, choices=SecondReadingState.choices, default=SecondReadingState.ASKED
    )
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="second_readings")
    measure_keys = ArrayField(models.CharField(max_length=60), default=list)  # empty: the whole report
    is_blind = models.BooleanField(default=False)  # the reader judges before seeing the verdicts
    request = models.TextField(_("What to look at"), max_length=2000, blank=True, default="")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    reminded_at = models.DateTimeField(null=True)  # once, where the reader is silent
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            # whoever reads does it once at a time
            models.UniqueConstraint(
                fields=["report", "reader"],
                condition=models.Q(state=SecondReadingState.ASKED),
                name="one_open_second_reading",
            ),
        )
        # the queue asks for unsettled ones of all reports; settled ones, nearly all, are not in it
        indexes = (
            models.Index(
                fields=["report"],
                condition=models.Q(state__in=(SecondReadingState.ASKED, SecondReadingState.DIFFERS)),
                name="unsettled_second_reading",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} read by {self.reader_id}"

    @property
    def is_whole(self) -> bool:
        return not self.measure_keys


class SecondOpinion(models.Model):
    """The second reader's own verdict on one measure; `verdict_value` is the reviewer's when the reading was sent."""

    reading = models.ForeignKey(SecondReading, on_delete=models.PROTECT, related_name="opinions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=13, choices=VerdictValue.choices)
    reason = models.TextField(_("Reason"), max_length=4000, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    given_at = models.DateTimeField(default=clock.now, editable=False)
    verdict_value = models.CharField(max_length=13, choices=VerdictValue.choices, blank=True, default="")
    # of one that differs, once it was settled
    outcome = models.CharField(max_length=7, choices=ReadingOutcome.choices, blank=True, default="")
    outcome_reason = models.TextField(blank=True, default="")
    # the verdict that the settlement has left; null before it, and where version 0.1.0 settled
    upheld_value = models.CharField(max_length=13, choices=VerdictValue.choices, null=True)  # noqa: DJ001 - not known

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["reading", "measure"], name="one_second_opinion"),)

    def __str__(self) -> str:
        return f"{self.reading_id} {self.measure_id}: {self.value}"

    @property
    def differs(self) -> bool:
        return bool(self.verdict_value) and self.value != self.verdict_value


class SavedView(models.Model):
    """A view of the reviewers' queue, or of the desk of any cycle, that somebody has kept: its filters and order."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    of = models.CharField(max_length=7, choices=ViewedList.choices, default=ViewedList.REVIEWS)
    name = models.CharField(_("Name of the view"), max_length=60)
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.saved_views).as_manager()

    class Meta:
        ordering = (ByAlphabet("name"),)
        constraints = (models.UniqueConstraint(fields=["person", "of", "name"], name="one_saved_view"),)

    def __str__(self) -> str:
        return self.name
