"""Addresses of other people's programs that are notified of events, and what became of each message to them."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.access import visible_by
from portal.kernel.journal import Event
from portal.kernel.webhooks.kinds import visible_deliveries, visible_webhooks


class WebhookState(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("of a webhook", "On")
    PAUSED = "paused", _("Paused")
    OFF = "off", _("Switched off by the portal")
    ENDED = "ended", _("Deleted")


# the states in which it is there for people
LISTED_STATES = (WebhookState.ACTIVE, WebhookState.PAUSED, WebhookState.OFF)


class OffReason(models.TextChoices):
    FAILING = "failing", _("The receiver has not accepted anything for five days.")
    GONE = "gone", _("The receiver answered that nothing is received there any more (410).")


class Webhook(models.Model):
    """Where a tenant's program is notified, and of what. What is sent to it is what the tenant as a whole may see.

    A job looks after one webhook at a time: `wake_at` is the moment for which one is queued, `busy_until` says that one
    is at it now. While its receiver fails nothing is tried before `retry_at`.
    """

    tenant_id = models.BigIntegerField()
    name = models.CharField(_("Name"), max_length=80)
    address = models.CharField(_("Address"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("Events"))
    # only what is about one of these tenants, or about all; none: whatever may be seen
    subjects = ArrayField(models.BigIntegerField(), null=True)
    secret = models.CharField(max_length=300)  # encrypted
    # signed with too, until then
    previous_secret = models.CharField(max_length=300, blank=True, default="")
    previous_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=6, choices=WebhookState.choices, default=WebhookState.ACTIVE)
    state_at = models.DateTimeField(db_default=Now())
    off_reason = models.CharField(max_length=7, choices=OffReason.choices, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    failing_since = models.DateTimeField(null=True)  # nothing was accepted since
    failures = models.PositiveSmallIntegerField(default=0)  # one after another
    retry_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    objects = visible_by(visible_webhooks).as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["tenant_id"], name="webhook_tenant"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == WebhookState.ACTIVE

    def takes_events_about(self, tenants: Collection[int] | None) -> bool:
        """Whether it is notified of what is about these tenants; None stands for all."""
        return self.subjects is None or tenants is None or not set(self.subjects).isdisjoint(tenants)

    def has_previous_secret_at(self, moment: datetime) -> bool:
        """Whether what is sent then is signed with the secret before this one too."""
        return bool(self.previous_secret) and self.previous_until is not None and self.previous_until > moment


class WebhookDeliveryState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Not delivered")
    SKIPPED = "skipped", _("Not sent: the webhook was not on")
    DROPPED = "dropped", _("Not sent: it may no longer be seen")


class WebhookFault(models.TextChoices):
    ADDRESS = "address", _("The address leads to no public host")
    CONNECTION = "connection", _("No connection")
    CERTIFICATE = "certificate", _("The certificate is not valid")
    TIMEOUT = "timeout", _("No answer in time")
    REDIRECT = "redirect", _("The receiver redirects, which is not followed")
    STATUS = "status", _("The receiver did not accept it")


class WebhookDelivery(models.Model):
    """One message to one webhook. It holds numbers alone: what it says is made anew each time that it is sent."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    message_id = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        max_length=9, choices=WebhookDeliveryState.choices, default=WebhookDeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    fault = models.CharField(max_length=11, choices=WebhookFault.choices, blank=True, default="")
    milliseconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    tried_at = models.DateTimeField(null=True)
    # while it waits: the next try; none for what is on hold after a restore
    next_at = models.DateTimeField(db_default=Now(), null=True)

    objects = visible_by(visible_deliveries).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["webhook", "event"], name="webhook_delivery_once"),)
        indexes = (
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_newest"),
            models.Index(
                fields=["webhook", "next_at"],
                name="webhook_delivery_due",
                condition=Q(state=WebhookDeliveryState.PENDING),
            ),
            models.Index(fields=["event"], name="webhook_delivery_event"),
        )

    def __str__(self) -> str:
        return f"{self.message_id} → {self.webhook_id}"
