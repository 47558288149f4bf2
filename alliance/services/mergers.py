"""Named writes that record a merger of one member into another, and take it back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Organisation
from alliance.queries.local_dates import today
from alliance.queries.mergers import (
    exempted_by_merger,
    finality_warning,
    merger_invitees,
    merger_refusal,
    open_drafts,
    people_with_access,
    take_back_refusal,
    time_since_merger,
)
from alliance.services import publications
from alliance.services.absences import give_days_back
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.correction_answers import set_answer_days
from alliance.services.invitations import invite_person
from alliance.services.obligations import exempt_report, put_back_to_draft
from alliance.services.ownership import move_services, return_services
from alliance.workflows import ORGANISATION
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason


@dataclass(frozen=True, slots=True)
class MergerPlan:
    """What was decided about a merger: the day, the public reason, drafts to exempt, memberships to invite over.

    `final` says that its maker knows that it could not be taken back, where that is so.
    """

    successor: Organisation
    on: date
    reason: str
    exempt: Collection[int] = ()
    invite: Collection[int] = ()
    final: bool = False


@transaction.atomic
def merge_organisation(actor: Actor, organisation: Organisation, plan: MergerPlan) -> Organisation:
    """Record that a member has merged into another: it is former from now on, and its page names the successor.

    Its records stay its own, under its own address. Its services are the successor's from the day on, the chosen
    drafts are exempted with the public reason, and the chosen people are invited to the successor with the rights that
    they held. Both members are notified, and the change is published. Raises Forbidden, WrongState, or the DomainError
    of a field: a day after today, a successor that does not take part, no reason, `final` where it would be for good.
    """
    require(actor, "organisation.merge", organisation)
    successor = _lock_both(organisation, plan.successor)
    reason = require_reason(plan.reason)
    _check_day(organisation, plan.on)
    if why := merger_refusal(organisation, successor):
        raise DomainError(why, field="successor")
    reports = [report for report in open_drafts(actor, organisation) if report.pk in plan.exempt]
    for report in reports:
        exempt_report(actor, report, reason)
    services = move_services(organisation, successor, on=plan.on)
    # last of what can be refused: nobody is asked to agree to what cannot be recorded anyway
    if not plan.final and (warning := finality_warning(successor, plan.on)):
        raise DomainError(warning, field="final")
    invitations = _invite(actor, organisation, successor, plan.invite)
    merged = ORGANISATION.apply(
        actor,
        organisation,
        "merge",
        changes={"successor": successor, "merged_on": plan.on, "state_reason": reason},
        data={
            "organisation": successor.pk,
            "on": plan.on.isoformat(),
            "services": len(services),
            "reports": [report.pk for report in reports],
            "invitations": len(invitations),
        },
    )
    _record_for_successor(actor, "organisation.take_over", successor, merged, plan.on)
    for person_id in people_with_access(merged):
        enqueue_account_letter("organisation_merged", person_id, organisation=merged.pk)
    set_answer_days(merged)
    publications.record_organisation_publication(actor, merged)
    return merged


@transaction.atomic
def take_back_merger(actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    """Undo a merger: the member takes part again, with its services and the drafts that the merger exempted.

    Such a draft is due as many days later as have passed since the merger was recorded, and proposed corrections can be
    answered for all their days again; for replies, other reports and findings there are those that were left. What a
    service has been through since stays. Both members are notified, and it is published. Raises Forbidden,
    DomainError without a reason, or WrongState when there was no merger or the successor has reported for a period
    since.
    """
    require(actor, "organisation.take_back_merger", organisation)
    cleaned_reason = require_reason(reason)
    former = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    if why := take_back_refusal(actor, former):
        raise WrongState(why)
    successor, on = former.successor, former.merged_on
    if successor is None or on is None:
        raise WrongState(_("This organisation has not merged into another."))
    return_services(former, successor, on=on)
    give_days_back(actor, former)  # before the exempted drafts, which are given theirs below
    reports, passed = exempted_by_merger(actor, former), time_since_merger(former)
    for report in reports:
        put_back_to_draft(report, report.due_on + passed)
    restored = ORGANISATION.apply(
        actor,
        former,
        "take_back_merger",
        changes={"successor": None, "merged_on": None, "state_reason": cleaned_reason},
        data={
            "organisation": successor.pk,
            "on": on.isoformat(),
            "reports": [report.pk for report in reports],
        },
    )
    _record_for_successor(actor, "organisation.give_back", successor, restored, on)
    set_answer_days(restored)
    publications.record_organisation_publication(actor, restored)
    return restored


def _lock_both(organisation: Organisation, successor: Organisation) -> Organisation:
    """Lock both in one order, whichever of them merges into the other; returns the successor as it is now."""
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=(organisation.pk, successor.pk)
    )
    locked = {row.pk: row for row in rows.order_by("pk")}
    return locked[successor.pk]


def _check_day(organisation: Organisation, on: date) -> None:
    if on > today():
        raise DomainError(_("Choose today or an earlier day."), field="on")
    if organisation.since and on <= organisation.since:
        raise DomainError(_("The organisation joined on that day or later. Choose a later day."), field="on")


def _invite(
    actor: Actor, organisation: Organisation, successor: Organisation, chosen: Collection[int]
) -> list[int]:
    """Invite the chosen people to the successor, with their rights; returns the numbers of the invitations."""
    invitees = [each for each in merger_invitees(actor, organisation, successor) if each.pk in chosen]
    return [
        invite_person(
            actor,
            successor,
            email=each.person.email,
            name=each.person.name,
            roles=each.roles,
            office=each.office,
            language=each.person.language,
        ).pk
        for each in invitees
    ]


def _record_for_successor(
    actor: Actor, kind: str, successor: Organisation, merged: Organisation, on: date
) -> None:
    """Journal it about the successor, too: its people are notified by this entry."""
    journal.record(actor, kind, successor, earlier_organisation=merged.pk, on=on.isoformat())
