"""Notices about corrections and withdrawals: proposed, answered, decided, published."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.enums import (
    DRAFTING_ROLES,
    OPEN_CORRECTION_STATES,
    CorrectionState,
    CorrectionSubject,
    Role,
    Side,
    WithdrawalState,
)
from alliance.models import Correction, Report, Withdrawal
from alliance.notify.recipients import ALL_ROLES, notice, people_in, secretariat_staff, without_actor
from alliance.queries.correction_answers import unanswerable_among
from alliance.queries.correction_consent import consent_refusal
from alliance.queries.correction_refusals import LaterEvents, later_events
from alliance.queries.local_dates import day_of, end_of_day, today
from alliance.queries.public.publication_promises import promises_changed_by
from alliance.queries.published_states import (
    published_state,
)
from alliance.queries.replies import ReplyOpening, reply_openings, reply_outlook
from alliance.queries.reply_days import reply_end
from alliance.queries.site import read_site
from portal.kernel.access import Actor, can
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient, Timing
from portal.kernel.publishing import Publication

TemplateContext = Mapping[str, Any]


# --- Who -------------------------------------------------------------------------------------


def _facts(event: Event) -> tuple[str, int] | None:
    """Which side proposed it, and whose report it is."""
    return Correction.objects.filter(pk=event.target_id).values_list("side", "organisation_id").first()


def _other_side(event: Event) -> Iterable[Recipient]:
    """Who has to answer what the other side proposed."""
    facts = _facts(event)
    if facts is None:
        return []
    if facts[0] == Side.MEMBER:
        return secretariat_staff(Role.REVIEWER, Role.MANAGER)
    return people_in(facts[1], *DRAFTING_ROLES)


def _whose_turn_it_is(event: Event) -> Iterable[Recipient]:
    """Who has to answer it; of what is published, the reviewer who looks at its verdicts again, else the managers."""
    correction = Correction.objects.select_related("report").filter(pk=event.target_id).first()
    if correction is None or not correction.verdicts_to_check:
        return _other_side(event)
    staff = secretariat_staff(Role.REVIEWER)
    reviewer = [each for each in staff if each.person_id == correction.report.reviewer_id]
    return reviewer or secretariat_staff(Role.MANAGER)


def _other_side_and_second_people(event: Event) -> Iterable[Recipient]:
    """Who has to answer it; of what the secretariat proposed also who can decide where there is no answer.

    And whose verdicts it corrects: the reviewer of the report.
    """
    facts = _facts(event)
    if facts is None or facts[0] != Side.SECRETARIAT:
        return _other_side(event)
    staff = {each.person_id: each for each in (*_second_people(event), *_reviewer_of_verdicts(event))}
    return [*_other_side(event), *staff.values()]


def _reviewer_of_verdicts(event: Event) -> Iterable[Recipient]:
    """The reviewer of the report, where a verdict is corrected: except who acted."""
    rows = Correction.objects.filter(pk=event.target_id, items__subject=CorrectionSubject.VERDICT)
    reviewer = rows.values_list("report__reviewer", flat=True).first()
    staff = secretariat_staff(Role.REVIEWER) if reviewer else []
    return without_actor(event, [each for each in staff if each.person_id == reviewer])


def _both_sides(event: Event) -> Iterable[Recipient]:
    """The member's editors and signatories, the secretariat's reviewers and managers, except who acted.

    Of what the secretariat proposed its auditors too, who can decide about it.
    """
    facts = _facts(event)
    if facts is None:
        return []
    auditors = [Role.AUDITOR] if facts[0] == Side.SECRETARIAT else []
    staff = secretariat_staff(Role.REVIEWER, Role.MANAGER, *auditors)
    return without_actor(event, [*people_in(facts[1], *DRAFTING_ROLES), *staff])


def _other_managers_and_member(event: Event) -> Iterable[Recipient]:
    """Who proposed what the secretariat had agreed to, and the managers, one of whom agrees or objects anew."""
    facts = _facts(event)
    return [*people_in(facts[1], *DRAFTING_ROLES), *secretariat_staff(Role.MANAGER)] if facts else []


def _other_reviewers_and_who_proposed(event: Event) -> Iterable[Recipient]:
    """The reviewers, one of whom consents anew, and who proposed it: the member, or one person of the secretariat."""
    correction = Correction.objects.filter(pk=event.target_id).first()
    if correction is None:
        return []
    reviewers = secretariat_staff(Role.REVIEWER)
    if correction.is_by_member:
        return [*people_in(correction.organisation_id, *DRAFTING_ROLES), *reviewers]
    staff = {each.person_id: each for each in (*secretariat_staff(Role.MANAGER), *reviewers)}
    author = correction.proposed_by_id
    return [each for person, each in staff.items() if person == author or each in reviewers]


def _second_people(event: Event) -> Iterable[Recipient]:
    """Who can consent to a withdrawal, or decide about a correction of the secretariat: except who acted."""
    return without_actor(event, secretariat_staff(Role.MANAGER, Role.AUDITOR))


def _member_and_managers(event: Event) -> Iterable[Recipient]:
    ids = Withdrawal.objects.filter(pk=event.target_id).values_list("organisation_id", flat=True)
    return without_actor(event, [*people_in(ids.first(), *ALL_ROLES), *secretariat_staff(Role.MANAGER)])


def _who_asked(event: Event) -> Iterable[Recipient]:
    """Who asked for the withdrawal, while they are of the secretariat; not where they decided it themselves."""
    asker = Withdrawal.objects.filter(pk=event.target_id).values_list("asked_by", flat=True).first()
    staff = secretariat_staff(Role.MANAGER)
    return without_actor(event, [each for each in staff if each.person_id == asker])


# --- What ------------------------------------------------------------------------------------


def _about_correction(actor: Actor, event: Event) -> TemplateContext | None:
    rows = Correction.objects.visible_to(actor).select_related(
        "organisation", "report__cycle", "report__organisation"
    )
    correction = rows.filter(pk=event.target_id).first()
    if correction is None:
        return None
    area = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "correction": correction,
        "organisation": correction.organisation,
        "cycle": correction.report.cycle,
        "look_again": correction.check_waits and _looks_again(actor, correction),
        "without_reviewer": correction.report.reviewer_id is None,
        "answer_until": end_of_day(correction.respond_by) if correction.respond_by else None,
        "unanswerable": bool(unanswerable_among([correction])),
        # by now: a letter may come after the report is withdrawn, a reply is signed or the verdict corrected again
        **_reply_facts(
            [each for each in reply_openings([correction.report]) if each.correction.pk == correction.pk]
            if event.kind == "correction.publish"
            else []
        ),
        "url": reverse(f"{area}:correction", args=[correction.pk]),
    }


def _reply_facts(openings: Iterable[ReplyOpening]) -> TemplateContext:
    """What a letter says of replies to corrected verdicts."""
    outlook = reply_outlook(openings)
    return {
        "corrected_until": end_of_day(outlook.until) if outlook.until else None,
        "reply_stands": outlook.has_reply,
        "reply_waits": outlook.waits,
    }


def _looks_again(actor: Actor, correction: Correction) -> bool:
    """Whether the verdicts wait for this reader: the reviewer, or the managers where the report has none."""
    if correction.report.reviewer_id is not None:
        return correction.report.reviewer_id == actor.person_id
    return can(actor, "correction.uphold_verdicts", correction)


def _about_waiting(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as it waits for its reader's side, and what it corrects is as it was: a digest may go out later."""
    facts = _about_correction(actor, event)
    if facts is None:
        return None
    correction = facts["correction"]
    if correction.verdicts_to_check and can(actor, "correction.uphold_verdicts", correction):
        return {**facts, "look_again": True}
    if correction.state != CorrectionState.PROPOSED:
        return None
    events = _events_since(correction)
    return None if events.withdrawn or events.is_overtaken else facts


