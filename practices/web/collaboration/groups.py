"""Working groups in both areas: the list, one of them, making, changing, who is in it, closing."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alliance.web.area import SECRETARIAT, area_of, posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.web import (
    ActorRequest,
    StrictForm,
    get_visible_or_404,
    paginate,
    permissions,
    refusals_on,
    requires,
)
from practices.models import GroupMembership, WorkingGroup
from practices.queries.directory import find_people
from practices.queries.groups import (
    group_practices,
    group_rows,
    members_of,
    possible_on_group,
)
from practices.services import groups
from practices.web.collaboration.discussion_panel import discussion_of
from practices.web.collaboration.following import follow_button

_ACTIONS = ("change", "bring_in", "leave", "close")


class WorkingGroupForm(StrictForm):
    """What a group is called and what it is for."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class WorkingGroupEditForm(SeenValuesForm, WorkingGroupForm):
    """The same of one that there is."""


class WorkingGroupCreateForm(WorkingGroupForm):
    """A manager of the secretariat may stay outside."""

    joins = forms.BooleanField(
        label=gettext_lazy("I join the group and lead it"), required=False, initial=True
    )


def _page(request: ActorRequest, template: str, **context: Any) -> HttpResponse:
    area = area_of(request.actor)
    status = context["form"].status if "form" in context else 200
    shared = {"base": area.base, "area": area.namespace, "nav": f"{area.namespace}:practice-list"}
    return render(request, f"practices/{template}.html", {**shared, **context}, status=status)


def _get_group(request: ActorRequest, key: UUID, rule: str = "") -> WorkingGroup:
    rows = group_rows(request.actor)
    group: WorkingGroup = get_visible_or_404(rows, request.actor, rule=rule, key=key)
    return group


@require_safe
def group_list(request: ActorRequest) -> HttpResponse:
    """List of one's working groups; the secretariat sees all of them."""
    page = paginate(group_rows(request.actor), request)
    return _page(request, "group_list", page=page, **permissions(request.actor, may_make="group.make"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("group.make")
def group_make(request: ActorRequest) -> HttpResponse:
    """Form to create a working group."""
    actor = request.actor
    form = (WorkingGroupCreateForm if area_of(actor) == SECRETARIAT else WorkingGroupForm)(
        posted_data(request)
    )
    if form.is_valid():
        with refusals_on(form):
            group = groups.make_group(actor, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Working group created"))
            return redirect(area_of(actor).url("group", group.key))
    return _page(request, "group_form", form=form, heading=_("A new working group"),
                 cancel_url=area_of(actor).url("group-list"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def group_change(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to change the name and purpose of a working group."""
    group = _get_group(request, key, "group.change")
    values = groups.group_values(group)
    form = WorkingGroupEditForm(posted_data(request), initial=values, record_values=values)
    url = area_of(request.actor).url("group", key)
    if form.is_valid():
        with form.refusals():
            groups.change_group(request.actor, group, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(url)
    return _page(request, "group_form", form=form, heading=_("Change the group"), cancel_url=url)


@require_safe
def group(request: ActorRequest, key: UUID) -> HttpResponse:
    """One working group: its members, the practices shared with it, its discussion."""
    group, actor = _get_group(request, key), request.actor
    members = members_of(actor, group)
    search_text = request.GET.get("words", "").strip()
    own = next((row for row in members if row.is_me), None)
    inside = own is not None
    possible, refusal = possible_on_group(actor, group, own)
    may_lead = "bring_in" in possible
    area = area_of(actor)
    for row in members:
        row.take_out_url = area.url("group-take-out", key, row.key)
    context = {
        "group": group,
        "members": members,
        "is_member": inside,
        "practices": group_practices(actor, group),
        "may_lead": may_lead,
        "may_leave": "leave" in possible,
        "leaving_refusal": refusal,
        "search_text": search_text,
        "matching_people": find_people(search_text) if search_text and may_lead else [],
        "discussion": discussion_of(actor, group, request.GET) if inside else None,
        "following": follow_button(actor, group) if inside else None,
        "member_keys": {row.person_token for row in members},
        "urls": {verb: area.url(f"group-{verb.replace('_', '-')}", key) for verb in _ACTIONS},
    }
    return _page(request, "group", **context)


class BringInForm(StrictForm):
    """Whom, and whether they lead it."""

    person = forms.RegexField(r"^\d{1,18}\.\d{1,18}$")
    leads = forms.BooleanField(required=False)


@require_http_methods(["POST"])
def group_bring_in(request: ActorRequest, key: UUID) -> HttpResponse:
    """Add a person to a working group, or make them a leader."""
    group, actor = _get_group(request, key, "group.bring_in"), request.actor
    form = BringInForm(posted_data(request))
    if form.is_valid():
        person, leads = form.cleaned_data["person"], form.cleaned_data["leads"]
        was_member = any(row.person_token == person for row in members_of(actor, group))
        groups.bring_in_member(actor, group, person, leads=leads)
        added = _("Added to the group; this person can read what the group can read.")
        messages.success(request, _("Leads the group") if leads and was_member else added)
    return redirect(area_of(actor).url("group", key))


def group_take_out(request: ActorRequest, key: UUID, membership: UUID) -> HttpResponse:
    """Confirmation page before a person is removed from a working group: what they can no longer read."""
    group, actor = _get_group(request, key, "group.take_out"), request.actor
    group_membership: GroupMembership = get_visible_or_404(
        GroupMembership.objects.select_related("person"), actor, group=group, ended_at=None, key=membership
    )
    items = [
        _("%(name)s can no longer read the group’s discussion or what they could read only through the group")
        % {"name": group_membership.person.name}
    ]
    page = _confirmation(
        request,
        group,
        "group.take_out",
        _("Remove from the group"),
        items,
        _("Person removed from a working group"),
    )
    return confirm(request, page, lambda: groups.take_out_member(actor, group, group_membership))


def group_leave(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before leaving a working group: what one can no longer read."""
    group = _get_group(request, key)
    items = [_("you can no longer read the group’s discussion or what you could read only through the group")]
    page = _confirmation(
        request, group, "group.leave", _("Leave the group"), items, _("You have left the group.")
    )
    then = area_of(request.actor).url("group-list")
    return confirm(request, replace(page, next_url=then), lambda: groups.leave_group(request.actor, group))


def group_close(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a working group is closed."""
    group = _get_group(request, key)
    items = [
        _("no one can be added any more, and no further practice can be shared with it"),
        _("its members keep access to what they can already read; this cannot be undone"),
    ]
    page = _confirmation(
        request, group, "group.close", _("Close the group"), items, _("Working group closed")
    )
    return confirm(request, page, lambda: groups.close_group(request.actor, group))


def _confirmation(
    request: ActorRequest, group: WorkingGroup, rule: str, heading: str, items: list[str], message: str
) -> Confirmation:
    area = area_of(request.actor)
    url = area.url("group", group.key)
    return Confirmation(
        rule=rule, subject=group, heading=heading, title=f"{group.name}:", items=items, label=heading,
        cancel_url=url, message=message, next_url=url,
        nav=f"{area.namespace}:practice-list", kind="danger", parent_title=group.name,
    )  # fmt: skip
