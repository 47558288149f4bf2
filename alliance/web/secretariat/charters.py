"""Charters: the list of versions, one version with all that stands in it, and putting it in force."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.models import Charter, Harm, Mapping
from alliance.queries.charters import charter_list as listed_charters
from alliance.queries.charters import charter_tree
from alliance.queries.succession import Succession, succession_of
from alliance.services.charters import put_charter_in_force
from alliance.web.confirm import Confirmation, confirm
from alliance.workflows import CHARTER
from portal.kernel.access import Actor
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
        "may_put_in_force": CHARTER.is_available(request.actor, found, "put_in_force"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/charter.html", context)


def charter_put_in_force(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """What becomes public and what it supersedes; then it is in force."""
    found = _found(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    items = [
        _("the whole text becomes public in every language"),
        _("the text can never be changed again; a change is a new version"),
        _("members can sign it, and cycles can be opened on it"),
    ]
    succession = succession_of(found)
    if succession:
        items.append(_("version %(version)d is superseded") % {"version": succession.before.version})
        items += _what_becomes_of_pledges(succession)
    page = Confirmation(
        rule="charter.put_in_force",
        subject=found,
        heading=_("Put in force"),
        title=_("“%(title)s”, version %(version)d:") % {"title": found.title, "version": version},
        items=items,
        label=_("Put in force"),
        cancel_url=url,
        done=_("Charter put in force"),
        then=url,
        nav=_NAV,
        place=found.title,
        warning=_("This is a working text that the alliance has not adopted.") if found.working_text else "",
    )
    return confirm(request, page, lambda: put_charter_in_force(request.actor, found))


def _what_becomes_of_pledges(succession: Succession) -> list[str]:
    """Which follow, counted, and which return, by commitment and member."""
    following = len({pledge.record for pledge in succession.following})
    said = []
    if following:
        said.append(
            ngettext(
                "%(count)d pledge follows to this version, under the keys that it has here",
                "%(count)d pledges follow to this version, under the keys that they have here",
                following,
            )
            % {"count": following}
        )
    returning: dict[str, list[str]] = {}
    for pledge in {row.record: row for row in succession.returning}.values():
        returning.setdefault(pledge.commitment_key, []).append(pledge.organisation.name)
    for row in succession.before.commitments.filter(key__in=returning):
        said.append(_returns(f"{row.code} {row.short}", returning[row.key]))
    return said


def _returns(commitment: str, members: list[str]) -> str:
    """Why the pledges to one commitment come back, and to whom."""
    sentence = ngettext(
        "the pledge to “%(commitment)s” returns for signing: what it refers to was split, "
        "merged or left out (%(names)s)",
        "the pledges to “%(commitment)s” return for signing: what they refer to was split, "
        "merged or left out (%(names)s)",
        len(members),
    )
    return sentence % {"commitment": commitment, "names": ", ".join(members)}
