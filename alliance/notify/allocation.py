"""Notices about who reviews what: assignments, pauses, second readings, declared interests. All in the secretariat."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from alliance.enums import Role, SecondReadingState
from alliance.models import (
    DeclaredInterest,
    Person,
    Report,
    ReviewAssignment,
    ReviewPause,
    SecondReading,
    Verdict,
)
from alliance.notify.recipients import FindRecipients, managers, notice, secretariat_staff, without_actor
from alliance.notify.reports import about_report
from alliance.queries.local_dates import today
from alliance.queries.reviewers import interests_in_force
from alliance.queries.reviews import conclude_by
from alliance.queries.second_readings import withdrawal_note
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, Actor, can
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient

TemplateContext = Mapping[str, Any]


# --- Who -------------------------------------------------------------------------------------


def _people_of(*names: str) -> FindRecipients:
    """The reviewers whom the entry names under these names, except who acted."""

    def recipients(event: Event) -> list[Recipient]:
        people = {event.data.get(name) for name in names}
        staff = secretariat_staff(Role.REVIEWER, Role.MANAGER)
        return without_actor(event, [each for each in staff if each.person_id in people])

    return recipients


def _reviewer(event: Event) -> list[Recipient]:
    """The reviewer of the report, as it is assigned now."""
    report = about_report_of(event)
    staff = secretariat_staff(Role.REVIEWER) if report else []
    return without_actor(event, [each for each in staff if each.person_id == report.reviewer_id])


def _reviewer_or_managers(event: Event) -> list[Recipient]:
    """The reviewer; where it is assigned to nobody, or to somebody who has left, the managers who may have a part."""
    return _reviewer(event) or without_actor(event, _managers_without_interest(event))


def _who_lost_the_report(event: Event) -> list[Recipient]:
    """The reviewer so far and the managers; where an interest took it away, its own letter says so."""
    if "within" in event.data:
        return []
    recipients = [*_people_of("earlier_reviewer")(event), *managers(event)]
    return list({each.person_id: each for each in recipients}.values())


def _reader(event: Event) -> list[Recipient]:
    return list(_people_of("reader")(event))


def _reader_and_reviewer(event: Event) -> list[Recipient]:
    """The reader and the reviewer, who can conclude now; not who acted, nor a reviewer who reads it no more."""
    recipients = [*_reader(event), *_reviewer(event)]
    return list({each.person_id: each for each in recipients}.values())


def _who_lost_the_reading(event: Event) -> list[Recipient]:
    """The reader and who asked for it, except who acted; with a report that will not come the reader alone.

    Where it ended with something of the reader’s own, such as an interest, the reviewer too; managers where there is
    neither that nor who asked.
    """
    within = str(event.data.get("within", ""))
    if within.startswith("report."):
        others = []
    elif within:
        others = [*_reviewer(event), *_asker(event)] or _managers_without_interest(event)
    else:
        others = without_actor(event, _asker(event))
    recipients = [*_reader(event), *others]
    return list({each.person_id: each for each in recipients}.values())


def _asker(event: Event) -> list[Recipient]:
    """Who asked for the reading, while they review in the secretariat and have no interest."""
    reading = SecondReading.objects.filter(pk=event.target_id).first()
    staff = _staff_without_interest(reading, Role.REVIEWER, Role.MANAGER)
    return [each for each in staff if reading and each.person_id == reading.asked_by_id]


def _managers_without_interest(event: Event) -> list[Recipient]:
    return _staff_without_interest(SecondReading.objects.filter(pk=event.target_id).first(), Role.MANAGER)


def _staff_without_interest(reading: SecondReading | None, *roles: Role) -> list[Recipient]:
    """Who holds one of the roles and may have a part in the report; its reader is none of them."""
    if reading is None:
        return []
    staff = secretariat_staff(*roles)
    pairs = interests_in_force(today(), [each.person_id for each in staff], [reading.organisation_id])
    barred = {reading.reader_id, *(person for person, _organisation in pairs)}
    return [each for each in staff if each.person_id not in barred]


def _whose_interest(event: Event) -> list[Recipient]:
    interest = DeclaredInterest.objects.filter(pk=event.target_id).first()
    staff = secretariat_staff(Role.REVIEWER, Role.MANAGER, Role.AUDITOR) if interest else []
    return without_actor(event, [each for each in staff if interest and each.person_id == interest.person_id])


def _who_confirms(event: Event) -> list[Recipient]:
    """The reviewers of reports with verdicts that the interest has marked for a second look."""
    interest = DeclaredInterest.objects.filter(pk=event.target_id).first()
    reports = _reports_to_confirm(SYSTEM, interest) if interest else Report.objects.none()
    reviewers = set(reports.values_list("reviewer", flat=True))
    return [each for each in secretariat_staff(Role.REVIEWER) if each.person_id in reviewers]


def _managers_and_who_confirms(event: Event) -> list[Recipient]:
    """Who finds other reviewers, and who looks at the verdicts again; not who acted."""
    recipients = without_actor(event, [*managers(event), *_who_confirms(event)])
    return list({each.person_id: each for each in recipients}.values())


def _all_concerned_by_interest(event: Event) -> list[Recipient]:
    """The same, and whose interest it is."""
    recipients = [*_managers_and_who_confirms(event), *_whose_interest(event)]
    return list({each.person_id: each for each in recipients}.values())


# --- What ------------------------------------------------------------------------------------


def about_report_of(event: Event) -> Any:
    """The report that the entry is about or names; None where there is none."""
    number = event.target_id if event.target_type == "alliance.report" else event.data.get("report")
    return Report.objects.select_related("cycle").filter(pk=number or 0).first()


def _name(person: int | None) -> str:
    return Person.objects.filter(pk=person).values_list("name", flat=True).first() or "" if person else ""


def _about_assignment(actor: Actor, event: Event) -> TemplateContext | None:
    """With the note, while it is still whose the entry says; before it is filed with nothing of its draft.

    Who has lost it reads so wherever it has gone since, unless it is theirs again. Of the first assignment before it is
    filed there is none: the letter of the submission says so.
    """
    facts = about_report(actor, event)
    assignment = (
        ReviewAssignment.objects.visible_to(actor).filter(pk=event.data.get("assignment") or 0).first()
    )
    if facts is None or assignment is None:
        return None
    reviewer, was_mine = facts["report"].reviewer_id, assignment.earlier_reviewer_id == actor.person_id
    is_past = reviewer == actor.person_id if was_mine else reviewer != assignment.reviewer_id
    if is_past:
        return None
    is_coming = facts["report"].submitted_at is None
    if is_coming and event.kind == "report.assign":
        return None
    if is_coming:  # its review has no page yet
        facts["url"] = reverse("secretariat:cycle", args=[facts["cycle"].slug])
    return {
        **facts,
        "is_coming": is_coming,
        "by": _name(event.person_id),
        "note": assignment.note,
        "reviewer_name": _name(assignment.reviewer_id),
        "is_mine": assignment.reviewer_id == actor.person_id,
        "was_mine": was_mine,
        "waits": reviewer is None,
        "conclude_by": conclude_by(facts["report"]),
    }


def _about_pause(actor: Actor, event: Event) -> TemplateContext | None:
    facts = about_report(actor, event)
    if facts is None:
        return None
    pause = ReviewPause.objects.visible_to(actor).filter(pk=event.data.get("pause") or 0).first()
    return {
        **facts,
        "by": _name(event.person_id),
        "note": pause.reason if pause else "",
        "paused_until": facts["report"].paused_until,
        "conclude_by": conclude_by(facts["report"]),
    }


def _about_running_pause(actor: Actor, event: Event) -> TemplateContext | None:
    facts = _about_pause(actor, event)
    return facts if facts and facts["paused_until"] else None


def _about_withdrawn_reading(actor: Actor, event: Event) -> TemplateContext | None:
    """For its reader; and for the reviewer of the report, or who asked, with whether they can ask somebody else."""
    facts = _about_reading(actor, event)
    if facts is None or facts["reading"].reader_id == actor.person_id:
        return facts
    report = facts["report"]
    may_ask = can(actor, "second_reading.ask", report)
    is_coming = report.submitted_at is None  # its review has no page yet
    page, place = ("cycle", facts["cycle"].slug) if is_coming else ("review", report.pk)
    return {**facts, "may_ask": may_ask, "url": reverse(f"secretariat:{page}", args=[place])}


def _about_reading(actor: Actor, event: Event) -> TemplateContext | None:
    """The reading; what was asked is read by its reader."""
    facts = about_report(actor, event)
    rows = SecondReading.objects.visible_to(actor).select_related("reader", "asked_by")
    reading = rows.filter(pk=event.target_id).first()
    if facts is None or reading is None:
        return None
    is_asked = event.kind in ("second_reading.ask", "second_reading.remind")
    if is_asked and reading.state != SecondReadingState.ASKED:
        return None
    is_withdrawn, is_mine = event.kind == "second_reading.withdraw", reading.reader_id == actor.person_id
    is_known = not is_asked and (not is_withdrawn or reading.asked_by_id == actor.person_id)
    if facts["report"].submitted_at is None and not is_known:  # the letter of the submission says who reads
        return None
    page = "second-reading-settle" if event.kind == "second_reading.differ" else "second-reading"
    url = reverse(f"secretariat:{page}", args=[reading.pk])
    note = reading.request if is_asked else ""
    if is_withdrawn:
        url, withdrawal = reverse("secretariat:review-list"), withdrawal_note(actor, reading)
        note = withdrawal.text if withdrawal else ""
    by = reading.asked_by.name if event.person_id is None else _name(event.person_id)
    return {**facts, "reading": reading, "is_mine": is_mine, "by": by, "note": note, "url": url}


def _reports_to_confirm(actor: Actor, interest: DeclaredInterest) -> QuerySet[Report]:
    """The reports with verdicts of who has the interest that somebody else is still to confirm or to give anew."""
    verdicts = Verdict.objects.visible_to(actor).filter(
        given_by=interest.person_id, organisation=interest.organisation_id, needs_second_look=True
    )
    rows = Report.objects.visible_to(actor).filter(pk__in=verdicts.order_by().values("report"))
    return rows.exclude(reviewer=interest.person_id)


def _about_interest(actor: Actor, event: Event) -> TemplateContext | None:
    """Who and in which organisation; what the interest is stands on its page alone.

    A reviewer who is no manager reads it as long as verdicts in a review of theirs wait to be confirmed.
    """
    rows = DeclaredInterest.objects.visible_to(actor).select_related("person", "organisation")
    interest = rows.filter(pk=event.target_id).first()
    if interest is None:
        return None
    to_confirm = _reports_to_confirm(actor, interest).filter(reviewer=actor.person_id or 0)
    own_reviews = list(to_confirm.select_related("cycle").order_by("pk"))
    is_mine, is_manager = interest.person_id == actor.person_id, can(actor, "interest.record")
    if not (own_reviews or is_mine or is_manager):
        return None
    day = event.data.get("on")
    return {
        "site": read_site(),
        "organisation": interest.organisation,
        "person": interest.person,
        "by": _name(event.person_id),
        "is_mine": is_mine,
        "own_cycles": [report.cycle.title for report in own_reviews],
        "n": len(event.data.get("reports", ())),
        "to_confirm": event.data.get("rows", 0),
        "lapsed": event.data.get("corrections", 0),
        "ended_on": date.fromisoformat(day) if day else None,
        "url": reverse("secretariat:review-confirm-verdicts", args=[own_reviews[0].pk])
        if own_reviews
        else reverse("secretariat:interest-list"),
    }


def _notice(kind: str, recipients: FindRecipients, context: Any, *values: str) -> Notice:
    subject = values or ("organisation.name_genitive", "cycle.title")
    return notice(kind, recipients, context, *subject, group="reviews")


NOTICES = (
    _notice("report.assign", _people_of("reviewer"), _about_assignment),
    _notice("report.hand_over", _people_of("reviewer", "earlier_reviewer"), _about_assignment),
    _notice("report.take_over", _people_of("earlier_reviewer"), _about_assignment),
    _notice("report.unassign", _who_lost_the_report, _about_assignment),
    _notice("report.pause_review", _reviewer, _about_running_pause),
    _notice("report.end_pause", _reviewer, _about_pause),
    _notice("second_reading.ask", _reader, _about_reading),
    _notice("second_reading.remind", _reader, _about_reading),
    _notice("second_reading.agree", _reviewer_or_managers, _about_reading),
    _notice("second_reading.differ", _reviewer_or_managers, _about_reading),
    _notice(
        "second_reading.settle",
        _reader_and_reviewer,
        _about_reading,
        "organisation.name_genitive",
        "cycle.title",
        "is_mine",
    ),
    _notice("second_reading.withdraw", _who_lost_the_reading, _about_withdrawn_reading),
    _notice(
        "interest.declare", _managers_and_who_confirms, _about_interest, "person.name", "organisation.name"
    ),
    _notice(
        "interest.record", _all_concerned_by_interest, _about_interest, "person.name", "organisation.name"
    ),
    _notice("interest.end", _whose_interest, _about_interest, "organisation.name"),
)
