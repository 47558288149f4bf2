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
from alliance.queries.calendar_days import weekend_note
from alliance.queries.charter_breaks import earlier_versions_of
from alliance.queries.charter_signatures import earlier_versions_signed
from alliance.queries.charters import newest_in_force, plannable_charters
from alliance.queries.cycle_desk import DeskTab
from alliance.queries.cycles import FilingCounts, filing_counts
from alliance.queries.cycles import cycle_list as listed_cycles
from alliance.queries.extensions import open_extension_requests
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.obligations import closing_day, cycle_decisions, is_early_to_close
from alliance.queries.planned_publication import planned_publication
from alliance.queries.public.cycles import date_changes
from alliance.queries.reminders import last_reminder
from alliance.services import cycles
from alliance.services.next_cycle import propose_next_cycle
from alliance.web.area import posted_data
from alliance.web.forms.cycles import CycleEditForm, CycleForm, initial_of, initial_of_plan
from alliance.web.secretariat.cycle_desk import desk_context
from alliance.workflows import CYCLE
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, permissions, refusals_on, requires

_NAV = "secretariat:cycle-list"
_CYCLES = 12  # on a page: six years of half-years


@require_safe
def cycle_list(request: ActorRequest) -> HttpResponse:
    """All cycles, newest first."""
    page = paginate(listed_cycles(request.actor), request, _CYCLES)
    counts = filing_counts(request.actor, list(page))
    context = {
        "page": page,
        "rows": [(cycle, counts.get(cycle.pk, FilingCounts())) for cycle in page],
        "last": next(iter(page), None) if page.number == 1 else None,
        **permissions(request.actor, may_plan="cycle.plan"),
    }
    return render(request, "alliance/secretariat/cycle_list.html", context)


def get_cycle(actor: Actor, slug: str, rule: str = "") -> Cycle:
    """The cycle, if the actor may see it; with a rule, one that it allows."""
    cycle: Cycle = get_visible_or_404(Cycle.objects.select_related("charter"), actor, rule=rule, slug=slug)
    return cycle


def _is_next(cycle: Cycle, action: str) -> bool:
    """Whether a step is the one that is due: not a way back, and not closing while members may still file."""
    return action != "reopen" and not (action == "close" and is_early_to_close(cycle))


@require_safe
def cycle(request: ActorRequest, slug: str) -> HttpResponse:
    """One cycle: who has filed and who is silent, its dates, the steps possible now, acts on many reports."""
    cycle, actor = get_cycle(request.actor, slug), request.actor
    context = {} if cycle.state == CycleState.PLANNED else desk_context(request, cycle)
    missing = bool(context) and any(tab.tab == DeskTab.UNFILED and tab.count for tab in context["tabs"])
    context |= {
        "cycle": cycle,
        "steps": [
            (
                step,
                reverse(f"secretariat:cycle-{step.step.action}", args=[slug]),
                _is_next(cycle, step.step.action),
            )
            for step in CYCLE.available(actor, cycle)
        ],
        **(_members_to_report(cycle) if cycle.state == CycleState.PLANNED else {}),
        "may_edit": CYCLE.is_available(actor, cycle, "edit"),
        "may_plan_publication": CYCLE.is_available(actor, cycle, "plan_publication"),
        "versions": earlier_versions_of(actor, cycle),
        "planned": planned_publication(actor, cycle),
        "may_reschedule": CYCLE.is_available(actor, cycle, "reschedule"),
        "may_decide_joiners": CYCLE.is_available(actor, cycle, "decide_joiners"),
        "date_changes": date_changes(cycle),
        "weekend_notes": _weekend_notes(cycle),
        "may_remind": missing and CYCLE.is_available(actor, cycle, "remind"),
        "may_assign": bool(context) and any(row.may_assign for row in context["page"]),
        "may_extend": CYCLE.is_available(actor, cycle, "extend"),
        "reminder": last_reminder(cycle),
        "extension_requests": open_extension_requests(actor, cycle),
        **permissions(
            actor,
            may_answer_extensions="extension_request.refuse",
            may_plan="cycle.plan",
            may_write="member_letter.send",
        ),
        "decisions": cycle_decisions(actor, cycle),
        "closes_on": closing_day(cycle),
        "due_at": end_of_day(cycle.due_on),
        "grace_ends_at": end_of_day(cycle.grace_ends_on),
        "today": today(),
    }
    return render(request, "alliance/secretariat/cycle.html", context)


