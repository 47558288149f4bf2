"""Erasing a person by decision of a manager: what goes, what stays, and why."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Membership
from alliance.services.erasure import erase_person
from alliance.web.account.personal_data import erasure_blocking_reason
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.web import ActorRequest, get_visible_or_404


def person_erase(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before the person of a membership is erased, with a reason for the secretariat."""
    membership: Membership = get_visible_or_404(Membership.objects, request.actor, pk=pk)
    person, url = membership.person, reverse("secretariat:member", args=[membership.organisation_id])
    if person.erased_at is not None:
        raise Http404
    page = Confirmation(
        rule="person.erase",
        subject=person,
        heading=f"{_('Erase')}: {person.name}",
        title=_("What will happen"),
        items=[
            _("The name is replaced by a neutral one on every page at once."),
            _("The address, the password and every other way to sign in are removed; all sessions end."),
            _("Memberships end; the inbox, documents, imports, saved searches and settings are deleted."),
            _(
                "Publications and submissions stay unchanged, with the names of those who signed "
                "them: they are part of the public record."
            ),
            _("Texts in practices, discussions and reviews stay, under the neutral name."),
            _("The journal contains only numbers, no names."),
            _("It cannot be undone. The address can be invited again, and then belongs to a new person."),
        ],
        label=_("Erase for good"),
        cancel_url=url,
        message=_("Person erased"),
        next_url=url,
        nav="secretariat:member-list",
        kind="danger",
        parent_title=membership.organisation.name,
        refusal=erasure_blocking_reason(person),
    )
    return confirm(request, page, lambda reason: erase_person(request.actor, person, reason), ReasonForm)
