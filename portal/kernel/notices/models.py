"""What is delivered to whom and how: deliveries, digests, and the pace that people choose."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.journal import Event


class Channel(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("Being sent")
    WAITING = "waiting", _("Waiting for the digest or the recipient’s morning")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not sent: no longer visible to the recipient")
    STOPPED = "stopped", _("Not sent: turned off by the recipient")
    SUPPRESSED = "suppressed", _("Not sent: the address does not accept e-mail")
    REFUSED = "refused", _("Refused by the recipient’s mail server")
    BOUNCED = "bounced", _("E-mail returned")
    COMPLAINED = "complained", _("Reported as spam by the recipient")
    GIVEN_UP = "given_up", _("Not sent: cancelled")


class Delivery(models.Model):
    """Unique on its event, channel and recipient, so that repeating the routing is harmless."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries"
    )
    tenant_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    # what the subject in the inbox quotes, by path and language; empty for other channels
    quotes = models.JSONField(default=dict)
    # the whole subject of an item that was written before quotes were stored
    subject = models.CharField(max_length=300, blank=True, default="")
    url = models.CharField(max_length=300, blank=True, default="")
    # the digest that lists it, or is going to
    digest = models.ForeignKey(
        "portal.Digest", on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    code = models.CharField(max_length=16, blank=True, default="")  # the mail server's reply
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # the recipient's morning for which a letter waits; empty where it waits for the digest, or for nothing
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["event", "channel", "recipient", "tenant_id"], name="delivery_once"
            ),
        )
        indexes = (
            # somebody's inbox in a tenant, newest first, and how many are in it
            models.Index(
                fields=["recipient", "channel", "tenant_id", "-created_at", "-id"], name="delivery_inbox"
            ),
            # whether anything in it is new, which every page of a desk says
            models.Index(
                fields=["recipient", "tenant_id"],
                name="delivery_unread",
                condition=models.Q(channel=Channel.INBOX, read_at=None),
            ),
            models.Index(fields=["-created_at", "-id"], name="delivery_newest"),
            models.Index(
                fields=["recipient", "tenant_id", "created_at"],
                name="delivery_waiting",
                condition=models.Q(state=DeliveryState.WAITING),
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.event_id} → {self.recipient_id}"

    @property
    def kind(self) -> str:
        """What happened."""
        return self.event.kind


class Pace(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("No e-mail")


ALL_GROUPS = "all"  # stands for every group that has no choice of its own


class NoticePreference(models.Model):
    """One person's choice for one group of notices, or for all; where there is none, the group's own pace holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    group = models.CharField(max_length=32)
    pace = models.CharField(max_length=8, choices=Pace.choices)
    # of a group that is turned off: what was chosen before, so that it can be turned on again as it was
    pace_before = models.CharField(max_length=8, choices=Pace.choices, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "group"], name="one_pace"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.group}: {self.pace}"


class DigestKind(models.TextChoices):
    DIGEST = "digest", _("Digest")
    BUNDLE = "bundle", _("Letters of one morning")
    WEEKLY = "weekly", _("Letter of the week")


class Digest(models.Model):
    """One letter about several events, to one person in one tenant: the digest of a day, or what waited for a morning.

    What it lists is bound to it (`Delivery.digest`) before it is sent, so that another try sends the same letter.
    """

    kind = models.CharField(max_length=6, choices=DigestKind.choices, default=DigestKind.DIGEST)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    tenant_id = models.BigIntegerField()
    on = models.DateField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    code = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "tenant_id", "on"],
                condition=models.Q(kind=DigestKind.DIGEST),
                name="one_digest",
            ),
            models.UniqueConstraint(
                fields=["person", "tenant_id", "on"],
                condition=models.Q(kind=DigestKind.WEEKLY),
                name="one_weekly_letter",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.tenant_id} on {self.on}"
