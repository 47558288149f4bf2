"""Notices about reports: more time asked for, signed off, submitted, questioned, concluded, replied to, published."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.enums import DRAFTING_ROLES, ExtensionRequestState, QuestionState, Role, SecondReadingState
from alliance.models import (
    ExtensionRequest,
    Question,
    Report,
    ReportDecision,
    SecondReading,
    SignOffRequest,
    Submission,
)
from alliance.notify.compulsory import changes_requested, not_filed, only_signatory
from alliance.notify.recipients import (
    ALL_ROLES,
    FindRecipients,
    in_the_morning,
    notice,
    people_in,
    secretariat_staff,
    without_actor,
)
from alliance.queries.extensions import unanswered_extension_request
from alliance.queries.findings import withdrawn_since_reopening
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.reply_days import reply_end, waits_for_signatory
from alliance.queries.sign_off import open_sign_off_request
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery, Recipient

TemplateContext = Mapping[str, Any]


# --- Who -------------------------------------------------------------------------------------


def _report_id(event: Event) -> int | None:
    """The event is about the report itself, or names it in its data."""
    return event.target_id if event.target_type == "alliance.report" else event.data.get("report")


def _member_id(event: Event) -> int | None:
    organisation_ids = Report.objects.filter(pk=_report_id(event) or 0).values_list(
        "organisation_id", flat=True
    )
    return organisation_ids.first()


def _others_in_member(*roles: Role) -> FindRecipients:
    """The people of the report's organisation with one of the roles, except who acted."""
    return lambda event: without_actor(event, people_in(_member_id(event), *roles))


def _others_in_secretariat(*roles: Role) -> FindRecipients:
    return lambda event: without_actor(event, secretariat_staff(*roles))


def _reviewer_of_report(event: Event) -> list[Recipient]:
    """The reviewer of the report; all of them where it is assigned to nobody, or to somebody who has left."""
    reviewers = Report.objects.filter(pk=_report_id(event) or 0).values_list("reviewer_id", flat=True)
    reviewer = reviewers.first()
    staff = secretariat_staff(Role.REVIEWER)
    return without_actor(event, [each for each in staff if each.person_id == reviewer] or staff)


drafters = _others_in_member(*DRAFTING_ROLES)


def _managers_who_were_asked(event: Event) -> list[Recipient]:
    """Those who were notified of the request for more time; whoever has not been has nothing to forget."""
    asked = Delivery.objects.filter(
        event__kind="report.ask_extension",
        event__target_type=event.target_type,
        event__target_id=event.target_id,
    )
    people = set(asked.values_list("recipient_id", flat=True))
    return [each for each in _others_in_secretariat(Role.MANAGER)(event) if each.person_id in people]


# --- What ------------------------------------------------------------------------------------


def about_report(actor: Actor, event: Event, page: str = "workspace:report") -> dict[str, Any] | None:
    """The report, and its page: the recipient's own, or the review's for the secretariat."""
    rows = Report.objects.visible_to(actor).select_related("organisation", "cycle")
    report = rows.filter(pk=_report_id(event)).first()
    if report is None:
        return None
    return {
        "site": read_site(),
        "report": report,
        "cycle": report.cycle,
        "organisation": report.organisation,
        "due_at": end_of_day(report.deadline),
        "grace_ends_at": end_of_day(report.grace_ends_on),
        "url": reverse("secretariat:review" if actor.is_host else page, args=[report.pk]),
    }


def _about_submission(actor: Actor, event: Event) -> TemplateContext | None:
    """With the submission that the event was about, for the receipt."""
    facts = about_report(actor, event)
    if facts is None:
        return None
    rows = Submission.objects.visible_to(actor).defer("body")
    submission = rows.filter(report=facts["report"], pk=event.data["submission"]).first()
    if submission is None:
        return None
    is_mine = actor.is_host and facts["report"].reviewer_id == actor.person_id
    readings = SecondReading.objects.visible_to(actor).filter(
        report=facts["report"], reader_id=actor.person_id, state=SecondReadingState.ASKED
    )
    return facts | {"submission": submission, "is_mine": is_mine, "is_reader": readings.exists()}


def about_conclusion(actor: Actor, event: Event) -> TemplateContext | None:
    facts = about_report(actor, event, page="workspace:report-verdicts")
    until = facts["report"].respond_by if facts else None
    if facts is None:
        return None
    withdrawn = withdrawn_since_reopening(actor, facts["report"])
    return {
        **facts,
        "reply_until": end_of_day(until) if until else None,
        "waits_for_signatory": waits_for_signatory(facts["report"]),
        "withdrawn": withdrawn,
    }


