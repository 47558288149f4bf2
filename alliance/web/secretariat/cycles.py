"""Cycles: the list, planning one, and who has filed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.queries.charters import plannable_charters
from alliance.queries.clock import today
from alliance.queries.cycles import UNFILED, filing_list
from alliance.queries.cycles import cycle_list as listed_cycles
from alliance.queries.reminders import last_reminder
from alliance.services import cycles
from alliance.web.desk import posted
from alliance.web.forms.cycles import CycleForm, initial_of
from alliance.workflows import CYCLE, REPORT
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404, page_of, permissions, requires, shown

_NAV = "secretariat:cycle-list"


@require_safe
def cycle_list(request: ActorRequest) -> HttpResponse:
    """All cycles, newest first."""
    context = {
        "page": page_of(listed_cycles(request.actor), request),
        **permissions(request.actor, may_plan="cycle.plan"),
    }
    return render(request, "alliance/secretariat/cycle_list.html", context)


def visible_cycle(actor: Actor, slug: str, rule: str = "") -> Cycle:
    """The cycle, if the actor may see it; with a rule, one that it allows."""
    found: Cycle = get_visible_or_404(Cycle.objects.select_related("charter"), actor, rule=rule, slug=slug)
    return found


@require_safe
def cycle(request: ActorRequest, slug: str) -> HttpResponse:
    """One cycle: its days, what can be done with it now, and who has filed."""
    found, actor = visible_cycle(request.actor, slug), request.actor
    reports = list(filing_list(actor, found))
    missing = any(report.state in UNFILED for report in reports)
    context = {
        "cycle": found,
        "steps": [
            (step, reverse(f"secretariat:cycle-{step.step.action}", args=[slug]))
            for step in CYCLE.available(actor, found)
        ],
        "reports": reports,
        "owing": cycles.owing(found) if found.state == CycleState.PLANNED else [],
        "may_edit": CYCLE.is_available(actor, found, "edit"),
        "has_acts": any(_has_acts(actor, found, report) for report in reports),
        "may_remind": missing and CYCLE.is_available(actor, found, "remind"),
        "reminder": last_reminder(found),
        "today": today(),
    }
    return render(request, "alliance/secretariat/cycle.html", context)


def _has_acts(actor: Actor, found: Cycle, report: Any) -> bool:
    """Whether there is something to do about one report: extend, exempt, or publish it after its cycle."""
    late = found.state == CycleState.PUBLISHED and REPORT.is_available(actor, report, "publish")
    return late or REPORT.is_available(actor, report, "extend")


@requires("cycle.plan")
def cycle_plan(request: ActorRequest) -> HttpResponse:
    """Plan a cycle; nobody owes anything yet."""
    form = CycleForm(posted(request), charters=plannable_charters(request.actor))
    if form.is_valid():
        with shown(form):
            planned = cycles.plan_cycle(request.actor, form.plan())
        if form.is_valid():
            messages.success(request, _("Planned. No report is required until the cycle is opened."))
            return redirect("secretariat:cycle", planned.slug)
    return _form_page(request, form, _("Plan a cycle"), reverse(_NAV))


def cycle_edit(request: ActorRequest, slug: str) -> HttpResponse:
    """Change a cycle that is not open yet."""
    found = visible_cycle(request.actor, slug, "cycle.edit")
    form = CycleForm(posted(request), charters=plannable_charters(request.actor), initial=initial_of(found))
    if form.is_valid():
        with shown(form):
            found = cycles.edit_cycle(request.actor, found, form.plan())
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("secretariat:cycle", found.slug)
    back = reverse("secretariat:cycle", args=[slug])
    return _form_page(request, form, _("Change the cycle"), back, found)


def _form_page(
    request: ActorRequest, form: CycleForm, heading: str, cancel_url: str, cycle: Cycle | None = None
) -> HttpResponse:
    context = {"form": form, "heading": heading, "cancel_url": cancel_url, "cycle": cycle, "nav": _NAV}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/cycle_form.html", context, status=status)
