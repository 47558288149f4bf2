"""Named writes on the working copy: its texts, who reads them, and who has read a measure."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.enums import Disclosure
from alliance.models import Answer, Figure, Measure, MeasureConfirmation, Report
from alliance.queries.four_eyes import measure_digest
from alliance.queries.last_edits import changed_meanwhile
from alliance.queries.working_copy import working_copy
from alliance.workflows import REPORT_BEFORE_SUBMISSION, REPORT_EDITABLE
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import clean_text, values_key


def lock_report_for_editing(actor: Actor, report: Report) -> Report:
    """Lock the report for the rest of the transaction, so that it cannot be submitted meanwhile.

    Raises Forbidden without `report.edit`, and WrongState when the report cannot be edited.
    """
    require(actor, "report.edit", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    refuse_uneditable(locked)
    return locked


def check_report_editing(actor: Actor, report: Report) -> None:
    """Raise what `lock_report_for_editing` would raise now, and lock nothing: slow work comes before the lock."""
    require(actor, "report.edit", report)
    refuse_uneditable(Report.objects.get(pk=report.pk))


def refuse_uneditable(report: Report) -> None:
    """Raise WrongState when the report cannot be edited."""
    if report.state not in REPORT_EDITABLE:
        raise WrongState(
            _("This cannot be done now: the state is “%(state)s”.") % {"state": report.get_state_display()}
        )


def _with_editor(actor: Actor, draft: Any) -> Any:
    draft.version += 1
    draft.updated_by_id = actor.person_id
    draft.save()
    return draft


@transaction.atomic
def set_disclosure(
    actor: Actor,
    report: Report,
    draft: Answer | Figure,
    disclosure: str,
    reason: str,
    *,
    version: int | None = None,
    seen: str | None = None,
) -> Answer | Figure:
    """Restrict a text or figure to the secretariat, or make it public.

    `version` is the one that was read, `seen` the key of its `disclosure_values` then; None for any. Raises Forbidden,
    WrongState when the report cannot be edited, Conflict when somebody has changed it since, and DomainError for a
    change from the default of the charter without a reason.
    """
    require(actor, "report.disclose", report)
    lock_report_for_editing(actor, report)
    cleaned_reason = clean_text(reason, field="disclosure_reason").strip()
    if draft.indicator and disclosure != draft.indicator.disclosure and not cleaned_reason:
        raise DomainError(_("Give a reason."), field="disclosure_reason")
    locked = type(draft).objects.select_for_update(of=("self",)).get(pk=draft.pk, report=report)
    if version not in (None, locked.version):
        message = _("This was saved elsewhere while you were editing it.")
        raise Conflict(message, stored=locked.disclosure, sent=disclosure, field="disclosure")
    if seen not in (None, values_key(disclosure_values(locked))):
        change = changed_meanwhile(actor, at=locked.disclosure_decided_at)
        raise Conflict(change, stored=locked.disclosure, sent=disclosure)
    locked.disclosure, locked.disclosure_reason = Disclosure(disclosure), cleaned_reason
    locked.disclosure_decided_at = clock.now()
    stamped: Answer | Figure = _with_editor(actor, locked)
    journal.record(actor, "report.disclose", report, disclosure=disclosure)
    return stamped


def disclosure_values(draft: Answer | Figure) -> dict[str, object]:
    """What a decision about the readers of a text or figure replaces, by column."""
    return {"disclosure": str(draft.disclosure), "disclosure_reason": draft.disclosure_reason}


@transaction.atomic
def confirm_measure(actor: Actor, report: Report, measure: Measure, shown: str) -> MeasureConfirmation:
    """Confirm that the actor has read what a colleague wrote on a measure; valid for what they were shown alone.

    `shown` is its `measure_digest`. Raises Forbidden, and WrongState when the measure was changed since it was shown,
    or the report was submitted or is not required.
    """
    require(actor, "report.confirm", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.state not in REPORT_BEFORE_SUBMISSION:
        raise WrongState(
            _("This measure can no longer be confirmed: the report has been submitted or is not required.")
        )
    copy = working_copy(locked)
    required = copy.frame.required_measure(measure.key)
    if required is None or measure_digest(copy, required) != shown:
        raise WrongState(
            _("This measure was changed after you opened it. Read it as it stands now, then confirm.")
        )
    confirmation, _new = MeasureConfirmation.objects.update_or_create(
        report=locked,
        measure=measure,
        confirmed_by_id=person_of(actor),
        defaults={
            "organisation_id": locked.organisation_id,
            "confirmed_at": timezone.now(),
            "digest": shown,
        },
    )
    journal.record(actor, "report.confirm", locked, measure=measure.pk)
    return confirmation
