"""Accounts: invitations, sign-in through an organisation, decisions about them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InvitationState(TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REVOKED = "revoked", _("Revoked")


class SignInProtocol(TextChoices):
    """By which protocol an identity provider of an organisation says who somebody is."""

    OIDC = "oidc", _("OpenID Connect")
    SAML = "saml", _("SAML")


class IdentityProviderState(TextChoices):
    """Only one that is on signs anybody in; before that it was tried by whoever set it up."""

    DRAFT = "draft", _("Not tested")
    TESTED = "tested", _("Tested")
    ON = "on", pgettext_lazy("identity provider", "On")
    OFF = "off", pgettext_lazy("identity provider", "Off")


class Enforcement(TextChoices):
    """Whether people of an e-mail domain sign in through their organisation alone."""

    OPTIONAL = "optional", _("Optional")
    ENFORCED = "enforced", _("Required")
    SUSPENDED = "suspended", pgettext_lazy("requirement", "Suspended")


class SignInFault(TextChoices):
    """Why a sign-in through an identity provider did not happen."""

    AWAY = "away", _("The provider did not answer in time.")
    RESPONSE = "response", _("The provider’s answer could not be read.")
    REFUSED = "refused", _("The provider refused the request.")
    CANCELLED = "cancelled", _("The sign-in was cancelled at the provider.")
    STATE = "state", _("The sign-in was not begun in this browser, has been used already or took too long.")
    SIGNATURE = "signature", _("The answer was not signed with a key of the provider.")
    ISSUER = "issuer", _("The answer came from another provider.")
    AUDIENCE = "audience", _("The answer was meant for another service.")
    EXPIRED = "expired", _("The answer had expired.")
    EARLY = "early", _("The answer was not valid yet: check the provider’s clock.")
    STALE = "stale", _("The provider did not ask you to sign in again.")
    UNVERIFIED = "unverified", _("The provider did not confirm the e-mail address.")
    OUTSIDE = "outside", _("The e-mail address does not belong to the domains of the organisation.")
    OFF = "off", _("Sign-in through this organisation is off.")
    ENDED = "ended", _("The membership in the organisation has ended.")
    CLOSED = "closed", _("The account cannot be used.")


class TimeFormat(TextChoices):
    OF_24 = "24", _("24 hours: 14:05")
    OF_12 = "12", _("12 hours: 2:05 PM")


class AccountDecisionKind(TextChoices):
    """What was decided about somebody's account: by the secretariat; to freeze it also by others, and by themselves."""

    RESET_FACTORS = "reset_factors", _("Second factors removed")
    CONFIRM_EMAIL = "confirm_email", _("Confirmed in place of the old mailbox")
    CLOSE = "close", _("Account closed")
    REOPEN = "reopen", _("Account reopened")
    FREEZE = "freeze", _("Account frozen")
    THAW = "thaw", _("Account unfrozen")
