"""Pages about the people of an organisation, in both areas: invite, give roles; leaving is in `membership_end`."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Invitation, Membership, Organisation
from alliance.queries.notice_choices import group_recipients, groups_turned_off
from alliance.queries.organisations import addition_refusal
from alliance.queries.owed_work import owed_work
from alliance.queries.people import (
    MAX_FORMER,
    colleagues,
    ended_sentence,
    former_colleagues,
    freezer_names,
    open_invitations,
    roles_without_holder,
)
from alliance.services import invitations, people
from alliance.services.notifications import retry_mail
from alliance.web.area import area_of, posted_data
from alliance.web.forms.people import AppointForm, GrantForm, InviteForm
from alliance.web.step_up import step_up
from portal.kernel.web import ActorRequest, get_visible_or_404, lists_fields, permissions, posts, refusals_on


def organisation_of(request: ActorRequest, pk: int | None, rule: str = "") -> Organisation:
    """The organisation that the address names; one's own where it names none. With a rule, one that it allows."""
    organisation: Organisation = get_visible_or_404(
        Organisation.objects, request.actor, rule=rule, pk=request.actor.tenant_id if pk is None else pk
    )
    return organisation


def addition_refused(request: ActorRequest, organisation: Organisation) -> HttpResponse | None:
    """The way back to its page, with why nothing is added to the organisation any more; None while it has not left."""
    if not (refusal := addition_refusal(organisation)):
        return None
    messages.error(request, refusal)
    return redirect(area_of(request.actor).people_url(organisation))


def area_page(
    request: ActorRequest, template: str, organisation: Organisation, **context: Any
) -> HttpResponse:
    """Render a page about people, in the area of the actor."""
    area = area_of(request.actor)
    shared = {
        "base": area.base,
        "nav": f"{area.namespace}:{'member-list' if request.actor.is_host else 'people'}",
        "organisation": organisation,
        "people_url": area.people_url(organisation),
    }
    status = context["form"].status if "form" in context else 200
    return render(request, f"alliance/area/{template}.html", {**shared, **context}, status=status)


def back_to_people(request: ActorRequest, organisation: Organisation, message: str) -> HttpResponse:
    """To the people of the organisation, with a sentence about what was done."""
    messages.success(request, message)
    return redirect(area_of(request.actor).people_url(organisation))


def refuse_ended(request: ActorRequest, membership: Membership) -> HttpResponse | None:
    """To the people, with a sentence, where a membership has ended since its page was opened; None where it has not."""
    if not (sentence := ended_sentence(request.actor, membership)):
        return None
    messages.warning(request, sentence)
    return redirect(area_of(request.actor).people_url(membership.organisation))


def membership_invite(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Form to invite a person to an organisation."""
    organisation = organisation_of(request, pk, "membership.invite")
    if (left := addition_refused(request, organisation)) is not None:
        return left
    if (again := step_up(request, "membership.invite")) is not None:
        return again
    initial = {"language": request.LANGUAGE_CODE}
    form = InviteForm(posted_data(request), kind=organisation.kind, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            invited = invitations.invite_person(request.actor, organisation, **form.cleaned_data)
        if form.is_valid():
            sentence = _("An invitation has been sent to %(email)s.") % {"email": invited.email}
            return back_to_people(request, organisation, sentence)
    return area_page(request, "membership_invite", organisation, form=form)


@require_safe
def notice_recipients(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Which e-mails the people of an organisation get, by kind: who, how often, who not, and what nobody receives."""
    organisation = organisation_of(request, pk, "membership.read_notices")
    rows = group_recipients(request.actor, organisation)
    return area_page(
        request, "notice_recipients", organisation, rows=rows, empty=[row for row in rows if row.is_empty]
    )


def people_of(request: ActorRequest, organisation: Organisation) -> dict[str, Any]:
    """What the lists of people show: each with what they have turned off, as far as the reader may know it."""
    turned_off = groups_turned_off(request.actor, organisation)
    rows = list(colleagues(request.actor, organisation))
    freezers = freezer_names(request.actor, rows)
    work = owed_work(request.actor, organisation)
    for membership in rows:
        membership.owed = work.get(membership.person_id)  # type: ignore[attr-defined]  # for the template
        membership.frozen_by = freezers.get(membership.person_id, "")  # type: ignore[attr-defined]  # for the template
        membership.groups_turned_off = turned_off.get(membership.person_id, ())  # type: ignore[attr-defined]  # for the template
    return {
        "colleagues": rows,
        "has_owed_work": any(membership.person_id in work for membership in rows),
        "vacant_roles": roles_without_holder(organisation) if rows else [],
        "former": former_colleagues(request.actor, organisation)[:MAX_FORMER],
        "invitations": open_invitations(request.actor, organisation),
        **permissions(request.actor, organisation, may_read_notices="membership.read_notices"),
    }


def _membership(request: ActorRequest, pk: int, rule: str = "") -> Membership:
    membership: Membership = get_visible_or_404(Membership.objects, request.actor, rule=rule, pk=pk)
    return membership


def membership_grant(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to change a person's roles and job title in an organisation."""
    membership = _membership(request, pk, "membership.grant")
    if (ended := refuse_ended(request, membership)) is not None:
        return ended
    if (again := step_up(request, "membership.grant")) is not None:
        return again
    organisation = membership.organisation
    initial = {"roles": membership.roles, "office": membership.office}
    # the organisation is notified of what the secretariat changes there, with its reason
    appoints = organisation.pk != request.actor.tenant_id
    form_class = AppointForm if appoints else GrantForm
    form = form_class(
        posted_data(request),
        kind=organisation.kind,
        initial=initial,
        record_values=people.rights_of(membership),
    )
    if form.is_valid():
        with form.refusals():
            change = people.appoint_person if appoints else people.set_roles
            change(request.actor, membership, **form.cleaned_data)
        if form.is_valid():
            sentence = f"{_('Rights changed')}: {membership.person.name}"
            return back_to_people(request, organisation, sentence)
    return area_page(request, "membership_grant", organisation, form=form, membership=membership)


@posts()
def membership_retry_mail(request: ActorRequest, pk: int) -> HttpResponse:
    """Resume e-mails to a member's address."""
    membership = _membership(request, pk)
    if (ended := refuse_ended(request, membership)) is not None:
        return ended
    retry_mail(request.actor, membership)
    sentence = f"{_('E-mails to an address resumed')}: {membership.person.name}"
    return back_to_people(request, membership.organisation, sentence)


def _invitation(request: ActorRequest, pk: int, rule: str = "") -> Invitation:
    invitation: Invitation = get_visible_or_404(Invitation.objects, request.actor, rule=rule, pk=pk)
    return invitation


@lists_fields()
def invitation_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an invitation is revoked."""
    invitation = _invitation(request, pk, "invitation.revoke")
    if request.method == "POST":
        invitations.revoke_invitation(request.actor, invitation)
        sentence = f"{_('Invitation revoked')}: {invitation.email}"
        return back_to_people(request, invitation.organisation, sentence)
    return area_page(request, "invitation_revoke", invitation.organisation, invitation=invitation)


@posts()
def invitation_resend(request: ActorRequest, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = _invitation(request, pk)
    invitations.resend_invitation(request.actor, invitation)
    sentence = _("A new invitation has been sent to %(email)s; the earlier link no longer works.")
    return back_to_people(request, invitation.organisation, sentence % {"email": invitation.email})
