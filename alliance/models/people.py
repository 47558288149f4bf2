"""People, what they may do where, and invitations."""

import re
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import InvitationState, Role, TimeFormat
from alliance.models.organisations import Organisation
from alliance.validators.addresses import canonical_address
from portal.kernel import clock
from portal.kernel.access import visible_by
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.mail import address_fingerprint
from portal.kernel.notices import DEFAULT_MORNING_HOUR


class ErasedName(str):
    """The name of an erased person in the reader's language; `stored_name` is the one in the database."""

    stored_name: str


class PersonName(models.CharField):
    """A name; that of an erased person is stored as neutral, and shown in the reader's language."""

    def from_db_value(self, value: str, *_context: Any) -> str:
        erased = _ERASED.fullmatch(value or "")
        if not erased:
            return value
        name = ErasedName(gettext("Erased person %(number)s") % {"number": erased[1]})
        name.stored_name = value
        return name

    def get_prep_value(self, value: Any) -> Any:
        """A row that is read and saved again keeps its stored value, whatever the language of the reader."""
        return super().get_prep_value(value.stored_name if isinstance(value, ErasedName) else value)

    def deconstruct(self) -> Any:
        """In migrations it is a plain column of words."""
        name, _path, arguments, named = super().deconstruct()
        return name, "django.db.models.CharField", arguments, named


_ERASED = re.compile(r"Erased person (\d+)")  # as alliance.services.erasure writes it


class PersonManager(BaseUserManager.from_queryset(visible_by(access.people))):  # type: ignore[misc]  # made by a function
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who signs in with this address, stored in its canonical spelling."""
        person = self.model(email=canonical_address(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=canonical_address(username or ""))


class Person(AbstractBaseUser):
    """Somebody who signs in; their memberships say what they may do. Erased, never deleted."""

    never_deleted = True

    email = models.EmailField(_("E-mail"), unique=True)
    name = PersonName(_("Full name"), max_length=150)
    language = models.CharField(_("Language"), max_length=8, default="en")
    time_format = models.CharField(
        _("Time format"), max_length=2, choices=TimeFormat.choices, default=TimeFormat.OF_24
    )
    # empty: the alliance's
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True, default="")
    morning_hour = models.PositiveSmallIntegerField(_("Start of the morning"), default=DEFAULT_MORNING_HOUR)
    is_active = models.BooleanField(default=True)
    # a frozen account is not active either; another than its owner may have frozen it
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # another one with each new password: tokens that were made under an earlier one end
    credentials_version = models.PositiveIntegerField(default=1)
    factors_removed_at = models.DateTimeField(null=True)  # last, by the secretariat, for they were lost
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # an address that took no letter: known by its print, so that a new address is good again by itself
    bounced_address = models.CharField(max_length=16, blank=True, default="")
    bounced_at = models.DateTimeField(null=True)
    bounce_code = models.CharField(max_length=16, blank=True, default="")
    # when their mailbox reported a letter as spam; until they choose their letters themselves
    complained_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_reason = models.TextField(blank=True, default="")  # of another person who asked for it

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 - Django declares a list

    objects = PersonManager()

    class Meta:
        ordering = (ByAlphabet("name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        """Whether the account may have been stolen: nothing opens it until a manager of the secretariat thaws it."""
        return self.frozen_at is not None

    @property
    def is_unreachable(self) -> bool:
        """Whether letters to the present address came back for good; then none is sent there any more."""
        return bool(self.bounced_address) and self.bounced_address == address_fingerprint(self.email)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class MembershipQuerySet(visible_by(access.own_or_secretariat)):  # type: ignore[misc]  # the base is made by a function
    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """A person's roles in one organisation. Ended, never deleted."""

    never_deleted = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=13, choices=Role.choices), verbose_name=_("Rights"))
    office = models.CharField(_("Job title"), max_length=150, blank=True, default="")
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    # since when the roles are such that a second factor is required; null: since it began, or never
    privileged_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    appointed_reason = models.TextField(
        max_length=2000, blank=True, default=""
    )  # the secretariat's, for its last role

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = (ByAlphabet("person__name"),)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(ended_at__isnull=True),
                name="one_current_membership",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id}"


COMPLAINT_CODE = "spam"  # in the place of a mail server's code


class Invitation(models.Model):
    """An invitation by e-mail; the token itself is only in the mail, its digest is here."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Full name"), max_length=150)
    office = models.CharField(_("Job title"), max_length=150, blank=True, default="")
    roles = ArrayField(models.CharField(max_length=13, choices=Role.choices), verbose_name=_("Rights"))
    language = models.CharField(_("Language"), max_length=8, default="en")
    state = models.CharField(max_length=8, choices=InvitationState.choices, default=InvitationState.OPEN)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(default=clock.now)  # last: each time with another link
    expires_at = models.DateTimeField()
    # why the letter came back, by the mail server's code; empty again once it is sent anew
    bounce_code = models.CharField(max_length=16, blank=True, default="")

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(state=InvitationState.OPEN),
                name="one_open_invitation",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation_id}"

    @property
    def is_reported_as_spam(self) -> bool:
        """Whether its reader reported the letter as spam; until it is sent anew."""
        return self.bounce_code == COMPLAINT_CODE
