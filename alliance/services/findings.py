"""Named writes on findings: made and edited in a review, reported done, carried on, done or withdrawn."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import (
    CONCLUDED_REPORT_STATES,
    EDIT_ENTRY_KINDS,
    FindingEntryKind,
    FindingState,
)
from alliance.models import REPORT_LOCK_ORDER, Finding, FindingEntry, Measure, Report
from alliance.queries.findings import (
    claim_refusal,
    closed_refusal,
    readable_findings,
    was_read,
)
from alliance.queries.local_dates import today
from alliance.services.assignments import refuse_other_reviewer
from alliance.services.finding_conflicts import lock_as_read, refuse_unread_entry
from alliance.services.report_steps import refuse_outside_review
from alliance.validators.languages import text_language
from alliance.workflows import FINDING
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.text import clean_text


@transaction.atomic
def open_finding(
    actor: Actor,
    report: Report,
    measure: Measure,
    *,
    text: str,
    due_on: date,
    public: bool = False,
    language: str = "",
) -> Finding:
    """Ask the member to do something about a measure by a date; it reads this once the review is concluded.

    Raises Forbidden, WrongState outside a review, or DomainError: no text, a day that is over, a measure of another
    version of the charter.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    refuse_other_reviewer(actor, locked)
    require(actor, "finding.open", locked)
    refuse_outside_review(actor, locked)
    if measure.charter_id != locked.charter_id:
        raise DomainError(_("This measure belongs to another version of the charter."))
    _check_day(due_on)
    finding = Finding.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        measure=measure,
        text=_required_text(text, _("Enter what has to be done.")),
        language=text_language(language),
        due_on=due_on,
        public=public,
        written_by_id=person_of(actor),
        written_at=clock.now(),
    )
    facts = {"report": locked.pk, "measure": measure.code, "due_on": due_on.isoformat()}
    journal.record(actor, "finding.open", finding, **facts)
    return finding


@transaction.atomic
def edit_finding(
    actor: Actor,
    finding: Finding,
    *,
    text: str,
    due_on: date,
    public: bool = False,
    language: str = "",
    seen: str | None = None,
) -> Finding:
    """Change, while its review goes on, what a finding says, its date and whether it is published.

    What it said before, and its earlier day, stay readable: for the secretariat, and for the member where it had read
    them. What the member reported done is to be reported anew where text or day are others.
    `seen` as of `complete_finding`. Raises Forbidden, WrongState outside a review or where it is done, or DomainError:
    no text, a new day that is over, nothing changed.
    """
    report = Report.objects.select_for_update(of=("self",)).get(pk=finding.report_id)
    locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    locked.report = report  # as it is locked: the rule asks whose review it is
    refuse_other_reviewer(actor, report)
    require(actor, "finding.edit", locked)
    refuse_outside_review(actor, report)
    refuse_unread_entry(locked, seen)
    if refusal := closed_refusal(actor, locked):
        raise WrongState(refusal)
    if due_on != locked.due_on:
        _check_day(due_on)
    before = {name: getattr(locked, name) for name in _EDITABLE}
    locked.text = _required_text(text, _("Enter what has to be done."))
    locked.language, locked.due_on, locked.public = text_language(language), due_on, public
    changed = [name for name in _EDITABLE if getattr(locked, name) != before[name]]
    if not changed:
        raise DomainError(_("Nothing was changed."))
    if {"text", "due_on"} & set(changed):  # what was reported done is not what is asked for now
        locked.claimed_at = None
    locked.save(update_fields=[*changed, "claimed_at"])
    journal.record(
        actor,
        "finding.edit",
        locked,
        report=report.pk,
        before=before["due_on"].isoformat(),
        due_on=due_on.isoformat(),
        public_before=before["public"],
        public=public,
        **_add_edits(actor, locked, {name: before[name] for name in changed}, before["language"]),
    )
    return locked


_EDITABLE = ("text", "language", "due_on", "public")


def _add_edits(
    actor: Actor, finding: Finding, replaced: Mapping[str, Any], language: str
) -> dict[str, object]:
    """Write down what was replaced; returns as `_add_entry`, of the entry with the text where there is one.

    The day has an entry of its own: its member may have read the one and not the other.
    """
    facts: dict[str, object] = {}
    if "due_on" in replaced:
        kind = _edit_kind(finding, finding.entries.exclude(earlier_due_on=None))
        facts = _add_entry(actor, finding, kind, "", language, replaced["due_on"])
    if set(replaced) != {"due_on"}:
        kind = _edit_kind(finding, finding.entries.filter(kind__in=EDIT_ENTRY_KINDS).exclude(text=""))
        facts = _add_entry(actor, finding, kind, replaced.get("text", ""), language)
    return facts


