"""Work in the background that failed: what it is, how old, why; try again, or give it up with a reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import can, require
from portal.kernel.models import Job
from portal.kernel.outbox_admin import cancel_job, failed_jobs, retry_job, subjects_of
from portal.kernel.web import ActorRequest, page_of

_NAV = "secretariat:journal"
_KINDS = {
    "build_document": gettext_lazy("Document"),
    "discard_file": gettext_lazy("Discarding a file"),
    "miss_report": gettext_lazy("Marking a report as not filed"),
    "route_event": gettext_lazy("Finding whom to tell"),
    "send_account_letter": gettext_lazy("Letter about an account"),
    "send_delivery": gettext_lazy("Message"),
    "send_invitation": gettext_lazy("Invitation"),
}


@require_safe
def job_list(request: ActorRequest) -> HttpResponse:
    """What failed, the oldest first."""
    require(request.actor, "journal.read")
    page = page_of(failed_jobs(), request)
    jobs = list(page)
    rows = list(zip(jobs, map(kind_of, jobs), subjects_of(request.actor, jobs), strict=True))
    context = {"page": page, "rows": rows, "may_retry": can(request.actor, "job.retry"), "nav": _NAV}
    return render(request, "alliance/secretariat/job_list.html", context)


def kind_of(job: Job) -> str:
    """What sort of work it is, in words; a kind that is new here by its name."""
    return str(_KINDS.get(job.kind, job.kind))


def _found(request: ActorRequest, pk: int) -> Job:
    require(request.actor, "journal.read")
    return get_object_or_404(failed_jobs(), pk=pk)


@require_POST
def job_retry(request: ActorRequest, pk: int) -> HttpResponse:
    """Let it be tried again."""
    retry_job(request.actor, _found(request, pk))
    messages.success(request, _("It is being tried again."))
    return redirect("secretariat:job-list")


def job_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Give it up, with a reason."""
    job = _found(request, pk)
    url = reverse("secretariat:job-list")
    page = Confirmation(
        rule="job.cancel",
        subject=job,
        heading=_("Give up this work"),
        title=_("Giving up “%(kind)s” (%(subject)s):")
        % {"kind": kind_of(job), "subject": subjects_of(request.actor, [job])[0]},
        items=[
            _("it is never tried again: a message is not sent, a document is not built"),
            _("the reason is kept with it and shown to the secretariat"),
        ],
        label=_("Give up"),
        cancel_url=url,
        done=_("Given up."),
        then=url,
        nav=_NAV,
        kind="danger",
        place=_("Work that failed"),
    )
    return confirm(request, page, lambda reason: cancel_job(request.actor, job, reason), ReasonForm)
