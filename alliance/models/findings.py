"""What a review asks a member to do by a date, and what became of it."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import EDIT_ENTRY_KINDS, OPEN_FINDING_STATES, FindingEntryKind, FindingState
from alliance.models.charters import Measure
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel import clock
from portal.kernel.access import visible_by


class Finding(models.Model):
    """What has to be done about a measure, until when; it comes back in the next review of the same measure."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="findings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="findings")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="findings")
    state = models.CharField(max_length=9, choices=FindingState.choices, default=FindingState.OPEN)
    text = models.TextField(_("Finding"), max_length=2000)
    language = models.CharField(max_length=8)
    due_on = models.DateField()
    public = models.BooleanField(default=False)  # published beside the verdict
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)  # the member has reported it done, and nobody has looked yet
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # when its member was reminded of it last

    objects = visible_by(access.findings).as_manager()

    class Meta:
        ordering = ("due_on", "id")
        indexes = (
            # the list of what is open, by date, of all members or of one
            models.Index(fields=["state", "due_on"], name="finding_state_due"),
            models.Index(fields=["organisation", "state"], name="finding_organisation_state"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} finding {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_FINDING_STATES

    @property
    def first_due_on(self) -> date:
        """The first date that its member was given; of one with its entries at hand, no query."""
        later = [entry for entry in self.entries.all() if entry.kind != FindingEntryKind.REDRAFT]
        return next((entry.earlier_due_on for entry in later if entry.earlier_due_on), self.due_on)


class FindingEntry(models.Model):
    """What was said about a finding later: reported done, carried on, done, withdrawn, opened again, edited.

    Of one that was edited `text` is what it said before.
    """

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=FindingEntryKind.choices)
    text = models.TextField(max_length=2000, blank=True, default="")
    language = models.CharField(max_length=8)
    earlier_due_on = models.DateField(null=True)  # of one that got another date: its date until then
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.finding_entries).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"

    @property
    def is_edit(self) -> bool:
        """Whether its text is what the finding said before."""
        return self.kind in EDIT_ENTRY_KINDS
