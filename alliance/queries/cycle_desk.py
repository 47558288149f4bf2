"""The desk of a cycle: who has filed and who is silent, counted, filtered and sorted.

State and dates only: how far a working copy has come belongs to the member.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alliance.access import with_portal_access
from alliance.enums import (
    DRAFT_REPORT_STATES,
    DRAFTING_ROLES,
    CycleState,
    ExtensionRequestState,
    ReportState,
    Standing,
)
from alliance.models import Cycle, ExtensionRequest, Membership, Report, ReportReminder
from alliance.queries.cycles import FILED, UNFILED, filed_reports, named_filing_list
from alliance.queries.local_dates import day_of, today
from alliance.queries.organisations import known_by
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.text import format_date

SILENT_AFTER = timedelta(weeks=3)
DESK_STATES = (*ReportState.choices, (Standing.WITHDRAWN.value, Standing.WITHDRAWN.label))


class DeskTab(TextChoices):
    """What the list is narrowed to."""

    ALL = "all", pgettext_lazy("reports", "All")
    UNFILED = "unfiled", pgettext_lazy("reports", "Not submitted")
    SILENT = "silent", gettext_lazy("Silent for 3 weeks")
    ASKED = "asked", pgettext_lazy("reports", "Ask for more time")
    SUBMITTED = "submitted", pgettext_lazy("reports", "Submitted")
    JOINED = "joined", gettext_lazy("Added later")
    ENDED = "ended", Standing.ENDED.label


class DeskOrder(TextChoices):
    """What comes first."""

    SILENT = "silent", gettext_lazy("The longest silent first")
    MEMBER = "member", gettext_lazy("By name")
    DUE = "due", gettext_lazy("By deadline")


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What a reader of the desk has chosen; an empty text and state choose all."""

    tab: DeskTab = DeskTab.ALL
    text: str = ""
    state: str = ""
    order: DeskOrder = DeskOrder.MEMBER


def _tab_condition(tab: DeskTab) -> Q:
    """The rows of a tab; of `desk_rows`, which have the columns that it asks for."""
    unfiled = Q(state__in=UNFILED, changes_due_on=None, is_ended=False)
    is_silent = Q(seen_at__isnull=True) | Q(seen_at__lt=clock.now() - SILENT_AFTER)
    return {
        DeskTab.ALL: Q(),
        DeskTab.UNFILED: unfiled,
        DeskTab.SILENT: unfiled & is_silent & with_portal_access(),
        DeskTab.ASKED: Q(has_asked=True),
        DeskTab.SUBMITTED: filed_reports(),
        DeskTab.JOINED: Q(joined_on__isnull=False),
        DeskTab.ENDED: Q(is_ended=True),
    }[tab]


def _all_rows(actor: Actor, cycle: Cycle, ended: Collection[int]) -> QuerySet[Any]:
    """Each report with `seen_at` (when one who drafts or signs there last signed in), `reminded_at`, `has_asked` and
    `is_ended`: whether it is one of these, which nobody has to file (`ended_obligations`).
    """
    drafters = Membership.objects.visible_to(actor).filter(
        organisation=OuterRef("organisation"),
        ended_at__isnull=True,
        roles__overlap=list(DRAFTING_ROLES),
        person__is_active=True,
        person__last_login__isnull=False,
    )
    reminders = ReportReminder.objects.visible_to(actor).filter(report=OuterRef("pk"))
    requests = ExtensionRequest.objects.visible_to(actor).filter(
        report=OuterRef("pk"), state=ExtensionRequestState.OPEN
    )
    return named_filing_list(actor, cycle).annotate(
        seen_at=Subquery(drafters.order_by("-person__last_login").values("person__last_login")[:1]),
        reminded_at=Subquery(reminders.order_by("-sent_at").values("sent_at")[:1]),
        has_asked=Exists(requests),
        is_ended=Case(When(pk__in=ended, then=Value(True)), default=Value(False)),
    )


def desk_rows(actor: Actor, cycle: Cycle, ended: Collection[int], chosen: DeskFilter) -> QuerySet[Any]:
    """The reports that were chosen, in the chosen order. One query for a page."""
    rows = _all_rows(actor, cycle, ended).filter(_tab_condition(chosen.tab))
    if chosen.state:
        rows = rows.filter(_named(chosen.state))
    if chosen.text:
        rows = rows.filter(organisation__in=known_by(chosen.text))
    by_member = rows.query.order_by
    orders: dict[DeskOrder, Sequence[Any]] = {
        DeskOrder.SILENT: (F("seen_at").asc(nulls_first=True), *by_member),
        DeskOrder.MEMBER: by_member,
        DeskOrder.DUE: ("due_on", *by_member),
    }
    return rows.order_by(*orders[chosen.order])


def _named(state: str) -> Q:
    """The reports that the list calls so; of what is published, what was withdrawn is called so instead."""
    is_withdrawn = Q(withdrawn_as__isnull=False)
    return is_withdrawn if state == Standing.WITHDRAWN else Q(state=state) & ~is_withdrawn


