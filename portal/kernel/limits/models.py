"""Counts of tries, for as long as the cache is away."""

from django.db import models


class LimitCount(models.Model):
    """How often something was tried in a window that ends at `ends_at`; what it was cannot be read from its digest.

    Written by `stored_counts` alone.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    used = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["ends_at"], name="limit_count_ends_at"),)  # for clearing out old ones

    def __str__(self) -> str:
        return self.digest
