"""Files that should not be here: found by digest or address, withheld at once, released, or purged for good."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alliance.queries.files import (
    STATES_BY_TAB,
    case_notes,
    case_of,
    damage_rows,
    file_cases,
    file_reader,
    visible_usages,
)
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.files import ConcernForm, FindForm, RepairForm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.files import FileCase, find_digest
from portal.kernel.web import (
    ActorRequest,
    paginate,
    permissions,
    posts,
    refusals_on,
    requires,
)

_NAV = "secretariat:file-list"


@require_safe
@requires("operations.read")
def file_list(request: ActorRequest) -> HttpResponse:
    """List of reported, withheld and purged files, with a search by digest or address."""
    form = FindForm(request.GET if "file" in request.GET else None, actor=file_reader(request.actor))
    if form.is_valid():
        return redirect("secretariat:file", form.cleaned_data["file"])
    show = request.GET.get("show", "open")
    page = paginate(file_cases(show if show in STATES_BY_TAB else "open"), request)
    context = {"page": page, "form": form, "show": show}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/file_list.html", context, status=status)


def _get_case(sha256: str) -> FileCase:
    if find_digest(sha256) != sha256:
        raise Http404
    return case_of(sha256)


@require_safe
@requires("operations.read")
def file(request: ActorRequest, sha256: str) -> HttpResponse:
    """One file: its state, where it is used, what was done about it, and the possible steps."""
    case = _get_case(sha256)
    usages, hidden = visible_usages(request.actor, sha256)
    context = {
        "case": case,
        "usages": usages,
        "hidden": hidden,
        "notes": case_notes(request.actor, case),
        "damages": damage_rows(request.actor, sha256),
        **permissions(request.actor, may_repair="file.repair", may_write="member_letter.send"),
        "steps": [each.step for each in files.FILE_WORKFLOW.available(request.actor, case)],
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/file.html", context)


Act = Callable[..., object]
_ACTIONS: dict[str, tuple[type[forms.Form], Callable[[Actor, FileCase], Act]]] = {
    "flag": (
        ConcernForm,
        lambda actor, case: lambda **values: files.flag_file(actor, case.sha256, **values),
    ),
    "dismiss": (ReasonForm, lambda actor, case: lambda reason: files.dismiss_flag(actor, case, reason)),
    "quarantine": (
        ConcernForm,
        lambda actor, case: lambda **values: files.quarantine_file(actor, case.sha256, **values),
    ),
    "release": (ReasonForm, lambda actor, case: lambda reason: files.release_file(actor, case, reason)),
    "purge": (
        ConcernForm,
        lambda actor, case: lambda **values: files.purge_file(actor, case.sha256, **values),
    ),
}
_DANGEROUS_ACTIONS = ("quarantine", "purge")
_SUCCESS_MESSAGES = {
    "flag": gettext_lazy("The managers have been notified."),
    "dismiss": gettext_lazy("It is recorded that nothing is wrong with the file."),
    "quarantine": gettext_lazy("It can no longer be downloaded."),
    "release": gettext_lazy("It can be downloaded again."),
    "purge": gettext_lazy("File purged"),
}


@requires("file.repair")
def file_repair(request: ActorRequest, sha256: str) -> HttpResponse:
    """Form to restore a damaged file by an upload, whose digest is compared first."""
    case = _get_case(sha256)
    form = RepairForm(posted_data(request, with_files=True), request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            files.repair_file(request.actor, sha256, form.cleaned_data["file"])
        if form.is_valid():
            messages.success(request, _("File restored. It can be downloaded again."))
            return redirect("secretariat:file", sha256)
    context = {"case": case, "form": form, "damages": damage_rows(request.actor, sha256), "nav": _NAV}
    return render(
        request, "alliance/secretariat/file_repair.html", context, status=422 if form.is_bound else 200
    )


@posts()
@requires("file.repair")
def file_recheck(request: ActorRequest, sha256: str) -> HttpResponse:
    """Read a damaged file again: its state ends when it is whole."""
    _get_case(sha256)
    if files.recheck_file(request.actor, sha256):
        messages.success(request, _("The file is whole. It can be downloaded again."))
    else:
        messages.warning(request, _("The file is still damaged."))
    return redirect("secretariat:file", sha256)


@requires("operations.read")
def file_step(request: ActorRequest, sha256: str, action: str) -> HttpResponse:
    """Confirmation page before a file is reported, cleared, withheld, released or purged, with a reason."""
    if action not in _ACTIONS:
        raise Http404
    case = _get_case(sha256)
    form_class, act_on = _ACTIONS[action]
    url = reverse("secretariat:file", args=[sha256])
    page = Confirmation(
        rule=files.FILE_WORKFLOW.rule(action),
        subject=case,
        heading=str(files.FILE_WORKFLOW.steps[action].label),
        title=_("The file whose SHA-256 begins with %(digest)s:") % {"digest": sha256[:12]},
        items=_consequences(action),
        label=str(files.FILE_WORKFLOW.steps[action].label),
        cancel_url=url,
        message=str(_SUCCESS_MESSAGES[action]),
        next_url=url,
        nav=_NAV,
        kind="danger" if action in _DANGEROUS_ACTIONS else "primary",
        parent_title=_("File"),
        refusal=files.FILE_WORKFLOW.refusal(request.actor, case, action),
    )
    initial: dict[str, Any] = {"concern": case.concern} if case.concern else {}
    return confirm(request, page, act_on(request.actor, case), form_class, initial)


def _consequences(action: str) -> Sequence[str]:
    """What the step does, to the last detail."""
    return {
        "flag": [_("the managers are notified and decide"), _("until then nothing changes")],
        "dismiss": [_("nothing changes, and the report about the file is settled")],
        "quarantine": [
            _(
                "from this moment no one can download it, from any page or document"
            ),
            _("a download that is already running may still finish"),
            _("the same file cannot be added again"),
            _("pages that refer to it say that it is withheld for checking; nothing else on them changes"),
            _("the owners of the file are notified, without its name"),
            _("it can be released or purged at any time"),
        ],
        "release": [
            _("everybody who could download it before can do so again"),
            _("the owners of the file are notified"),
        ],
        "purge": [
            _(
                "its content is removed from the portal’s store at once and for good; backups that were made "
                "before still hold it"
            ),
            _("generated documents that contain it are removed too, and files that wait to be read or imported"),
            _("its digest is kept, so that the same file is refused, and removed again after a backup is restored"),
            _(
                "publications stay whole and still show the digest; the address of the file says when it was purged "
                "and what was wrong with it"
            ),
            _("the owners of the file are notified, without its name"),
        ],
    }[action]  # fmt: skip
