"""Findings in lists: what is open, overdue, carried on, done or withdrawn, of one member or of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Min, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext as _

from alliance.access import with_portal_access
from alliance.enums import (
    CONCLUDED_REPORT_STATES,
    OPEN_FINDING_STATES,
    WITHDRAWN_FINDING_STATES,
    FindingEntryKind,
    FindingState,
    ReportDecisionKind,
    ReportState,
    Role,
)
from alliance.models import Finding, FindingEntry, Measure, Organisation, Report
from alliance.queries.last_steps import outside_review_refusal, with_last_step
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.local_dates import day_of, end_of_day, today
from alliance.queries.organisations import known_by
from alliance.queries.review_state import blind_readings
from alliance.workflows import FINDING
from portal.kernel.access import NOTHING, Actor, can
from portal.kernel.alphabet import ByAlphabet, alphabet_key
from portal.kernel.text import format_moment

# Days before its date on which the member is reminded of a finding; negative ones after it.
REMINDER_DAYS = (14, 3, -1, -14)
_LATE = 7  # days by which a reminder that could not be sent on its day still goes out
_MONTHS = 24  # of the plot that also shows months without a finding
_TILES = 30  # of one month; its number says how many there are
SOON = timedelta(days=30)
_OPEN = Q(state__in=OPEN_FINDING_STATES)


# What waits for its member, and not for somebody to look at what it has reported done.
_NOT_CLAIMED = _OPEN & Q(claimed_at=None)


def _overdue(now: date) -> Q:
    """Late is who has not acted: what a member has reported done waits for the secretariat."""
    return _NOT_CLAIMED & Q(due_on__lt=now)


def filters_by_view(now: date) -> dict[str, Q]:
    """The views of the list by name, the first one by default."""
    return {
        "open": _OPEN,
        "overdue": _overdue(now),
        "claimed": _OPEN & Q(claimed_at__isnull=False),
        "carried": Q(state=FindingState.CARRIED),
        "done": Q(state=FindingState.DONE),
        "withdrawn": Q(state__in=WITHDRAWN_FINDING_STATES),
        "all": Q(),
    }


def with_entries(actor: Actor) -> Prefetch:
    """The entries of findings that the actor may read, each with its author. One query."""
    return Prefetch("entries", FindingEntry.objects.visible_to(actor).select_related("written_by"))


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """A view of the list as its address says it; `q` is in the text or a name of the member, `measure` is a key."""

    show: str = "open"
    q: str = ""
    measure: str = ""
    member: str = ""
    cycle: str = ""
    public: str = ""
    sort: str = ""  # of `FINDING_ORDERS`, with a minus the other way round; empty: by date, in sections


# the columns by which the list is sorted; of a review without a reviewer stands who wrote the finding
FINDING_ORDERS: dict[str, Sequence[Any]] = {
    "due": (F("due_on"),),
    "member": (ByAlphabet("organisation__name"),),
    "measure": (F("measure__commitment__position"), F("measure__position")),
    "reviewer": (Coalesce(F("report__reviewer__name"), F("written_by__name")),),
}


def _in_order(rows: QuerySet[Any], filters: FindingFilter) -> QuerySet[Any]:
    if not filters.sort:
        latest = filters.show in ("done", "withdrawn", "all")
        return rows.order_by("-due_on" if latest else "due_on", "pk")
    columns = FINDING_ORDERS[filters.sort.removeprefix("-")]
    backwards = filters.sort.startswith("-")
    return rows.order_by(*(each.desc() if backwards else each.asc() for each in columns), "due_on", "pk")


def readable_findings(actor: Actor) -> QuerySet[Any]:
    """The findings that the actor may read: none of a review that they are asked to judge blind, until they have."""
    return Finding.objects.visible_to(actor).exclude(report__in=blind_readings(actor).values("report"))


def findings(actor: Actor, filters: FindingFilter = FindingFilter()) -> QuerySet[Any]:
    """The findings that the actor may see, by date or as they are sorted. Two queries."""
    rows = readable_findings(actor).filter(filters_by_view(today())[filters.show])
    if filters.q:
        rows = rows.filter(Q(text__icontains=filters.q) | Q(organisation__in=known_by(filters.q)))
    for name, value in (("organisation__slug", filters.member), ("report__cycle__slug", filters.cycle)):
        if value:
            rows = rows.filter(**{name: value})
    if filters.measure:
        rows = rows.filter(measure__in=measures_with_findings(actor).get(filters.measure, ()))
    if filters.public:
        rows = rows.filter(public=filters.public == "yes")
    rows = rows.select_related("organisation", "measure", "report__cycle", "report__reviewer", "written_by")
    return _in_order(rows.prefetch_related(with_entries(actor)), filters)


def findings_from(actor: Actor, report: Report) -> list[Finding]:
    """The findings of one report's review, as far as the actor may see them yet. Two queries."""
    rows = readable_findings(actor).filter(report=report)
    return list(rows.select_related("measure", "report__cycle").prefetch_related(with_entries(actor)))


