"""Named writes on who writes which section of a report: give, change, hand on, hand back, take back, remind."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from alliance.enums import DelegationState
from alliance.models import Commitment, Delegation, Measure, Organisation, Report
from alliance.models.delegations import NOTE_LENGTH
from alliance.queries.delegations import (
    delegations_as_last_time,
    has_ended,
    has_section,
    latest_number,
    live_delegations,
    people_who_write,
    section_of,
    section_title,
    what_became_of,
)
from alliance.queries.local_dates import day_of, today
from alliance.queries.report_frame import report_frame
from alliance.workflows import DELEGATION
from alliance.workflows.delegations import refuse_unwritten
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, can, person_of, require
from portal.kernel.errors import AssignedElsewhere, DomainError, WrongState
from portal.kernel.text import clean_text, format_date, refuse_long


@dataclass(frozen=True, slots=True)
class GivenSections:
    """What was given, and why the rest was not, by the section's title."""

    delegations: Sequence[Delegation]
    refusals: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def give_sections(
    actor: Actor,
    report: Report,
    sections: Collection[str],
    assignees: Collection[int],
    due_on: date,
    note: str = "",
    seen: int | None = None,
) -> GivenSections:
    """Give sections, by their keys, to one or several colleagues until a day; each is notified once.

    `seen` is the number of the newest delegation that the page knew: what was given since stays with its assignee, and
    is refused with the reason. Raises Forbidden, WrongState when the report is not written, DomainError for a day that
    is over, somebody who does not write, or no section.
    """
    locked = _lock_report(actor, report, "delegation.give")
    _check_day(due_on)
    cleaned_note = _clean_note(note)
    people = {person.pk: person for person in people_who_write(locked)}
    if not assignees or not set(assignees) <= set(people):
        raise DomainError(_("Choose colleagues who can write the report."), field="assignees")
    frame = report_frame(locked)
    chosen = [section for key in dict.fromkeys(sections) if (section := section_of(frame, key))]
    if not chosen:
        raise DomainError(_("Choose at least one section."), field="sections")
    live = live_delegations(actor, locked)
    newest = latest_number(locked) if seen is None else seen
    refusals: dict[str, str] = {}
    given: list[Delegation] = []
    for section in chosen:
        holders = [each for each in live if each.section == section]
        if newer := [each for each in holders if each.pk > newest]:
            refusals[section_title(section)] = _("Meanwhile %(giver)s gave it to %(name)s.") % {
                "giver": newer[-1].given_by.name,
                "name": newer[-1].assignee.name,
            }
            continue
        having = {each.assignee_id for each in holders}
        if set(assignees) <= having:
            refusals[section_title(section)] = _("Already given to %(name)s.") % {
                "name": get_text_list([people[pk].name for pk in assignees], _("and"))
            }
        given += [
            _draft(actor, locked, section, pk, due_on, cleaned_note) for pk in assignees if pk not in having
        ]
    return GivenSections(_create(actor, given), refusals)


@transaction.atomic
def give_as_last_time(actor: Actor, report: Report) -> list[Delegation]:
    """Give every section that nobody has to whoever had it last, as long before the deadline as then.

    Raises Forbidden, or WrongState when the report is not written or there is nothing to give.
    """
    locked = _lock_report(actor, report, "delegation.give")
    live, people = live_delegations(actor, locked), people_who_write(locked)
    earlier = delegations_as_last_time(actor, report_frame(locked), live, people)
    if not earlier:
        raise WrongState(
            _("Nothing can be given as last time: those who had a section have one, or are gone.")
        )
    given = [
        _draft(
            actor,
            locked,
            each.section,
            each.assignee.pk,
            max(locked.deadline - timedelta(days=each.days_before), today()),
            "",
        )
        for each in earlier
    ]
    return _create(actor, given)


def _draft(
    actor: Actor, report: Report, section: Commitment | Measure, assignee: int, due_on: date, note: str
) -> Delegation:
    return Delegation(
        report=report,
        organisation_id=report.organisation_id,
        measure=section if isinstance(section, Measure) else None,
        commitment=section if isinstance(section, Commitment) else None,
        assignee_id=assignee,
        given_by_id=person_of(actor),
        due_on=due_on,
        note=note,
    )


def _create(actor: Actor, given: Sequence[Delegation]) -> list[Delegation]:
    """Store them all at once; one entry, and so one letter, for each person, however many sections."""
    created: list[Delegation] = Delegation.objects.bulk_create(given)
    for assignee in dict.fromkeys(each.assignee_id for each in created):
        own = [each for each in created if each.assignee_id == assignee]
        numbers = [each.pk for each in own]
        journal.record(actor, "delegation.give", own[0], person=assignee, delegations=numbers)
    return created


