"""How somebody wants to be told, and the digests that have been made for them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.models.deliveries import DeliveryState


class Pace(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("No e-mail")


class NoticePreference(models.Model):
    """One person's choice for one group of notices; where there is none, the group's own pace holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    group = models.CharField(max_length=32)
    pace = models.CharField(max_length=8, choices=Pace.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "group"], name="one_pace"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.group}: {self.pace}"


class Digest(models.Model):
    """One letter about several things, to one person as who they are somewhere, on one day.

    What it tells of is bound to it (`Delivery.digest`) before it is sent, so that another try sends the same letter.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    tenant_id = models.BigIntegerField()
    on = models.DateField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    code = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["person", "tenant_id", "on"], name="one_digest"),)

    def __str__(self) -> str:
        return f"{self.person_id} in {self.tenant_id} on {self.on}"