def _edit_kind(finding: Finding, changes: QuerySet[FindingEntry]) -> FindingEntryKind:
    """Of an edit of what the last of these changes has left: whether its member has read that."""
    last = changes.last()
    is_read = was_read(finding, last.written_at if last else None)
    return FindingEntryKind.EDIT if is_read else FindingEntryKind.REDRAFT


def move_finding_day(actor: Actor, finding: Finding, due_on: date) -> None:
    """Give a locked finding that its member has read a later day: its people had no access in between."""
    before, finding.due_on = finding.due_on, due_on
    finding.save(update_fields=["due_on"])
    entry = _add_entry(actor, finding, FindingEntryKind.EDIT, "", finding.language, before)
    facts = {"report": finding.report_id, "before": before.isoformat(), "due_on": due_on.isoformat()}
    journal.record(actor, "finding.edit", finding, **facts, **entry)


@transaction.atomic
def claim_finding(actor: Actor, finding: Finding, text: str, language: str = "") -> Finding:
    """The member reports it done, and how; the finding stays open until a reviewer has looked.

    Raises Forbidden, WrongState when it is not open or waits already, or DomainError without a text.
    """
    locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    require(actor, "finding.claim", locked)
    if refusal := claim_refusal(actor, locked):
        raise WrongState(refusal)
    entry_text = _required_text(text, _("Enter what was done."))
    locked.claimed_at = clock.now()
    locked.save(update_fields=["claimed_at"])
    entry = _add_entry(actor, locked, FindingEntryKind.CLAIM, entry_text, language)
    journal.record(actor, "finding.claim", locked, report=locked.report_id, **entry)
    return locked


@transaction.atomic
def complete_finding(
    actor: Actor, finding: Finding, text: str = "", language: str = "", seen: str | None = None
) -> Finding:
    """A reviewer has looked: it is done.

    `seen`: the number of the last entry that the actor was shown, 0 for none, None for any. Raises Forbidden, or
    WrongState that says who has said what since then.
    """
    words = clean_text(text, field="text").strip()
    lock_as_read(actor, finding, "complete", seen)

    def check(locked: Finding) -> dict[str, object]:
        return _add_entry(actor, locked, FindingEntryKind.COMPLETE, words, language)

    return FINDING.apply(
        actor,
        finding,
        "complete",
        changes={"claimed_at": None, "done_at": clock.now()},
        data={"report": finding.report_id},
        check=check,
    )


@transaction.atomic
def carry_finding(
    actor: Actor, finding: Finding, due_on: date, text: str, language: str = "", seen: str | None = None
) -> Finding:
    """Give it a later date, with the reason; the earlier date stays readable. What the member reported is answered so.

    `seen` as of `complete_finding`. Raises Forbidden, WrongState, or DomainError: no reason, a day that is over, or no
    later than the present one.
    """
    reason = _required_text(text, _("Give a reason."))
    _check_day(due_on)
    lock_as_read(actor, finding, "carry", seen)

    def check(locked: Finding) -> dict[str, object]:
        earlier = locked.due_on
        if due_on <= earlier:
            raise DomainError(_("Choose a later day than the present one."), field="due_on")
        entry = _add_entry(actor, locked, FindingEntryKind.CARRY, reason, language, earlier_due_on=earlier)
        return {"before": earlier.isoformat(), **entry}

    return FINDING.apply(
        actor,
        finding,
        "carry",
        changes={"due_on": due_on, "claimed_at": None},
        data={"report": finding.report_id, "due_on": due_on.isoformat()},
        check=check,
    )


