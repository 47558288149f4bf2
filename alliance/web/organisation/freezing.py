"""Page on which an administrator freezes the account of a colleague."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Membership
from alliance.queries.account_refusals import closing_refusal
from alliance.services.freezing import freeze_member
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.organisation.people import refuse_ended
from portal.kernel.web import ActorRequest, get_visible_or_404


def membership_freeze(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an administrator freezes a colleague’s account."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.freeze", pk=pk
    )
    if (ended := refuse_ended(request, membership)) is not None:
        return ended
    people_url = reverse("workspace:people")
    confirmation = Confirmation(
        rule="membership.freeze",
        subject=membership,
        heading=f"{_('Freeze the account')}: {membership.person.name}",
        title=_("What will happen"),
        items=freeze_consequences(),
        warning=_(
            "Only the secretariat can unfreeze it. Freeze it if you think that someone else is using it."
        ),
        label=_("Freeze the account"),
        message=_("Account frozen"),
        cancel_url=people_url,
        next_url=people_url,
        nav="workspace:people",
        parent_title=_("People"),
        kind="danger",
        refusal=closing_refusal(request.actor, membership.person),
    )
    return confirm(
        request, confirmation, lambda reason: freeze_member(request.actor, membership, reason), ReasonForm
    )


def signing_consequences() -> tuple[str, ...]:
    """What follows for a member whose last signatory it is; to close an account or end a membership is refused then."""
    return (
        _(
            "If nobody else can sign for a member, its days to reply to verdicts stand still until somebody can, and "
            "proposed corrections can be decided without its answer. Its reports stay due."
        ),
        _(
            "Its signature does not carry over to an announced version of the charter if nobody can sign on one of the "
            "days for objections: it stays on the version that it signed."
        ),
    )


def freeze_consequences() -> tuple[str, ...]:
    """What the pages say before an account is frozen."""
    return (
        _("No one can sign in with it: sessions, API tokens, known devices and the password end at once."),
        _("Invitations that they sent and no one has accepted are revoked."),
        _("Memberships, rights, deadlines and what was signed stay as they are."),
        *signing_consequences(),
        _("They, the administrators of their organisations and the secretariat get an e-mail."),
        _("The reason stays with the account; only the secretariat reads it."),
    )