@transaction.atomic
def change_delegation(
    actor: Actor, delegation: Delegation, *, assignee: int, due_on: date, note: str = "", version: int
) -> Delegation:
    """Change day and word of a section, or hand it on to another colleague; those concerned are notified.

    Raises Forbidden, WrongState when it is handed back, taken back or ended, or has changed since `version`;
    DomainError for a day that is over, or somebody who does not write or has the section already.
    """
    require(actor, "delegation.change", delegation)
    report = _lock_report(actor, delegation.report)
    locked = _lock(delegation)
    _refuse_unless_open(locked, actor.person_id)
    if locked.version != version:
        raise WrongState(
            _("This was changed meanwhile: now %(name)s has it until %(day)s. Check, and save again.")
            % {"name": locked.assignee.name, "day": format_date(locked.due_on)}
        )
    cleaned_note = _clean_note(note)
    if due_on != locked.due_on:
        _check_day(due_on)
    if assignee != locked.assignee_id:
        _check_new_assignee(locked, assignee, report)
    if (assignee, due_on, cleaned_note) == (locked.assignee_id, locked.due_on, locked.note):
        return locked
    earlier, due_before = locked.assignee_id, locked.due_on
    is_handed_on = assignee != earlier
    locked.assignee_id, locked.due_on, locked.note = assignee, due_on, cleaned_note
    locked.version += 1
    if is_handed_on:
        locked.given_by_id, locked.given_at, locked.reminded_at = person_of(actor), clock.now(), None
    locked.save()
    if is_handed_on:
        people = {"person": earlier, "successor": assignee}
        journal.record(actor, "delegation.hand_on", locked, **people)
    else:
        facts = {"person": assignee, "due_on_before": due_before.isoformat()}
        journal.record(actor, "delegation.change", locked, due_on=due_on.isoformat(), **facts)
    return locked


def _check_new_assignee(delegation: Delegation, assignee: int, report: Report) -> None:
    if assignee not in {person.pk for person in people_who_write(report)}:
        raise DomainError(_("Choose a colleague who can write the report."), field="assignee")
    if has_section(delegation, assignee):
        raise DomainError(_("This colleague has the section already."), field="assignee")


@transaction.atomic
def finish_delegation(actor: Actor, delegation: Delegation, version: int | None = None) -> Delegation:
    """Hand a section back as done, as its assignee; whoever gave it is notified.

    `version` is the one that a page has shown, None for any. Raises Forbidden; AssignedElsewhere, with who has it now,
    for an editor who is not its assignee any more; WrongState when it was taken back, handed back or ended meanwhile,
    or has changed since `version`.
    """
    locked = _lock(delegation)
    if locked.assignee_id != actor.person_id and can(actor, "delegation.change", locked):
        raise AssignedElsewhere(what_became_of(locked, actor.person_id))
    facts = {"person": locked.given_by_id}
    return _take_step(actor, locked, "finish", version, changes={"done_at": clock.now()}, data=facts)


@transaction.atomic
def reopen_delegation(actor: Actor, delegation: Delegation, version: int | None = None) -> Delegation:
    """Give a section that was handed back to its assignee again; they are notified.

    Raises Forbidden, or WrongState when it is open or ended, has changed since `version`, or its assignee does not
    write any more.
    """
    require(actor, "delegation.reopen", delegation)
    report = _lock_report(actor, delegation.report)
    locked = _lock(delegation)
    if locked.assignee_id not in {person.pk for person in people_who_write(report)}:
        raise WrongState(
            _("%(name)s cannot write the report any more: give the section to somebody else.")
            % {"name": locked.assignee.name}
        )
    facts = {"person": locked.assignee_id}
    return _take_step(actor, locked, "reopen", version, changes={"done_at": None}, data=facts)


@transaction.atomic
def take_back_delegation(actor: Actor, delegation: Delegation, version: int | None = None) -> Delegation:
    """Take a section from its assignee, who is notified; what they have written stays in the report.

    Raises Forbidden, or WrongState when it was taken back or ended meanwhile, or has changed since `version`: it may
    have been handed back, or on.
    """
    locked = _lock(delegation)
    return _take_step(actor, locked, "take_back", version, data={"person": locked.assignee_id})


def _take_step(
    actor: Actor,
    locked: Delegation,
    action: str,
    version: int | None,
    *,
    data: Mapping[str, object],
    changes: Mapping[str, object] | None = None,
) -> Delegation:
    """Take a step of a section, which is locked; where somebody was quicker, say what became of it."""
    require(actor, DELEGATION.rule(action), locked)
    if not has_ended(locked):
        if locked.state not in DELEGATION.steps[action].sources:
            raise WrongState(what_became_of(locked, actor.person_id))
        if version not in (None, locked.version):
            meanwhile = what_became_of(locked, actor.person_id)
            question = _("Nothing was done: look at the section as it is now, then decide.")
            raise WrongState(f"{meanwhile} {question}")
    changes = {**(changes or {}), "version": locked.version + 1}
    return DELEGATION.apply(actor, locked, action, changes=changes, data=data)


