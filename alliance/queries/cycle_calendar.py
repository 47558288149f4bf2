"""The days of cycles for the secretariat: opened, reminders, due, due again, grace, publication, reviews and replies.

Members get the days of their own reports (`own_calendar`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import (
    CONCLUDED_REPORT_STATES,
    OPEN_FINDING_STATES,
    RETURNED_REPORT_STATES,
    CycleState,
    ReportState,
)
from alliance.models import Charter, Cycle, Finding, Report
from alliance.queries.charter_signatures import open_objections
from alliance.queries.deadlines import BEFORE_DUE
from alliance.queries.delegations import open_delegations, section_title
from alliance.queries.local_dates import day_of, time_zone, today
from alliance.queries.obligations import IS_UNFILED, ended_obligations, safe_closing_day
from alliance.queries.reminder_steps import working_day_after, working_day_before
from alliance.queries.replies import reply_openings
from alliance.queries.reply_days import open_to_reply, with_reply_day
from alliance.queries.reviews import review_queue
from portal.kernel.access import Actor, can
from portal.kernel.journal import Event
from portal.kernel.text import format_time


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What happens on a day in a cycle, or to a version of a charter; `key` names it within that, whatever the day.

    `page` is the path of what it is about; empty of the cycle itself.
    """

    day: date
    subject: Cycle | Charter
    key: str
    text: str
    page: str = ""

    @property
    def name(self) -> str:
        """The slug of its cycle; of a version, its key and number."""
        if isinstance(self.subject, Cycle):
            return self.subject.slug
        return f"charter-{self.subject.key}-{self.subject.version}"

    @property
    def title(self) -> str:
        return str(self.subject.title)


def cycles_calendar(actor: Actor, cycles: Sequence[Cycle]) -> list[CalendarEntry]:
    """All that happens in these cycles, by day.

    Six queries, however many cycles and reports there are; two more where a member has left.
    """
    entries = [
        *_opened(cycles),
        *(entry for cycle in cycles for entry in _of_cycle(cycle)),
        *_own_deadlines(actor, cycles),
        *_returned(actor, cycles),
        *_reviews(actor, cycles),
        *_replies(actor, cycles),
    ]
    begins = {cycle.slug: cycle.starts_on.toordinal() for cycle in cycles}
    return sorted(entries, key=lambda entry: (entry.day, -begins[entry.name], entry.key))


def _of_cycle(cycle: Cycle) -> Iterable[CalendarEntry]:
    yield CalendarEntry(cycle.starts_on, cycle, "starts", _("The period begins"))
    yield CalendarEntry(cycle.ends_on, cycle, "ends", _("The period ends"))
    for days in BEFORE_DUE:
        if days:
            day = working_day_before(cycle.due_on - timedelta(days=days))
            text = ngettext(
                "Reminder: %(n)d day until reports are due",
                "Reminder: %(n)d days until reports are due",
                days,
            )
            yield CalendarEntry(day, cycle, f"reminder-{days}", text % {"n": days})
    yield CalendarEntry(cycle.due_on, cycle, "due", _("Reports are due, until 24:00"))
    if cycle.grace_days:
        overdue = working_day_after(cycle.due_on + timedelta(days=1))
        if overdue < cycle.grace_ends_on:
            yield CalendarEntry(overdue, cycle, "overdue", _("Reminder of overdue reports"))
        yield CalendarEntry(cycle.grace_ends_on, cycle, "grace", _("The days of grace end, at 24:00"))
    if cycle.state in (CycleState.PLANNED, CycleState.OPEN):
        text = _("The cycle closes by itself, at 0:00")
        yield CalendarEntry(safe_closing_day(cycle), cycle, "closes", text)
    last_review = cycle.grace_ends_on + timedelta(days=cycle.review_days)
    yield CalendarEntry(last_review, cycle, "reviews", _("Reviews of the last reports are due"))
    if cycle.published_at is not None:
        yield CalendarEntry(day_of(cycle.published_at), cycle, "published", _("The cycle was published"))
        return
    if cycle.publish_at is not None:
        text = _("The cycle is published by itself, at %(time)s") % {
            "time": format_time(cycle.publish_at.astimezone(time_zone()))
        }
        yield CalendarEntry(day_of(cycle.publish_at), cycle, "publish-at", text)
    if cycle.publish_on is not None:
        yield CalendarEntry(
            cycle.publish_on, cycle, "publish", _("The cycle is to be published, as announced")
        )


