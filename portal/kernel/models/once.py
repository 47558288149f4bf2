"""Which forms have acted already, and where they led."""

import uuid

from django.db import models
from django.db.models.functions import Now


class HandledRequest(models.Model):
    """A form's own key: the first post with it acts, a repeated one is only shown where the first one led."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.BigIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = (models.Index(fields=["at"], name="handled_request_at"),)  # for clearing out old keys

    def __str__(self) -> str:
        return str(self.key)
