"""Organisations, their earlier names and addresses, and the services that they run."""

from datetime import date

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import REPORTING_KINDS, OrganisationKind, OrganisationState, UserBand
from alliance.models.name_forms import DeclinedName
from portal.kernel.access import visible_by
from portal.kernel.alphabet import AlphabetKey, ByAlphabet
from portal.kernel.text import LANGUAGES


class Organisation(DeclinedName, models.Model):
    """A legal body. The slug is permanent; earlier slugs redirect, earlier names are stored with their dates."""

    slug = models.SlugField(_("Address"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    # of its Russian name, by case; those that nobody gave are left out
    name_forms = models.JSONField(default=dict, blank=True)
    sector = models.CharField(_("What it does"), max_length=120, blank=True, default="")
    kind = models.CharField(_("Kind"), max_length=12, choices=OrganisationKind.choices)
    state = models.CharField(
        max_length=10, choices=OrganisationState.choices, default=OrganisationState.APPLICANT
    )
    website = models.URLField(_("Website"), blank=True, default="")
    # the person who submits is not the one who asked for sign-off: the organisation's choice
    four_eyes = models.BooleanField(_("Four-eyes rule"), default=False)
    # its people may act through programs: the organisation's choice
    tokens_allowed = models.BooleanField(_("API access"), default=True)
    state_reason = models.TextField(blank=True, default="")
    since = models.DateField(_("Joined"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    merged_on = models.DateField(null=True, blank=True)  # the first day of the merger
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.organisations).as_manager()

    class Meta:
        ordering = (ByAlphabet("name"),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind=OrganisationKind.SECRETARIAT), name="one_secretariat"
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True, merged_on__isnull=True)
                | models.Q(successor__isnull=False, merged_on__isnull=False),
                name="organisation_merger_dated",
            ),
        )
        indexes = (
            models.Index(fields=["kind", "state"], name="organisation_kind_state"),
            # a page of them by name, for a reader of each language: its own names first
            *(
                models.Index(
                    AlphabetKey(f"name_{language}", f"name_{other}", language=language),
                    F("id"),
                    name=f"organisation_by_name_{language}",
                )
                for language, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True)
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The kind in words, without Django's copy of all choices for each row of a list."""
        return str(OrganisationKind(self.kind).label)

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The state in words, without Django's copy of all choices for each row of a list."""
        return str(OrganisationState(self.state).label)

    @property
    def is_secretariat(self) -> bool:
        return self.kind == OrganisationKind.SECRETARIAT

    @property
    def is_reporting(self) -> bool:
        """Whether it pledges and reports: others only take part."""
        return self.kind in REPORTING_KINDS

    @property
    def has_access(self) -> bool:
        """Whether its people have access: where they have not, nobody there can answer, change or sign anything."""
        return access.has_portal_access(self.kind, self.state)

    @property
    def absence(self) -> str:
        """Why nobody there can act, for a list of what is open; empty where somebody can."""
        if self.has_access:
            return ""
        words = {
            OrganisationState.FORMER: gettext("former member"),
            OrganisationState.SUSPENDED: gettext("suspended member"),
        }
        return words.get(OrganisationState(self.state), gettext("no access"))

    @property
    def organisation_id(self) -> int:
        """An organisation is its own owner: rules ask every object for its organisation."""
        return self.pk


class FormerName(models.Model):
    """A name that the organisation bore until a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=200)
    name_forms = models.JSONField(default=dict, blank=True)  # those of that time
    until = models.DateField()

    class Meta:
        ordering = ("-until",)

    def __str__(self) -> str:
        return self.name


class FormerSlug(models.Model):
    """An address that still leads to the organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.slug


class ServiceQuerySet(visible_by(access.services)):  # type: ignore[misc]  # the base is made by a function
    def owned_by(self, organisation_id: int, starts_on: date, ends_on: date) -> "ServiceQuerySet":
        """The services that the organisation owned on at least one day of the period."""
        began = models.Q(ownerships__starts_on__lte=ends_on)
        lasted = models.Q(ownerships__ends_on__isnull=True) | models.Q(ownerships__ends_on__gte=starts_on)
        return self.filter(began & lasted, ownerships__organisation_id=organisation_id).distinct()


class Service(models.Model):
    """A product: a video site, a messenger. Its ownerships say who owned it when."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    sort = models.CharField(_("Kind of service"), max_length=120, blank=True, default="")
    # as the owner publishes it; empty where it does not
    monthly_users = models.CharField(
        _("Users in a month"), max_length=9, choices=UserBand.choices, blank=True, default=""
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = (ByAlphabet("name"),)

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    """An organisation owns a service from a day on, until a day."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="ownerships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ownerships")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"), null=True, blank=True)
    # of a service that was ended, not handed over
    end_reason = models.TextField(_("Reason (published)"), blank=True, default="")

    class Meta:
        ordering = ("starts_on",)
        constraints = (
            models.UniqueConstraint(
                fields=["service"], condition=models.Q(ends_on__isnull=True), name="service_one_owner"
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id} of {self.organisation_id}"


class FormerServiceName(models.Model):
    """A name that a service bore until a day."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=120)
    until = models.DateField()

    class Meta:
        ordering = ("-until", "-pk")

    def __str__(self) -> str:
        return self.name
