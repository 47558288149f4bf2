"""The versions of a practice: the list, one as it was, and what changed between any two."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliance.web.area import area_of
from portal.kernel.access import Actor
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest, get_visible_or_404
from practices.diff import FieldDifference, compare
from practices.enums import strictest
from practices.models import Practice, Version
from practices.services.access_log import log_access
from practices.web.label_band import under_label
from practices.web.objects import get_practice
from practices.web.practice.content_view import key_labeller
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context


@require_safe
def practice_versions(request: ActorRequest, key: UUID) -> HttpResponse:
    """List of versions with what changed in each; `?from=&to=` redirects to the comparison of any two."""
    practice = get_practice(request.actor, key)
    old, new = (whole_number(request.GET.get(name, ""), digits=9) for name in ("from", "to"))
    if old is not None and new is not None:
        return redirect(area_of(request.actor).url("practice-compare", key, old, new))
    rows = Version.objects.visible_to(request.actor).filter(practice=practice).select_related("written_by")
    versions = list(rows.defer("content"))
    if not versions:
        raise Http404
    context = version_context(
        PracticePage(request.actor, practice), _version(request.actor, practice, versions[0].number)
    )
    return render(request, "practices/versions.html", {**context, "versions": versions})


@require_safe
def practice_version(request: ActorRequest, key: UUID, number: int) -> HttpResponse:
    """One version as it was shared. The access is logged like that to the practice."""
    practice = get_practice(request.actor, key)
    version = _version(request.actor, practice, number)
    log_access(request.actor, practice, "page")
    latest = Version.objects.visible_to(request.actor).filter(practice=practice).defer("content").first()
    return render(
        request,
        "practices/version.html",
        {
            **version_context(PracticePage(request.actor, practice), version),
            "labelled": under_label(practice, version.handling_label),
            "latest": latest,
        },
    )


@require_safe
def practice_compare(request: ActorRequest, key: UUID, old: int, new: int) -> HttpResponse:
    """What changed from one version to another, in either direction."""
    practice = get_practice(request.actor, key)
    before, after = _version(request.actor, practice, old), _version(request.actor, practice, new)
    log_access(request.actor, practice, "page")
    between = Version.objects.visible_to(request.actor).filter(
        practice=practice, number__gt=min(old, new), number__lte=max(old, new)
    )
    context = {
        **version_context(PracticePage(request.actor, practice), after),
        "labelled": under_label(practice, strictest(before.handling_label, after.handling_label)),
        "before": before,
        "changes": changes_between(before, after),
        "notes": between.defer("content").order_by("number"),
    }
    return render(request, "practices/compare.html", context)


def changes_between(before: Version, after: Version) -> list[FieldDifference]:
    """What changed, in the reader's words; for `practices/_diff.html`."""
    return compare(
        before.content,
        after.content,
        old_files=before.attachments,
        new_files=after.attachments,
        name=key_labeller(),
    )


def _version(actor: Actor, practice: Practice, number: int) -> Version:
    version: Version = get_visible_or_404(Version.objects, actor, practice=practice, number=number)
    version.practice = practice
    return version
