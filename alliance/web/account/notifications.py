"""Notifications of a person: what comes by e-mail and how often, what was sent, and unsubscribing."""

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alliance.enums import OrganisationKind
from alliance.models import Person
from alliance.queries.deliveries import own_delivery_rows
from alliance.queries.notice_choices import own_paces
from alliance.queries.people import active_person
from alliance.services.notifications import (
    retry_own_mail,
    save_notice_paces,
    turn_off_notices,
    turn_on_notices,
)
from alliance.web.area import posted_data
from alliance.web.forms.notifications import PacesForm
from portal.kernel.notices import (
    Pace,
    Unsubscription,
    group_of,
    groups_for,
    pace_of,
    paces_of,
    read_token,
)
from portal.kernel.web import ActorRequest, posts, refuse_unlisted_fields


def _person(request: ActorRequest) -> Person:
    """Who is signed in; these pages are for nobody else."""
    return cast(Person, request.user)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: ActorRequest) -> HttpResponse:
    """Form for how often e-mails come, for all and by kind; lists what is always sent and what was sent lately."""
    person = _person(request)
    memberships = request.person_memberships  # type: ignore[attr-defined]  # set by the actor middleware
    groups = groups_for(
        membership.organisation.kind == OrganisationKind.SECRETARIAT for membership in memberships.memberships
    )
    choices = [group for group in groups if not group.always]
    form = PacesForm(posted_data(request), groups=choices, paces=paces_of(person.pk))
    if form.is_valid():
        new = save_notice_paces(person, form.paces())
        messages.success(request, _("Saved") if new else _("Nothing was changed."))
        return redirect("notification-settings")
    context = {
        "form": form,
        "groups": choices,
        "always": [group for group in groups if group.always],
        "letters": own_delivery_rows(request.actor),
    }
    return render(request, "account/notifications.html", context, status=422 if form.is_bound else 200)


@login_required
@posts()
def notification_retry(request: ActorRequest) -> HttpResponse:
    """Resume e-mails to one's own address."""
    retry_own_mail(_person(request))
    messages.success(request, _("E-mails are sent to your address again"))
    return redirect("notification-settings")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The kinds of a letter, each turned off or on again by a button, without signing in.

    The signed address is all that is asked for; it lets nobody do anything else. A mail program by itself (RFC 8058)
    turns off all kinds of the letter.
    """
    choice = read_token(token)
    person = active_person(choice.person_id) if choice else None
    if choice is None or person is None:
        raise Http404
    if request.method == "POST":
        # List-Unsubscribe is what a mail program posts by itself
        refuse_unlisted_fields(request.POST, ("List-Unsubscribe", "off", "on"))
        if "on" in request.POST:
            turn_on_notices(person, _named_groups(choice, request.POST["on"]))
        else:
            turn_off_notices(person, _named_groups(choice, request.POST.get("off", _EVERY_GROUP)))
    return _unsubscribe_page(request, choice, person)


_EVERY_GROUP = "all"


def _named_groups(choice: Unsubscription, name: str) -> Sequence[str]:
    """The group of that name, or all of the letter. Raises Http404 for one that the letter has not."""
    if name == _EVERY_GROUP:
        return choice.groups
    if name not in choice.groups:
        raise Http404
    return [name]


def _unsubscribe_page(request: HttpRequest, choice: Unsubscription, person: Person) -> HttpResponse:
    chosen = own_paces(person)
    groups = [group for key in choice.groups if (group := group_of(key))]
    paces = [(group, pace_of(group.key, chosen)) for group in groups]
    context = {
        "paces": paces,
        "off_count": sum(pace == Pace.OFF for _group, pace in paces),
        "always": [group for group in groups_for((True, False)) if group.always],
    }
    with translation.override(person.language):
        return render(request, "account/unsubscribe.html", context)
