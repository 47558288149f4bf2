"""Findings in lists: what is open, overdue, carried on or done, of one member or of all."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from alliance.enums import OPEN_FINDING_STATES, FindingState, ReportState
from alliance.models import Finding, FindingEntry, Report
from alliance.queries.local_dates import today
from portal.kernel.access import Actor

BEFORE_DUE = (14, 3)  # days before its date on which the member is reminded of a finding
SOON = timedelta(days=30)
_OPEN = Q(state__in=OPEN_FINDING_STATES)


def _overdue(now: date) -> Q:
    return _OPEN & Q(due_on__lt=now)


def filters_by_view(now: date) -> dict[str, Q]:
    """The views of the list by name, the first one by default."""
    return {
        "open": _OPEN,
        "overdue": _overdue(now),
        "claimed": _OPEN & Q(claimed_at__isnull=False),
        "carried": Q(state=FindingState.CARRIED),
        "done": Q(state=FindingState.DONE),
        "all": Q(),
    }


def with_entries() -> Prefetch:
    """The entries of findings, each with its author. One query."""
    return Prefetch("entries", FindingEntry.objects.select_related("written_by"))


def findings(
    actor: Actor, view: str = "open", words: str = "", cycle: str = "", public: str = ""
) -> QuerySet[Any]:
    """The findings that the actor may see, by date; `words` stand in the text or the member's name. Two queries."""
    rows = Finding.objects.visible_to(actor).filter(filters_by_view(today())[view])
    if words:
        rows = rows.filter(Q(text__icontains=words) | Q(organisation__name__icontains=words))
    if cycle:
        rows = rows.filter(report__cycle__slug=cycle)
    if public:
        rows = rows.filter(public=public == "yes")
    rows = rows.select_related("organisation", "measure", "report__cycle", "report__reviewer", "written_by")
    latest = view in ("done", "all")
    return rows.prefetch_related(with_entries()).order_by("-due_on" if latest else "due_on", "pk")


def findings_from(actor: Actor, report: Report) -> list[Finding]:
    """The findings of one report's review, as far as the actor may see them yet. Two queries."""
    rows = Finding.objects.visible_to(actor).filter(report=report)
    return list(rows.select_related("measure", "report__cycle").prefetch_related(with_entries()))


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """How many there are in each view, and of how many members the open ones are."""

    by_view: dict[str, int]
    soon: int
    public: int
    members: int


def finding_counts(actor: Actor) -> FindingCounts:
    """What stands above the list. One query, however many findings."""
    now = today()
    views = {
        f"view_{name}": Count("pk", filter=which)
        for name, which in filters_by_view(now).items()
        if name != "all"
    }
    counted = Finding.objects.visible_to(actor).aggregate(
        view_all=Count("pk"),
        soon=Count("pk", filter=_OPEN & Q(due_on__range=(now, now + SOON))),
        public=Count("pk", filter=_OPEN & Q(public=True)),
        members=Count("organisation_id", filter=_OPEN, distinct=True),
        **views,
    )
    by_view = {name.removeprefix("view_"): n for name, n in counted.items() if name.startswith("view_")}
    return FindingCounts(by_view, counted["soon"], counted["public"], counted["members"])


def due_finding_reminders() -> list[tuple[Finding, int]]:
    """The open findings of which a member is to be reminded by now, each with the step that was reached. One query."""
    now = today()
    rows = Finding.objects.filter(
        _OPEN,
        due_on__range=(now, now + timedelta(days=max(BEFORE_DUE))),
        claimed_at=None,
        report__state__in=(ReportState.CONCLUDED, ReportState.PUBLISHED),
    )
    return [(row, min(step for step in BEFORE_DUE if (row.due_on - now).days <= step)) for row in rows]


def section_of(finding: Finding) -> str:
    """Where it stands in a list by date: overdue, soon, later or done."""
    now = today()
    if finding.state == FindingState.DONE:
        return "done"
    if finding.due_on < now:
        return "overdue"
    return "soon" if finding.due_on <= now + SOON else "later"
