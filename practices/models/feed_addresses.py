"""The secret address at which a program of feeds reads what of the library its person may read."""

from django.db import models
from django.db.models.functions import Now

from alliance.models import Membership, Organisation, Person
from portal.kernel.access import visible_by
from practices import access


class FeedAddress(models.Model):
    """One of a membership; holds as long as that gives access. Its digest is here, the address was shown once.

    Whoever has the address reads titles and summaries of what is CLEAR or GREEN, and of all else its label and a link.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="practice_feed_address"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    used_at = models.DateTimeField(null=True)  # to the hour
    ended_at = models.DateTimeField(null=True)  # since when it is turned off; its digest is nobody's then
    # by the digest of what was asked for, the digest of what was given out last, and since when it has been that
    given = models.JSONField(default=dict)

    objects = visible_by(access.own_rows).as_manager()

    def __str__(self) -> str:
        return f"feed of {self.membership_id}"
