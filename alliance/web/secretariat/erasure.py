"""Erasing a person at the word of a manager: what goes, what stays, and why."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Membership
from alliance.services.erasure import erase_person
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.personal_data import blocked
from portal.kernel.web import ActorRequest, get_visible_or_404


def person_erase(request: ActorRequest, pk: int) -> HttpResponse:
    """The person of a membership, current or ended; the reason is the secretariat's to read."""
    membership: Membership = get_visible_or_404(Membership.objects, request.actor, pk=pk)
    person, url = membership.person, reverse("secretariat:member", args=[membership.organisation_id])
    if person.erased_at is not None:
        raise Http404
    page = Confirmation(
        rule="person.erase",
        subject=person,
        heading=_("Erase %(name)s") % {"name": person.name},
        title=_("For good:"),
        items=[
            _("the name becomes a neutral one on every page, and no way to sign in is left"),
            _("memberships end; the inbox, documents, imports, saved searches and settings are gone"),
            _("publications and submissions stay to the byte, with the names of those who signed them"),
            _("texts in practices, discussions and reviews stay, under the neutral name"),
            _("the journal keeps numbers, and no name"),
            _("it cannot be undone; the address can be invited anew, and is then somebody new"),
        ],
        label=_("Erase for good"),
        cancel_url=url,
        done=_("The person is erased."),
        then=url,
        nav="secretariat:member-list",
        kind="danger",
        place=membership.organisation.name,
        refusal=blocked(person),
    )
    return confirm(request, page, lambda reason: erase_person(request.actor, person, reason), ReasonForm)
