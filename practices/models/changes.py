"""The feed of practices for programs: one row for each change, in an order without gaps."""

from django.db import models

from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.models.labelled import Part
from practices.models.practices import Practice


class PracticeChange(Part):
    """Something happened to a practice that its readers follow; seen with the practice.

    Its number is the next one, given under a lock that is held until the row is stored: whoever has read up to a number
    misses nothing before it. `mark` says that it is still the same row, after a restore too.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    event_id = models.BigIntegerField(unique=True)  # of the journal's entry
    kind = models.CharField(max_length=40)
    mark = models.CharField(max_length=8)
    at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.practice_parts).as_manager()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
