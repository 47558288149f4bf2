"""Working groups on both desks: the list, one of them, making, changing, who is in it, closing."""

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

from alliance.web.confirm import Confirmation, confirm
from alliance.web.desk import desk_of, posted
from portal.kernel.web import ActorRequest, get_visible_or_404, page_of, permissions, requires, shown
from practices.models import GroupMembership, Practice, WorkingGroup
from practices.queries.directory import find_people
from practices.queries.groups import group_practices, group_rows, is_leader, members_of, read_by_group
from practices.services import groups
from practices.web.following import following_of
from practices.web.talk import talk_of

_VERBS = ("change", "bring_in", "leave", "close")


class GroupForm(forms.Form):
    """What a group is called and what it is for."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class MakingForm(GroupForm):
    """A manager of the secretariat may stay outside."""

    joins = forms.BooleanField(
        label=gettext_lazy("I join the group and lead it"), required=False, initial=True
    )


def _page(request: ActorRequest, template: str, **context: Any) -> HttpResponse:
    desk = desk_of(request.actor)
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    shared = {"base": desk.base, "face": desk.namespace, "nav": f"{desk.namespace}:practice-list"}
    return render(request, f"practices/{template}.html", {**shared, **context}, status=status)


def _found(request: ActorRequest, key: UUID, rule: str = "") -> WorkingGroup:
    rows = group_rows(request.actor)
    found: WorkingGroup = get_visible_or_404(rows, request.actor, rule=rule, key=key)
    return found


@require_safe
def group_list(request: ActorRequest) -> HttpResponse:
    """The groups that one is in; the secretariat sees that all of them exist."""
    page = page_of(group_rows(request.actor), request)
    return _page(request, "group_list", page=page, **permissions(request.actor, may_make="group.make"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("group.make")
def group_make(request: ActorRequest) -> HttpResponse:
    """A new group, with oneself at its head."""
    actor = request.actor
    form = (MakingForm if actor.is_host else GroupForm)(posted(request))
    if form.is_valid():
        with shown(form):
            made = groups.make_group(actor, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Working group created"))
            return redirect(desk_of(actor).url("group", made.key))
    return _page(request, "group_form", form=form, heading=_("A new working group"),
                 cancel_url=desk_of(actor).url("group-list"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def group_change(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say anew what it is called and what it is for."""
    found = _found(request, key, "group.change")
    form = GroupForm(posted(request), initial={"name": found.name, "purpose": found.purpose})
    url = desk_of(request.actor).url("group", key)
    if form.is_valid():
        with shown(form):
            groups.change_group(request.actor, found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(url)
    return _page(request, "group_form", form=form, heading=_("Change the group"), cancel_url=url)


@require_safe
def group(request: ActorRequest, key: UUID) -> HttpResponse:
    """One group: who is in it, the practices that name it, what it talks about."""
    found, actor = _found(request, key), request.actor
    members = members_of(actor, found)
    words = request.GET.get("words", "").strip()
    inside = any(row.is_me for row in members)
    may_lead = is_leader(actor, found)
    desk = desk_of(actor)
    for row in members:
        row.take_out_url = desk.url("group-take-out", key, row.key)
    context = {
        "group": found,
        "members": members,
        "inside": inside,
        "practices": group_practices(actor, found),
        "read": read_by_group(Practice.objects.visible_to(actor), found.pk).count() if may_lead else 0,
        "may_lead": may_lead,
        "may_leave": inside,
        "words": words,
        "found_people": find_people(words) if words and may_lead else [],
        "talk": talk_of(actor, found, request.GET) if inside else None,
        "following": following_of(actor, found) if inside else None,
        "members_keys": {row.named for row in members},
        "urls": {verb: desk.url(f"group-{verb.replace('_', '-')}", key) for verb in _VERBS},
    }
    return _page(request, "group", **context)


class BringInForm(forms.Form):
    """Whom, and whether they lead it."""

    person = forms.RegexField(r"^\d{1,18}\.\d{1,18}$")
    leads = forms.BooleanField(required=False)


@require_http_methods(["POST"])
def group_bring_in(request: ActorRequest, key: UUID) -> HttpResponse:
    """Bring somebody in, or let them lead."""
    found, actor = _found(request, key, "group.bring_in"), request.actor
    form = BringInForm(request.POST)
    if form.is_valid():
        groups.bring_in(actor, found, form.cleaned_data["person"], leads=form.cleaned_data["leads"])
        messages.success(request, _("Added to the group; this person can read what the group can read."))
    return redirect(desk_of(actor).url("group", key))


def group_take_out(request: ActorRequest, key: UUID, membership: UUID) -> HttpResponse:
    """Whom it concerns and what they lose; then they are out."""
    found, actor = _found(request, key, "group.take_out"), request.actor
    held: GroupMembership = get_visible_or_404(
        GroupMembership.objects.select_related("person"), actor, group=found, ended_at=None, key=membership
    )
    items = [
        _("%(name)s can no longer read what only the group may read, nor its discussion")
        % {"name": held.person.name}
    ]
    page = _before(
        request,
        found,
        "group.take_out",
        _("Remove from the group"),
        items,
        _("Person removed from a working group"),
    )
    return confirm(request, page, lambda: groups.take_out(actor, found, held))


def group_leave(request: ActorRequest, key: UUID) -> HttpResponse:
    """What one reads no more; then one is out."""
    found = _found(request, key)
    items = [_("you can no longer read what only the group may read, nor its discussion")]
    page = _before(request, found, "group.leave", _("Leave the group"), items, _("You have left the group."))
    then = desk_of(request.actor).url("group-list")
    return confirm(request, replace(page, then=then), lambda: groups.leave_group(request.actor, found))


def group_close(request: ActorRequest, key: UUID) -> HttpResponse:
    """What ends and what stays; then it is closed."""
    found = _found(request, key)
    items = [
        _("nobody can be added any more, and no further practice can name it"),
        _("its members keep reading what they could; this cannot be undone"),
    ]
    page = _before(request, found, "group.close", _("Close the group"), items, _("Working group closed"))
    return confirm(request, page, lambda: groups.close_group(request.actor, found))


def _before(
    request: ActorRequest, found: WorkingGroup, rule: str, heading: str, items: list[str], done: str
) -> Confirmation:
    desk = desk_of(request.actor)
    url = desk.url("group", found.key)
    return Confirmation(
        rule=rule, subject=found, heading=heading, title=f"{found.name}:", items=items, label=heading,
        cancel_url=url, done=done, then=url, nav=f"{desk.namespace}:practice-list", kind="danger", place=found.name,
    )  # fmt: skip
