"""Who somebody is: account, memberships, sign-ins, what was written to them and by them."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance.models import (
    AccountDecision,
    Agreement,
    ApiToken,
    CalendarAddress,
    ContactMessage,
    EmailChange,
    Invitation,
    KnownDevice,
    Membership,
    MembershipApplication,
    Person,
    PersonSession,
    SupporterContact,
    SupporterImport,
)
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of
from portal.kernel.privacy import PersonalDataPart, PersonalDataRow, rows_of


def _memberships(actor: Actor) -> Iterable[PersonalDataRow]:
    memberships = (
        Membership.objects.filter(person_id=person_of(actor)).select_related("organisation").order_by("pk")
    )
    return [
        {
            "organisation": row.organisation.name,
            "may": row.roles,
            "office": row.office,
            "from": row.started_at,
            "until": row.ended_at,
        }
        for row in memberships
    ]


def _decisions(actor: Actor) -> Iterable[PersonalDataRow]:
    """What was decided and when; the secretariat's reasons are its own."""
    with acting_as(SYSTEM):
        rows = AccountDecision.objects.filter(person_id=person_of(actor)).order_by("pk")
        return list(rows.values("kind", "decided_at"))


def _invited(actor: Actor) -> Iterable[PersonalDataRow]:
    """Invitations to the address that is the person's now; they went there by letter."""
    with acting_as(SYSTEM):
        rows = Invitation.objects.filter(email=_address(actor)).order_by("pk")
        return list(
            rows.values(
                "organisation__name",
                "name",
                "office",
                "roles",
                "state",
                "created_at",
                "sent_at",
                "expires_at",
            )
        )


def _contact_messages(actor: Actor) -> Iterable[PersonalDataRow]:
    """What somebody with this address has written on the contact page, while it waits for the mail server."""
    with acting_as(SYSTEM):
        rows = ContactMessage.objects.filter(email__iexact=_address(actor)).order_by("pk")
        return list(rows.values("name", "text", "language", "written_at"))


def _applications(actor: Actor) -> Iterable[PersonalDataRow]:
    """The applications for membership that were sent with this address."""
    with acting_as(SYSTEM):
        rows = MembershipApplication.objects.filter(email__iexact=_address(actor)).order_by("pk")
        return list(
            rows.values(
                "email",
                "applicant_name",
                "applicant_office",
                "name",
                "reason",
                "services",
                "written_at",
                "state",
            )
        )


def _supporters(actor: Actor) -> Iterable[PersonalDataRow]:
    """The accessions of supporters that were signed with this address."""
    with acting_as(SYSTEM):
        rows = SupporterContact.objects.filter(email__iexact=_address(actor)).order_by("pk")
        return list(
            rows.values(
                "email",
                "signatory_name",
                "signatory_office",
                "confirmed_at",
                supporter_name=F("supporter__name"),
            )
        )


def _address(actor: Actor) -> str:
    return Person.objects.values_list("email", flat=True).get(pk=person_of(actor))


ACCOUNT_PARTS = (
    PersonalDataPart(
        "profile", _("Your account"),
        lambda actor: Person.objects.filter(pk=person_of(actor)).values(
            "name", "email", "language", "time_format", "time_zone", "morning_hour",
            "created_at", "last_login", "bounced_at", "complained_at",
        ),
    ),
    PersonalDataPart(
        "memberships", _("Your memberships"), _memberships, person_columns=("alliance.Membership.person",),
    ),
    PersonalDataPart("invited", _("Invitations to your address"), _invited),
    PersonalDataPart(
        "sessions", _("Sessions"),
        # where they are signed in; the key of a session is for nobody
        lambda actor: PersonSession.objects.filter(person_id=person_of(actor), expire_date__gte=Now())
        .order_by("started_at")
        .values("device", "started_at", "last_used_at", ends_at=F("expire_date")),
        person_columns=("alliance.PersonSession.person",),
    ),
    PersonalDataPart(
        "known-devices", _("Devices on which you have signed in"),
        lambda actor: KnownDevice.objects.filter(person_id=person_of(actor)).values(
            "device", "first_used_at", "last_used_at"
        ),
        person_columns=("alliance.KnownDevice.person",),
    ),
    PersonalDataPart(
        "factors", _("Second factor"),
        # that there is one, of which kind; its secret is for nobody
        lambda actor: Authenticator.objects.filter(user_id=person_of(actor)).order_by("pk").values(
            "type", "created_at", "last_used_at"
        ),
        person_columns=("mfa.Authenticator.user",),
    ),
    PersonalDataPart(
        "linked-accounts", _("Accounts at the identity provider of your organisation"),
        lambda actor: SocialAccount.objects.filter(user_id=person_of(actor)).order_by("pk").values(
            "provider", "uid", "date_joined", "last_login"
        ),
        person_columns=("socialaccount.SocialAccount.user",),
    ),
    PersonalDataPart(
        "decisions", _("What the secretariat decided about your account"), _decisions,
        person_columns=("alliance.AccountDecision.person",),
    ),
    PersonalDataPart(
        "email-changes", _("Change of address"),
        rows_of(
            EmailChange, "person",
            old="old_email", new="new_email", asked_at="requested_at", done_at="done_at", ended_at="ended_at",
        ),
    ),
    PersonalDataPart(
        "agreements", _("Texts that you agreed to"),
        rows_of(
            Agreement, "person",
            text="text__kind", revision="text__revision", language="language", at="agreed_at",
        ),
    ),
    PersonalDataPart(
        "tokens", _("Tokens that you made for programs"),
        rows_of(
            ApiToken, "person",
            organisation="organisation__name", name="name", scopes="scopes", created_at="created_at",
            expires_at="expires_at", used_at="used_at", revoked_at="revoked_at",
        ),
    ),
    PersonalDataPart(
        "calendar-addresses", _("Addresses of calendars that you made"),
        rows_of(
            CalendarAddress, "person",
            organisation="organisation__name", created_at="created_at", used_at="used_at", ended_at="ended_at",
        ),
    ),
    PersonalDataPart("contact-messages", _("What you wrote on the contact page"), _contact_messages),
    PersonalDataPart(
        "supporter-imports", _("Files of supporters that you sent"),
        rows_of(SupporterImport, "person", name="name", at="sent_at"),
    ),
    PersonalDataPart("applications", _("Applications for membership with your address"), _applications),
    PersonalDataPart("supporters", _("Accessions of supporters with your address"), _supporters),
    PersonalDataPart(
        "tokens-revoked", _("Tokens that you revoked"),
        rows_of(ApiToken, "revoked_by", organisation="organisation__name", name="name", at="revoked_at"),
    ),
    PersonalDataPart(
        "invitations", _("Invitations that you sent"),
        rows_of(
            Invitation, "invited_by",
            organisation="organisation__name", may="roles", state="state", at="created_at",
        ),
    ),
)  # fmt: skip
