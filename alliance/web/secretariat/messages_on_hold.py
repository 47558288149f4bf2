"""Messages on hold after a restore: the list, and the decision to send or cancel them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.secretariat.failed_jobs import job_kind_label
from portal.kernel.backups import cancel_all, jobs_on_hold, open_restoration, release_all, release_job
from portal.kernel.jobs import Job
from portal.kernel.operations import cancel_job, subject_texts
from portal.kernel.web import ActorRequest, paginate, permissions, requires

_NAV = "secretariat:journal"


@require_safe
@requires("operations.read")
def on_hold_list(request: ActorRequest) -> HttpResponse:
    """List of messages on hold, the oldest first."""
    page = paginate(jobs_on_hold(), request)
    jobs = list(page)
    context = {
        "page": page,
        "rows": list(zip(jobs, map(job_kind_label, jobs), subject_texts(request.actor, jobs), strict=True)),
        "restoration": open_restoration(),
        **permissions(request.actor, may_release="job.release"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/on_hold_list.html", context)


@requires("operations.read")
def on_hold_release(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before one message on hold is sent."""
    job: Job = get_object_or_404(jobs_on_hold(), pk=pk)
    page = _page(
        "job.release",
        _("Send"),
        _subject(request, job),
        items=[_("sent at once; anyone who has already received a message gets it again")],
        label=_("Send"),
        message=_("Being sent"),
    )
    return confirm(request, page, lambda: release_job(request.actor, job))


@requires("operations.read")
def on_hold_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before one message on hold is cancelled, with a reason."""
    job: Job = get_object_or_404(jobs_on_hold(), pk=pk)
    page = _page(
        "job.cancel",
        _("Do not send"),
        _subject(request, job),
        items=[_("it is never sent"), _("the reason is kept and shown to the secretariat")],
        label=_("Do not send"),
        message=_("Cancelled"),
        kind="danger",
    )
    return confirm(request, page, lambda reason: cancel_job(request.actor, job, reason), ReasonForm)


def on_hold_release_all(request: ActorRequest) -> HttpResponse:
    """Confirmation page before all messages on hold are sent."""
    page = _page(
        "job.release",
        _("Send all"),
        _count_text(),
        items=[
            _("sent at once; anyone who has already received a message gets it again"),
            _("nothing is held any more"),
        ],
        label=_("Send all"),
        message=_("Being sent"),
    )
    return confirm(request, page, lambda: release_all(request.actor))


def on_hold_cancel_all(request: ActorRequest) -> HttpResponse:
    """Confirmation page before all messages on hold are cancelled, with a reason."""
    page = _page(
        "job.release",
        _("Do not send any"),
        _count_text(),
        items=[
            _("none of them is ever sent; the inbox items remain"),
            _("nothing is held any more"),
        ],
        label=_("Do not send any"),
        message=_("Cancelled"),
        kind="danger",
    )
    return confirm(request, page, lambda reason: cancel_all(request.actor, reason), ReasonForm)


def _subject(request: ActorRequest, job: Job) -> str:
    return f"{job_kind_label(job)} ({subject_texts(request.actor, [job])[0]}):"


def _count_text() -> str:
    count = jobs_on_hold().count()
    message_count = ngettext("%(n)s message", "%(n)s messages", count) % {"n": count}
    return f"{message_count}:"


def _page(
    rule: str, heading: str, title: str, *, items: list[str], label: str, message: str, kind: str = "primary"
) -> Confirmation:
    url = reverse("secretariat:on-hold-list")
    return Confirmation(
        rule=rule,
        subject=None,
        heading=heading,
        title=title,
        items=items,
        label=label,
        cancel_url=url,
        message=message,
        next_url=url,
        nav=_NAV,
        kind=kind,
        parent_title=_("Held after a restore"),
    )
