"""Members without a report in an open cycle: deciding about them, and a change of mind."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Report
from alliance.queries.late_joiners import explained_joiners
from alliance.services.late_joiners import decide_late_joiners, include_late_joiner
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.cycle_desk import IncludeForm, LateJoinersForm
from alliance.web.secretariat.cycles import get_cycle
from portal.kernel.web import ActorRequest, get_visible_or_404, redirect_refused, refusals_on


def cycle_joiners(request: ActorRequest, slug: str) -> HttpResponse:
    """Form about the members without a report in the open cycle: whether it is required of them."""
    cycle = get_cycle(request.actor, slug, "cycle.decide_joiners")
    url = reverse("secretariat:cycle", args=[slug])
    joiners = explained_joiners(request.actor, cycle)
    if not joiners:
        return redirect_refused(request, url, _("No member without a report waits for a decision."))
    form = LateJoinersForm(posted_data(request), cycle=cycle, joiners=joiners)
    if form.is_valid():
        with refusals_on(form):
            decide_late_joiners(request.actor, cycle, form.decisions())
        if form.is_valid():
            messages.success(request, _("Decided; the members are notified."))
            return redirect(url)
    context = {"form": form, "cycle": cycle, "cancel_url": url, "nav": "secretariat:cycle-list"}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/cycle_joiners.html", context, status=status)


def report_include(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a member that was left out is included after all, with a day of its own."""
    report: Report = get_visible_or_404(
        Report.objects.select_related("organisation", "cycle"), request.actor, rule="report.include", pk=pk
    )
    url = reverse("secretariat:cycle", args=[report.cycle.slug])
    page = Confirmation(
        rule="report.include",
        subject=report,
        heading=_("Require the report"),
        title=f"{report.organisation.name}, {report.cycle.title}",
        items=[
            _("the member has to report for this cycle too, by the day above"),
            _("texts of its last report are carried over, if there is one"),
            _("its editors, signatories and administrators are notified"),
            _("until it has submitted, it can be left out again"),
        ],
        label=_("Require the report"),
        cancel_url=url,
        message=_("Included in the cycle"),
        next_url=url,
        nav="secretariat:cycle-list",
        parent_title=report.cycle.title,
    )
    return confirm(
        request,
        page,
        lambda due_on: include_late_joiner(request.actor, report, due_on),
        IncludeForm,
        {"due_on": report.cycle.due_on},
    )
