"""Asking the signatories for sign-off, returning the report to its editors, and taking the request back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.enums import ReportState, SignOffOutcome
from alliance.models import Person, Report, SignOffRequest
from alliance.queries.sign_off import open_sign_off_request
from alliance.queries.working_copy import working_copy
from alliance.services.readiness import refuse_sign_off
from alliance.services.report_steps import lock_report
from alliance.services.reports import refuse_uneditable
from alliance.validators.languages import text_language
from alliance.workflows import REPORT
from portal.kernel.access import Actor, person_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text, format_moment, whole_number


@transaction.atomic
def ask_for_sign_off(actor: Actor, report: Report, message: str = "", language: str = "") -> Report:
    """Pass a complete report to the signatories; it cannot be edited until they submit or return it.

    `message` is for the signatories; the secretariat never reads it.
    Raises Forbidden, WrongState when it cannot be edited, and Gaps when it is not complete.
    """
    locked = lock_report(actor, report, "report.ask_for_sign_off")
    refuse_uneditable(locked)
    refuse_sign_off(working_copy(locked).blockers)
    words = clean_text(message, field="message").strip()
    request = SignOffRequest.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        message=words,
        language=text_language(language) if words else "",
        asked_by_id=person_of(actor),
    )
    return REPORT.apply(
        actor,
        report,
        "ask_for_sign_off",
        changes={
            "sign_off_requested_by_id": actor.person_id,
            "was_not_filed": locked.state == ReportState.NOT_FILED,
        },
        data={"request": request.pk},
    )


@transaction.atomic
def send_report_back(
    actor: Actor, report: Report, reason: str, language: str = "", seen: str | None = None
) -> Report:
    """Return the report to its editors, and say why.

    One that the secretariat has returned for changes stays that; one that counts as not filed, too.

    `seen`: the request for sign-off that the actor was shown, None for any. Raises Forbidden, DomainError without a
    reason, and WrongState, with the last act on the report, when it does not await sign-off, or by another request.
    """
    lock_report(actor, report, "report.send_back")
    words = clean_text(reason, field="reason").strip()
    if not words:
        raise DomainError(_("Say what has to change: the editors read it."), field="reason")
    return _return_to_editors(actor, report, "send_back", SignOffOutcome.RETURNED, seen, words, language)


@transaction.atomic
def withdraw_sign_off(actor: Actor, report: Report, seen: str | None = None) -> Report:
    """Take the request for sign-off back: the report can be edited again.

    For the person who asked; for any editor once they have left. `seen`: the request that the actor was shown, None
    for any. Raises Forbidden, DomainError that says who asked, and WrongState, with the last act on the report, when it
    does not await sign-off any more, or by another request.
    """
    lock_report(actor, report, "report.withdraw_sign_off")
    return _return_to_editors(actor, report, "withdraw_sign_off", SignOffOutcome.WITHDRAWN, seen)


def _return_to_editors(
    actor: Actor,
    report: Report,
    action: str,
    outcome: SignOffOutcome,
    seen: str | None,
    reason: str = "",
    language: str = "",
) -> Report:
    def check(locked: Report) -> dict[str, object]:
        _refuse_other_request(open_sign_off_request(actor, locked), seen)
        request = answer_sign_off_request(actor, locked, outcome, reason, language)
        return {"request": request.pk} if request else {}

    locked = Report.objects.get(pk=report.pk)
    target = ReportState.NOT_FILED if locked.was_not_filed else ReportState.DRAFT
    if locked.changes_due_on is not None:
        target = ReportState.CHANGES_REQUESTED
    return REPORT.apply(actor, report, action, changes={"was_not_filed": False}, check=check, target=target)


def answer_sign_off_request(
    actor: Actor, report: Report, outcome: SignOffOutcome, reason: str = "", language: str = ""
) -> SignOffRequest | None:
    """Record what became of the request, and why; None where nobody had asked."""
    request = open_sign_off_request(actor, report)
    if request is None:
        return None
    request.outcome = outcome
    request.reason, request.reason_language = reason, text_language(language) if reason else ""
    request.answered_by_id, request.answered_at = person_of(actor), timezone.now()
    request.save(update_fields=["outcome", "reason", "reason_language", "answered_by", "answered_at"])
    return request


def refuse_if_returned(report: Report, shown_at: object) -> None:
    """Raise WrongState when a colleague has returned or taken back the report since it was shown to its signatory."""
    request = (
        SignOffRequest.objects.filter(report=report, answered_at__gt=shown_at)
        .exclude(outcome=SignOffOutcome.SIGNED)
        .select_related("answered_by")
        .first()
    )
    if request is None:
        return
    outcome = _("Nothing has been submitted. Read it as it stands now, then sign.")
    raise WrongState(f"{_what_became_of(request)} {outcome}")


def _refuse_other_request(request: SignOffRequest | None, seen: str | None) -> None:
    """Raise WrongState when the report awaits sign-off by another request than the one that the actor was shown."""
    if request is None or seen in (None, str(request.pk)):
        return
    rows = SignOffRequest.objects.filter(report=request.report_id, pk=whole_number(seen or "") or 0)
    before = rows.exclude(outcome="").select_related("answered_by").first()
    facts = {"name": _name_of(request.asked_by), "at": format_moment(request.asked_at)}
    since = _(
        "Since then %(name)s has asked for sign-off again, on %(at)s. Read the report as it stands now, then decide."
    )
    raise WrongState(f"{_what_became_of(before) if before else ''} {since % facts}".strip())


def _what_became_of(request: SignOffRequest) -> str:
    """Who has answered a request for sign-off, when and how."""
    facts = {
        "name": _name_of(request.answered_by),
        "at": format_moment(request.answered_at),
        "reason": request.reason,
    }
    sentences = {
        SignOffOutcome.RETURNED: _("%(name)s returned the report to its editors on %(at)s: “%(reason)s”"),
        SignOffOutcome.SIGNED: _("%(name)s submitted the report on %(at)s."),
    }
    withdrawn = _("%(name)s took the request for sign-off back on %(at)s.")
    return sentences.get(SignOffOutcome(request.outcome), withdrawn) % facts


def _name_of(person: Person | None) -> str:
    return person.name if person else _("a person who has left")
