"""Pages about the people of an organisation, on both desks: invite, grant; who leaves is in `leaving`."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliance.models import Invitation, Membership, Organisation
from alliance.services import invitations, people
from alliance.services.notifications import retry_mail
from alliance.web.desk import desk_of, posted
from alliance.web.forms.people import AppointForm, GrantsForm, InviteForm
from portal.kernel.web import ActorRequest, get_visible_or_404, shown


def organisation_of(request: ActorRequest, pk: int | None, rule: str = "") -> Organisation:
    """The organisation that the address names; one's own where it names none. With a rule, one that it allows."""
    found: Organisation = get_visible_or_404(
        Organisation.objects, request.actor, rule=rule, pk=request.actor.tenant_id if pk is None else pk
    )
    return found


def page(request: ActorRequest, template: str, organisation: Organisation, **context: Any) -> HttpResponse:
    """A page of this room, on the desk of whoever asks."""
    desk = desk_of(request.actor)
    shared = {
        "base": desk.base,
        "nav": f"{desk.namespace}:{'member-list' if request.actor.is_host else 'people'}",
        "organisation": organisation,
        "people_url": desk.people_url(organisation),
    }
    form = context.get("form")
    status = 422 if form is not None and form.is_bound else 200
    return render(request, f"alliance/desk/{template}.html", {**shared, **context}, status=status)


def back(request: ActorRequest, organisation: Organisation, sentence: str) -> HttpResponse:
    """To the people of the organisation, with a sentence about what was done."""
    messages.success(request, sentence)
    return redirect(desk_of(request.actor).people_url(organisation))


def membership_invite(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    organisation = organisation_of(request, pk, "membership.invite")
    initial = {"language": request.LANGUAGE_CODE}
    form = InviteForm(posted(request), kind=organisation.kind, initial=initial)
    if form.is_valid():
        with shown(form):
            invited = invitations.invite_person(request.actor, organisation, **form.cleaned_data)
        if form.is_valid():
            sentence = _("An invitation has been sent to %(email)s.") % {"email": invited.email}
            return back(request, organisation, sentence)
    return page(request, "membership_invite", organisation, form=form)


def _membership(request: ActorRequest, pk: int, rule: str = "") -> Membership:
    found: Membership = get_visible_or_404(Membership.objects, request.actor, rule=rule, pk=pk, ended_at=None)
    return found


def membership_grant(request: ActorRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk, "membership.grant")
    organisation = membership.organisation
    initial = {"grants": membership.grants, "office": membership.office}
    # what the secretariat changes at somebody else's is told there, with its reason
    appoints = request.actor.is_host and not organisation.is_secretariat
    form_class = AppointForm if appoints else GrantsForm
    form = form_class(posted(request), kind=organisation.kind, initial=initial)
    if form.is_valid():
        with shown(form):
            change = people.appoint if appoints else people.set_grants
            change(request.actor, membership, **form.cleaned_data)
        if form.is_valid():
            sentence = f"{_('Rights changed')}: {membership.person.name}"
            return back(request, organisation, sentence)
    return page(request, "membership_grant", organisation, form=form, membership=membership)


@require_POST
def membership_retry_mail(request: ActorRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    retry_mail(request.actor, membership)
    sentence = f"{_('E-mails to an address resumed')}: {membership.person.name}"
    return back(request, membership.organisation, sentence)


def _invitation(request: ActorRequest, pk: int, rule: str = "") -> Invitation:
    found: Invitation = get_visible_or_404(Invitation.objects, request.actor, rule=rule, pk=pk)
    return found


def invitation_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk, "invitation.revoke")
    if request.method == "POST":
        invitations.revoke_invitation(request.actor, invitation)
        sentence = f"{_('Invitation revoked')}: {invitation.email}"
        return back(request, invitation.organisation, sentence)
    return page(request, "invitation_revoke", invitation.organisation, invitation=invitation)


@require_POST
def invitation_resend(request: ActorRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    invitations.resend_invitation(request.actor, invitation)
    sentence = _("A new invitation has been sent to %(email)s; the earlier link no longer works.")
    return back(request, invitation.organisation, sentence % {"email": invitation.email})
