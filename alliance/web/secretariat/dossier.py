"""What stands on the page of a member: open matters, reports, pledges, people, accession, services, journal, acts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import TargetState, WaitsFor
from alliance.models import Organisation, Ownership, Pledge, Withdrawal
from alliance.queries.applications import application_of
from alliance.queries.closed_items import closed_items, closed_references
from alliance.queries.journal import JournalFilter, journal_page
from alliance.queries.local_dates import today
from alliance.queries.member_dossier import (
    MAX_PLEDGES,
    ReportStanding,
    dossier_targets,
    ended_pledge_count,
    report_standings,
    signed_accessions,
    sole_holders,
    standing_pledges,
)
from alliance.queries.member_letters import letters_to
from alliance.queries.mergers import take_back_refusal
from alliance.queries.open_item import OpenItem
from alliance.queries.open_items import TargetOfPledge, open_items
from alliance.queries.organisations import addition_refusal, ownerships
from alliance.queries.public.targets import TargetStanding
from alliance.queries.public.verdict_matrix import commitments_of
from alliance.queries.public.wording import figure_text, short_cycle, status_text
from alliance.web.organisation.people import people_of
from alliance.web.public.charts import member_sun
from alliance.workflows import ORGANISATION, PLEDGE
from portal.kernel.access import Actor
from portal.kernel.charts import SunMark
from portal.kernel.web import ActorRequest, paginate, permissions

_SHOWN_ITEMS = 12  # the others are folded
_SHOWN_ENTRIES = 6
_CLOSED_ON_PAGE = 12
_ADDITIONS = {"may_invite": "membership.invite", "may_add_service": "service.add"}
_STEPS_OF_MERGER = ("merge", "take_back_merger")
_STEPS_OF_MEMBERSHIP = ("suspend", "reinstate", "withdraw", "expel")


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many matters of one kind are open, how many of them are overdue, and how many wait for the secretariat."""

    kinds: str
    count: int
    overdue: int
    ours: int


@dataclass(frozen=True, slots=True)
class CycleColumn:
    """A cycle with the member's report for it, and the sun of its verdicts where they are public."""

    standing: ReportStanding
    sun: SunMark | None


@dataclass(frozen=True, slots=True)
class ServiceBar:
    """A service with the time for which the organisation had it: where its bar begins and how long it is, in per cent.

    Both are texts: a drawing has points and not commas in its numbers.
    """

    ownership: Ownership
    begin: str
    length: str


def dossier_context(request: ActorRequest, organisation: Organisation) -> dict[str, Any]:
    """Everything that the page shows; of what is closed how much there is, and the page of it that `?page=` names.

    As many queries, however much there is; with such a page two more, and one for each kind of matter on it.
    """
    actor = request.actor
    people = people_of(request, organisation)
    has_left = bool(addition_refusal(organisation))
    can_lose_holders = not organisation.is_secretariat and not has_left
    standing = standing_pledges(actor, organisation) if organisation.is_reporting else []
    pledges = standing[:MAX_PLEDGES]
    targets = dossier_targets(organisation, pledges) if pledges else []
    items = open_items(actor, organisation, targets) if organisation.is_reporting else []
    steps = [step for step in ORGANISATION.available(actor, organisation) if not step.blocked]
    return {
        "organisation": organisation,
        "items": items[:_SHOWN_ITEMS],
        "more_items": items[_SHOWN_ITEMS:],
        "item_count": len(items),
        "counts": _counts(items),
        **(_closed(request, organisation) if organisation.is_reporting else {}),
        "application": application_of(actor, organisation),
        "columns": _columns(actor, organisation) if organisation.is_reporting else [],
        "accessions": list(signed_accessions(actor, organisation)),
        "pledges": pledges,
        "has_more_pledges": len(standing) > len(pledges),
        "target_count": sum(standing is not None for _pledge, standing in targets),
        "target_rows": _target_rows(actor, targets),
        "ended_pledges": ended_pledge_count(actor, organisation) if organisation.is_reporting else 0,
        "letters": letters_to(actor, organisation),
        "former_names": list(organisation.former_names.all()),
        "service_bars": _service_bars(list(ownerships(organisation)), today()),
        "today": today(),
        "entries": _latest_entries(actor, organisation),
        "sole_holders": sole_holders(people["colleagues"]) if can_lose_holders else [],
        **people,
        "steps": steps,
        "membership_steps": [each for each in steps if each.step.action in _STEPS_OF_MEMBERSHIP],
        "merger_steps": [each for each in steps if each.step.action in _STEPS_OF_MERGER],
        "merger_stands": take_back_refusal(actor, organisation) if organisation.successor_id else "",
        "admission": next((each for each in steps if each.step.action == "admit"), None),
        **permissions(
            actor,
            organisation,
            may_export="organisation.export",
            may_write="member_letter.send",
            may_change_service="service.change",
            may_correct_start="service.correct_start",
            may_end_service="service.end",
            may_remove_service="service.remove",
            may_transfer="service.transfer",
            may_change="organisation.change",
            may_end_accession="accession.end",
        ),
        **permissions(actor, organisation, **({} if has_left else _ADDITIONS)),
        **permissions(actor, Withdrawal(organisation=organisation), may_withdraw="publication.withdraw"),
    }


