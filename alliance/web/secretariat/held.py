"""Messages held after a restore: what they are, and whether they go out after all."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.secretariat.jobs import kind_of
from portal.kernel.held import cancel_all, held_jobs, open_restoration, release_all, release_job
from portal.kernel.models import Job
from portal.kernel.outbox_admin import cancel_job, subjects_of
from portal.kernel.web import ActorRequest, page_of, permissions, requires

_NAV = "secretariat:journal"


@require_safe
@requires("operations.read")
def held_list(request: ActorRequest) -> HttpResponse:
    """What is held, the oldest first."""
    page = page_of(held_jobs(), request)
    jobs = list(page)
    context = {
        "page": page,
        "rows": list(zip(jobs, map(kind_of, jobs), subjects_of(request.actor, jobs), strict=True)),
        "restoration": open_restoration(),
        **permissions(request.actor, may_release="job.release"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/held_list.html", context)


@requires("operations.read")
def held_release(request: ActorRequest, pk: int) -> HttpResponse:
    """Let one message go out after all."""
    job: Job = get_object_or_404(held_jobs(), pk=pk)
    page = _page(
        "job.release",
        _("Send"),
        _subject(request, job),
        items=[_("it is sent at once; anyone who already received it gets it a second time")],
        label=_("Send"),
        done=_("Being sent"),
    )
    return confirm(request, page, lambda: release_job(request.actor, job))


@requires("operations.read")
def held_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Give one message up, with a reason."""
    job: Job = get_object_or_404(held_jobs(), pk=pk)
    page = _page(
        "job.cancel",
        _("Do not send"),
        _subject(request, job),
        items=[_("it is never sent"), _("the reason is kept and shown to the secretariat")],
        label=_("Do not send"),
        done=_("Cancelled"),
        kind="danger",
    )
    return confirm(request, page, lambda reason: cancel_job(request.actor, job, reason), ReasonForm)


def held_release_all(request: ActorRequest) -> HttpResponse:
    """Let everything go out that is held."""
    page = _page(
        "job.release",
        _("Send all"),
        _counted(),
        items=[
            _("it is sent at once; anyone who already received it gets it a second time"),
            _("nothing is held any more"),
        ],
        label=_("Send all"),
        done=_("Being sent"),
    )
    return confirm(request, page, lambda: release_all(request.actor))


def held_cancel_all(request: ActorRequest) -> HttpResponse:
    """Give up everything that is held, with a reason."""
    page = _page(
        "job.release",
        _("Do not send any"),
        _counted(),
        items=[
            _("none of them is ever sent; the inbox items remain"),
            _("nothing is held any more"),
        ],
        label=_("Do not send any"),
        done=_("Cancelled"),
        kind="danger",
    )
    return confirm(request, page, lambda reason: cancel_all(request.actor, reason), ReasonForm)


def _subject(request: ActorRequest, job: Job) -> str:
    return f"{kind_of(job)} ({subjects_of(request.actor, [job])[0]}):"


def _counted() -> str:
    count = held_jobs().count()
    counted = ngettext("%(n)s message", "%(n)s messages", count) % {"n": count}
    return f"{counted}:"


def _page(
    rule: str, heading: str, title: str, *, items: list[str], label: str, done: str, kind: str = "primary"
) -> Confirmation:
    url = reverse("secretariat:held-list")
    return Confirmation(
        rule=rule,
        subject=None,
        heading=heading,
        title=title,
        items=items,
        label=label,
        cancel_url=url,
        done=done,
        then=url,
        nav=_NAV,
        kind=kind,
        place=_("Held after a restore"),
    )
