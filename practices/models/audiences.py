"""Audiences: working groups, and the labels that an organisation's staff may use."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation, Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from portal.kernel.alphabet import ByAlphabet
from practices import access
from practices.enums import Label
from practices.models.keyed import Keyed


class LabelPolicy(models.Model):
    """The labels that an organisation's staff may use; without a row, all of them."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="label_policy")
    labels = ArrayField(models.CharField(max_length=12, choices=Label.choices), default=list)
    changed_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.own_or_secretariat).as_manager()

    def __str__(self) -> str:
        return f"labels of {self.organisation_id}"


class WorkingGroup(Keyed):
    """People of several organisations who work on one subject, with practices of their own."""

    name = models.CharField(_("Name"), max_length=120)
    purpose = models.TextField(_("What it is for"), max_length=2000, blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # that made it
    created_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True)

    objects = visible_by(access.groups).as_manager()

    class Meta:
        ordering = (ByAlphabet("name"),)

    def __str__(self) -> str:
        return f"working group {self.pk}"


class GroupMembership(Keyed):
    """A person in a working group, as who they are in one organisation. Ended, never deleted."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    leads = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = visible_by(access.group_parts).as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["group", "person", "organisation"],
                condition=models.Q(ended_at__isnull=True),
                name="in_a_group_once",
            ),
        )
        indexes = (models.Index(fields=["person", "organisation"], name="group_person"),)

    def __str__(self) -> str:
        return f"{self.person_id} in group {self.group_id}"
