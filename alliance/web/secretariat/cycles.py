"""Cycles: the list, planning one, and who has filed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.queries.charters import plannable_charters
from alliance.queries.cycles import UNFILED, filing_list
from alliance.queries.cycles import cycle_list as listed_cycles
from alliance.queries.extensions import open_extension_requests
from alliance.queries.local_dates import today
from alliance.queries.obligations import closing_day, cycle_decisions
from alliance.queries.reminders import last_reminder
from alliance.services import cycles
from alliance.web.area import posted_data
from alliance.web.forms.cycles import CycleForm, initial_of
from alliance.workflows import CYCLE, REPORT
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, permissions, refusals_on, requires

_NAV = "secretariat:cycle-list"


@require_safe
def cycle_list(request: ActorRequest) -> HttpResponse:
    """All cycles, newest first."""
    context = {
        "page": paginate(listed_cycles(request.actor), request),
        **permissions(request.actor, may_plan="cycle.plan"),
    }
    return render(request, "alliance/secretariat/cycle_list.html", context)


def get_cycle(actor: Actor, slug: str, rule: str = "") -> Cycle:
    """The cycle, if the actor may see it; with a rule, one that it allows."""
    cycle: Cycle = get_visible_or_404(Cycle.objects.select_related("charter"), actor, rule=rule, slug=slug)
    return cycle


@require_safe
def cycle(request: ActorRequest, slug: str) -> HttpResponse:
    """One cycle: its dates, the steps possible now, and the state of each report."""
    cycle, actor = get_cycle(request.actor, slug), request.actor
    reports = list(filing_list(actor, cycle))
    missing = any(report.state in UNFILED for report in reports)
    is_published = cycle.state == CycleState.PUBLISHED
    # there is something to do about a report: extend, exempt, or publish it after its cycle
    has_actions = any(
        (is_published and REPORT.is_available(actor, report, "publish"))
        or REPORT.is_available(actor, report, "extend")
        for report in reports
    )
    context = {
        "cycle": cycle,
        "steps": [
            (step, reverse(f"secretariat:cycle-{step.step.action}", args=[slug]))
            for step in CYCLE.available(actor, cycle)
        ],
        "reports": reports,
        "required_organisations": cycles.organisations_required_to_report(cycle)
        if cycle.state == CycleState.PLANNED
        else [],
        "may_edit": CYCLE.is_available(actor, cycle, "edit"),
        "has_acts": has_actions,
        "may_remind": missing and CYCLE.is_available(actor, cycle, "remind"),
        "reminder": last_reminder(cycle),
        "extension_requests": open_extension_requests(actor, cycle),
        **permissions(actor, may_answer_extensions="extension_request.refuse"),
        "decisions": cycle_decisions(actor, cycle),
        "closes_on": closing_day(cycle),
        "today": today(),
    }
    return render(request, "alliance/secretariat/cycle.html", context)


@requires("cycle.plan")
def cycle_plan(request: ActorRequest) -> HttpResponse:
    """Form to plan a cycle; no report is required until it is opened."""
    form = CycleForm(posted_data(request), charters=plannable_charters(request.actor))
    if form.is_valid():
        with refusals_on(form):
            planned = cycles.plan_cycle(request.actor, form.plan())
        if form.is_valid():
            messages.success(request, _("Planned. No report is required until the cycle is opened."))
            return redirect("secretariat:cycle", planned.slug)
    return _form_page(request, form, _("Plan a cycle"), reverse(_NAV))


def cycle_edit(request: ActorRequest, slug: str) -> HttpResponse:
    """Form to change a cycle that is not open yet."""
    cycle = get_cycle(request.actor, slug, "cycle.edit")
    form = CycleForm(
        posted_data(request), charters=plannable_charters(request.actor), initial=initial_of(cycle)
    )
    if form.is_valid():
        with refusals_on(form):
            cycle = cycles.edit_cycle(request.actor, cycle, form.plan())
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("secretariat:cycle", cycle.slug)
    back = reverse("secretariat:cycle", args=[slug])
    return _form_page(request, form, _("Change the cycle"), back, cycle)


def _form_page(
    request: ActorRequest, form: CycleForm, heading: str, cancel_url: str, cycle: Cycle | None = None
) -> HttpResponse:
    context = {"form": form, "heading": heading, "cancel_url": cancel_url, "cycle": cycle, "nav": _NAV}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/cycle_form.html", context, status=status)