def measures_with_findings(actor: Actor) -> dict[str, list[Measure]]:
    """Each measure once, by its key: in the versions of its charter that findings are of, the latest first.

    One that a later version does not continue one to one is a measure of its own, also where that uses its key again.
    One query, and those of `lineage_of`.
    """
    used = readable_findings(actor).values("measure")
    rows = list(Measure.objects.filter(pk__in=used).select_related("charter", "commitment"))
    rows.sort(key=lambda row: (-row.charter.version, row.pk))
    lineages: dict[str, Lineage] = {}
    versions: dict[tuple[str, str, int], list[Measure]] = {}
    for row in rows:
        charter = row.charter
        lineage = lineages.setdefault(charter.key, lineage_of(charter))
        later = lineage.current_key(row.key, charter.version)
        place = (charter.key, later, 0) if later else (charter.key, row.key, charter.version)
        versions.setdefault(place, []).append(row)
    by_key: dict[str, list[Measure]] = {}
    for measures in sorted(
        versions.values(), key=lambda each: (each[0].commitment.position, each[0].position)
    ):
        last = measures[0]
        by_key[last.key if last.key not in by_key else f"{last.key}~{last.pk}"] = measures
    return by_key


def members_with_findings(actor: Actor) -> list[Organisation]:
    """One query."""
    used = readable_findings(actor).values("organisation")
    return sorted(
        Organisation.objects.visible_to(actor).filter(pk__in=used), key=lambda row: alphabet_key(row.name)
    )


@dataclass(frozen=True, slots=True)
class FindingMonth:
    """How many open findings are due in a month: a tile for each, `overdue`, `claimed`, `carried` or `first`."""

    month: date
    count: int = 0
    tiles: Sequence[str] = ()


def open_findings_by_month(actor: Actor) -> list[FindingMonth]:
    """The months in which open findings are due, with those between them. One query."""
    is_overdue = ExpressionWrapper(_overdue(today()), output_field=BooleanField())
    rows = readable_findings(actor).filter(_OPEN).annotate(month=TruncMonth("due_on"), late=is_overdue)
    rows = rows.annotate(is_claimed=ExpressionWrapper(Q(claimed_at__isnull=False), BooleanField()))
    grouped = rows.order_by().values("month", "late", "is_claimed", "state").annotate(count=Count("pk"))
    tiles: dict[date, list[str]] = {}
    for row in grouped.order_by("month", "-late", "is_claimed", "state"):
        kind = _tile(row)
        tiles.setdefault(row["month"], []).extend([kind] * row["count"])
    return [
        FindingMonth(each, len(tiles.get(each, ())), tiles.get(each, ())[:_TILES]) for each in _months(tiles)
    ]


def _tile(row: dict[str, Any]) -> str:
    if row["late"]:
        return "overdue"
    if row["is_claimed"]:
        return "claimed"
    return "carried" if row["state"] == FindingState.CARRIED else "first"


