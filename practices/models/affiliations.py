"""Affiliations: what an organisation may read as TLP:AMBER because another one has called it its own."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.enums import OrganisationState
from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.enums import (
    OPEN_AFFILIATION_STATES,
    WAITING_AFFILIATION_STATES,
    AffiliationClosingCause,
    AffiliationRelation,
    AffiliationState,
)
from practices.models.keyed import Keyed

_STATE = AffiliationState


class Affiliation(Keyed):
    """What is AMBER for `organisation` may be read by `affiliate` while it is in force; `access.in_effect` says when.

    Proposed by the organisation, confirmed by the affiliate, approved by the secretariat. Closed, never deleted: the
    sources can see later who read as whose affiliate.
    """

    never_deleted = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliations")
    affiliate = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(_("Relation"), max_length=12, choices=AffiliationRelation.choices)
    purpose = models.TextField(_("Why it has to read"), max_length=2000)
    state = models.CharField(max_length=12, choices=AffiliationState.choices, default=_STATE.PROPOSED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    lapses_on = models.DateField()  # the last day on which the next of the two may still confirm
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approval_reason = models.TextField(max_length=2000, blank=True, default="")
    # declined, withdrawn, lapsed or ended: by whom, for which of the three, why; by nobody where the portal did it
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.TextField(max_length=2000, blank=True, default="")
    closing_cause = models.CharField(
        max_length=8, choices=AffiliationClosingCause.choices, blank=True, default=""
    )

    objects = visible_by(access.affiliations).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "affiliate"],
                condition=models.Q(state__in=OPEN_AFFILIATION_STATES),
                name="affiliation_open_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("affiliate")), name="affiliate_is_another"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=_STATE.IN_FORCE)
                | models.Q(confirmed_by__isnull=False, approved_by__isnull=False),
                name="affiliation_in_force_by_both",
            ),
        )
        indexes = (models.Index(fields=["affiliate"], name="affiliation_affiliate"),)
        triggers = (
            # whichever code writes it: nothing comes into force that the affiliate has not confirmed
            pgtrigger.FSM(
                name="steps",
                field="state",
                transitions=[
                    (_STATE.PROPOSED, _STATE.CONFIRMED),
                    (_STATE.CONFIRMED, _STATE.PROPOSED),
                    (_STATE.CONFIRMED, _STATE.IN_FORCE),
                    *((state, _STATE.DECLINED) for state in (_STATE.PROPOSED, _STATE.CONFIRMED)),
                    *((state, _STATE.WITHDRAWN) for state in (_STATE.PROPOSED, _STATE.CONFIRMED)),
                    *((state, _STATE.LAPSED) for state in (_STATE.PROPOSED, _STATE.CONFIRMED)),
                    (_STATE.IN_FORCE, _STATE.ENDED),
                ],
            ),
            pgtrigger.ReadOnly(name="parties", fields=["organisation", "affiliate"]),
        )

    def __str__(self) -> str:
        return f"{self.affiliate_id} of {self.organisation_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether one of the two has still to confirm it."""
        return self.state in WAITING_AFFILIATION_STATES

    @property
    def is_resting(self) -> bool:
        """Whether it is in force and nobody reads by it, because one of the two is not active."""
        states = {self.organisation.state, self.affiliate.state}
        return self.state == _STATE.IN_FORCE and states != {OrganisationState.ACTIVE}
