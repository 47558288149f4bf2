"""Who uses a practice, where, since when, and with what result."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.models import Person, Service
from portal.kernel import clock
from portal.kernel.access import append_only, visible_by
from practices import access
from practices.enums import AdoptionState, Comparison, Label, QuestionCause, ServiceKind
from practices.models.keyed import Keyed
from practices.models.labelled import Labelled, Part
from practices.models.practices import Practice


class Adoption(Keyed, Labelled, Part):
    """An organisation takes up a practice, on one service or as a whole. It has readers of its own.

    Others see it where they may see both it and the practice; the organisation itself always.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="adoptions")
    practice_label = models.CharField(max_length=12, choices=Label.choices)  # when this was recorded
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=AdoptionState.choices, default=AdoptionState.CONSIDERING)
    since = models.DateField(_("Since"))  # it is in this state
    # "does it still work?": open since, and why; not asked again before; last answered without measuring
    asked_on = models.DateField(null=True)
    asked_because = models.CharField(max_length=8, choices=QuestionCause.choices, blank=True, default="")
    ask_not_before = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    # a colleague has recorded the use anew: by then nobody of the organisation could read this record
    replaced_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # moves with each change
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.adoptions).as_manager()

    class Meta:
        ordering = ("organisation_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["practice", "organisation", "service"],
                condition=models.Q(replaced_at__isnull=True),
                name="adoption_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"adoption {self.pk} of practice {self.practice_id}"

    @property
    def current_results(self) -> list["AdoptionResult"]:
        """Its results without those that were corrected or withdrawn; of prefetched ones."""
        return [result for result in self.results.all() if result.withdrawn_at is None]

    @property
    def earlier_results(self) -> list["AdoptionResult"]:
        """Results that were corrected or withdrawn, the last one first; of prefetched ones."""
        return [result for result in reversed(self.results.all()) if result.withdrawn_at is not None]

    @property
    def handling_label(self) -> str:
        """The label under which it leaves the portal."""
        return self.label_beside(self.label)


class AdoptionStep(models.Model):
    """One line of an adoption's history: which state from which day, with a note."""

    append_only = True

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=AdoptionState.choices)
    on = models.DateField()
    note = models.CharField(_("Note"), max_length=1000, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.adoption_parts).as_manager()

    class Meta:
        ordering = ("-on", "-id")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.state} of adoption {self.adoption_id}"


class AdoptionResult(Keyed):
    """What came of it: a number before and after in a unit over a period, or in words alone.

    It is pooled with those of other services where it measures an effect that the practice names, in its unit:
    `practices.queries.results`. Each is as it was measured; nothing is converted. One that was wrong is withdrawn,
    with the reason, and stays to be read; another may stand in its place.
    """

    never_deleted = True

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="results")
    what = models.CharField(_("What was measured"), max_length=200, blank=True, default="")
    unit = models.CharField(_("Unit"), max_length=60, blank=True, default="")
    before = models.DecimalField(_("Before"), max_digits=39, decimal_places=15, null=True, blank=True)
    after = models.DecimalField(_("After"), max_digits=39, decimal_places=15, null=True, blank=True)
    service_kind = models.CharField(
        _("Kind of service"), max_length=16, choices=ServiceKind.choices, blank=True, default=""
    )
    comparison = models.CharField(
        _("Compared by"), max_length=12, choices=Comparison.choices, blank=True, default=""
    )
    # how many were counted on each side of the comparison: what chance allows follows from it
    counted = models.PositiveBigIntegerField(_("Counted"), null=True, blank=True)
    version_number = models.PositiveIntegerField(default=0)  # of the practice, when it was recorded
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)
    note = models.CharField(_("Note"), max_length=1000, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now, editable=False)  # a correction keeps that of the first
    withdrawn_at = models.DateTimeField(null=True)  # corrected, or withdrawn without another
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=2000, blank=True, default="")
    withdrawal_language = models.CharField(max_length=8, default="en")
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaces")

    objects = visible_by(access.adoption_parts).as_manager()

    class Meta:
        ordering = ("id",)
        triggers = (
            pgtrigger.ReadOnly(
                name="as_it_was_measured",
                exclude=[
                    *(
                        "withdrawn_at",
                        "withdrawn_by",
                        "withdrawal_reason",
                        "withdrawal_language",
                        "replaced_by",
                    )
                ],
            ),
        )

    def __str__(self) -> str:
        return f"result {self.pk} of adoption {self.adoption_id}"