def _months(used: Sequence[date] | dict[date, Any]) -> list[date]:
    """From the first to the last; only those that are used, where that would be too many."""
    days = sorted(used)
    if not days:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in (days[0], days[-1]))
    if last - first >= _MONTHS:
        return days
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """How many there are in each view, and of how many members the open ones are."""

    by_view: dict[str, int]
    soon: int
    public: int
    members: int
    oldest: int  # days by which the oldest one is overdue


def finding_counts(actor: Actor) -> FindingCounts:
    """What stands above the list. One query, however many findings."""
    now = today()
    views = {
        f"view_{name}": Count("pk", filter=which)
        for name, which in filters_by_view(now).items()
        if name != "all"
    }
    counted = readable_findings(actor).aggregate(
        view_all=Count("pk"),
        soon=Count("pk", filter=_NOT_CLAIMED & Q(due_on__range=(now, now + SOON))),
        public=Count("pk", filter=_OPEN & Q(public=True)),
        members=Count("organisation_id", filter=_OPEN, distinct=True),
        oldest=Min("due_on", filter=_overdue(now)),
        **views,
    )
    by_view = {name.removeprefix("view_"): n for name, n in counted.items() if name.startswith("view_")}
    oldest = (now - counted["oldest"]).days if counted["oldest"] else 0
    return FindingCounts(by_view, counted["soon"], counted["public"], counted["members"], oldest)


# What waits for its member: it has read it, has not reported it done, and has somebody who could.
_WITH_MEMBER = _NOT_CLAIMED & Q(report__state__in=CONCLUDED_REPORT_STATES) & with_portal_access()


def due_finding_reminders() -> list[tuple[Finding, int]]:
    """The open findings of which a member is to be reminded by now, each with the step that was reached. One query."""
    now = today()
    first, last = (now + timedelta(days=days) for days in (min(REMINDER_DAYS) - _LATE, max(REMINDER_DAYS)))
    rows = Finding.objects.filter(_WITH_MEMBER, due_on__range=(first, last))
    return [(row, min(step for step in REMINDER_DAYS if (row.due_on - now).days <= step)) for row in rows]


def findings_to_remind_of(actor: Actor, numbers: Sequence[int] | None = None) -> QuerySet[Any]:
    """Those that wait for their members, except those that they were reminded of today.

    Of the findings with these numbers, whenever they are due; without any, of all that are overdue.
    """
    chosen = Q(due_on__lt=today()) if numbers is None else Q(pk__in=numbers)
    rows = can_be_reminded_of(actor, readable_findings(actor).filter(chosen))
    return rows.select_related("organisation", "measure").order_by("due_on", "pk")


