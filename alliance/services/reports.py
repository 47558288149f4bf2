"""Named writes on the working copy: texts and figures, with a version check so that nobody's words are lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.enums import Disclosure, IndicatorType, ReportState
from alliance.models import Answer, Figure, Indicator, Measure, MeasureConfirmation, Report, Service
from alliance.queries.report_frame import last_content, report_frame
from alliance.queries.working_copy import working_copy
from alliance.services.readiness import faults_of, refuse
from alliance.workflows import REPORT, REPORT_EDITABLE
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.names import clean_text
from portal.kernel.row_security import acting_as


@dataclass(frozen=True, slots=True)
class FigureInput:
    """A figure as the form gives it; all numbers are decimals already."""

    status: str
    value: Decimal | None = None
    choice: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    estimate: bool = False
    method: str = ""
    note: str = ""
    reason: str = ""
    definition_changed: bool = False
    definition_note: str = ""

    def fields(self) -> dict[str, Any]:
        """The model's fields; a share that says what it is a share of follows from the two.

        A part above its whole gives no share: it is kept as it was typed, and the checks say what is wrong.
        """
        values = {name: _clean(name, getattr(self, name)) for name in self.__slots__}
        part, whole = self.numerator, self.denominator
        if part is not None and whole and 0 <= part <= whole:
            values["value"] = (part * 100 / whole).quantize(Decimal("0.01")).normalize()
        return values


def _clean(name: str, value: Any) -> Any:
    return clean_text(value, field=name) if isinstance(value, str) else value


@transaction.atomic
def prepare_report(report: Report) -> int:
    """Fill a new report with the texts of the last period, marked as carried over; gives back how many.

    Figures are never carried over: each period counts anew.
    """
    content = last_content(report)
    if content is None:
        return 0
    frame = report_frame(report)
    texts = {row["indicator"]: row for measure in content["measures"] for row in measure["answers"]}
    drafts = [
        _carried(report, texts[indicator.key], indicator=indicator)
        for owed in frame.measures
        for indicator in owed.narratives
        if texts.get(indicator.key, {}).get("text")
    ]
    own = {row["record"]: row for row in content["pledges"] if row["text"]}
    drafts += [
        _carried(report, own[str(pledge.record)], pledge_record=pledge.record)
        for pledge in frame.own_pledges
        if str(pledge.record) in own
    ]
    with acting_as(SYSTEM):
        Answer.objects.bulk_create(drafts)
    return len(drafts)


def _carried(report: Report, row: Mapping[str, Any], **which: Any) -> Answer:
    return Answer(
        report=report,
        organisation_id=report.organisation_id,
        text=row["text"],
        language=row["language"],
        disclosure=row["disclosure"],
        disclosure_reason=row["disclosure_reason"],
        carried_over=True,
        **which,
    )


@transaction.atomic
def save_answer(
    actor: Actor,
    report: Report,
    subject: Indicator | UUID,
    *,
    text: str,
    language: str,
    version: int,
) -> Answer:
    """Save a narrative; `version` is the one that the writer saw, 0 for none.

    Raises Conflict with both texts when somebody else has saved another text in between. The earlier text
    stays in the field history in any case.
    """
    lock_for_editing(actor, report)
    which, text = _subject(subject), clean_text(text, field="text")
    limit = subject.limit if isinstance(subject, Indicator) else 4000
    if len(text) > limit:
        raise DomainError(
            _("Shorten the text: %(length)d of at most %(limit)d characters.")
            % {"length": len(text), "limit": limit},
            field="text",
        )
    answer = Answer.objects.select_for_update().filter(report=report, **which).first()
    if answer is None:
        answer = Answer(report=report, organisation_id=report.organisation_id, version=0, **which)
        if isinstance(subject, Indicator):
            answer.disclosure = subject.disclosure
    elif answer.version != version and answer.text != text:
        raise Conflict(
            _("Somebody saved this while you were typing."), theirs=answer, mine=text, field="text"
        )
    answer.text, answer.language, answer.carried_over = text, language, False
    return _stamped(actor, answer)


def _subject(subject: Indicator | UUID) -> dict[str, Any]:
    if isinstance(subject, Indicator):
        if subject.type != IndicatorType.NARRATIVE:
            raise DomainError(_("This indicator asks for a figure, not for a text."))
        return {"indicator": subject}
    return {"pledge_record": subject}


def lock_for_editing(actor: Actor, report: Report) -> Report:
    """Lock the report, so that nothing changes while it is being submitted."""
    require(actor, "report.edit", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.state not in REPORT_EDITABLE:
        raise WrongState(
            _("The report cannot be changed now: its state is “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    return locked


def _stamped(actor: Actor, draft: Any) -> Any:
    draft.version += 1
    draft.updated_by_id = actor.person_id
    draft.save()
    return draft


@transaction.atomic
def confirm_answer(actor: Actor, report: Report, answer: Answer) -> Answer:
    """Say that a text taken over from the last period is still true."""
    lock_for_editing(actor, report)
    locked = Answer.objects.select_for_update().get(pk=answer.pk, report=report)
    locked.carried_over = False
    confirmed: Answer = _stamped(actor, locked)
    return confirmed


@transaction.atomic
def save_figure(
    actor: Actor,
    report: Report,
    indicator: Indicator,
    service: Service | None,
    cell: str,
    given: FigureInput,
    *,
    version: int,
) -> Figure:
    """Save one figure, wrong ones too: errors stop sign-off, not saving. Raises Conflict as `save_answer` does."""
    lock_for_editing(actor, report)
    which = {"report": report, "indicator": indicator, "service": service, "cell": cell}
    figure = Figure.objects.select_for_update(of=("self",)).filter(**which).first()
    if figure is None:
        figure = Figure(
            **which, organisation_id=report.organisation_id, disclosure=indicator.disclosure, version=0
        )
    elif figure.version != version and differs(figure, given):
        raise Conflict(_("Somebody saved this while you were typing."), theirs=figure, mine=given)
    for name, value in given.fields().items():
        setattr(figure, name, value)
    stamped: Figure = _stamped(actor, figure)
    return stamped


def differs(figure: Figure, given: FigureInput) -> bool:
    """Whether the figure says something else than what is given."""
    return any(getattr(figure, name) != value for name, value in given.fields().items())


@transaction.atomic
def clear_figure(
    actor: Actor, report: Report, indicator: Indicator, service: Service | None, cell: str, *, version: int
) -> None:
    """Take a figure back, so that its place is empty again."""
    lock_for_editing(actor, report)
    figure = Figure.objects.select_for_update(of=("self",)).filter(
        report=report, indicator=indicator, service=service, cell=cell
    )
    found = figure.first()
    if found is None:
        return
    if found.version != version:
        raise Conflict(_("Somebody saved this while you were typing."), theirs=found, mine=None)
    found.delete()


@transaction.atomic
def set_disclosure(
    actor: Actor, report: Report, draft: Answer | Figure, disclosure: str, reason: str
) -> Answer | Figure:
    """Keep a text or figure for the secretariat, or make it public; a change from the default needs a reason."""
    require(actor, "report.disclose", report)
    lock_for_editing(actor, report)
    said = clean_text(reason, field="disclosure_reason").strip()
    if draft.indicator and disclosure != draft.indicator.disclosure and not said:
        raise DomainError(_("Say why this is not as the charter asks."), field="disclosure_reason")
    locked = type(draft).objects.select_for_update(of=("self",)).get(pk=draft.pk, report=report)
    locked.disclosure, locked.disclosure_reason = (
        Disclosure(disclosure),
        clean_text(reason, field="disclosure_reason").strip(),
    )
    stamped: Answer | Figure = _stamped(actor, locked)
    journal.record(actor, "report.disclose", report, disclosure=disclosure)
    return stamped


@transaction.atomic
def confirm_measure(actor: Actor, report: Report, measure: Measure) -> MeasureConfirmation:
    """Four eyes: say that one has read what somebody else wrote on a measure; holds until it is changed again."""
    require(actor, "report.confirm", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.state not in (*REPORT_EDITABLE, ReportState.AWAITING_SIGN_OFF):
        raise WrongState(_("The report was filed already."))
    confirmation, _new = MeasureConfirmation.objects.update_or_create(
        report=locked,
        measure=measure,
        confirmed_by_id=person_of(actor),
        defaults={"organisation_id": locked.organisation_id, "confirmed_at": timezone.now()},
    )
    journal.record(actor, "report.confirm", locked, measure=measure.pk)
    return confirmation


@transaction.atomic
def ask_for_sign_off(actor: Actor, report: Report) -> Report:
    """Hand the report to the signatories, complete: from now on nobody could put anything right in it."""
    require(actor, "report.ask_for_sign_off", report)
    refuse(faults_of(working_copy(lock_for_editing(actor, report))))
    return REPORT.apply(actor, report, "ask_for_sign_off", changes={"asked_by_id": actor.person_id})


@transaction.atomic
def send_back(actor: Actor, report: Report) -> Report:
    """Give the report back to its editors."""
    return REPORT.apply(actor, report, "send_back")
