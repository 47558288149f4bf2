"""Answers that are kept, so that a repeated request gets the same one and acts once."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.kernel.access import Actor, seen_by


def own_answers(actor: Actor) -> Q:
    """Those that the actor was given, as who they act now."""
    return Q(person_id=actor.person_id, tenant_id=actor.tenant_id)


class KeptAnswer(models.Model):
    """The answer to a request with an `Idempotency-Key`, which belongs to a person in a tenant.

    While the first request runs, the row has no status and is not committed: a second one waits for it.
    """

    person_id = models.BigIntegerField()
    tenant_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = seen_by(own_answers).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person_id", "tenant_id", "key"], name="one_answer_to_a_key"),
        )
        indexes = (models.Index(fields=["at"], name="kept_answer_at"),)  # for clearing out old ones

    def __str__(self) -> str:
        return self.key
