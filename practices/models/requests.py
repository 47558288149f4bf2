"""The request board: what somebody looks for, and what others offer."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from practices import access
from practices.enums import ContentType, Encryption, RequestState, ServiceKind
from practices.models.keyed import Keyed
from practices.models.labelled import Labelled, Part
from practices.models.practices import Practice


def _choice_array(choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(models.CharField(max_length=60, choices=choices.choices), default=list, blank=True)


def _key_array() -> ArrayField:
    return ArrayField(models.CharField(max_length=60), default=list, blank=True)


class Request(Keyed, Labelled):
    """“Does anyone have a way to … on … for … in …?” Read by those whom its label names."""

    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPEN)
    title = models.CharField(_("What you are looking for"), max_length=200)
    text = models.TextField(_("Details"), max_length=4000, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    harms = _key_array()
    content_types = _choice_array(ContentType)
    service_kinds = _choice_array(ServiceKind)
    encryption = models.CharField(max_length=10, choices=Encryption.choices, blank=True, default="")
    languages = _key_array()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)  # moves with each change

    objects = visible_by(access.requests).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "-id"], name="request_state"),)

    def __str__(self) -> str:
        return f"request {self.pk}"


class RequestHistory(models.Model):
    """What a request said each time it was saved, for those of the organisation that asks; its readers stay out."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="history")
    version = models.PositiveIntegerField()
    content = models.JSONField()  # as practices.services.requests.content_of gives it
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.request_history).as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (BrinIndex(fields=["written_at"], name="request_history_by_age"),)

    def __str__(self) -> str:
        return f"request {self.request_id} at {self.version}"


class Offer(Keyed, Part):
    """Somebody has an answer: in words, or a practice, which is named only to those who may see it.

    Its `earlier_readers` are those to whom the practice is named; the words are for all who see the request.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="offers")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("Your offer"), max_length=4000, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=clock.now, editable=False)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = visible_by(access.request_parts).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"offer {self.pk}"