@transaction.atomic
def withdraw_finding(
    actor: Actor, finding: Finding, text: str, language: str = "", seen: str | None = None
) -> Finding:
    """It was a mistake, or is no longer called for: nothing of it is to be done any more, for the reason given.

    While its review goes on its reviewer withdraws it, afterwards a manager. What the member had not read by then it
    never reads. `seen` as of `complete_finding`. Raises Forbidden, WrongState, or DomainError without a reason.
    """
    finding.report = Report.objects.select_for_update(of=("self",)).get(pk=finding.report_id)
    if finding.report.state not in CONCLUDED_REPORT_STATES:
        refuse_other_reviewer(actor, finding.report)
    is_read = was_read(finding)
    reason = _required_text(text, _("Give a reason."))
    lock_as_read(actor, finding, "withdraw", seen)

    def check(locked: Finding) -> dict[str, object]:
        kind = FindingEntryKind.WITHDRAW if is_read else FindingEntryKind.DISCARD
        return _add_entry(actor, locked, kind, reason, language)

    return FINDING.apply(
        actor,
        finding,
        "withdraw",
        changes={"claimed_at": None, "withdrawn_at": clock.now()},
        data={"report": finding.report_id},
        check=check,
        target=FindingState.WITHDRAWN if is_read else FindingState.DISCARDED,
    )


@transaction.atomic
def reopen_finding(
    actor: Actor, finding: Finding, text: str, language: str = "", seen: str | None = None
) -> Finding:
    """It is not done after all, or to be done after all, with the reason. `seen` as of `complete_finding`.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    reason = _required_text(text, _("Give a reason."))
    lock_as_read(actor, finding, "reopen", seen)

    def check(locked: Finding) -> dict[str, object]:
        return _add_entry(actor, locked, FindingEntryKind.REOPEN, reason, language)

    return FINDING.apply(
        actor,
        finding,
        "reopen",
        changes={"done_at": None, "withdrawn_at": None},
        data={"report": finding.report_id},
        check=check,
    )


@transaction.atomic
def carry_findings(actor: Actor, seen: Mapping[int, str], due_on: date, text: str, language: str = "") -> int:
    """Give several findings a later date with one reason: all of them, or none. Of how many.

    `seen`: of each the number of the last entry that the actor was shown, as of `carry_finding`. Raises Forbidden, or
    what that raises, with the finding's name.
    """
    _required_text(text, _("Give a reason."))
    _check_day(due_on)
    return _decide_all(
        actor, seen, lambda finding: carry_finding(actor, finding, due_on, text, language, seen[finding.pk])
    )


@transaction.atomic
def withdraw_findings(actor: Actor, seen: Mapping[int, str], text: str, language: str = "") -> int:
    """Withdraw several findings with one reason: all of them, or none. Of how many. As of `carry_findings`."""
    _required_text(text, _("Give a reason."))
    reports = readable_findings(actor).filter(pk__in=seen).values("report")
    # before the findings, as where a single one is withdrawn, and in the order of all who lock several
    rows = Report.objects.select_for_update(of=("self",)).filter(pk__in=reports)
    list(rows.order_by(*REPORT_LOCK_ORDER))
    return _decide_all(
        actor, seen, lambda finding: withdraw_finding(actor, finding, text, language, seen[finding.pk])
    )


def _decide_all(actor: Actor, seen: Mapping[int, str], decide: Callable[[Finding], Finding]) -> int:
    """Decide about each of these findings; of how many. Raises what that raises, with the finding's name."""
    rows = readable_findings(actor).select_for_update(of=("self",)).filter(pk__in=seen)
    chosen = list(rows.prefetch_related("organisation", "measure").order_by("pk"))
    for finding in chosen:
        try:
            decide(finding)
        except Forbidden:
            raise
        except DomainError as refusal:
            kind = WrongState if isinstance(refusal, WrongState) else DomainError
            named = f"{finding.organisation.name}, {finding.measure.code}: {refusal}"
            raise kind(named, field=refusal.field) from refusal
    if len(chosen) < len(seen) or not chosen:
        raise WrongState(_("One of the findings is not there any more. Choose them again."))
    return len(chosen)


def _add_entry(
    actor: Actor,
    finding: Finding,
    kind: str,
    text: str,
    language: str,
    earlier_due_on: date | None = None,
) -> dict[str, object]:
    """Write the entry; returns what the journal names it by."""
    entry = FindingEntry.objects.create(
        finding=finding,
        kind=kind,
        text=text,
        language=text_language(language),
        earlier_due_on=earlier_due_on,
        written_by_id=person_of(actor),
        written_at=clock.now(),
    )
    return {"entry": entry.pk}


def _check_day(due_on: date) -> None:
    if due_on <= today():
        raise DomainError(_("Choose a day after today."), field="due_on")


def _required_text(text: str, message: str) -> str:
    cleaned_text = clean_text(text, field="text").strip()
    if not cleaned_text:
        raise DomainError(message, field="text")
    return cleaned_text
