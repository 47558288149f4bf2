"""Work in the background that failed: what it is, how old, why; try again, or give it up with a reason."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import can, require
from portal.kernel.models import Delivery, Event, Job
from portal.kernel.outbox_admin import cancel_job, failed_jobs, retry_job
from portal.kernel.web import ActorRequest, page_of
from django.shortcuts import get_object_or_404

_NAV = "secretariat:journal"


@require_safe
def job_list(request: ActorRequest) -> HttpResponse:
    """What failed, the oldest first."""
    require(request.actor, "journal.read")
    page = page_of(failed_jobs(), request)
    rows = [(job, subject) for job, subject in zip(page, _subjects(list(page)), strict=True)]
    context = {"page": page, "rows": rows, "may_retry": can(request.actor, "job.retry"), "nav": _NAV}
    return render(request, "alliance/secretariat/job_list.html", context)


def _subjects(jobs: Sequence[Job]) -> list[str]:
    """What each job is about, by kind and id alone; two queries for the whole page."""
    deliveries = {job.payload.get("delivery") for job in jobs} - {None}
    event_of = dict(Delivery.objects.filter(pk__in=deliveries).values_list("pk", "event_id"))
    events = Event.objects.in_bulk(
        [*event_of.values(), *({job.payload.get("event") for job in jobs} - {None})]
    )
    return [_subject(job.payload, event_of, events) for job in jobs]


def _subject(payload: dict[str, Any], event_of: dict[int, int], events: dict[int, Event]) -> str:
    event = events.get(payload.get("event") or event_of.get(payload.get("delivery", 0), 0))
    if event is not None:
        return f"{event.kind}, {event.target_type.split('.')[-1]} {event.target_id}"
    return ", ".join(f"{name} {value}" for name, value in payload.items())


def _found(request: ActorRequest, pk: int) -> Job:
    require(request.actor, "journal.read")
    return get_object_or_404(Job, pk=pk)


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
        title=_("Giving up “%(kind)s”:") % {"kind": job.kind},
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
    )
    return confirm(request, page, lambda reason: cancel_job(request.actor, job, reason), ReasonForm)