def desk_counts(actor: Actor, cycle: Cycle, ended: Collection[int]) -> Mapping[str, int]:
    """How many reports there are under each tab, and in each state. One query."""
    tabs = {
        f"tab_{tab.value}": Count("pk", filter=_tab_condition(tab)) for tab in DeskTab if tab != DeskTab.ALL
    }
    of_state = {state: Q(state=state) for state in ReportState}
    # one that was returned for changes and waits for a signature has been submitted before
    for state in DRAFT_REPORT_STATES:
        of_state[state] &= _tab_condition(DeskTab.UNFILED)
    states = {f"state_{state.value}": Count("pk", filter=of_state[state]) for state in ReportState}
    extended = Count("pk", filter=of_state[ReportState.DRAFT] & Q(due_on__gt=cycle.due_on))
    rows = _all_rows(actor, cycle, ended).order_by()
    counts: dict[str, int] = rows.aggregate(tab_all=Count("pk"), extended=extended, **tabs, **states)
    return counts


@dataclass(frozen=True, slots=True)
class StateShare:
    """A part of all reports: how many, what is so of them, and which filter shows them."""

    count: int
    text: str
    query: str
    kind: str = ""


def state_shares(counts: Mapping[str, int]) -> list[StateShare]:
    """All reports by what is so of them, none twice; parts without a report are left out."""
    submitted = counts[f"tab_{DeskTab.SUBMITTED.value}"]
    extended = counts["extended"]
    shares = (
        StateShare(submitted, _("submitted"), "show=submitted", "submitted"),
        StateShare(
            counts["state_awaiting_sign_off"],
            _("waiting for sign-off"),
            "show=unfiled&state=awaiting_sign_off",
            "signing",
        ),
        StateShare(counts["state_draft"] - extended, _("in draft"), "show=unfiled&state=draft", "draft"),
        StateShare(
            extended, _("in draft, with a later day"), "show=unfiled&state=draft&order=due", "extended"
        ),
        StateShare(counts["state_not_filed"], _("not filed"), "state=not_filed", "missed"),
        StateShare(counts["state_exempt"], _("exempt"), "state=exempt", "exempt"),
        StateShare(
            counts[f"tab_{DeskTab.ENDED.value}"],
            _("left before the report was due"),
            "show=ended",
            "exempt",
        ),
    )
    return [share for share in shares if share.count]


def cycle_before(actor: Actor, cycle: Cycle) -> Cycle | None:
    """The cycle before this one on the same charter, of any version, whether it is published or not. One query."""
    rows = Cycle.objects.visible_to(actor).filter(
        charter__key=cycle.charter.key, starts_on__lt=cycle.starts_on
    )
    return rows.exclude(state=CycleState.PLANNED).order_by("-starts_on").first()


@dataclass(frozen=True, slots=True)
class EarlierFiling:
    """How a member filed for the cycle before, in words; `is_late` where it did not in time."""

    text: str
    note: str = ""
    is_late: bool = False


def earlier_filings(
    actor: Actor, earlier: Cycle | None, reports: Iterable[Report]
) -> dict[int, EarlierFiling]:
    """By organisation, for the members of these reports. One query."""
    members = [report.organisation_id for report in reports]
    if earlier is None:
        return {}
    rows = Report.objects.visible_to(actor).filter(cycle=earlier, organisation__in=members)
    return {report.organisation_id: _earlier_filing(report) for report in rows.select_related("cycle")}


def _earlier_filing(report: Report) -> EarlierFiling:
    if report.state == ReportState.EXEMPT:
        return EarlierFiling(_("exempt"))
    is_filed = report.state in FILED or report.changes_due_on is not None
    if report.submitted_at is None or not is_filed:
        if report.is_unfiled and today() <= report.grace_ends_on:
            return EarlierFiling(_("due %(day)s") % {"day": format_date(report.deadline)})
        return EarlierFiling(_("not filed"), is_late=True)
    day = day_of(report.submitted_at)
    if report.late:
        text = _("in the days of grace") if day <= report.grace_ends_on else _("after the days of grace")
        return EarlierFiling(text, is_late=day > report.grace_ends_on)
    return EarlierFiling(_("in time"))


def filter_of(values: Mapping[str, str]) -> DeskFilter:
    """What the query string chooses; what there is not counts as not chosen."""
    show, order, state = values.get("show", ""), values.get("order", ""), values.get("state", "")
    chosen = DeskFilter(text=values.get("text", "").strip()[:100])
    if show in DeskTab.values:
        chosen = replace(chosen, tab=DeskTab(show))
    silent_first = chosen.tab in (DeskTab.UNFILED, DeskTab.SILENT)
    chosen = replace(chosen, order=DeskOrder.SILENT if silent_first else DeskOrder.MEMBER)
    if order in DeskOrder.values:
        chosen = replace(chosen, order=DeskOrder(order))
    return replace(chosen, state=state) if state in dict(DESK_STATES) else chosen