def _about_lapsed_agreement(actor: Actor, event: Event) -> TemplateContext | None:
    """Until it is given anew: for the member that proposed it, and for each manager who may give it."""
    facts = _about_correction(actor, event)
    if facts is None or facts["correction"].state != CorrectionState.PROPOSED:
        return None
    if actor.is_host and not can(actor, "correction.agree", facts["correction"]):
        return None
    return None if _events_since(facts["correction"]).is_overtaken else facts


def _about_lapsed_consent(actor: Actor, event: Event) -> TemplateContext | None:
    """Until it is given anew: for who proposed it, and for each reviewer who may give it while its report is public."""
    facts = _about_correction(actor, event)
    if facts is None:
        return None
    correction = facts["correction"]
    if correction.consented_by_id is not None or correction.state not in OPEN_CORRECTION_STATES:
        return None
    events = _events_since(correction)
    if events.is_overtaken:
        return None
    may_consent = (
        not events.withdrawn
        and can(actor, "correction.consent", correction)
        and not consent_refusal(actor, correction)
    )
    has_proposed = not actor.is_host or actor.person_id == correction.proposed_by_id
    if not (may_consent or has_proposed):
        return None
    return {**facts, "may_consent": may_consent, "is_withdrawn": bool(events.withdrawn)}


