"""Letters of the secretariat to a member: those that were written, and whom one would reach."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alliance.enums import OrganisationState, Role
from alliance.models import MemberLetter, Organisation
from alliance.queries.actors import recipients_in
from portal.kernel.access import Actor
from portal.kernel.notices import Recipient

ADDRESSED_ROLES = (Role.SIGNATORY, Role.ADMINISTRATOR)
_SHOWN = 5


def letter_recipients(organisation: Organisation) -> Sequence[Recipient]:
    """Whom a letter goes to: the signatories and administrators who have access. Three queries."""
    return recipients_in([organisation.pk], *ADDRESSED_ROLES)


def letter_refusal(organisation: Organisation, recipients: Sequence[Recipient]) -> str:
    """Why nobody there can be written to through the portal; empty where somebody can."""
    if organisation.is_secretariat:
        return _("This is the secretariat itself.")
    if organisation.state not in (OrganisationState.ACTIVE, OrganisationState.APPLICANT):
        return _("Its people have no access now: a letter through the portal would reach nobody.")
    if not recipients:
        return _("It has no signatory or administrator yet: invite one first.")
    return ""


def letters_to(actor: Actor, organisation: Organisation) -> Sequence[MemberLetter]:
    """The latest letters to the organisation, with who wrote them. One query."""
    rows = MemberLetter.objects.visible_to(actor).filter(organisation=organisation)
    return list(rows.select_related("written_by")[:_SHOWN])
