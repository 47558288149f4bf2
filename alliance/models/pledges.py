"""Accessions to a charter, and members' own undertakings."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import AccessionState, PledgeState
from alliance.models.charters import Charter
from alliance.models.organisations import Organisation, Service
from alliance.models.people import Person
from alliance.models.texts import SiteText
from portal.kernel import clock
from portal.kernel.access import visible_by


class Accession(models.Model):
    """An organisation signs a charter version. The signatory's name and office are part of the record."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accessions")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="accessions")
    state = models.CharField(max_length=9, choices=AccessionState.choices, default=AccessionState.DRAFT)
    signatory_name = models.CharField(_("Signed by"), max_length=150, blank=True, default="")
    signatory_office = models.CharField(_("Job title"), max_length=150, blank=True, default="")
    signed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    # what the signatory agreed to beside the charter itself
    text = models.ForeignKey(SiteText, on_delete=models.PROTECT, null=True, related_name="accessions")
    # the accession to an earlier version whose signature holds for this one too
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    ended_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.accessions).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "charter"],
                condition=~models.Q(state=AccessionState.ENDED),
                name="one_accession",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} to {self.charter_id}"


class SignatureObjection(models.Model):
    """A member objects to an announced version: its signature does not carry over."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="objections")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="objections")
    reason = models.TextField()
    language = models.CharField(max_length=8, default="en")
    signatory_name = models.CharField(max_length=150)
    signatory_office = models.CharField(max_length=150)
    signed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["charter", "organisation"],
                condition=models.Q(withdrawn_at=None),
                name="one_objection",
            ),
        )
        verbose_name = _("Objection")

    def __str__(self) -> str:
        return f"{self.organisation_id} against {self.charter_id}"


class Pledge(models.Model):
    """One revision of a member's undertaking: to a commitment, or one of its own beyond the charter.

    `record` is the same for all revisions of one undertaking. A revision is written as a new row in `draft`;
    the published one stays in force until its successor is countersigned.
    """

    later: "Pledge | None" = None  # beside a report of an earlier cycle: the one in force now; not stored
    is_later = False  # beside a report that was published before it was made; not stored

    record = models.UUIDField(default=uuid.uuid4)
    revision = models.PositiveSmallIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pledges")
    state = models.CharField(max_length=9, choices=PledgeState.choices, default=PledgeState.DRAFT)
    commitment_key = models.SlugField(_("Commitment"), max_length=60, blank=True, default="")
    title = models.CharField(_("Title"), max_length=200, blank=True, default="")  # of one beyond the charter
    text = models.TextField(_("In your own words"), max_length=4000)
    language = models.CharField(_("Language"), max_length=8, default="en")
    services = models.ManyToManyField(Service, verbose_name=_("Services"), blank=True, related_name="pledges")
    measure_keys = ArrayField(models.SlugField(max_length=60), default=list, blank=True)  # opt-in measures
    # the version whose keys it names, where that is not the one in force: its member stays on that one, or its
    # next revision waits to be signed
    earlier_charter = models.ForeignKey(Charter, on_delete=models.PROTECT, null=True, related_name="+")
    signatory_name = models.CharField(max_length=150, blank=True, default="")
    signatory_office = models.CharField(max_length=150, blank=True, default="")
    signed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    countersigned_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    countersigned_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True, default="")
    ended_reason = models.TextField(_("Reason (published)"), blank=True, default="")
    version = models.PositiveIntegerField(default=1)  # moves with each save of the draft
    updated_at = models.DateTimeField(auto_now=True)
    # what the search behind the sign-in compares, read out of the text once, when it is written. No index would serve:
    # before the policy of a row PostgreSQL compares no words with it, so each search would read every text again
    search_vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="portal_words")
        + SearchVector("text", weight="B", config="portal_words"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = visible_by(access.pledges).as_manager()

    class Meta:
        ordering = ("commitment_key", "-revision")
        constraints = (
            models.UniqueConstraint(fields=["record", "revision"], name="pledge_revision"),
            models.UniqueConstraint(
                fields=["organisation", "commitment_key"],
                condition=models.Q(state=PledgeState.PUBLISHED) & ~models.Q(commitment_key=""),
                name="one_published_pledge",
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(state__in=[PledgeState.DRAFT, PledgeState.SIGNED]),
                name="one_pledge_in_work",
            ),
        )
        indexes = (models.Index(fields=["organisation", "state"], name="pledge_organisation_state"),)

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.commitment_key or self.title} ({self.revision})"

    @property
    def was_returned(self) -> bool:
        """A draft that was signed before: the secretariat has read it and given it back with a reason."""
        return self.state == PledgeState.DRAFT and bool(self.returned_reason)


class PledgeHistory(models.Model):
    """What a draft of a pledge said each time it was saved, for its organisation alone."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="history")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    content = models.JSONField()  # as alliance.services.pledge_draft.content_of gives it
    # nobody where a new version of the charter has changed it
    written_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (BrinIndex(fields=["written_at"], name="pledge_history_by_age"),)

    def __str__(self) -> str:
        return f"{self.pledge_id} at {self.version}"


class Target(models.Model):
    """What is to be reached by when; with an indicator and a value it is drawn into the chart."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("Target"), max_length=300)
    due_on = models.DateField(_("Deadline"), null=True, blank=True)
    indicator_key = models.SlugField(max_length=60, blank=True, default="")
    value = models.DecimalField(max_digits=39, decimal_places=15, null=True, blank=True)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.text