def _events_since(correction: Correction) -> LaterEvents:
    return later_events(correction, published_state(correction.report))


def _until_the_last_day(event: Event) -> Timing:
    last_day = date.fromisoformat(event.data["on"])
    return Timing(end_of_day(last_day), is_last=last_day <= today())


def _about_withdrawal(actor: Actor, event: Event) -> TemplateContext | None:
    """The secretariat is led to the withdrawal, the member to the publication that says it, or that ended it."""
    rows = Withdrawal.objects.visible_to(actor).select_related("organisation", "asked_by", "decided_by")
    withdrawal = rows.filter(pk=event.target_id).first()
    if withdrawal is None:
        return None
    number = withdrawal.published_as or withdrawal.of_publication
    if withdrawal.state == WithdrawalState.UNDONE:
        again = Publication.objects.filter(type=withdrawal.type, record=withdrawal.record, number__gt=number)
        number = again.order_by("number").values_list("number", flat=True).first() or number
    publication_number = {"withdrawal.publish": withdrawal.published_as, "withdrawal.undo": number}.get(
        event.kind
    )
    url = (
        reverse("secretariat:withdrawal", args=[withdrawal.pk])
        if actor.is_host
        else reverse("public:publication", args=[number])
    )
    return {
        "site": read_site(),
        "withdrawal": withdrawal,
        "organisation": withdrawal.organisation,
        **_replies_after(actor, withdrawal),
        "promises": promises_changed_by(publication_number, today()) if publication_number else [],
        "url": url,
    }


def _about_request(actor: Actor, event: Event) -> TemplateContext | None:
    """For who can decide about it: nobody with an interest in the member."""
    facts = _about_withdrawal(actor, event)
    return facts if facts and can(actor, "withdrawal.publish", facts["withdrawal"]) else None


def _replies_after(actor: Actor, withdrawal: Withdrawal) -> TemplateContext:
    """Until when verdicts can be replied to, of a report or beside a reply that is public again; or that replies wait.

    Neither of what was never open to a reply, and not what a later withdrawal has changed.
    """
    no_reply: TemplateContext = {"reply_until": None, **_reply_facts([])}
    if withdrawal.type not in ("report", "response"):
        return no_reply
    rows = Report.objects.visible_to(actor).filter(organisation=withdrawal.organisation_id)
    report = rows.filter(cycle__slug=withdrawal.cycle_slug).first()
    if report is None:
        return no_reply
    of_report = withdrawal.type == "report"
    facts = _reply_facts(
        each
        for each in reply_openings([report])
        if of_report or withdrawal.record.split("/")[2] == each.commitment_key
    )
    if not of_report or report.respond_by is None:
        return {**no_reply, **facts}
    if report.is_withdrawn:
        was_open = withdrawal.decided_at is not None and report.respond_by >= day_of(withdrawal.decided_at)
        return {**no_reply, **facts, "reply_waits": facts["reply_waits"] or was_open}
    return {**facts, "reply_until": reply_end(report)}


_SUBJECT = ("organisation.name", "cycle.title")
NOTICES = (
    *(
        notice(kind, recipients, _about_correction, *_SUBJECT, group="review", host_group="reviews")
        for kind, recipients in (
            ("correction.propose", _other_side_and_second_people),
            ("correction.agree", _both_sides),
            ("correction.object", _both_sides),
            ("correction.publish", _both_sides),
            ("correction.uphold_verdicts", _both_sides),
            ("correction.drop", _both_sides),
            ("correction.withdraw", _other_side_and_second_people),
            ("correction.add_note", _both_sides),
        )
    ),
    *(
        notice(kind, recipients, context, *_SUBJECT, group="review", host_group="reviews")
        for kind, recipients, context in (
            ("correction.lapse", _other_managers_and_member, _about_lapsed_agreement),
            ("correction.lapse_consent", _other_reviewers_and_who_proposed, _about_lapsed_consent),
        )
    ),
    notice(
        "correction.remind",
        _whose_turn_it_is,
        _about_waiting,
        *_SUBJECT,
        "look_again",
        group="deadlines",
        host_group="reviews",
        timing=_until_the_last_day,
    ),
    notice(
        "publication.withdraw",
        _second_people,
        _about_request,
        "organisation.name_genitive",
        group="reviews",
    ),
    notice("withdrawal.refuse", _who_asked, _about_withdrawal, "organisation.name_genitive", group="reviews"),
    *(
        notice(
            kind,
            _member_and_managers,
            _about_withdrawal,
            "organisation.name_genitive",
            group="published",
            host_group="reviews",
        )
        for kind in ("withdrawal.publish", "withdrawal.undo")
    ),
)
