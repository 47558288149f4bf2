"""Charters: the list of versions, one version with all that stands in it, and putting it in force."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import CharterState
from alliance.models import Charter, Harm, Mapping
from alliance.queries.charters import charter_list as listed_charters
from alliance.queries.charters import charter_tree
from alliance.services.charters import put_charter_in_force
from alliance.web.confirm import Confirmation, confirm
from portal.kernel.access import Actor, can
from portal.kernel.web import ActorRequest, get_visible_or_404

_NAV = "secretariat:charter-list"


@require_safe
def charter_list(request: ActorRequest) -> HttpResponse:
    """Every charter and version."""
    return render(
        request, "alliance/secretariat/charter_list.html", {"charters": listed_charters(request.actor)}
    )


def _found(actor: Actor, key: str, version: int) -> Charter:
    found: Charter = get_visible_or_404(Charter.objects, actor, key=key, version=version)
    return found


@require_safe
def charter(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """One version: chapters, commitments, measures, indicators, harms, and what earlier keys became."""
    found = _found(request.actor, key, version)
    context = {
        "charter": found,
        "chapters": charter_tree(request.actor, found),
        "harms": Harm.objects.visible_to(request.actor).filter(charter=found),
        "mappings": Mapping.objects.visible_to(request.actor).filter(charter=found).order_by("pk"),
        "may_put_in_force": found.state == CharterState.DRAFT
        and can(request.actor, "charter.put_in_force", found),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/charter.html", context)


def charter_put_in_force(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """What becomes public and what it supersedes; then it is in force."""
    found = _found(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    in_force = Charter.objects.visible_to(request.actor).filter(key=key, state=CharterState.IN_FORCE).first()
    items = [
        _("the whole text becomes public, for everyone, in every language"),
        _("the text can never be changed again; a change is a new version"),
        _("members can sign it, and cycles can be opened on it"),
    ]
    if in_force:
        items.append(_("version %(version)d is superseded") % {"version": in_force.version})
    page = Confirmation(
        rule="charter.put_in_force",
        subject=found,
        heading=_("Put the charter in force"),
        title=_("Putting “%(title)s”, version %(version)d, in force:")
        % {"title": found.title, "version": version},
        items=items,
        label=_("Put in force"),
        cancel_url=url,
        done=_("The charter is in force."),
        then=url,
        nav=_NAV,
        warning=_("This is marked as a working text.") if found.working_text else "",
    )
    return confirm(request, page, lambda: put_charter_in_force(request.actor, found))