def _opened(cycles: Sequence[Cycle]) -> Iterable[CalendarEntry]:
    by_id = {cycle.pk: cycle for cycle in cycles}
    events = Event.objects.filter(kind="cycle.open", target_type=Cycle._meta.label_lower, target_id__in=by_id)
    for target_id, at in events.values_list("target_id", "at"):
        yield CalendarEntry(day_of(at), by_id[target_id], "opened", _("The cycle was opened"))


def _own_deadlines(actor: Actor, cycles: Sequence[Cycle]) -> Iterable[CalendarEntry]:
    """Days on which reports with a later day of their own are due, with how many; not of who left before."""
    by_id = {cycle.pk: cycle for cycle in cycles}
    rows = _reports(actor, cycles).filter(IS_UNFILED).exclude(pk__in=ended_obligations(actor, cycles))
    for cycle_id, day, count in rows.values_list("cycle_id", "due_on").annotate(n=Count("pk")):
        if day != by_id[cycle_id].due_on:
            text = ngettext(
                "%(n)d report with a later day is due", "%(n)d reports with a later day are due", count
            )
            yield CalendarEntry(day, by_id[cycle_id], f"due-{day}", text % {"n": count})


def _returned(actor: Actor, cycles: Sequence[Cycle]) -> Iterable[CalendarEntry]:
    """Days by which returned reports are to be submitted again, with how many: after them a review can be resumed."""
    by_id = {cycle.pk: cycle for cycle in cycles}
    rows = _reports(actor, cycles).filter(state__in=RETURNED_REPORT_STATES, changes_due_on__isnull=False)
    for cycle_id, day, count in rows.values_list("cycle_id", "changes_due_on").annotate(n=Count("pk")):
        text = ngettext(
            "%(n)d returned report is to be submitted again, until 24:00",
            "%(n)d returned reports are to be submitted again, until 24:00",
            count,
        )
        yield CalendarEntry(day, by_id[cycle_id], f"changes-{day}", text % {"n": count})


def _reviews(actor: Actor, cycles: Sequence[Cycle]) -> Iterable[CalendarEntry]:
    """Days by which submitted reports are to be concluded, with how many."""
    by_id = {cycle.pk: cycle for cycle in cycles}
    rows = review_queue(actor).filter(cycle__in=cycles, conclude_by__isnull=False).order_by()
    for cycle_id, day, count in rows.values_list("cycle_id", "conclude_by").annotate(n=Count("pk")):
        text = ngettext("%(n)d review is to be concluded", "%(n)d reviews are to be concluded", count)
        page = f"{reverse('secretariat:review-list')}?cycle={cycle_id}"
        yield CalendarEntry(day, by_id[cycle_id], f"review-{day}", text % {"n": count}, page)


def _replies(actor: Actor, cycles: Sequence[Cycle]) -> Iterable[CalendarEntry]:
    """Days until which members may reply to verdicts, with how many."""
    by_id = {cycle.pk: cycle for cycle in cycles}
    rows = _reports(actor, cycles).filter(with_reply_day())
    for cycle_id, day, count in rows.values_list("cycle_id", "respond_by").annotate(n=Count("pk")):
        text = ngettext("%(n)d member may reply until 24:00", "%(n)d members may reply until 24:00", count)
        yield CalendarEntry(day, by_id[cycle_id], f"reply-{day}", text % {"n": count})


def _reports(actor: Actor, cycles: Sequence[Cycle]):  # type: ignore[no-untyped-def]  # a query set
    return Report.objects.visible_to(actor).filter(cycle__in=cycles).order_by()


def calendar_cycles(actor: Actor) -> list[Cycle]:
    """The cycles that something still happens in: planned, open, closed, and the last that was published. One query."""
    rows = list(Cycle.objects.visible_to(actor).order_by("-starts_on"))
    published = [cycle for cycle in rows if cycle.state == CycleState.PUBLISHED]
    return [cycle for cycle in rows if cycle.state != CycleState.PUBLISHED] + published[:1]


