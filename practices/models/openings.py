"""Openings: what a source asks the secretariat to open to the community, written down as it is to be read."""

from django.db import models
from django.db.models import Q

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.enums import OpeningState
from practices.models.keyed import Keyed
from practices.models.practices import Practice


class Opening(Keyed):
    """A version of a practice of named readers, proposed for the whole community on the same record.

    The secretariat reads this row while it waits, and of the practice nothing: neither the record nor whom it names.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="openings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the source
    state = models.CharField(max_length=10, choices=OpeningState.choices, default=OpeningState.PROPOSED)
    # {"number", "note", "shared_at", "content", "files", "authors", "label", "language",
    # "expires_on"}: all that goes along; authors as pairs of ids
    proposed = models.JSONField()
    # of the readers whom the practice had when it was proposed: the secretariat does not learn who they are
    readers_digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")  # why it was returned

    objects = visible_by(access.openings).as_manager()

    class Meta:
        ordering = ("proposed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["practice"], condition=Q(state=OpeningState.PROPOSED), name="one_waiting_opening"
            ),
        )

    def __str__(self) -> str:
        return f"opening {self.pk} of practice {self.practice_id}"