def _about_published_report(actor: Actor, event: Event) -> TemplateContext | None:
    """With the day until which its verdicts can still be replied to."""
    facts = about_report(actor, event)
    return facts and {**facts, "reply_until": reply_end(facts["report"])}


def _editors_and_asker(event: Event) -> list[Recipient]:
    """Those who can write again, and who had asked for sign-off, who may be a signatory; not who returned it."""
    asked = SignOffRequest.objects.filter(pk=event.data.get("request") or 0).values_list(
        "asked_by", flat=True
    )
    editors = people_in(_member_id(event), Role.EDITOR)
    known = {each.person_id for each in editors}
    signatories = people_in(_member_id(event), Role.SIGNATORY)
    asker = [each for each in signatories if each.person_id in set(asked) - known]
    return without_actor(event, [*editors, *asker])


def _about_sign_off_request(actor: Actor, event: Event) -> TemplateContext | None:
    """With the words of the request, and why it was returned: its organisation's alone."""
    facts = about_report(actor, event)
    rows = SignOffRequest.objects.visible_to(actor).select_related("asked_by", "answered_by")
    return facts and {**facts, "sign_off_request": rows.filter(pk=event.data.get("request") or 0).first()}


def _about_open_sign_off_request(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as the report awaits the answer to it: a digest may go out a day later.

    It does not either once its review was resumed, or it came to count as not filed.
    """
    facts = _about_sign_off_request(actor, event)
    request = facts["sign_off_request"] if facts else None
    if facts is None or request is None:
        return facts
    return facts if open_sign_off_request(actor, facts["report"]) == request else None


def _recall_recipients(event: Event) -> list[Recipient]:
    """The colleagues, who can write again, and those who would have reviewed it."""
    return [*drafters(event), *secretariat_staff(Role.REVIEWER, Role.MANAGER)]


def _about_decision(actor: Actor, event: Event) -> TemplateContext | None:
    """With who has taken the step back and why, and the submission that it is about."""
    facts = about_report(actor, event)
    rows = ReportDecision.objects.visible_to(actor).select_related("submission", "decided_by")
    report_decision = rows.filter(pk=event.data.get("decision") or 0).first()
    if facts is None or report_decision is None:
        return None
    return facts | {"report_decision": report_decision, "is_overdue": facts["report"].deadline < today()}


def _about_changes_request(actor: Actor, event: Event) -> TemplateContext | None:
    """With the day by which to submit again, of this request."""
    facts = about_report(actor, event)
    day = event.data.get("changes_due_on")
    return facts and {**facts, "changes_end": end_of_day(date.fromisoformat(day)) if day else None}


def _missed_recipients(event: Event) -> list[Recipient]:
    """Both sides. Where a cycle was closed or published in the same act, the letter about the cycle says it to members;
    managers know what they did, and are notified of what the schedule did.
    """
    managers = secretariat_staff(Role.MANAGER)
    if "within" in event.data:
        return managers if event.data.get("scheduled") else []
    return [*people_in(_member_id(event), *DRAFTING_ROLES), *managers]


def _about_obligation(actor: Actor, event: Event) -> TemplateContext | None:
    """The secretariat is led to the cycle: of a report that was not submitted there is nothing to review."""
    facts = about_report(actor, event)
    if facts is None or not actor.is_host:
        return facts
    return facts | {"url": reverse("secretariat:cycle", args=[facts["cycle"].slug])}


def _about_missed_report(actor: Actor, event: Event) -> TemplateContext | None:
    """With the request for more time that nobody has answered, if there is one."""
    facts = _about_obligation(actor, event)
    return facts and {**facts, "unanswered_request": unanswered_extension_request(actor, facts["report"])}


def is_past_due(report: Report) -> bool:
    """Whether the day on which it is due is over."""
    return report.due_on < today()


def _about_extension(actor: Actor, event: Event) -> TemplateContext | None:
    """With the day that the member had asked for, where it had; the granted one may be another."""
    facts = about_report(actor, event)
    day = event.data.get("requested_due_on")
    return facts and {**facts, "requested_due_on": date.fromisoformat(day) if day else None}


def _about_extension_request(actor: Actor, event: Event) -> TemplateContext | None:
    facts = _about_obligation(actor, event)
    rows = ExtensionRequest.objects.visible_to(actor).select_related("asked_by", "decided_by")
    request = rows.filter(pk=event.target_id).first()
    if facts is None or request is None:
        return None
    return {
        **facts,
        "extension_request": request,
        "overdue": facts["report"].is_unfiled and is_past_due(facts["report"]),
    }


def _about_open_extension_request(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as there is something to answer: a digest may go out days later."""
    facts = _about_extension_request(actor, event)
    if facts is None or facts["extension_request"].state != ExtensionRequestState.OPEN:
        return None
    return {**facts, "url": f"{facts['url']}#extensions"}


def _about_question(actor: Actor, event: Event) -> TemplateContext | None:
    facts = about_report(actor, event)
    question = Question.objects.visible_to(actor).select_related("measure").filter(pk=event.target_id).first()
    return facts | {"question": question} if facts and question else None


def _about_open_question(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as nobody has answered or closed it: a digest may go out days later."""
    facts = _about_question(actor, event)
    return facts if facts and facts["question"].state == QuestionState.OPEN else None


NOTICES = (
    notice(
        "report.ask_for_sign_off",
        _others_in_member(Role.SIGNATORY),
        _about_open_sign_off_request,
        "cycle.title",
        group="drafts",
        compulsory=only_signatory,
    ),
    notice(
        "report.withdraw_sign_off",
        _others_in_member(Role.SIGNATORY),
        _about_sign_off_request,
        "cycle.title",
        group="drafts",
    ),
    notice("report.send_back", _editors_and_asker, _about_sign_off_request, "cycle.title", group="drafts"),
    notice("report.extend", drafters, _about_extension, "cycle.title", group="deadlines"),
    notice(
        "report.ask_extension",
        _others_in_secretariat(Role.MANAGER),
        _about_open_extension_request,
        "organisation.name",
        "cycle.title",
        group="reviews",
    ),
    notice(
        "extension_request.withdraw",
        _managers_who_were_asked,
        _about_extension_request,
        "organisation.name_genitive",
        "cycle.title",
        group="reviews",
    ),
    notice(
        "extension_request.refuse",
        drafters,
        _about_extension_request,
        "cycle.title",
        group="deadlines",
    ),
    notice(
        "report.include",
        lambda event: people_in(_member_id(event), Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR),
        about_report,
        "cycle.title",
        group="deadlines",
    ),
    notice("report.exempt", drafters, about_report, "cycle.title", group="deadlines"),
    notice(
        "report.miss",
        _missed_recipients,
        _about_missed_report,
        "organisation.name_genitive",
        "cycle.title",
        group="deadlines",
        host_group="reviews",
        timing=in_the_morning,
        compulsory=not_filed,
    ),
    notice(
        "report.submit",
        # the person who submitted gets the receipt too
        lambda event: [
            *people_in(_member_id(event), *DRAFTING_ROLES),
            *secretariat_staff(Role.REVIEWER, Role.MANAGER),
        ],
        _about_submission,
        "organisation.name",
        "cycle.title",
        "recipient.actor.is_host",
        group="receipts",
        host_group="reviews",
    ),
    notice("question.ask", drafters, _about_open_question, "cycle.title", group="review"),
    notice(
        "question.answer",
        _reviewer_of_report,
        _about_question,
        "organisation.name",
        group="reviews",
    ),
    notice(
        "report.request_changes",
        drafters,
        _about_changes_request,
        "cycle.title",
        group="review",
        compulsory=changes_requested,
    ),
    notice(
        "report.recall",
        _recall_recipients,
        _about_decision,
        "organisation.name_genitive",
        "cycle.title",
        group="drafts",
        host_group="reviews",
    ),
    notice("report.resume_review", drafters, _about_decision, "cycle.title", group="review"),
    notice("report.take_back_request", drafters, _about_decision, "cycle.title", group="review"),
    notice("report.reopen", drafters, _about_decision, "cycle.title", group="review"),
    notice("report.conclude", drafters, about_conclusion, "cycle.title", group="review"),
    notice(
        "report.respond",
        _others_in_secretariat(Role.REVIEWER, Role.MANAGER),
        about_report,
        "organisation.name",
        group="reviews",
    ),
    notice(
        "report.publish",
        # where the cycle was published in the same act, the letter about that says it
        lambda event: [] if "within" in event.data else people_in(_member_id(event), *ALL_ROLES),
        _about_published_report,
        "cycle.title",
        group="published",
    ),
)
