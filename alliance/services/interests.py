"""Named writes on interests: whoever has one in an organisation takes no part in reviewing it."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliance.enums import OPEN_CORRECTION_STATES, OrganisationKind
from alliance.models import (
    REPORT_LOCK_ORDER,
    Correction,
    DeclaredInterest,
    Organisation,
    Person,
    Report,
    Verdict,
)
from alliance.queries.last_steps import with_last_entry
from alliance.queries.local_dates import today
from alliance.queries.reviewers import people_who_review
from alliance.services.assignments import release_reports
from alliance.services.correction_lapses import lapse_consents_of
from alliance.services.second_readings import withdraw_readings_of
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason


@transaction.atomic
def declare_interest(
    actor: Actor, organisation: Organisation, reason: str, person: Person | None = None
) -> DeclaredInterest:
    """Declare an interest in an organisation, one's own or, as a manager, another person's.

    From this moment the person reviews nothing of the organisation: what is assigned to them goes back to unassigned,
    second readings that they have not finished are withdrawn, verdicts that they gave and that are not public yet
    stand, marked for a second look: before another reviewer has confirmed them or given them anew, the review is not
    concluded, nor the report published. What they have consented or agreed to in open corrections lapses. The managers
    are notified, and the reviewers who have such verdicts to look at.

    Raises Forbidden, or DomainError without a reason, for an organisation that does not report, for a person who
    reviews nothing, or where it is declared already.
    """
    whose = person.pk if person else person_of(actor)
    is_own = whose == person_of(actor)
    require(actor, "interest.declare" if is_own else "interest.record", organisation)
    text = require_reason(reason)
    if organisation.kind == OrganisationKind.SECRETARIAT:
        raise DomainError(_("Choose a member."), field="organisation")
    if whose not in {each.pk for each in people_who_review()}:
        raise DomainError(_("Choose somebody of the secretariat who reviews or manages."), field="person")
    # Two declarations come one after the other; who has a report and names this person in it can finish meanwhile.
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=whose)
    open_interests = DeclaredInterest.objects.filter(
        person=whose, organisation=organisation, ends_on__isnull=True
    )
    if open_interests.exists():
        raise DomainError(_("This interest has been declared already."), field="organisation")
    interest = DeclaredInterest.objects.create(
        person_id=whose,
        organisation=organisation,
        reason=text,
        declared_at=clock.now(),
        recorded_by_id=person_of(actor),
    )
    _lock_reports(organisation.pk)
    event = "interest.declare" if is_own else "interest.record"
    released = release_reports(actor, whose, organisation.pk, within=event)
    withdraw_readings_of(actor, whose, organisation.pk, within=event)
    marked = _mark_for_second_look(whose, organisation.pk)
    lapsed = lapse_consents_of(whose, organisation.pk, within=event)
    facts = {"organisation": organisation.pk, "reports": [report.pk for report in released], "rows": marked}
    journal.record(actor, event, interest, **facts, corrections=lapsed)
    return interest


def _lock_reports(organisation: int) -> None:
    """Lock all reports of the member that are not public yet, in the order of all who lock several, before any reading.

    So are those with an open correction. None of them is concluded, published or corrected meanwhile with what is to be
    looked at again.
    """
    corrected = Correction.objects.filter(organisation=organisation, state__in=OPEN_CORRECTION_STATES)
    rows = Report.objects.select_for_update(of=("self",)).filter(
        Q(published_at__isnull=True) | Q(pk__in=corrected.values("report")), organisation=organisation
    )
    list(rows.order_by(*REPORT_LOCK_ORDER).values_list("pk"))


def _mark_for_second_look(person: int, organisation: int) -> int:
    """Mark the person's verdicts on reports that are not public yet; returns how many."""
    rows = Verdict.objects.filter(
        given_by_id=person, organisation_id=organisation, report__published_at__isnull=True
    )
    return rows.update(needs_second_look=True)


@transaction.atomic
def end_interest(actor: Actor, interest: DeclaredInterest, ends_on: date, reason: str) -> DeclaredInterest:
    """Record the last day on which an interest bars from reviewing; nobody does it for themselves.

    What was taken away does not come back by itself. Raises Forbidden, WrongState where it has an end already, with
    who recorded it, or DomainError without a reason, or for a day that has passed.
    """
    locked = DeclaredInterest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    require(actor, "interest.end", locked)
    if locked.ends_on is not None:
        refusal = _("The end of this interest is recorded already.")
        raise WrongState(with_last_entry(actor, refusal, locked, "interest.end"))
    if ends_on < today():
        raise DomainError(
            _("Choose today or a later day: until its end the interest bars from reviewing."), field="ends_on"
        )
    locked.ends_on, locked.end_reason = ends_on, require_reason(reason)
    locked.ended_by_id = person_of(actor)
    locked.save(update_fields=["ends_on", "end_reason", "ended_by"])
    facts = {"organisation": locked.organisation_id, "on": ends_on.isoformat()}
    journal.record(actor, "interest.end", locked, **facts)
    return locked
