"""Organisations, invitations, sign-in through an organisation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import (
    ApplicationState,
    Enforcement,
    IdentityProviderState,
    InvitationState,
    OrganisationState,
)
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.workflow import Step, Workflow


def _refuse_for_secretariat(actor: Actor, organisation: Any) -> None:
    del actor
    if organisation.is_secretariat:
        raise DomainError(_("The secretariat runs the portal: it cannot be suspended or leave."))


def _refuse_unless_reporting(actor: Actor, organisation: Any) -> None:
    del actor
    if not organisation.is_reporting:
        raise DomainError(_("Only a member or an associate can merge into another."))


def _refuse_unless_merged(actor: Actor, organisation: Any) -> None:
    del actor
    if organisation.successor_id is None:
        raise DomainError(_("This organisation has not merged into another."))


_WAITING_APPLICATIONS = (ApplicationState.OPEN, ApplicationState.ASKED)

ORGANISATION = Workflow(
    "organisation",
    (
        Step("admit", (OrganisationState.APPLICANT,), OrganisationState.ACTIVE, _("Admit")),
        Step(
            "suspend",
            (OrganisationState.ACTIVE,),
            OrganisationState.SUSPENDED,
            _("Suspend"),
            requirements=(_refuse_for_secretariat,),
        ),
        Step("reinstate", (OrganisationState.SUSPENDED,), OrganisationState.ACTIVE, _("Reinstate")),
        Step(
            "withdraw",
            (OrganisationState.ACTIVE, OrganisationState.SUSPENDED),
            OrganisationState.FORMER,
            _("Record the withdrawal"),
            requirements=(_refuse_for_secretariat,),
        ),
        Step(
            "expel",
            (OrganisationState.ACTIVE, OrganisationState.SUSPENDED),
            OrganisationState.FORMER,
            _("Expel"),
            requirements=(_refuse_for_secretariat,),
        ),
        Step(
            "merge",
            (OrganisationState.ACTIVE,),
            OrganisationState.FORMER,
            _("Merge into another member"),
            requirements=(_refuse_unless_reporting,),
        ),
        Step(
            "take_back_merger",
            (OrganisationState.FORMER,),
            OrganisationState.ACTIVE,
            _("Take back the merger"),
            requirements=(_refuse_unless_merged,),
        ),
    ),
    referenced=True,
)


APPLICATION = Workflow(
    "application",
    (
        Step("confirm", (ApplicationState.UNCONFIRMED,), ApplicationState.OPEN, _("Confirm")),
        Step("ask", (ApplicationState.OPEN,), ApplicationState.ASKED, _("Ask back")),
        Step("answer", (ApplicationState.ASKED,), ApplicationState.OPEN, _("Answer")),
        Step("admit", _WAITING_APPLICATIONS, ApplicationState.ADMITTED, _("Admit")),
        Step(
            "decline",
            _WAITING_APPLICATIONS,
            ApplicationState.DECLINED,
            pgettext_lazy("application", "Decline"),
        ),
        Step("reopen", (ApplicationState.DECLINED,), ApplicationState.OPEN, _("Take up again")),
        Step(
            "withdraw",
            (ApplicationState.UNCONFIRMED, *_WAITING_APPLICATIONS),
            ApplicationState.WITHDRAWN,
            _("Withdraw"),
        ),
    ),
)


INVITATION = Workflow(
    "invitation",
    (
        Step("accept", (InvitationState.OPEN,), InvitationState.ACCEPTED, _("Accept")),
        Step("revoke", (InvitationState.OPEN,), InvitationState.REVOKED, _("Revoke")),
    ),
)


def _refuse_while_enforced(actor: Actor, provider: Any) -> None:
    del actor
    if provider.domains.filter(enforcement=Enforcement.ENFORCED).exists():
        raise DomainError(
            _(
                "People of a domain must sign in through this provider: the secretariat has to suspend that first."
            )
        )


def _refuse_without_domain(actor: Actor, provider: Any) -> None:
    del actor
    if not provider.domains.exists():
        raise DomainError(_("Add an e-mail domain first: without one the provider can sign nobody in."))


def _refuse_unless_on(actor: Actor, domain: Any) -> None:
    del actor
    if domain.provider.state != IdentityProviderState.ON:
        raise DomainError(_("Turn the provider on first."))


_TRIED = (IdentityProviderState.TESTED, IdentityProviderState.ON, IdentityProviderState.OFF)


IDENTITY_PROVIDER = Workflow(
    "identity_provider",
    (
        Step("test", (IdentityProviderState.DRAFT,), IdentityProviderState.TESTED, _("Test")),
        # another provider than the one that was tested
        Step(
            "change",
            (IdentityProviderState.DRAFT, *_TRIED),
            IdentityProviderState.DRAFT,
            _("Change"),
            requirements=(_refuse_while_enforced,),
        ),
        Step(
            "turn_on",
            (IdentityProviderState.TESTED, IdentityProviderState.OFF),
            IdentityProviderState.ON,
            _("Turn on"),
            requirements=(_refuse_without_domain,),
        ),
        Step(
            "turn_off",
            (IdentityProviderState.ON,),
            IdentityProviderState.OFF,
            _("Turn off"),
            requirements=(_refuse_while_enforced,),
        ),
    ),
)


EMAIL_DOMAIN = Workflow(
    "email_domain",
    (
        Step(
            "enforce",
            (Enforcement.OPTIONAL, Enforcement.SUSPENDED),
            Enforcement.ENFORCED,
            _("Require"),
            requirements=(_refuse_unless_on,),
        ),
        Step("suspend", (Enforcement.ENFORCED,), Enforcement.SUSPENDED, _("Suspend")),
        Step(
            "relax", (Enforcement.ENFORCED, Enforcement.SUSPENDED), Enforcement.OPTIONAL, _("Make optional")
        ),
    ),
    field="enforcement",
)