def _closed(request: ActorRequest, organisation: Organisation) -> dict[str, Any]:
    references = closed_references(request.actor, organisation)
    if "page" not in request.GET:
        return {"closed_count": references.count()}
    page = paginate(references, request, _CLOSED_ON_PAGE)
    items = closed_items(request.actor, page.object_list)
    return {"closed_count": page.paginator.count, "closed": page, "closed_items": items}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target of a pledge, with the figure that was published last for it."""

    pledge: Pledge
    standing: TargetStanding | None  # none of a pledge without targets
    figure: str = ""
    cycle: str = ""
    days: int | None = None  # until its day, or since; None without one
    may_decide: bool = False  # whether the actor may decide those that await it


def _target_rows(actor: Actor, targets: Sequence[TargetOfPledge]) -> list[TargetRow]:
    """Undated ones last; what is overdue or missed first, then by day."""
    order = [TargetState.MISSED, TargetState.LATE, TargetState.DUE, TargetState.KEPT, None]
    rows = [
        replace(_target_row(pledge, standing), may_decide=PLEDGE.is_available(actor, pledge, "decide_target"))
        for pledge, standing in targets
    ]
    return sorted(
        rows,
        key=lambda row: (
            order.index(row.standing.state if row.standing else None),
            (row.standing and row.standing.due_on) or date.max,
        ),
    )


def _target_row(pledge: Pledge, standing: TargetStanding | None) -> TargetRow:
    if standing is None:
        return TargetRow(pledge, None)
    figure = cycle = ""
    shown = standing.on_the_day or standing.latest
    if shown is not None and standing.indicator is not None:
        reading = shown.reading
        text = (
            status_text("", withheld=True)
            if reading.withheld
            else figure_text(
                standing.indicator, reading.status, reading.value, reading.choice, estimate=reading.estimate
            )
        )
        figure = (
            f"{text}, {shown.service.name}" if shown.service and len(pledge.services.all()) != 1 else text
        )
        cycle = short_cycle(shown.cycle)
    days = (standing.due_on - today()).days if standing.due_on else None
    return TargetRow(pledge, standing, figure, cycle, days)


def _service_bars(rows: Sequence[Ownership], end: date) -> list[ServiceBar]:
    """A bar for each service, on one scale from the first day of any of them to today."""
    start = min((row.starts_on for row in rows), default=end)
    days = max((end - start).days, 1)

    def percent(day: date) -> float:
        return round(100 * min(max((day - start).days, 0), days) / days, 1)

    bars = []
    for row in rows:
        begin = percent(row.starts_on)
        bars.append(ServiceBar(row, f"{begin}", f"{max(percent(min(row.ends_on or end, end)) - begin, 1)}"))
    return bars


def _counts(items: Sequence[OpenItem]) -> list[OpenCount]:
    """One for each kind of which there is anything, in the order of the list."""
    kinds = {str(item.kind): str(item.kinds) for item in items}
    all_of = Counter(str(item.kind) for item in items)
    overdue = Counter(str(item.kind) for item in items if item.is_overdue)
    ours = Counter(str(item.kind) for item in items if item.waits_for == WaitsFor.SECRETARIAT)
    return [OpenCount(kinds[kind], all_of[kind], overdue[kind], ours[kind]) for kind in kinds]


def _columns(actor: Actor, organisation: Organisation) -> list[CycleColumn]:
    standings = report_standings(actor, organisation)
    judged = [standing for standing in standings if standing.verdicts]
    commitments = commitments_of(judged[-1].report.cycle.charter_id) if judged else []
    columns = []
    for standing in standings:
        cycle = standing.report.cycle
        title = f"{_('Verdicts of %(name)s') % {'name': organisation.name}}, {cycle.title}"
        sun = member_sun(f"sun-{cycle.slug}", title, standing.verdicts, commitments)
        columns.append(CycleColumn(standing, sun if standing.verdicts else None))
    return columns


def _latest_entries(actor: Actor, organisation: Organisation) -> Sequence[Any]:
    """The latest journal entries that concern the member; none for who may not read the journal."""
    page = journal_page(actor, JournalFilter(concerned=(organisation.pk,)), size=_SHOWN_ENTRIES)
    return page.rows
