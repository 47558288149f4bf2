"""The journal's entries."""

from django.db import models
from django.db.models.functions import Now

from portal.kernel.access import ActorKind, append_only


class Event(models.Model):
    """Who did what to what, when; ids and states only, so that erasing a person leaves the entry whole."""

    append_only = True

    at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind])
    person_id = models.BigIntegerField(null=True)
    tenant_id = models.BigIntegerField(null=True)
    # another person whom it was done to, and one who takes something over from them
    subject_id = models.BigIntegerField(null=True)
    successor_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=64)
    target_id = models.BigIntegerField()
    # the tenant whose the target is, whoever acted; and what it is part of, which stays when the target is deleted
    target_tenant_id = models.BigIntegerField(null=True)
    parent_type = models.CharField(max_length=64, blank=True, default="")
    parent_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        indexes = (
            # the timeline of one object, and the journal page filtered by kind, person, tenant or day
            models.Index(fields=["target_type", "target_id", "-id"], name="event_target"),
            models.Index(fields=["kind", "-id"], name="event_kind"),
            models.Index(fields=["person_id", "-id"], name="event_person"),
            models.Index(fields=["tenant_id", "-id"], name="event_tenant"),
            # what was done to a person, beside what they did: few entries name another one, so these stay small. Not an
            # array of people: its operators may not be asked before the policy of each row, so no index would serve
            models.Index(
                fields=["subject_id", "-id"],
                name="event_subject",
                condition=models.Q(subject_id__isnull=False),
            ),
            models.Index(
                fields=["successor_id", "-id"],
                name="event_successor",
                condition=models.Q(successor_id__isnull=False),
            ),
            models.Index(fields=["at"], name="event_at"),
            # everything about one tenant; everything about one thing and its parts
            models.Index(
                fields=["target_tenant_id", "-id"],
                name="event_target_tenant",
                condition=models.Q(target_tenant_id__isnull=False),
            ),
            models.Index(
                fields=["parent_type", "parent_id", "-id"],
                name="event_parent",
                condition=models.Q(parent_id__isnull=False),
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.target_type} {self.target_id}"
