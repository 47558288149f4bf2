"""Tokens, with which a program acts as a person in an organisation; addresses of calendars, which only show days."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.models.organisations import Organisation
from alliance.models.people import Membership, Person
from portal.kernel.access import visible_by


class ApiToken(models.Model):
    """What a program shows to act as the person; the token itself was shown once, its digest is here.

    With a `client_id` it is a client of OAuth 2.0: its secret gets access tokens of minutes, and opens nothing itself.
    It holds as long as the membership, the password that it was made under, and itself; see `queries/tokens.py`.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="tokens")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("Name"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("Permissions"))
    sha256 = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # how it begins, to distinguish tokens
    credentials_version = models.PositiveIntegerField()  # the person's, when it was made
    # made in a session whose identity provider vouched for a second factor
    sso_factor = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("Valid until"))
    used_at = models.DateTimeField(null=True)  # to the hour
    uses = models.PositiveBigIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001 - unique where there is one
    # the secret before the present one, which holds for a day after it was replaced
    earlier_sha256 = models.CharField(max_length=64, blank=True, default="")
    earlier_until = models.DateTimeField(null=True)
    access_ended_at = models.DateTimeField(null=True)  # access tokens from before hold no more

    objects = visible_by(access.tokens).as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["membership", "name"],
                condition=models.Q(revoked_at__isnull=True),
                name="one_token_of_a_name",
            ),
        )
        indexes = (models.Index(fields=["organisation", "-created_at"], name="token_organisation"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_client(self) -> bool:
        return self.client_id is not None

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether it was not revoked and has not run out; who its owner is now is another question."""
        return self.revoked_at is None and self.expires_at > moment


class CalendarAddress(models.Model):
    """The secret address at which a calendar program reads what is due of an organisation; one of a membership.

    Whoever has the address reads the organisation's name, days and names of what is due, and nothing else. It holds as
    long as the membership gives access; its digest is here, the address itself was shown once.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="calendar_address")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    used_at = models.DateTimeField(null=True)  # to the hour
    ended_at = models.DateTimeField(null=True)  # since when it is turned off; its digest is nobody's then
    # by UID what was given out last, so that programs see what moved and what is no longer due
    events = models.JSONField(default=dict)

    objects = visible_by(access.calendar_addresses).as_manager()

    def __str__(self) -> str:
        return f"calendar of {self.membership_id}"