@transaction.atomic
def remind_of_late_sections(actor: Actor, report: Report) -> int:
    """Remind those whose sections are late, once a day; of how many sections.

    Raises Forbidden, or WrongState when nothing is late or everybody was reminded today.
    """
    locked = _lock_report(actor, report, "delegation.remind")
    late = [
        each
        for each in live_delegations(actor, locked)
        if each.state == DelegationState.OPEN
        and each.due_on < today()
        and (each.reminded_at is None or day_of(each.reminded_at) < today())
    ]
    if not late:
        raise WrongState(_("Nothing is late, or everybody was reminded today."))
    for delegation in late:
        record_reminder(actor, delegation)
    return len(late)


def record_reminder(actor: Actor, delegation: Delegation) -> None:
    """Write down that its assignee is reminded now; the caller has locked it."""
    delegation.reminded_at = clock.now()
    delegation.save(update_fields=["reminded_at"])
    facts = {"person": delegation.assignee_id, "on": delegation.due_on.isoformat()}
    journal.record(actor, "delegation.remind", delegation, **facts)


# --- Somebody cannot write any more ----------------------------------------------------------


def return_delegations(person_id: int, organisation_id: int | None = None) -> list[Delegation]:
    """Give back, as SYSTEM, what somebody has still to write: to who gave it, or to nobody; those are notified.

    Called within the act by which they lost access or the right to write, after it, with each organisation locked:
    nobody gives a section there meanwhile. Without an organisation, in all. Each entry names all sections of its report
    that go the same way, for which one letter goes out.
    """
    with acting_as(SYSTEM):
        rows = Delegation.objects.select_for_update(of=("self",)).prefetch_related("report")
        rows = rows.filter(assignee=person_id, state=DelegationState.OPEN)
        if organisation_id is not None:
            rows = rows.filter(organisation=organisation_id)
        returning = [(each, _giver_who_writes(each)) for each in rows.order_by("pk")]
        together: defaultdict[tuple[int, int | None], list[int]] = defaultdict(list)
        for delegation, giver in returning:
            together[delegation.report_id, giver].append(delegation.pk)
        return [_return(each, giver, together[each.report_id, giver]) for each, giver in returning]


def _giver_who_writes(delegation: Delegation) -> int | None:
    """Who gave the section, where that is somebody else who can write the report."""
    giver: int = delegation.given_by_id
    others = {person.pk for person in people_who_write(delegation.report)} - {delegation.assignee_id}
    return giver if giver in others else None


def _return(delegation: Delegation, giver: int | None, together: Sequence[int]) -> Delegation:
    facts = {
        "person": delegation.assignee_id,
        **({"successor": giver} if giver is not None else {}),
        "delegations": together,
    }
    if giver is None or has_section(delegation, giver):
        return DELEGATION.apply(SYSTEM, delegation, "return", target=DelegationState.TAKEN_BACK, data=facts)
    changes = {"assignee_id": giver, "version": delegation.version + 1, "reminded_at": None}
    return DELEGATION.apply(SYSTEM, delegation, "return", changes=changes, data=facts)


def pass_on_delegation(delegation: Delegation, successor: int) -> None:
    """Give, as SYSTEM, a section to the successor of somebody who leaves; ends it where the successor has it already.

    One that the leaver had given to themselves, the successor has given to themselves. Without an entry of its own: all
    that goes over is recorded as one act.
    """
    if has_section(delegation, successor):
        DELEGATION.apply(
            SYSTEM,
            delegation,
            "return",
            target=DelegationState.TAKEN_BACK,
            data={"person": delegation.assignee_id, "successor": successor},
        )
        return
    if delegation.given_by_id == delegation.assignee_id:
        delegation.given_by_id = successor
    delegation.assignee_id, delegation.version = successor, delegation.version + 1
    delegation.reminded_at = None
    delegation.save(update_fields=["assignee", "given_by", "version", "reminded_at"])


# --- Checks ----------------------------------------------------------------------------------


def _lock_report(actor: Actor, report: Report, rule: str = "") -> Report:
    """The report, locked, so that two who give sections come one after the other. Refuses one that is not written."""
    if rule:
        require(actor, rule, report)
    # first: whoever loses access meanwhile, with their organisation locked, has given their sections back by then
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=report.organisation_id)
    rows = Report.objects.select_for_update(of=("self",))
    locked: Report = rows.prefetch_related("cycle__charter", "earlier_charter", "organisation").get(
        pk=report.pk
    )
    refuse_unwritten(locked)
    return locked


def _lock(delegation: Delegation) -> Delegation:
    rows = Delegation.objects.select_for_update(of=("self",)).prefetch_related("report", "assignee")
    locked: Delegation = rows.get(pk=delegation.pk)
    return locked


def _refuse_unless_open(delegation: Delegation, person_id: int | None) -> None:
    if has_ended(delegation):
        raise WrongState(_("This section ended when the report was submitted. Give it anew."))
    if delegation.state != DelegationState.OPEN:
        raise WrongState(what_became_of(delegation, person_id))


def _check_day(due_on: date) -> None:
    if due_on < today():
        raise DomainError(_("Choose today or a later day."), field="due_on")


def _clean_note(note: str) -> str:
    return refuse_long(" ".join(clean_text(note, field="note").split()), NOTE_LENGTH, field="note")
