"""A member asks for a later day for one report, and what the secretariat answers."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import ExtensionRequestState
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel.access import visible_by


class ExtensionRequest(models.Model):
    """The day that the member asks for, with its reason; the day that was granted, or why none was."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="extension_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=9, choices=ExtensionRequestState.choices, default=ExtensionRequestState.OPEN
    )
    requested_due_on = models.DateField()
    reason = models.TextField(_("Reason"), max_length=2000)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    granted_due_on = models.DateField(null=True)
    decision_reason = models.TextField(blank=True, default="")  # the secretariat's, of either answer
    # whoever granted, refused or withdrew it; nobody, where its report or cycle has ended it
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(state=ExtensionRequestState.OPEN),
                name="one_open_extension_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} extension request {self.pk}"
