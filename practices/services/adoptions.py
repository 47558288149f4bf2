"""Named writes on adoptions: who takes a practice up, how far they are, what came of it, who reads of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.models import Service
from alliance.queries.local_dates import today
from alliance.validators.languages import text_language
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from portal.kernel.text import clean_optional_line, clean_text, require_short_reason
from practices.access import person_token
from practices.audiences import Audience, added_tokens
from practices.enums import AdoptionState, Label, PermittedUse, PracticeState, UseFilter
from practices.models import Adoption, AdoptionResult, AdoptionStep, Practice, Version
from practices.queries.adoptions import allowed_labels, colleagues_may_read, own_services
from practices.queries.practices import latest_version
from practices.queries.reader_facets import values_of_result, values_of_state
from practices.queries.readership import people_holding, reader_tokens
from practices.services.audiences import refuse_disallowed_label, refuse_unknown_readers
from practices.services.measurements import refuse_impossible
from practices.services.parts import lock_for_adding
from practices.services.publications import touch_public_uses
from practices.services.searches import notify_searches_for_uses

_MEASURED = (
    *(
        "what",
        "unit",
        "before",
        "after",
        "service_kind",
        "comparison",
        "counted",
        "starts_on",
        "ends_on",
        "note",
    ),
    "language",
)
_WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_language", "replaced_by")

# what was asked of its organisation is answered by any news of it
_ANSWERED = {"asked_on": None, "asked_because": "", "ask_not_before": None}


@dataclass(frozen=True, slots=True)
class AdoptionStepInput:
    """From which day an organisation is in which state with a practice, and a note on it."""

    state: str
    on: date
    note: str = ""
    language: str = ""  # that of the request by default


@dataclass(frozen=True, slots=True)
class AdoptionResultInput:
    """What came of it: a number before and after, or words; `counted` is how many were on each side of it."""

    what: str = ""
    unit: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    service_kind: str = ""
    comparison: str = ""
    counted: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: str = ""
    language: str = ""  # that of the request by default


@transaction.atomic
def record_adoption(
    actor: Actor, practice: Practice, service: Service | None, step: AdoptionStepInput, readers: Audience
) -> Adoption:
    """The actor's organisation takes up a practice that the actor may see, on one service or as a whole.

    A record of the same use that nobody of the organisation can read any more is replaced: it stays with whom it names.
    Notifies the source. Refuses with Forbidden, WrongState (it is not shared, or to be read only), or the DomainError
    of a second adoption on the same service, a day to come, or readers who may not know of the practice.
    """
    locked = lock_for_adding(practice)
    require(actor, "adoption.record", locked)
    if why := adoption_blocking_reason(actor, locked):
        raise WrongState(why)
    person, tenant = person_of(actor), tenant_of(actor)
    if service is not None and not own_services(actor).filter(pk=service.pk).exists():
        raise DomainError(_("Choose a service of your organisation."), field="service")
    _refuse_recorded(
        Adoption.objects.filter(
            practice=locked, organisation_id=tenant, service=service, replaced_at__isnull=True
        )
    )
    adoption = Adoption(
        practice=locked,
        practice_label=locked.label,
        organisation_id=tenant,
        author_people=[person_token(person, tenant)],
        service=service,
        state=AdoptionState(step.state),
        since=_not_in_future(step.on),
    )
    _set_readers(actor, adoption, readers)
    adoption.save()
    _add_step(actor, adoption, step)
    touch_public_uses(adoption.label)
    journal.record(actor, "adoption.record", adoption, state=adoption.state)
    notify_searches_for_uses(actor, adoption, values_of_state(adoption.state))
    return adoption


def _refuse_recorded(uses: QuerySet[Adoption]) -> None:
    """Refuse a second record of a use; a colleague's may bear a label under which the actor does not see it.

    Where no such colleague is left, nobody can share that record: it is replaced.
    """
    if uses.exists():
        raise DomainError(
            _("This use has already been recorded. Change that record instead."), field="service"
        )
    with acting_as(SYSTEM):
        hidden = uses.first()
        is_held = hidden is not None and people_holding(hidden.owner_tokens).exists()
        if not is_held:
            uses.update(replaced_at=clock.now())
    if is_held:
        raise DomainError(
            _(
                "A colleague has already recorded this use, but for fewer readers. Ask them to share it with you."
            ),
            field="service",
        )


def adoption_blocking_reason(actor: Actor, practice: Practice, latest: Version | None = None) -> str:
    """Why nobody of the actor's organisation can take it up, in a sentence; empty where they can.

    `latest`: the latest version that they see, if already loaded.
    """
    if practice.state != PracticeState.SHARED:
        return _("Only a shared practice can be used.")
    if practice.organisation_id != actor.tenant_id:
        version = latest or latest_version(actor, practice)
        if version is not None and version.content.get("permitted_use") == PermittedUse.READ:
            return _("The source of this practice lets others read it and learn from it, but not use it.")
    return ""


def _not_in_future(day: date, field: str = "on") -> date:
    if day > today():
        raise DomainError(_("Choose a day that is not in the future."), field=field)
    return day


def _add_step(actor: Actor, adoption: Adoption, step: AdoptionStepInput) -> AdoptionStep:
    return AdoptionStep.objects.create(
        adoption=adoption,
        state=AdoptionState(step.state),
        on=step.on,
        note=clean_text(step.note, field="note").strip(),
        language=text_language(step.language),
        recorded_by_id=person_of(actor),
    )


@transaction.atomic
def change_adoption(actor: Actor, adoption: Adoption, step: AdoptionStepInput, *, version: int) -> Adoption:
    """From any state to any other one, or a new note in the same one; `version` is the one that the writer saw.

    Refuses with Forbidden, Conflict (a colleague was quicker), or the DomainError of a day before the last change.
    """
    locked = _locked(adoption)
    require(actor, "adoption.change", locked)
    _refuse_changed(locked, version, step)
    if _not_in_future(step.on) < locked.since:
        raise DomainError(_("Choose a day that is not before the last change."), field="on")
    if step.state == locked.state and not step.note.strip():
        raise DomainError(_("Enter a new state or a note."), field="note")
    since = locked.since if step.state == locked.state else step.on
    _write(locked, state=AdoptionState(step.state), since=since, **_ANSWERED)
    _add_step(actor, locked, step)
    journal.record(actor, "adoption.change", locked, state=step.state, before=locked.state)
    notify_searches_for_uses(actor, locked, values_of_state(step.state) - values_of_state(locked.state))
    locked.refresh_from_db()
    return locked


def _refuse_changed(locked: Adoption, version: int, sent: object) -> None:
    if locked.version != version:
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=locked, sent=sent)


def _locked(adoption: Adoption) -> Adoption:
    return Adoption.objects.select_for_update(of=("self",)).get(pk=adoption.pk)


def _write(adoption: Adoption, **changes: object) -> None:
    """Any state may follow any other, so that there is no state table to walk."""
    Adoption.objects.filter(pk=adoption.pk).update(
        **changes, version=adoption.version + 1, updated_at=clock.now()
    )
    touch_public_uses(adoption.label)


@transaction.atomic
def add_result(actor: Actor, adoption: Adoption, result: AdoptionResultInput) -> AdoptionResult:
    """Record the result, in numbers or in words; notifies the source.

    Refuses with Forbidden, or the DomainError of a result that is empty, incomplete or impossible, or of days to come.
    """
    locked = _locked(adoption)
    require(actor, "adoption.result", locked)
    earlier = _measured(locked)
    added = _create_result(actor, locked, result, version_number=_version_number(actor, locked))
    _write(locked, **_ANSWERED)
    journal.record(actor, "adoption.result", locked, result=added.pk)
    notify_searches_for_uses(actor, locked, values_of_result(added, earlier), result=added)
    return added


def _measured(adoption: Adoption) -> list[AdoptionResult]:
    return list(AdoptionResult.objects.filter(adoption=adoption, withdrawn_at=None, before__isnull=False))


def _create_result(
    actor: Actor, adoption: Adoption, result: AdoptionResultInput, **measured: Any
) -> AdoptionResult:
    what, note = clean_optional_line(result.what, field="what"), clean_text(result.note, field="note").strip()
    _refuse_incomplete(result, what, note)
    unit = clean_optional_line(result.unit, field="unit")
    numbers = {"before": result.before, "after": result.after}
    refuse_impossible(actor, adoption.practice, what=what, unit=unit, **numbers)
    return AdoptionResult.objects.create(
        adoption=adoption,
        what=what,
        unit=unit,
        before=result.before,
        after=result.after,
        service_kind=result.service_kind,
        comparison=result.comparison,
        counted=result.counted,
        starts_on=result.starts_on,
        ends_on=result.ends_on,
        note=note,
        language=text_language(result.language),
        added_by_id=person_of(actor),
        **measured,
    )


def _version_number(actor: Actor, adoption: Adoption) -> int:
    """The version of the practice that the adopter reads; 0 where they may read it no more."""
    version = latest_version(actor, adoption.practice)
    return version.number if version else 0


def _refuse_incomplete(result: AdoptionResultInput, measured: str, note: str) -> None:
    numbers = (result.before, result.after)
    if not note and numbers == (None, None):
        raise DomainError(_("Enter the numbers before and after, or a note."), field="note")
    if (result.before is None) != (result.after is None):
        missing = "before" if result.before is None else "after"
        raise DomainError(_("Enter what was measured, and the numbers before and after."), field=missing)
    if result.before is not None and not measured:
        raise DomainError(_("Enter what was measured, and the numbers before and after."), field="what")
    if result.counted is not None and result.counted < 1:
        raise DomainError(_("Enter how many were counted, at least 1."), field="counted")
    if result.starts_on and result.ends_on and result.ends_on < result.starts_on:
        raise DomainError(_("The period ends before it begins."), field="ends_on")
    for field in ("starts_on", "ends_on"):  # a later one would be the last result until that day
        if day := getattr(result, field):
            _not_in_future(day, field)


@transaction.atomic
def correct_result(
    actor: Actor,
    adoption: Adoption,
    result: AdoptionResult,
    corrected: AdoptionResultInput,
    reason: str,
) -> AdoptionResult:
    """Put another result in the place of one that was wrong, which stays to be read; notifies the source.

    It is of the day and of the version of the practice of the earlier one: whether the practice still works is not
    answered by it. Refuses with Forbidden, WrongState where it is no longer current, or the DomainError of a reason
    that is missing, of a result that is incomplete or says the same.
    """
    locked, wrong = _current_result(actor, adoption, result)
    earlier = _measured(locked)
    replacement = _create_result(
        actor, locked, corrected, version_number=wrong.version_number, added_at=wrong.added_at
    )
    if all(getattr(wrong, name) == getattr(replacement, name) for name in _MEASURED):
        raise DomainError(_("Nothing was changed."))
    _withdraw(actor, wrong, reason, replaced_by=replacement)
    _write(locked)
    journal.record(actor, "adoption.correct_result", locked, result=replacement.pk, before=wrong.pk)
    notify_searches_for_uses(actor, locked, values_of_result(replacement, earlier), result=replacement)
    return replacement


@transaction.atomic
def withdraw_result(actor: Actor, adoption: Adoption, result: AdoptionResult, reason: str) -> None:
    """Withdraw a result that was wrong: it stays to be read and counts nowhere; notifies the source.

    Refuses with Forbidden, WrongState where it is no longer current, or the DomainError of a reason that is missing.
    """
    locked, wrong = _current_result(actor, adoption, result)
    _withdraw(actor, wrong, reason)
    _write(locked)
    journal.record(actor, "adoption.withdraw_result", locked, result=wrong.pk)


def _current_result(
    actor: Actor, adoption: Adoption, result: AdoptionResult
) -> tuple[Adoption, AdoptionResult]:
    """Both as they are now; the use is locked, by which its results are."""
    locked = _locked(adoption)
    require(actor, "adoption.result", locked)
    current = AdoptionResult.objects.get(adoption=locked, pk=result.pk)
    if current.withdrawn_at is not None:
        raise WrongState(_("This result has already been corrected or withdrawn."))
    return locked, current


def _withdraw(
    actor: Actor, result: AdoptionResult, reason: str, *, replaced_by: AdoptionResult | None = None
) -> None:
    result.withdrawn_at, result.withdrawn_by_id = clock.now(), person_of(actor)
    result.withdrawal_reason, result.withdrawal_language = require_short_reason(reason), text_language("")
    result.replaced_by = replaced_by
    result.save(update_fields=_WITHDRAWAL)


@transaction.atomic
def set_adoption_readers(
    actor: Actor, adoption: Adoption, readers: Audience, *, version: int | None = None
) -> Adoption:
    """Give an adoption a label and readers of its own. Nobody who may not see the practice ever sees it.

    So a use that stayed with its earlier readers when the practice was opened is seen by those who are chosen now.
    `version` is the one that was read; None for any. Refuses with Forbidden, Conflict, or the DomainError of a label
    that the organisation does not use, of TLP:CLEAR where the practice is not, of a reader who cannot be one, or of
    colleagues who may not know of the practice.
    """
    locked = _locked(adoption)
    require(actor, "adoption.readers", locked)
    if version is not None:
        _refuse_changed(locked, version, readers)
    touch_public_uses(locked.label, readers.label)
    # who could read it needed one of each until now
    earlier = set(locked.reader_tokens) & set(locked.earlier_readers or locked.reader_tokens)
    _set_readers(actor, locked, readers)
    locked.earlier_readers = None
    locked.version, locked.updated_at = locked.version + 1, clock.now()
    locked.save()
    journal.record(actor, "adoption.readers", locked, label=locked.label)
    if added_tokens(earlier, reader_tokens(locked, readers)):
        measured = {str(UseFilter.MEASURED)} if _measured(locked) else set()
        notify_searches_for_uses(actor, locked, values_of_state(locked.state) | measured, earlier)
    return locked


def _set_readers(actor: Actor, adoption: Adoption, readers: Audience) -> None:
    refuse_disallowed_label(adoption, readers.label)
    refuse_unknown_readers(readers)
    if readers.label == Label.RED:
        if person_token(actor.person_id, actor.tenant_id) not in adoption.author_people:
            raise Forbidden(_("Only authors can apply TLP:RED."))
    elif not colleagues_may_read(actor, adoption.practice_id):
        raise DomainError(
            _("This practice is not shared with your colleagues, so its use has to be TLP:RED."),
            field="label",
        )
    elif readers.label not in allowed_labels(actor, adoption.practice):
        raise DomainError(
            _("A use can be TLP:CLEAR only where its practice is: choose another label."), field="label"
        )
    adoption.label = readers.label
    adoption.reader_people = sorted(readers.people)
    adoption.reader_organisations = sorted(readers.organisations)
    adoption.reader_groups = sorted(readers.groups)