def _members_to_report(cycle: Cycle) -> dict[str, Any]:
    """Of a planned cycle: whose report opening it will require, and the earlier versions that these stand by."""
    members = cycles.organisations_required_to_report(cycle)
    return {
        "required_organisations": members,
        "earlier_versions": earlier_versions_signed(cycle.charter, members),
    }


def _weekend_notes(cycle: Cycle) -> list[str]:
    """Deadlines that are still to come and fall on a weekend."""
    days = [day for day in (cycle.due_on, cycle.grace_ends_on, cycle.publish_on) if day and day >= today()]
    return [note for day in days if (note := weekend_note(day))]


@requires("cycle.plan")
def cycle_plan(request: ActorRequest) -> HttpResponse:
    """Form to plan a cycle; with `?after=` it is proposed from that one, whose values stand beside."""
    last = _last_cycle(request)
    initial = {}
    if last is not None:
        proposal = propose_next_cycle(last)
        charter = newest_in_force(request.actor, last.charter.key) or proposal.charter
        initial = {**initial_of_plan(proposal), "charter": charter}
    form = CycleForm(
        posted_data(request), charters=plannable_charters(request.actor), last=last, initial=initial
    )
    if form.is_valid() and not _is_weekend_to_be_seen(form):
        with refusals_on(form):
            planned = cycles.plan_cycle(request.actor, form.plan())
        if form.is_valid():
            messages.success(request, _("Planned. No report is required until the cycle is opened."))
            return redirect("secretariat:cycle", planned.slug)
    heading = _("Plan the next cycle") if last is not None else _("Plan a cycle")
    return _form_page(request, form, heading, reverse(_NAV), last=last)


def _last_cycle(request: ActorRequest) -> Cycle | None:
    """The cycle that the new one follows, of the address; None where it names none that there is."""
    slug = request.GET.get("after", "")
    rows = Cycle.objects.visible_to(request.actor).select_related("charter")
    last: Cycle | None = rows.filter(slug=slug).first() if slug else None
    return last


def _is_weekend_to_be_seen(form: CycleForm) -> bool:
    return bool(form.weekend_notes) and not form.cleaned_data["weekend_accepted"]


def cycle_edit(request: ActorRequest, slug: str) -> HttpResponse:
    """Form to change a cycle that is not open yet."""
    cycle = get_cycle(request.actor, slug, "cycle.edit")
    form = CycleEditForm(
        posted_data(request),
        charters=plannable_charters(request.actor, cycle),
        initial=initial_of(cycle),
        record_values=cycles.CyclePlan.values_of(cycle),
    )
    if form.is_valid() and not _is_weekend_to_be_seen(form):
        with form.refusals():
            seen = form.cleaned_data["seen"]
            cycle = cycles.edit_cycle(request.actor, cycle, form.plan(), seen=seen)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("secretariat:cycle", cycle.slug)
    back = reverse("secretariat:cycle", args=[slug])
    return _form_page(request, form, _("Change the cycle"), back, cycle)


def _form_page(
    request: ActorRequest,
    form: CycleForm,
    heading: str,
    cancel_url: str,
    cycle: Cycle | None = None,
    last: Cycle | None = None,
) -> HttpResponse:
    notes = form.weekend_notes if form.is_bound and form.is_valid() else []
    context = {
        "form": form,
        "heading": heading,
        "cancel_url": cancel_url,
        "cycle": cycle,
        "last": last,
        "notes": notes,
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/cycle_form.html", context, status=form.status)
