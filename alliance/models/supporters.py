"""Supporters: thousands of organisations that have only acceded to a charter; and, apart, how each is reached."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import SupporterKind, SupporterState
from alliance.models.charters import Charter
from portal.kernel.access import visible_by


class Supporter(models.Model):
    """What the directory says of one: public data outside the numbered record; it has no people and no reports.

    `name_key` and `search` are made from the other columns when they are saved (`alliance.services.supporters`).
    """

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="supporters")
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=12, choices=SupporterKind.choices)
    region = models.CharField(_("Region"), max_length=100)
    town = models.CharField(_("Town"), max_length=100, blank=True, default="")
    website = models.URLField(_("Website"), max_length=200, blank=True, default="")
    state = models.CharField(
        max_length=11, choices=SupporterState.choices, default=SupporterState.UNCONFIRMED
    )
    acceded_on = models.DateField(_("Acceded"))
    ended_on = models.DateField(null=True)
    # of the secretariat, for hiding or ending it; the supporter is sent it
    state_reason = models.TextField(blank=True, default="")
    # the name without legal form, quotation marks and alphabet: by it a second entry of the same body is found
    name_key = models.CharField(max_length=400)
    initial = models.CharField(max_length=1)  # under which it stands in the directory
    search = models.CharField(max_length=1200)  # name and place in Latin letters, small
    # another entry that may be of the same body, until a manager has decided; the one that replaced this one
    likely_twin = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.supporters).as_manager()

    class Meta:
        ordering = ("-acceded_on", "-pk")
        verbose_name = _("Supporter")
        indexes = (
            # the directory: newest first, and by name
            models.Index(fields=["state", "-acceded_on", "-id"], name="supporter_newest"),
            models.Index(fields=["state", "name_key", "id"], name="supporter_by_name"),
            # words inside of names and places
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="supporter_search", fastupdate=False),
            # names that are nearly the same
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="supporter_name_key", fastupdate=False),
        )

    def __str__(self) -> str:
        return self.name


class SupporterContact(models.Model):
    """Who signed for a supporter, and its e-mail: the secretariat's alone. Links in letters are here as digests.

    A link belongs to one sending (`link_sent_at`); a later one takes its place.
    """

    supporter = models.OneToOneField(
        Supporter, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    email = models.EmailField(_("E-mail"))
    signatory_name = models.CharField(_("Signatory"), max_length=150, blank=True, default="")
    signatory_office = models.CharField(_("Office"), max_length=150, blank=True, default="")
    language = models.CharField(max_length=8)
    consent_revision = models.PositiveIntegerField(null=True)  # of the text that was agreed to
    link_sha256 = models.CharField(max_length=64, blank=True, default="")
    link_sent_at = models.DateTimeField(null=True)
    link_expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("E-mail and signatory of a supporter")
        indexes = (
            # a link is asked for by its e-mail
            models.Index(Upper("email"), name="supporter_contact_email"),
            models.Index(
                fields=["link_sha256"],
                condition=~models.Q(link_sha256=""),
                name="supporter_contact_link",
            ),
        )

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return f"contact of supporter {self.pk}"
