"""Page on which an administrator freezes the account of a colleague."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Membership
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
        refusal="" if membership.person.is_active else _("This has already been done."),
    )
    return confirm(
        request, confirmation, lambda reason: freeze_member(request.actor, membership, reason), ReasonForm
    )


def freeze_consequences() -> tuple[str, ...]:
    """What the pages say before an account is frozen."""
    return (
        _("No one can sign in with it: sessions, API tokens, known devices and the password end at once."),
        _("Invitations that they sent and no one has accepted are revoked."),
        _("Memberships, rights, deadlines and what was signed stay as they are."),
        signing_consequence(),
        _("They, the administrators of their organisations and the secretariat get an e-mail."),
        _("The reason stays with the account; only the secretariat reads it."),
    )


def signing_consequence() -> str:
    """What becomes of a member whose last signatory it is, on each page before an account is shut."""
    return _(
        "If nobody else can sign for a member, its days to reply to verdicts stand still until somebody can, proposed "
        "corrections can be decided without its answer, and its signature does not carry over to an announced version "
        "of the charter to which it can still object. Its reports stay due."
    )
