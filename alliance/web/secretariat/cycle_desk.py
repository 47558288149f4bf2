"""What the desk of a cycle shows: the counts, the curve, the list of one filter, and what can be done with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CycleState, ViewedList
from alliance.models import Cycle, ExtensionRequest, Report
from alliance.queries.cycle_desk import (
    DESK_STATES,
    DeskFilter,
    DeskOrder,
    DeskTab,
    EarlierFiling,
    cycle_before,
    desk_counts,
    desk_rows,
    earlier_filings,
    filter_of,
    state_shares,
)
from alliance.queries.extensions import extension_blocking_reason, open_requests_by_report
from alliance.queries.filing_curve import filing_curve
from alliance.queries.late_joiners import AccessReturn, SinceOpening, late_joiners, since_opening
from alliance.queries.local_dates import day_of, today
from alliance.queries.obligations import ended_obligations, unfiled_reports
from alliance.queries.reminders import WRITTEN_TO, drafters_of
from alliance.queries.reviewers import may_be_given, may_be_taken_back
from alliance.web.secretariat.saved_views import keep_posted_view, remove_posted_view, saved_views
from alliance.workflows import REPORT
from portal.kernel.access import Actor
from portal.kernel.charts import DayBand, DayChart, DayCurve, NamedDay
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, posts

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One member of the list: its report, how it filed last time, what it asks for, what is worth a note."""

    report: Report
    earlier: EarlierFiling | None
    request: ExtensionRequest | None
    is_unreachable: bool
    returned: AccessReturn | None
    due_note: str
    is_late: bool
    seen: str
    reminded: str
    may_extend: bool
    may_exempt: bool
    may_include: bool
    may_publish: bool
    may_assign: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class DeskTabLink:
    """A tab with its count and its address; `is_current` for the one that is shown."""

    tab: DeskTab
    count: int
    query: str
    is_current: bool


def desk_context(request: ActorRequest, cycle: Cycle) -> Context:
    """Everything about the reports of the cycle, and the members without one. Fifteen queries, however many; two more
    where a member has left.
    """
    actor = request.actor
    ended = ended_obligations(actor, [cycle])
    counts = desk_counts(actor, cycle, ended)
    chosen = _chosen(request, cycle, counts)
    page = paginate(desk_rows(actor, cycle, ended, chosen), request)
    earlier = cycle_before(actor, cycle)
    reports, joiners = list(page.object_list), late_joiners(actor, cycle)
    signed = {report.organisation_id: report.joined_on for report in reports if report.joined_on}
    since = since_opening(cycle, signed | {each.organisation.pk: each.joined_on for each in joiners})
    page.object_list = _rows(actor, cycle, earlier, reports, since)
    all_chosen = "all" in request.GET
    return {
        "page": page,
        "joiners": [since.explain(joiner) for joiner in joiners],
        "chosen": chosen,
        "tabs": _tabs(counts, chosen),
        "shares": state_shares(counts),
        "total": counts["tab_all"],
        "required": counts["tab_all"] - counts["state_exempt"] - counts["tab_ended"],
        "submitted": counts["tab_submitted"],
        "orders": DeskOrder.choices,
        "states": DESK_STATES,
        "filter_query": urlencode(_query_of(chosen)),
        "filter_fields": _query_of(chosen),
        "all_chosen": all_chosen,
        "chosen_count": page.paginator.count,
        "chart": _curve(actor, cycle, earlier, counts["tab_all"]),
        "earlier": earlier,
        "saved_views": saved_views(
            actor,
            ViewedList.CYCLE,
            urlencode(_query_of(chosen)),
            keep_url=reverse("secretariat:cycle-view-keep", args=[cycle.slug]),
            remove_url=lambda pk: reverse("secretariat:cycle-view-remove", args=[cycle.slug, pk]),
            anchor="#reports",
        ),
        "may_select": any(row.may_extend or row.may_assign or row.request for row in page),
    }


@posts("name", "query")
def cycle_view_keep(request: ActorRequest, slug: str) -> HttpResponse:
    """Keep the present view of the reports of a cycle under a name, for every cycle, then show it again."""
    cycle: Cycle = get_visible_or_404(Cycle.objects, request.actor, slug=slug)
    return keep_posted_view(
        request,
        ViewedList.CYCLE,
        reverse("secretariat:cycle", args=[cycle.slug]),
        lambda query: urlencode(_query_of(filter_of({name: str(value) for name, value in query.items()}))),
    )


