"""Reports of a member for a cycle: the obligation, the working copy, the submissions."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import (
    DRAFT_REPORT_STATES,
    OPEN_REVIEW_STATES,
    Disclosure,
    EvidenceKind,
    FigureStatus,
    ReportDecisionKind,
    ReportState,
    Standing,
)
from alliance.figure_fields import FigurePlace
from alliance.models.charters import Charter, Indicator, Measure
from alliance.models.cycles import Cycle
from alliance.models.figures import FigureColumns
from alliance.models.organisations import Organisation, Service
from alliance.models.people import Person
from portal.kernel.access import append_only, visible_by
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.registry import Citation

# Whoever locks several reports takes them in this order, the earlier period first: who files one goes on to the later
# ones of its member, and two who went opposite ways would wait for each other.
REPORT_LOCK_ORDER = ("cycle__starts_on", "pk")


class Report(models.Model):
    """The obligation: that it exists, its state and its dates. The secretariat sees this, and submissions."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reports")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=17, choices=ReportState.choices, default=ReportState.DRAFT)
    due_on = models.DateField()  # the cycle's, or later when an extension was granted
    # while it is returned for changes: until when it is to be submitted again; then its review may be resumed
    changes_due_on = models.DateField(null=True)
    late = models.BooleanField(default=False)
    # it counted as not filed before it was sent for sign-off: until it is submitted it does; returned, it is that again
    was_not_filed = models.BooleanField(default=False)
    sign_off_requested_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    respond_by = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    # the publication that has withdrawn what was published of it; None again once it is public again
    withdrawn_as = models.PositiveBigIntegerField(null=True)
    exempt_reason = models.TextField(blank=True, default="")
    extension_reason = models.TextField(blank=True, default="")  # why `due_on` is later than the cycle's
    reviewer = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    # the review stands still: days by which its end has moved, and the last day of a pause that may be over
    paused_days = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateField(null=True)
    measures_due = models.PositiveSmallIntegerField(default=0)  # in the last submission: what is to be judged
    joined_on = models.DateField(null=True)  # of a member that joined after the cycle was opened
    # the version that the member has signed, where that is an earlier one than the cycle's: then it answers to that
    earlier_charter = models.ForeignKey(Charter, on_delete=models.PROTECT, null=True, related_name="+")

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-cycle__starts_on", ByAlphabet("organisation__name"))
        constraints = (models.UniqueConstraint(fields=["organisation", "cycle"], name="one_report"),)
        indexes = (
            models.Index(fields=["cycle", "state"], name="report_cycle_state"),
            models.Index(fields=["due_on"], name="report_due_on"),
            # the reviewers' queue over all cycles: nearly all reports are published, and not in it
            models.Index(
                fields=["state", "reviewer"],
                condition=models.Q(state__in=OPEN_REVIEW_STATES),
                name="report_open_review",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} for {self.cycle_id}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The state in words, without Django’s copy of all choices for each row of a list.

        One whose publication is withdrawn is called so, and not published.
        """
        return str(Standing.WITHDRAWN.label if self.is_withdrawn else ReportState(self.state).label)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was published and is withdrawn from the public pages."""
        return self.withdrawn_as is not None

    @property
    def charter(self) -> Charter:
        """The version that it answers to."""
        return self.earlier_charter or self.cycle.charter

    @property
    def charter_id(self) -> int:
        """The number of that version's row."""
        return self.earlier_charter_id or self.cycle.charter_id

    @property
    def grace_ends_on(self) -> date:
        """The last day on which it can be filed before it counts as not filed."""
        return self.due_on + timedelta(days=self.cycle.grace_days)

    @property
    def deadline(self) -> date:
        """The day by which the member has to file it: anew, while it is returned for changes."""
        return self.changes_due_on or self.due_on

    @property
    def is_extended(self) -> bool:
        """Whether the member was given until a later day than its cycle."""
        return self.due_on > self.cycle.due_on

    @property
    def counts_as_not_filed(self) -> bool:
        """Whether its time is over and nothing that was filed stands: also while a late one awaits sign-off."""
        return self.was_not_filed or self.state == ReportState.NOT_FILED

    @property
    def is_unfiled(self) -> bool:
        """Whether the member still writes it, nothing that it filed stands, and it does not count as not filed."""
        return self.state in DRAFT_REPORT_STATES and self.changes_due_on is None and not self.was_not_filed


def _every_version() -> tuple[pghistory.Tracker, ...]:
    """The first version of a row, each later one, and that its place was emptied."""
    return pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()


def _by_age(name: str) -> dict[str, Any]:
    """An index of a table that grows at its end alone, for the purge of what is old: few pages for millions of rows."""
    return {"indexes": [BrinIndex(fields=["pgh_created_at"], name=name)]}


class WorkingCopyRow(models.Model):
    """Base of the working copy's rows: whose they are, who typed last, which version that was."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="%(class)ss")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    disclosure = models.CharField(max_length=11, choices=Disclosure.choices, default=Disclosure.PUBLIC)
    disclosure_reason = models.CharField(max_length=500, blank=True, default="")
    # when a signatory has decided that; None where it is as the charter says, or as it was filed for the last period
    disclosure_decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    # taken over from the last cycle, and not yet confirmed for this one
    carried_over = models.BooleanField(default=False)
    updated_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        abstract = True


@pghistory.track(*_every_version(), model_name="AnswerHistory", meta=_by_age("answer_history_by_age"))
class Answer(WorkingCopyRow):
    """A narrative: of an indicator, or of a pledge beyond the charter."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True, related_name="answers")
    pledge_record = models.UUIDField(null=True)
    text = models.TextField(blank=True, default="")
    language = models.CharField(max_length=8, default="en")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "indicator"], name="one_answer"),
            models.UniqueConstraint(fields=["report", "pledge_record"], name="one_pledge_answer"),
            models.CheckConstraint(
                condition=models.Q(indicator__isnull=False) ^ models.Q(pledge_record__isnull=False),
                name="answer_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.subject_key}"

    @property
    def subject_key(self) -> int | UUID:
        """What it answers: the indicator's id, or the record of a pledge; one of the two is always there."""
        subject = self.indicator_id or self.pledge_record
        assert subject is not None
        return subject


@pghistory.track(*_every_version(), model_name="FigureHistory", meta=_by_age("figure_history_by_age"))
class Figure(FigureColumns, WorkingCopyRow):
    """One typed value for (indicator, service or organisation, breakdown cell, the cycle's period).

    `cell` is '' for the total, else `dimension=cell` pairs joined by ';' in the indicator's order.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="figures")
    cell = models.CharField(max_length=130, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["report", "indicator", "service", "cell"], name="one_figure", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.indicator_id} {self.service_id} {self.cell}"

    @property
    def place(self) -> FigurePlace:
        return FigurePlace.of(self)

    @property
    def is_unfilled(self) -> bool:
        """Whether it holds only how it was counted last, or who reads it: its number is asked for anew."""
        return (
            self.carried_over
            and self.status == FigureStatus.REPORTED
            and self.value is None
            and not self.choice
        )

    @property
    def is_unconfirmed(self) -> bool:
        """Whether an answer, or why there is none, was carried over and nobody has said that it is still true."""
        return self.carried_over and not self.is_unfilled


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(
        condition=pghistory.AnyChange("title", "url", "disclosure", "carried_over", "excluded_at")
    ),
    # by somebody who took it back, or as it was carried over anew, and not with what is too old to be kept
    pghistory.DeleteEvent(
        condition=pgtrigger.Q(old__removed_by__isnull=False) | pgtrigger.Q(old__overtaken_at__isnull=False)
    ),
    model_name="EvidenceHistory",
    meta=_by_age("evidence_history_by_age"),
    # the history does not take over that its column has no index
    attrs={
        "changed_by": models.ForeignKey(
            Person,
            on_delete=models.DO_NOTHING,
            null=True,
            related_name="+",
            related_query_name="+",
            db_constraint=False,
            db_index=False,
        )
    },
)
class Evidence(models.Model):
    """A file, a link or an adopted practice in support of a measure's answer; files are fetched through a gate.

    A practice has readers of its own: the citation's content is looked up for each of them, and not stored here.

    What was submitted stays: the body of each submission says which pieces it had and who may read them. This row says
    it of the working copy, in which `disclosure` may be another by now.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="evidence")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=8, choices=EvidenceKind.choices)
    title = models.CharField(_("What it shows"), max_length=200)
    url = models.URLField(_("Address"), max_length=500, blank=True, default="")
    file = models.CharField(max_length=300, blank=True, default="")  # where the storage keeps it
    file_name = models.CharField(max_length=200, blank=True, default="")
    media_type = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=20, blank=True, default="")  # the kernel registry's kind
    reference = models.CharField(max_length=40, blank=True, default="")
    disclosure = models.CharField(max_length=11, choices=Disclosure.choices, default=Disclosure.SECRETARIAT)
    added_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    # who last changed its readers or took it in again; it stays the piece of whoever added it. Nothing is looked for by
    # it but a person's own data
    changed_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(null=True)
    # who took it back, or left it out: it goes with that person's name into the history
    removed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    # when the portal took it away: what it was carried over from is filed no more, or for other readers
    overtaken_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)  # from then on the secretariat sees it
    # it was submitted, and is left out of the next submission
    excluded_at = models.DateTimeField(null=True)
    # taken over from the last cycle, and not yet confirmed for this one
    carried_over = models.BooleanField(default=False)

    objects = visible_by(access.evidence).as_manager()

    class Meta:
        ordering = ("id",)

    citation: Citation | None = None  # what alliance.queries.citations found for one reader

    def __str__(self) -> str:
        return self.title

    @property
    def is_citation(self) -> bool:
        return self.kind == EvidenceKind.PRACTICE


class SubmissionQuerySet(visible_by(access.own_or_secretariat)):  # type: ignore[misc]  # a class made by a function
    """What was filed, as the organisation and the secretariat may see it."""

    def standing(self) -> "SubmissionQuerySet":
        """Without those that were recalled: the last one of a report is the one that is reviewed and published."""
        return self.exclude(decisions__kind=ReportDecisionKind.RECALL)


class Submission(models.Model):
    """What was filed: immutable, numbered within the report; reviewed is the last one that was not recalled."""

    append_only = True

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="submissions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    body = models.BinaryField()  # RFC 8785 bytes of the whole content
    sha256 = models.CharField(max_length=64)
    signatory_name = models.CharField(max_length=150)
    signatory_office = models.CharField(max_length=150)
    statement = models.TextField()
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    # What lists need of the body, so that they need not parse it: how much of it becomes public, and the organisation's
    # number for each indicator, withheld ones among them. Who may read the one may read the other.
    content_counts = models.JSONField(default=dict)
    organisation_totals = models.JSONField(default=dict)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["report", "number"], name="submission_number"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.report_id} submission {self.number}"
