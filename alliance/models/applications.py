"""Applications for membership from the public form, and what was asked and answered about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import ApplicationEntryKind, ApplicationState, OrganisationKind
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from portal.kernel import clock
from portal.kernel.access import visible_by


class MembershipApplication(models.Model):
    """An organisation asks to be admitted: the secretariat's alone. Links in letters are here as digests.

    Nothing of it is public; an organisation is made of it when it is admitted. A link belongs to one sending
    (`link_sent_at`); a later one takes its place.
    """

    kind = models.CharField(_("Kind"), max_length=12, choices=OrganisationKind.choices)
    state = models.CharField(
        max_length=11, choices=ApplicationState.choices, default=ApplicationState.UNCONFIRMED
    )
    name = models.CharField(_("Organisation"), max_length=200)
    sector = models.CharField(_("What it does"), max_length=120, blank=True, default="")
    website = models.URLField(_("Website"), max_length=200, blank=True, default="")
    services = models.TextField(_("Services"), max_length=2000, blank=True, default="")
    reason = models.TextField(_("Why it wants to join"), max_length=4000)
    applicant_name = models.CharField(_("Full name"), max_length=150)
    applicant_office = models.CharField(_("Job title"), max_length=150)
    email = models.EmailField(_("E-mail"))
    language = models.CharField(max_length=8)  # of its words, and of the letters
    written_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="applications"
    )
    link_sha256 = models.CharField(max_length=64, blank=True, default="")
    link_sent_at = models.DateTimeField(null=True)
    link_expires_at = models.DateTimeField(null=True)
    bounce_code = models.CharField(
        max_length=16, blank=True, default=""
    )  # of the last letter, if it came back

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("Application")
        indexes = (
            # the list, by what waits
            models.Index(fields=["state", "-id"], name="application_state"),
            # a link is asked for by its digest
            models.Index(
                fields=["link_sha256"], condition=~models.Q(link_sha256=""), name="application_link"
            ),
        )

    def __str__(self) -> str:
        """No name of a person and no address: this goes into logs."""
        return f"application {self.pk}"


class ApplicationEntry(models.Model):
    """A question of the secretariat, or the applicant's answer to it."""

    application = models.ForeignKey(MembershipApplication, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=ApplicationEntryKind.choices)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=8)
    # of a question; answers are the applicant's, who has no account
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
