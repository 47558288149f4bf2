"""A cycle that is to be published by itself: when, by whose plan, and what stands in the way of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CycleState, ReportState
from alliance.models import Correction, Cycle, Person, Report
from alliance.queries.corrections import (
    corrections,
    open_corrections,
)
from alliance.queries.cycles import named_filing_list
from alliance.queries.local_dates import day_of
from alliance.queries.obligations import required_reports, undecided_reports
from alliance.queries.reply_days import reports_with_running_replies
from alliance.queries.second_looks import reports_to_confirm
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.text import format_date

PLAN_KIND, CANCEL_KIND, REFUSE_KIND = (
    "cycle.plan_publication",
    "cycle.cancel_publication",
    "cycle.refuse_publication",
)
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class PublicationObstacles:
    """What a manager who publishes a cycle would be warned of; nobody reads a warning where it is done by itself.

    `more_corrections` is how many are open beside those that are named.
    """

    undecided: Sequence[Report] = ()
    replying: Sequence[Report] = ()
    corrections: Sequence[Correction] = ()
    more_corrections: int = 0
    unconfirmed: Sequence[Report] = ()  # with verdicts that another reviewer has to confirm

    def __bool__(self) -> bool:
        return bool(self.undecided or self.replying or self.corrections or self.unconfirmed)

    @property
    def sentences(self) -> list[str]:
        """Each kind in words, with the members that it is about."""
        texts = []
        if count := len(self.undecided):
            text = ngettext(
                "%(n)d report is not submitted or not decided: %(names)s",
                "%(n)d reports are not submitted or not decided: %(names)s",
                count,
            )
            texts.append(text % {"n": count, "names": _joined(map(_member, self.undecided))})
        if count := len(self.unconfirmed):
            text = ngettext(
                "%(n)d report has verdicts by somebody who has declared an interest since; another reviewer has to "
                "confirm them: %(names)s",
                "%(n)d reports have verdicts by somebody who has declared an interest since; another reviewer has to "
                "confirm them: %(names)s",
                count,
            )
            texts.append(text % {"n": count, "names": _joined(map(_member, self.unconfirmed))})
        if count := len(self.replying):
            text = ngettext(
                "%(n)d member may still reply to its verdicts: %(names)s",
                "%(n)d members may still reply to their verdicts: %(names)s",
                count,
            )
            texts.append(text % {"n": count, "names": _joined(map(_replying, self.replying))})
        if count := len(self.corrections) + self.more_corrections:
            text = ngettext(
                "%(n)d correction of a published report is open: %(names)s",
                "%(n)d corrections of published reports are open: %(names)s",
                count,
            )
            names = (f"{_member(each.report)} ({each.report.cycle.title})" for each in self.corrections)
            named = _joined(dict.fromkeys([*names, *["…"] * bool(self.more_corrections)]))
            texts.append(text % {"n": count, "names": named})
        return texts

    def numbers(self) -> dict[str, list[int]]:
        """The rows by number, as a journal entry names them."""
        return {
            "reports": [report.pk for report in self.undecided],
            "replying": [report.pk for report in self.replying],
            "corrections": [correction.pk for correction in self.corrections],
            "unconfirmed": [report.pk for report in self.unconfirmed],
        }


def _member(report: Report) -> str:
    return str(report.organisation.name)


def _replying(report: Report) -> str:
    return _("%(name)s until %(day)s") % {"name": _member(report), "day": format_date(report.respond_by)}


def _joined(names: Iterable[str]) -> str:
    rows = list(names)
    return ", ".join([*rows[:_MOST_NAMED], *(["…"] if len(rows) > _MOST_NAMED else [])])


def obstacles_on(
    actor: Actor, day: date, reports: Sequence[Report], corrections: Iterable[Correction]
) -> PublicationObstacles:
    """What of these stands in the way of publishing on the day. Four queries at most."""
    concluded = [report for report in reports if report.state == ReportState.CONCLUDED]
    replying = reports_with_running_replies(concluded, day)
    numbers = reports_to_confirm(actor, reports)
    unconfirmed = [report for report in reports if report.pk in numbers]
    return PublicationObstacles(
        undecided_reports(required_reports(reports), day),
        replying,
        list(corrections),
        unconfirmed=unconfirmed,
    )


def open_correction_sentences(actor: Actor) -> list[str]:
    """That corrections of published reports are open, and of which; nothing where none is. Two queries."""
    corrections = open_corrections(actor)
    named = list(corrections[:_MOST_NAMED])
    obstacles = PublicationObstacles(corrections=named, more_corrections=corrections.count() - len(named))
    return obstacles.sentences


def publication_obstacles(
    actor: Actor, cycle: Cycle, day: date, reports: Sequence[Report] | None = None
) -> PublicationObstacles:
    """What would stand in the way on the day, as things are now; of very many corrections the latest. Four queries.

    Three with the reports of the cycle, as `named_filing_list` has them.
    """
    corrections = open_corrections(actor)
    named = list(corrections[:_MOST_NAMED])
    rows = list(named_filing_list(actor, cycle)) if reports is None else reports
    obstacles = obstacles_on(actor, day, rows, named)
    return replace(obstacles, more_corrections=corrections.count() - len(named))


def recorded_obstacles(actor: Actor, data: Mapping[str, Any]) -> PublicationObstacles:
    """What stood in the way when a publication was refused, by the facts of its journal entry. Two queries."""
    numbers = [*data.get("reports", ()), *data.get("replying", ()), *data.get("unconfirmed", ())]
    rows = Report.objects.visible_to(actor).filter(pk__in=numbers).select_related("organisation", "cycle")
    reports = {report.pk: report for report in rows}
    return PublicationObstacles(
        [reports[pk] for pk in data.get("reports", ()) if pk in reports],
        [reports[pk] for pk in data.get("replying", ()) if pk in reports],
        list(corrections(actor).filter(pk__in=data.get("corrections", ()))),
        unconfirmed=[reports[pk] for pk in data.get("unconfirmed", ()) if pk in reports],
    )


@dataclass(frozen=True, slots=True)
class PlannedPublication:
    """When a cycle is published by itself, who has planned it, and what would stand in the way as things are now.

    `is_refused`: it was to be published then, and was not.
    """

    at: datetime
    name: str
    obstacles: PublicationObstacles
    is_refused: bool = False


def planned_publication(actor: Actor, cycle: Cycle) -> PlannedPublication | None:
    """The plan of a closed cycle, or the refusal of the last one; None where there is neither. Five queries at most."""
    if cycle.state != CycleState.CLOSED:
        return None
    events = Event.objects.filter(target_type=cycle._meta.label_lower, target_id=cycle.pk)
    last = events.filter(kind__in=(PLAN_KIND, CANCEL_KIND, REFUSE_KIND, "cycle.close")).first()
    if cycle.publish_at is not None:
        planner = last.person_id if last is not None and last.kind == PLAN_KIND else None
        name = Person.objects.filter(pk=planner or 0).values_list("name", flat=True).first()
        obstacles = publication_obstacles(actor, cycle, day_of(cycle.publish_at))
        return PlannedPublication(cycle.publish_at, name or "", obstacles)
    if last is not None and last.kind == REFUSE_KIND:
        at = datetime.fromisoformat(last.data["at"])
        return PlannedPublication(at, "", recorded_obstacles(actor, last.data), is_refused=True)
    return None


def cycles_to_publish(now: datetime) -> list[Cycle]:
    """The cycles whose hour has come. One query."""
    return list(Cycle.objects.filter(state=CycleState.CLOSED, publish_at__lte=now))
