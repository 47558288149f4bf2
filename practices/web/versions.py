"""The versions of a practice: the list, one as it was, and what changed between any two."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliance.web.desk import desk_of
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404
from practices.diff import Change, compare
from practices.models import Practice, Version
from practices.queries.practices import find_practice
from practices.services.openings import open_practice
from practices.web.practices import said_by
from practices.web.reading import naming
from practices.web.shown import Shown


@require_safe
def practice_versions(request: ActorRequest, key: UUID) -> HttpResponse:
    """All versions with what changed in each; `?from=&to=` leads to the comparison of any two."""
    found = find_practice(request.actor, key)
    old, new = request.GET.get("from", ""), request.GET.get("to", "")
    if old.isdecimal() and new.isdecimal():
        return redirect(desk_of(request.actor).url("practice-compare", key, int(old[:9]), int(new[:9])))
    rows = Version.objects.visible_to(request.actor).filter(practice=found).select_related("written_by")
    versions = list(rows.defer("content"))
    if not versions:
        raise Http404
    context = said_by(Shown(request.actor, found), _version(request.actor, found, versions[0].number))
    return render(request, "practices/versions.html", {**context, "versions": versions})


@require_safe
def practice_version(request: ActorRequest, key: UUID, number: int) -> HttpResponse:
    """One version as it was shared. Opening it is logged like opening the practice."""
    found = find_practice(request.actor, key)
    version = _version(request.actor, found, number)
    open_practice(request.actor, found, "page")
    latest = Version.objects.visible_to(request.actor).filter(practice=found).defer("content").first()
    return render(
        request, "practices/version.html", {**said_by(Shown(request.actor, found), version), "latest": latest}
    )


@require_safe
def practice_compare(request: ActorRequest, key: UUID, old: int, new: int) -> HttpResponse:
    """What changed from one version to another, in either direction."""
    found = find_practice(request.actor, key)
    before, after = _version(request.actor, found, old), _version(request.actor, found, new)
    open_practice(request.actor, found, "page")
    between = Version.objects.visible_to(request.actor).filter(
        practice=found, number__gt=min(old, new), number__lte=max(old, new)
    )
    context = {
        **said_by(Shown(request.actor, found), after),
        "before": before,
        "changes": changes_between(before, after),
        "notes": between.defer("content").order_by("number"),
    }
    return render(request, "practices/compare.html", context)


def changes_between(before: Version, after: Version) -> list[Change]:
    """What changed, in the reader's words; for `practices/_diff.html`."""
    return compare(
        before.content,
        after.content,
        old_files=before.attachments,
        new_files=after.attachments,
        name=naming(),
    )


def _version(actor: Actor, practice: Practice, number: int) -> Version:
    found: Version = get_visible_or_404(Version.objects, actor, practice=practice, number=number)
    return found