@posts()
def cycle_view_remove(request: ActorRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a kept view of one's own of the reports of a cycle."""
    return remove_posted_view(request, ViewedList.CYCLE, pk, reverse("secretariat:cycle", args=[slug]))


def _chosen(request: HttpRequest, cycle: Cycle, counts: Any) -> DeskFilter:
    """The filter of the address; an open cycle begins with those that have not filed."""
    chosen = filter_of(request.GET.dict())
    is_plain = not {"show", "state", "text"} & set(request.GET)
    if is_plain and cycle.state == CycleState.OPEN and counts[f"tab_{DeskTab.UNFILED.value}"]:
        order = chosen.order if "order" in request.GET else DeskOrder.SILENT
        return replace(chosen, tab=DeskTab.UNFILED, order=order)
    return chosen


def _query_of(chosen: DeskFilter) -> dict[str, str]:
    fields = {
        "show": chosen.tab.value,
        "text": chosen.text,
        "state": chosen.state,
        "order": chosen.order.value,
    }
    return {name: value for name, value in fields.items() if value}


def _tabs(counts: Any, chosen: DeskFilter) -> list[DeskTabLink]:
    """The tabs that have rows; always the one of all, and the one that is shown."""
    return [
        DeskTabLink(tab, counts[f"tab_{tab.value}"], f"show={tab.value}", tab == chosen.tab)
        for tab in DeskTab
        if tab in (DeskTab.ALL, chosen.tab) or counts[f"tab_{tab.value}"]
    ]


def _rows(
    actor: Actor, cycle: Cycle, earlier: Cycle | None, reports: Sequence[Report], since: SinceOpening
) -> list[DeskRow]:
    filings = earlier_filings(actor, earlier, reports)
    requests = open_requests_by_report(actor, cycle)
    people = drafters_of(unfiled_reports(reports), *WRITTEN_TO)
    now = today()
    is_published = cycle.state == CycleState.PUBLISHED
    rows = []
    for report in reports:
        drafters = people.get(report.organisation_id, ())
        may_extend = REPORT.is_available(actor, report, "extend") and not extension_blocking_reason(report)
        rows.append(
            DeskRow(
                report=report,
                earlier=filings.get(report.organisation_id),
                request=requests.get(report.pk),
                returned=since.returns.get(report.organisation_id),
                is_unreachable=bool(drafters) and all(person.is_unreachable for person in drafters),
                due_note=(report.organisation.absence or _due_note(report, now)) if may_extend else "",
                is_late=may_extend and report.deadline < now and report.organisation.has_access,
                seen=_ago(report.seen_at, now) or _("never"),  # type: ignore[attr-defined]  # annotated
                reminded=_ago(report.reminded_at, now),  # type: ignore[attr-defined]  # annotated
                may_extend=may_extend,
                may_exempt=REPORT.is_available(actor, report, "exempt"),
                may_include=report.joined_on is not None
                and cycle.state == CycleState.OPEN
                and REPORT.is_available(actor, report, "include"),
                may_assign=may_be_given(actor, report),
                may_take_back=may_be_taken_back(actor, report),
                may_publish=is_published and REPORT.is_available(actor, report, "publish"),
            )
        )
    return rows


def _due_note(report: Report, now: date) -> str:
    days = (report.deadline - now).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    if report.is_unfiled and now <= report.grace_ends_on:
        return _("grace until %(day)s") % {"day": format_date(report.grace_ends_on)}
    return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}


def _ago(moment: Any, now: date) -> str:
    """How long ago in days, a date after two weeks; empty where there is no moment."""
    if moment is None:
        return ""
    day = day_of(moment)
    days = (now - day).days
    if days <= 0:
        return _("today")
    if days > 14:
        return format_date(day)
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def _curve(actor: Actor, cycle: Cycle, earlier: Cycle | None, total: int) -> DayChart | None:
    """Submitted reports over the days; nothing where no report was submitted in either cycle."""
    curve = filing_curve(actor, cycle, earlier)
    if curve.is_empty:
        return None
    now, curves = today(), []
    if curve.own:
        submitted = curve.own[-1][1]
        end = ngettext("%(n)d submitted", "%(n)d submitted", submitted) % {"n": submitted}
        curves.append(DayCurve(cycle.title, curve.own, end))
    if curve.earlier and earlier is not None:
        end = _("%(n)d in the last cycle") % {"n": curve.earlier[-1][1]}
        curves.append(DayCurve(earlier.title, curve.earlier, end, peer=True))
    days = [NamedDay(cycle.due_on, _("reports are due")), NamedDay(cycle.grace_ends_on, _("grace ends"))]
    if curve.first <= now <= curve.last:
        days.insert(0, NamedDay(now, _("today")))
    if cycle.publish_on is not None and cycle.publish_on <= curve.last:
        days.append(NamedDay(cycle.publish_on, _("to be published")))
    return DayChart(
        name="filings",
        title=_("Submitted reports by day"),
        first=curve.first,
        last=curve.last,
        curves=curves,
        ceiling=total,
        bands=[DayBand(cycle.due_on, cycle.grace_ends_on, _("grace"))],
        days=days,
        today=now,
    )
