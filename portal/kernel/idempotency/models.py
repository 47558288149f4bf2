"""What is remembered so that a repeated request acts once: tokens of forms, and keys of the API with their answers."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.kernel.access import Actor, visible_by


def own_keys(actor: Actor) -> Q:
    """Those that the actor was given, as who they act now."""
    return Q(person_id=actor.person_id, tenant_id=actor.tenant_id)


class IdempotencyKey(models.Model):
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

    objects = visible_by(own_keys).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person_id", "tenant_id", "key"], name="idempotency_key_once"),
        )
        indexes = (models.Index(fields=["at"], name="idempotency_key_at"),)  # for clearing out old ones

    def __str__(self) -> str:
        return self.key


def own_form_tokens(actor: Actor) -> Q:
    """Those that the actor has posted."""
    return Q(person_id=actor.person_id)


class FormToken(models.Model):
    """A form's own key: the first post with it acts, the same again is only shown where the first one led.

    Other contents under the same key are another post: somebody went back, and changed what they had sent.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    fingerprint = models.CharField(max_length=64, default="")  # of what was sent
    person_id = models.BigIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(own_form_tokens).as_manager()

    class Meta:
        indexes = (models.Index(fields=["at"], name="form_token_at"),)  # for clearing out old keys

    def __str__(self) -> str:
        return str(self.key)
