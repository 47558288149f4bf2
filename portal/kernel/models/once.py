"""Which forms have acted already, and where they led."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.kernel.access import Actor, seen_by


def own_forms(actor: Actor) -> Q:
    """Those that the actor has posted."""
    return Q(person_id=actor.person_id)


class HandledRequest(models.Model):
    """A form's own key: the first post with it acts, a repeated one is only shown where the first one led."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.BigIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = seen_by(own_forms).as_manager()

    class Meta:
        indexes = (models.Index(fields=["at"], name="handled_request_at"),)  # for clearing out old keys

    def __str__(self) -> str:
        return str(self.key)
