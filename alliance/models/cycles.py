"""Reporting periods."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import CycleDecisionKind, CycleState
from alliance.models.charters import Charter
from alliance.models.people import Person
from portal.kernel import clock
from portal.kernel.access import visible_by


class Cycle(models.Model):
    """The dates of a period, when its reports are due, and the charter version that they report on."""

    slug = models.SlugField(_("Address"), max_length=30, unique=True)
    title = models.CharField(_("Title"), max_length=80)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="cycles")
    state = models.CharField(max_length=9, choices=CycleState.choices, default=CycleState.PLANNED)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    due_on = models.DateField(_("Reports due on"))
    publish_on = models.DateField(_("To be published on"), null=True, blank=True)  # as announced
    grace_days = models.PositiveSmallIntegerField(_("Days of grace"), default=10)
    review_days = models.PositiveSmallIntegerField(_("Days to review a report"), default=28)
    response_days = models.PositiveSmallIntegerField(_("Days to reply to verdicts"), default=14)
    correction_days = models.PositiveSmallIntegerField(_("Days to answer a proposed correction"), default=14)
    # when it is published by itself, as managers have planned; who did is in the journal
    publish_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = visible_by(access.cycles).as_manager()

    class Meta:
        ordering = ("-starts_on",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="cycle_period"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The state in words, without Django's copy of all choices for each row of a list."""
        return str(CycleState(self.state).label)

    @property
    def grace_ends_on(self) -> date:
        return self.due_on + timedelta(days=self.grace_days)


class CycleDateChange(models.Model):
    """Dates of an open cycle that were moved: what had been announced, what counts since, and why; all is public."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="date_changes")
    due_on_before = models.DateField()
    due_on = models.DateField()
    grace_ends_on_before = models.DateField()
    grace_ends_on = models.DateField()
    publish_on_before = models.DateField(null=True)
    publish_on = models.DateField(null=True)
    reason = models.TextField(max_length=1000)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.cycle_date_changes).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"dates of {self.cycle_id}, {self.changed_at:%Y-%m-%d}"


class CycleDecision(models.Model):
    """Why a cycle was closed early, opened again, or published early; the journal entry names the reports."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=7, choices=CycleDecisionKind.choices)
    reason = models.TextField(max_length=2000)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.cycle_decisions).as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} of {self.cycle_id}"