def can_be_reminded_of(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these findings those that wait for their members, except those that they were reminded of today."""
    del actor  # whoever reminds of one reminds of all
    return rows.filter(_WITH_MEMBER).exclude(reminded_at__gte=end_of_day(today() - timedelta(days=1)))


def can_be_carried_on(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these findings those that are open, and of members whom the actor may review."""
    return rows.filter(_OPEN).exclude(organisation__in=actor.conflicts)


def can_be_withdrawn(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these findings those that are open and that the actor may withdraw, as the rule says."""
    is_concluded = Q(report__state__in=CONCLUDED_REPORT_STATES)
    theirs = is_concluded if actor.has(Role.MANAGER) else NOTHING
    if actor.has(Role.REVIEWER):
        theirs |= ~is_concluded & Q(report__reviewer=actor.person_id)
    return rows.filter(_OPEN, theirs).exclude(organisation__in=actor.conflicts)


def reminder_refusal(finding: Finding) -> str:
    """Why its member cannot be reminded of it now; empty where it can. Of a row whose report was read with it."""
    if not finding.is_open:
        return _("it is done") if finding.state == FindingState.DONE else _("it is withdrawn")
    if finding.claimed_at is not None:
        return _("its member has reported it done")
    if not finding.organisation.has_access:
        return _("nobody at its member has access: record it as done, or carry it on")
    if finding.report.state not in CONCLUDED_REPORT_STATES:
        return _("its member reads it once the review is concluded")
    if finding.reminded_at is not None and day_of(finding.reminded_at) >= today():
        return _("its member was reminded of it today")
    return ""


def may_be_reminded_of(actor: Actor, finding: Finding) -> bool:
    """Whether the actor may remind its member of it now."""
    return not reminder_refusal(finding) and can(actor, "finding.remind", finding)


def withdrawn_since_reopening(actor: Actor, report: Report) -> int:
    """How many findings that the actor reads were withdrawn since the review was last opened again. Two queries."""
    reopened = report.decisions.filter(kind=ReportDecisionKind.REOPEN).order_by("pk").last()
    if reopened is None:
        return 0
    rows = readable_findings(actor).filter(report=report, state=FindingState.WITHDRAWN)
    number: int = rows.filter(withdrawn_at__gte=reopened.decided_at).count()
    return number


def was_read(finding: Finding, since: datetime | None = None) -> bool:
    """Whether its member has read it, or what was written of it then: the review is concluded, or was since then."""
    if finding.report.state in CONCLUDED_REPORT_STATES:
        return True
    since = since or finding.written_at
    discard = finding.entries.filter(kind=FindingEntryKind.DISCARD).last()
    if discard:  # it was not there to be read before it was opened again
        opened = finding.entries.filter(kind=FindingEntryKind.REOPEN, pk__gt=discard.pk).first()
        since = max(since, opened.written_at if opened else discard.written_at)
    reopened = finding.report.decisions.filter(kind=ReportDecisionKind.REOPEN)
    return bool(reopened.filter(decided_at__gte=since).exists())


def closed_refusal(actor: Actor, finding: Finding) -> str:
    """Why nothing more can be done about it, and who has done what; empty while it is open."""
    if finding.is_open:
        return ""
    is_done = finding.state == FindingState.DONE
    refusal = _("This has already been done.") if is_done else _("This finding has been withdrawn.")
    return with_last_step(actor, refusal, FINDING, finding)


def claim_refusal(actor: Actor, finding: Finding) -> str:
    """Why its member cannot report it done now, and who has; empty where it can."""
    if refusal := closed_refusal(actor, finding):
        return refusal
    if finding.claimed_at is None:
        return ""
    claims = FindingEntry.objects.visible_to(actor).filter(finding=finding, kind=FindingEntryKind.CLAIM)
    claim = claims.select_related("written_by").last()
    return f"{_('This has already been done.')} {claim_sentence(claim) if claim else ''}".strip()


def claim_sentence(claim: FindingEntry) -> str:
    """Who has reported the finding done, when, and how."""
    facts = {"name": claim.written_by.name, "at": format_moment(claim.written_at), "text": claim.text}
    return _("%(name)s reported it done on %(at)s: “%(text)s”") % facts


def edit_refusal(actor: Actor, finding: Finding) -> str:
    """Why nobody can edit it now, and who was quicker; empty while its review goes on and it is open."""
    return outside_review_refusal(actor, finding.report) or closed_refusal(actor, finding)


def may_be_edited(actor: Actor, finding: Finding) -> bool:
    """Whether the actor may edit it now."""
    is_editable = finding.is_open and finding.report.state == ReportState.IN_REVIEW
    return is_editable and can(actor, "finding.edit", finding)


def chosen_findings(actor: Actor, numbers: Sequence[int]) -> list[Finding]:
    """Those of these that the actor may read, by date, each with its report and entries. Two queries."""
    rows = readable_findings(actor).filter(pk__in=numbers).order_by("due_on", "pk")
    rows = rows.select_related("organisation", "measure", "report__cycle", "written_by")
    return list(rows.prefetch_related(with_entries(actor)))


# Where findings stand in a list by date, in their order.
SECTIONS = ("overdue", "claimed", "soon", "later", "done", "withdrawn")


def section_of(finding: Finding) -> str:
    """The one of `SECTIONS` in which it stands."""
    now = today()
    if not finding.is_open:
        return "done" if finding.state == FindingState.DONE else "withdrawn"
    if finding.claimed_at is not None:
        return "claimed"
    if finding.due_on < now:
        return "overdue"
    return "soon" if finding.due_on <= now + SOON else "later"