def own_calendar(actor: Actor) -> list[CalendarEntry]:
    """The days of the organisation's reports that are not over: due, due again, grace, replies; of open findings that
    it has not reported done; of objections to a version to which its signature carries over; and of the sections that
    the actor has still to write, or has given to colleagues.

    Five queries, three more after corrections of verdicts, seven for an announced version. It says no more than the
    names of what is due: calendar programs read it without signing in.
    """
    rows = Report.objects.visible_to(actor).filter(organisation_id=actor.tenant_id).select_related("cycle")
    entries: list[CalendarEntry] = []
    is_open = ~Q(state__in=(ReportState.PUBLISHED, ReportState.EXEMPT)) | open_to_reply(today())
    for report in rows.filter(is_open):
        cycle, page = report.cycle, reverse("workspace:report", args=[report.pk])
        if report.state in RETURNED_REPORT_STATES and report.changes_due_on is not None:
            text = _("Your report is due again, with the changes, until 24:00")
            entries.append(CalendarEntry(report.changes_due_on, cycle, "changes", text, page))
        if report.is_unfiled:
            text = _("Your report is due, until 24:00")
            entries.append(CalendarEntry(report.due_on, cycle, "due", text, page))
            if cycle.grace_days:
                text = _("The days of grace of your report end, at 24:00")
                entries.append(CalendarEntry(report.grace_ends_on, cycle, "grace", text, page))
        if report.state in CONCLUDED_REPORT_STATES and report.respond_by is not None:
            text = _("You can reply to the verdicts until 24:00")
            entries.append(CalendarEntry(report.respond_by, cycle, "reply", text, _verdicts_page(report)))
    for opening in reply_openings(rows.filter(state=ReportState.PUBLISHED)):
        if not opening.is_answered and not opening.is_withdrawn:
            text = _("You can reply to a corrected verdict until 24:00")
            key = f"reply-{opening.commitment_key}"
            page = _verdicts_page(opening.report)
            entries.append(CalendarEntry(opening.until, opening.report.cycle, key, text, page))
    findings = Finding.objects.visible_to(actor).filter(
        organisation_id=actor.tenant_id, state__in=OPEN_FINDING_STATES, claimed_at=None
    )
    for finding in findings.select_related("report__cycle", "organisation"):
        text, key = _("A finding is due, until 24:00"), f"finding-{finding.pk}"
        page = f"{_verdicts_page(finding.report)}#{key}"
        if can(actor, "finding.claim", finding):
            page = reverse("workspace:finding-claim", args=[finding.pk])
        entries.append(CalendarEntry(finding.due_on, finding.report.cycle, key, text, page))
    entries += [*_own_objections(actor), *_own_sections(actor)]
    return sorted(entries, key=lambda entry: (entry.day, entry.key))


def _verdicts_page(report: Report) -> str:
    return reverse("workspace:report-verdicts", args=[report.pk])


def _own_objections(actor: Actor) -> Iterable[CalendarEntry]:
    for charter in open_objections(actor):
        assert charter.objections_until is not None, "it can be objected to"
        text = _("Last day on which a signatory can object to version %(version)d, until 24:00")
        yield CalendarEntry(
            charter.objections_until,
            charter,
            "objections",
            text % {"version": charter.version},
            reverse("workspace:accession", args=[charter.key, charter.version]),
        )


def _own_sections(actor: Actor) -> Iterable[CalendarEntry]:
    """What the actor has to write and what colleagues write for them, as long as it is open: by the charter's titles.

    A colleague is not named. One query.
    """
    mine_or_given = Q(assignee=actor.person_id) | Q(given_by=actor.person_id)
    for delegation in open_delegations(actor).filter(mine_or_given):
        facts = {"section": section_title(delegation.section)}
        if delegation.assignee_id == actor.person_id:
            key, text = "section", _("Your section is due, until 24:00: %(section)s")
        else:
            key, text = "given", _("A section that you gave to a colleague is due, until 24:00: %(section)s")
        yield CalendarEntry(
            delegation.due_on,
            delegation.report.cycle,
            f"{key}-{delegation.pk}",
            text % facts,
            reverse("workspace:delegation", args=[delegation.pk]),
        )
