"""Corrections of what is published, with what both sides said about them; withdrawals of whole publications."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import CorrectionFinder, CorrectionState, CorrectionSubject, Side, WithdrawalState
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from alliance.validators.corrections import CorrectionPlace
from portal.kernel import clock
from portal.kernel.access import visible_by
from portal.kernel.journal import Event


class Correction(models.Model):
    """What one side proposes to correct in a published report, and what became of the proposal.

    A draft is seen by the side that writes it; from the proposal on by the member and the secretariat.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="corrections")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=11, choices=Side.choices)  # who proposes
    state = models.CharField(max_length=9, choices=CorrectionState.choices, default=CorrectionState.DRAFT)
    of_publication = models.PositiveBigIntegerField()  # the number of the revision that it is of
    reason = models.JSONField(default=dict)  # by language
    finder = models.CharField(
        _("Who found it"), max_length=11, choices=CorrectionFinder.choices, default=CorrectionFinder.MEMBER
    )
    # for both sides: the file that shows the right value
    file = models.CharField(max_length=300, blank=True, default="")  # where the storage keeps it
    file_name = models.CharField(max_length=200, blank=True, default="")
    media_type = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    # who has saved the draft last, for whoever edits it at the same time
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    # the other side agrees or objects until this day; of a proposal it is empty while what it corrects is withdrawn, or
    # nobody who could answer has access
    respond_by = models.DateField(null=True)
    # agreed, or objected with a reason; the signatory's name and office are part of the record
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_name = models.CharField(max_length=150, blank=True, default="")
    answer_office = models.CharField(max_length=150, blank=True, default="")
    answer_reason = models.TextField(blank=True, default="")
    # the second reviewer, where a verdict or its reason is corrected
    consented_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(null=True)
    # published, dropped or withdrawn
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")
    published_as = models.PositiveBigIntegerField(null=True)  # the number of the revision that it made
    # the verdicts that rest on a corrected figure are looked at again: those that wait for it, by the keys of their
    # places, until when, which is empty while the report is withdrawn; and why they stay where they are
    verdicts_to_check = models.JSONField(default=list)
    check_verdicts_by = models.DateField(null=True)
    verdicts_upheld_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verdicts_upheld_at = models.DateTimeField(null=True)
    upheld_reason = models.JSONField(default=dict)  # by language
    upheld_as = models.PositiveBigIntegerField(null=True)  # the number of the revision that says so
    # a later correction of the same figures, after which the verdicts that still waited are looked at instead
    checked_after = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = visible_by(access.corrections).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            # what is open, for both desks and for the report's page
            models.Index(fields=["organisation", "state"], name="correction_organisation_state"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} correction {self.pk}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The state in words, without Django's copy of all choices for each row of a list."""
        return str(CorrectionState(self.state).label)

    @property
    def check_waits(self) -> bool:
        """Whether verdicts are to be looked at again now: not while the report is withdrawn, when they have no day."""
        return bool(self.verdicts_to_check) and self.check_verdicts_by is not None

    @property
    def due_on(self) -> date | None:
        """The last day to look at the verdicts again, or else to agree or object; None where nobody is waited for."""
        if self.verdicts_to_check:
            return self.check_verdicts_by
        return self.respond_by if self.state == CorrectionState.PROPOSED else None

    @property
    def is_by_member(self) -> bool:
        return self.side == Side.MEMBER

    @property
    def authors(self) -> frozenset[int]:
        """The people who wrote it, edited its draft at any time or proposed it. One query.

        Its columns name the last editor; those before are in the journal, which the secretariat reads.
        """
        edits = Event.objects.filter(
            target_type=self._meta.label_lower, target_id=self.pk, kind="correction.edit"
        )
        people = (self.written_by_id, self.edited_by_id, self.proposed_by_id)
        editors = edits.order_by().values_list("person_id", flat=True)
        return frozenset(pk for pk in (*people, *editors) if pk is not None)


class CorrectionItem(models.Model):
    """One value of a correction: where it is, in permanent keys, what it is and what it should be."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="items")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=8, choices=CorrectionSubject.choices)
    commitment_key = models.CharField(max_length=60, blank=True, default="")
    measure_key = models.CharField(max_length=60, blank=True, default="")
    indicator_key = models.CharField(max_length=60, blank=True, default="")
    service_slug = models.CharField(max_length=60, blank=True, default="")
    cell = models.CharField(max_length=130, blank=True, default="")
    pledge_record = models.CharField(max_length=36, blank=True, default="")
    # a figure's values as in a submission, {"text"}, a verdict's {"value", "reason", "difference"},
    # a target's {"text", "due_on", "value"}, {"standing", "reason"} of how the report was filed
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)

    objects = visible_by(access.correction_parts).as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=[
                    "correction", "subject", "commitment_key", "measure_key", "indicator_key", "service_slug",
                    "cell", "pledge_record",
                ],
                name="one_correction_of_a_value",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.correction_id} {self.place.key}"

    @property
    def place(self) -> CorrectionPlace:
        return CorrectionPlace(
            self.subject, self.commitment_key, self.measure_key, self.indicator_key, self.service_slug,
            self.cell, self.pledge_record,
        )  # fmt: skip


class CorrectionNote(models.Model):
    """What either side adds to an open correction: the other side reads it, nobody else."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("Note"), max_length=2000)
    language = models.CharField(max_length=8, blank=True, default="")
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.correction_parts).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.correction_id} note {self.pk}"


class Withdrawal(models.Model):
    """A manager asks that a publication be withdrawn, for a public reason; another person consents."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=WithdrawalState.choices, default=WithdrawalState.ASKED)
    type = models.CharField(max_length=32)  # of the record that is withdrawn
    record = models.CharField(max_length=200)
    of_publication = (
        models.PositiveBigIntegerField()
    )  # the number of the revision that held when it was asked for
    reason = models.JSONField(default=dict)  # by language
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")
    published_as = models.PositiveBigIntegerField(null=True)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["type", "record"],
                condition=models.Q(state=WithdrawalState.ASKED),
                name="one_open_withdrawal",
            ),
        )

    def __str__(self) -> str:
        return f"withdrawal of {self.type} {self.record}"

    @property
    def cycle_slug(self) -> str:
        """Of the report that the record belongs to; empty for a pledge, which has none."""
        return self.record.split("/")[1] if self.type != "pledge" else ""

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The state in words, without Django's copy of all choices for each row of a list."""
        return str(WithdrawalState(self.state).label)
