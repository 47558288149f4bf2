"""Named writes of a correction: drafted, proposed, agreed or objected to, decided, withdrawn."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import (
    CorrectionFinder,
    CorrectionState,
    CorrectionSubject,
    Side,
)
from alliance.models import Correction, CorrectionItem, CorrectionNote, Report
from alliance.queries.correction_answers import answer_day
from alliance.queries.correction_consent import consent_refusal
from alliance.queries.correction_refusals import later_events, not_public_message
from alliance.queries.last_edits import changed_meanwhile
from alliance.queries.last_steps import with_last_step
from alliance.queries.local_dates import today
from alliance.queries.published_states import (
    PublishedState,
    published_state,
)
from alliance.queries.reviewers import interests_in_force
from alliance.queries.signatures import signature_of
from alliance.services.correction_checks import refuse_unready, refuse_untimely
from alliance.services.correction_values import cleaned_value
from alliance.validators.corrections import Changes
from alliance.validators.languages import text_language
from alliance.workflows import CORRECTION
from portal.kernel import clock, files, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import (
    LANGUAGES,
    MAX_REASON,
    Texts,
    clean_text,
    refuse_long,
    require_short_reason,
)

MAX_ITEMS = 20  # values in one correction: a reader must be able to follow it


@dataclass(frozen=True, slots=True)
class CorrectionInput:
    """What somebody wants corrected: the new values by place, and why, by language."""

    changes: Changes
    reason: Texts = field(default_factory=dict)
    finder: str = CorrectionFinder.MEMBER


@transaction.atomic
def draft_correction(actor: Actor, report: Report, written: CorrectionInput) -> Correction:
    """Begin a correction of a published report; only the own side sees the draft.

    Raises Forbidden, WrongState where the report is not public or is withdrawn, or DomainError for a value that is not
    in the report or cannot be stored.
    """
    locked = _lock_report(report)
    require(actor, "correction.draft", locked)
    state = require_published(locked)
    correction = Correction.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        side=Side.SECRETARIAT if actor.is_host else Side.MEMBER,
        of_publication=state.publication.number,
        written_by_id=person_of(actor),
        written_at=clock.now(),
        edited_by_id=person_of(actor),
        edited_at=clock.now(),
        **_texts(written),
    )
    _write_items(correction, state, written.changes)
    journal.record(actor, "correction.draft", correction, report=locked.pk)
    return correction


@transaction.atomic
def edit_correction(
    actor: Actor, correction: Correction, written: CorrectionInput, version: int | None = None
) -> Correction:
    """Write the draft anew: its values, its reason. `version` is the one that the writer read; None for any.

    Raises Forbidden, WrongState, Conflict where somebody else has saved meanwhile, or DomainError.
    """
    state, locked = lock_correction(correction)
    require(actor, "correction.edit", locked)
    if locked.state != CorrectionState.DRAFT:
        refusal = _("This correction has been proposed: it can no longer be edited.")
        raise WrongState(with_last_step(actor, refusal, CORRECTION, locked))
    if _has_changed(locked, version):
        change = changed_meanwhile(actor, locked.edited_by_id, locked.edited_at)
        message = _("Copy what you have typed, then open the draft again.")
        raise Conflict(f"{change} {message}", stored=locked, sent=written)
    for name, value in _texts(written).items():
        setattr(locked, name, value)
    locked.of_publication, locked.version = state.publication.number, locked.version + 1
    locked.edited_by_id, locked.edited_at = person_of(actor), clock.now()
    locked.save()
    locked.items.all().delete()
    _write_items(locked, state, written.changes)
    # the columns name the last editor alone: whoever has edited it once is no second person
    journal.record(actor, "correction.edit", locked, report=locked.report_id, version=locked.version)
    return locked


@transaction.atomic
def discard_correction(actor: Actor, correction: Correction, version: int | None = None) -> None:
    """Delete a draft; its file is deleted a day later, by a job. `version` is the one that was read; None for any.

    Raises Forbidden, WrongState, or Conflict where somebody has saved meanwhile.
    """
    locked = lock_correction_row(correction)
    require(actor, "correction.discard", locked)
    if locked.state != CorrectionState.DRAFT:
        refusal = _("This correction has been proposed: withdraw it instead.")
        raise WrongState(with_last_step(actor, refusal, CORRECTION, locked))
    _refuse_unread(actor, locked, version)
    event = journal.record(actor, "correction.discard", locked, report=locked.report_id)
    if locked.file:
        files.discard_later(locked.file, key=event.pk)
    locked.delete()


@transaction.atomic
def propose_correction(actor: Actor, correction: Correction, version: int | None = None) -> Correction:
    """Put the draft to the other side, which has so many days of its cycle to agree or object.

    None where nobody who could answer for the member has access: then it can be decided at once.
    `version` is the one that was read; None for any. Raises Forbidden, Conflict where somebody has saved meanwhile,
    WrongState where the published values have changed meanwhile or another correction of one of them is open that was
    not overtaken, and DomainError: nothing changes, a reason is missing in a language, a new figure is wrong, or a
    withheld one would be given away.
    """
    state, locked = lock_correction(correction)
    _refuse_unread(actor, locked, version)
    refuse_unready(state, locked)
    changes = {
        "proposed_by_id": person_of(actor),
        "proposed_at": clock.now(),
        "respond_by": answer_day(locked, state.report.cycle),
        "of_publication": state.publication.number,
    }
    return CORRECTION.apply(actor, locked, "propose", changes=changes, data=_data(locked))


@transaction.atomic
def agree_to_correction(actor: Actor, correction: Correction) -> Correction:
    """The other side agrees; a manager publishes it then.

    Raises Forbidden, WrongState, and DomainError once the report is withdrawn.
    """
    _lock_for_answer(actor, correction, "correction.agree")
    return CORRECTION.apply(
        actor,
        correction,
        "agree",
        changes=_answer(actor),
        data=_data(correction),
        check=lambda locked: refuse_untimely(locked, "agree"),
    )


@transaction.atomic
def object_to_correction(actor: Actor, correction: Correction, reason: str) -> Correction:
    """The other side objects, with a reason that is published with the correction; a manager decides.

    Raises Forbidden, WrongState, and DomainError without a reason or after the day to answer.
    """
    _lock_for_answer(actor, correction, "correction.object")
    changes = {**_answer(actor), "answer_reason": require_short_reason(reason)}
    return CORRECTION.apply(
        actor,
        correction,
        "object",
        changes=changes,
        data=_data(correction),
        check=lambda locked: refuse_untimely(locked, "object"),
    )


@transaction.atomic
def consent_to_correction(actor: Actor, correction: Correction) -> Correction:
    """A second reviewer consents to the correction of a verdict or its reason.

    Raises Forbidden, WrongState, and DomainError for the author of the verdict, for those who took part in the
    correction, where no verdict is corrected, and where what is corrected has changed meanwhile.
    """
    _state, locked = lock_correction(correction)
    _require_anew(actor, "correction.consent", locked)
    if locked.state not in CORRECTION.acts["consent"]:
        raise WrongState(CORRECTION.wrong_state(actor, locked))
    if locked.consented_by_id is not None:
        raise WrongState(consent_refusal(actor, locked))
    if not locked.items.filter(subject=CorrectionSubject.VERDICT).exists():
        raise DomainError(_("No verdict is corrected here: a second reviewer is not needed."))
    if why := consent_refusal(actor, locked):
        raise DomainError(why)
    refuse_untimely(locked, "consent")
    locked.consented_by_id, locked.consented_at = person_of(actor), clock.now()
    locked.save(update_fields=["consented_by", "consented_at"])
    journal.record(actor, "correction.consent", locked, **_data(locked))
    return locked


@transaction.atomic
def drop_correction(actor: Actor, correction: Correction, reason: str) -> Correction:
    """A manager decides that the published value stands; at once where what is corrected has changed meanwhile, or
    where nobody of the member can answer.

    Raises Forbidden, WrongState, DomainError without a reason, or while the other side can still answer.
    """
    report, locked = _lock_report(correction.report), lock_correction_row(correction)
    events = later_events(locked, published_state(report))
    changes = {**decided_by(actor), "decision_reason": require_short_reason(reason)}
    # the other side was not silent: there was nothing left to answer, or nobody could
    if events.is_overtaken or events.is_unanswerable:
        changes["respond_by"] = None
    return CORRECTION.apply(
        actor,
        locked,
        "drop",
        changes=changes,
        data=_data(locked),
        check=lambda row: refuse_untimely(row, "drop", events),
    )


@transaction.atomic
def withdraw_correction(actor: Actor, correction: Correction) -> Correction:
    """The side that proposed it withdraws the proposal. Raises Forbidden, WrongState."""
    return CORRECTION.apply(actor, correction, "withdraw", changes=decided_by(actor), data=_data(correction))


@transaction.atomic
def add_correction_note(
    actor: Actor, correction: Correction, text: str, language: str = ""
) -> CorrectionNote:
    """Add a note that both sides read, after the day to answer too. Raises Forbidden, WrongState, DomainError."""
    locked = lock_correction_row(correction)
    require(actor, "correction.add_note", locked)
    if locked.state not in CORRECTION.acts["add_note"]:
        refusal = _("This correction is decided: nothing can be added.")
        raise WrongState(with_last_step(actor, refusal, CORRECTION, locked))
    cleaned = clean_text(text, field="text").strip()
    if not cleaned:
        raise DomainError(_("Write a note."), field="text")
    refuse_long(cleaned, MAX_REASON, field="text")
    note = CorrectionNote.objects.create(
        correction=locked,
        organisation_id=locked.organisation_id,
        text=cleaned,
        language=text_language(language),
        written_by_id=person_of(actor),
        written_at=clock.now(),
    )
    journal.record(actor, "correction.add_note", locked, **_data(locked), note=note.pk)
    return note


# --- Checks ----------------------------------------------------------------------------------


def require_published(report: Report) -> PublishedState:
    """The published report; raises WrongState where there is none to correct."""
    state = published_state(report)
    if state is None:
        raise WrongState(not_public_message())
    return state


def _lock_for_answer(actor: Actor, correction: Correction, rule: str) -> None:
    """Lock the report, as who declares an interest does: no answer comes in between that outlives the interest."""
    _lock_report(correction.report)
    _require_anew(actor, rule, correction)


def _require_anew(actor: Actor, rule: str, correction: Correction) -> None:
    """Ask the rule with the actor’s interests of now, under the lock of the report: one may be new since."""
    declared = interests_in_force(today(), [person_of(actor)], [correction.organisation_id])
    conflicts = actor.conflicts.union(organisation for _person, organisation in declared)
    require(replace(actor, conflicts=conflicts), rule, correction)


# --- Writing ---------------------------------------------------------------------------------


def _lock_report(report: Report) -> Report:
    """The report, locked: corrections of one report come one after the other."""
    rows = Report.objects.select_for_update(of=("self",)).prefetch_related("organisation", "cycle__charter")
    return rows.get(pk=report.pk)


def lock_correction(correction: Correction) -> tuple[PublishedState, Correction]:
    """The published report and the correction, both locked. Raises WrongState where the report is not public."""
    report = _lock_report(correction.report)
    locked = lock_correction_row(correction)
    return require_published(report), locked


def lock_correction_row(correction: Correction) -> Correction:
    """The correction, locked. Raises WrongState for a draft that was discarded meanwhile."""
    locked: Correction | None = (
        Correction.objects.select_for_update(of=("self",)).filter(pk=correction.pk).first()
    )
    if locked is None:
        raise WrongState(_("This draft has been discarded."))
    return locked


def _has_changed(locked: Correction, version: int | None) -> bool:
    return version is not None and version != locked.version


def _refuse_unread(actor: Actor, locked: Correction, version: int | None) -> None:
    """Raise Conflict where the locked draft is no longer the version that was read."""
    if _has_changed(locked, version):
        change = changed_meanwhile(actor, locked.edited_by_id, locked.edited_at)
        raise Conflict(change, stored=locked, sent=version)


def _texts(written: CorrectionInput) -> dict[str, Any]:
    reason = {
        language: clean_text(written.reason.get(language, ""), field=f"reason_{language}").strip()
        for language in LANGUAGES
    }
    for language, text in reason.items():
        refuse_long(text, MAX_REASON, field=f"reason_{language}")
    return {"reason": reason, "finder": CorrectionFinder(written.finder)}


def _write_items(correction: Correction, state: PublishedState, changes: Changes) -> None:
    if len(changes) > MAX_ITEMS:
        raise DomainError(_("At most 20 values can be corrected at once."), field="values")
    items = []
    for place, new in changes.items():
        if place not in state.values:
            raise DomainError(_("The report has no such value."), field="values")
        items.append(
            CorrectionItem(
                correction=correction,
                organisation_id=correction.organisation_id,
                subject=place.subject,
                commitment_key=place.commitment,
                measure_key=place.measure,
                indicator_key=place.indicator,
                service_slug=place.service,
                cell=place.cell,
                pledge_record=place.pledge,
                old=state.old(place),
                new=cleaned_value(place, state.values[place], new),
            )
        )
    CorrectionItem.objects.bulk_create(items)


def _answer(actor: Actor) -> dict[str, object]:
    signature = signature_of(actor)
    if signature is None:
        raise DomainError(_("You no longer belong to this organisation."))
    return {
        "answered_by_id": signature.person_id,
        "answered_at": clock.now(),
        "answer_name": signature.name,
        "answer_office": signature.office,
    }


def decided_by(actor: Actor) -> dict[str, object]:
    """Who ends a correction, and when."""
    return {"decided_by_id": person_of(actor), "decided_at": clock.now()}


def _data(correction: Correction) -> dict[str, object]:
    return {"report": correction.report_id}
