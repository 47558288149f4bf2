"""What a correction may change, and when: no wrong value, by itself or beside what stays, and none that has changed."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from alliance.enums import CorrectionState, CorrectionSubject, Standing
from alliance.models import Correction, CorrectionItem
from alliance.queries.correction_refusals import (
    LaterEvents,
    is_outdated,
    overtaken_message,
    preparing_message,
    step_blocking_reason,
)
from alliance.queries.corrections import (
    is_answer_overdue,
    new_errors,
)
from alliance.queries.overtaken_corrections import corrections_in_the_way
from alliance.queries.published_states import (
    PublishedState,
    correctable_part,
    published_state,
)
from alliance.services.correction_content import CorrectedReport
from alliance.validators.corrections import Changes, CorrectionPlace, Values, has_figures
from alliance.validators.verdicts import proposed_verdict
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason_in_languages

_Verdicts = Mapping[CorrectionPlace, Values]


def check_changes(state: PublishedState, changes: Changes) -> None:
    """Refuse, with DomainError, what cannot be published: no change, a wrong value, a withheld figure given away."""
    if not changes:
        raise DomainError(_("Choose at least one value."), field="values")
    for place, new in changes.items():
        if correctable_part(place, {**state.values[place], **new}) == state.old(place):
            raise DomainError(_("Enter what it should be: this is what is published."), field=place.key)
        if place.subject == CorrectionSubject.VERDICT and not new["reason"]:
            raise DomainError(_("Give the reason for the verdict."), field=place.key)
    _refuse_impossible_standing(state, changes)
    _refuse_unexplained_verdicts(state, changes)
    errors = new_errors(state, changes)
    if errors:
        raise DomainError(str(errors[0]), field=CorrectionPlace.of_figure(errors[0].place).key)
    if has_figures(changes) and CorrectedReport(state, changes).given_away:
        raise DomainError(
            _(
                "With this value readers of all revisions together could work out a figure that is withheld. It "
                "cannot be published; speak with the secretariat."
            ),
            field="values",
        )


def refuse_outdated(correction: Correction, state: PublishedState, items: Sequence[CorrectionItem]) -> None:
    """Refuse, with WrongState, where a value is not what it was when the correction was written, or is withdrawn."""
    if not is_outdated(state, items):
        return
    if correction.state != CorrectionState.DRAFT:
        raise WrongState(overtaken_message())
    raise WrongState(
        _("The published value has changed since this was written. Open the draft and save it again.")
    )


def refuse_untimely(
    correction: Correction, action: str, events: LaterEvents | None = None
) -> Mapping[str, object]:
    """The check of a step that a day allows or forbids; what the journal has beside it.

    `events` as in `step_blocking_reason`.
    """
    if why := step_blocking_reason(correction, action, events):
        raise DomainError(why)
    if events is not None and events.is_overtaken:
        return {}
    if events is not None and events.is_unanswerable:
        return {"without_access": True}
    unanswered = correction.answered_at is None and is_answer_overdue(correction)
    return {"unanswered": True} if unanswered and action != "agree" else {}


def _refuse_impossible_standing(state: PublishedState, changes: Changes) -> None:
    """What was filed was late or on time; what was not filed can only have been exempt."""
    place = CorrectionPlace.of_standing()
    if place not in changes or changes[place]["standing"] in state.possible_standings:
        return
    if not state.possible_standings:
        raise DomainError(preparing_message(), field=place.key)
    if Standing.LATE in state.possible_standings:
        sentence = _("A report that is filed can be on time or late.")
        raise DomainError(sentence, field=place.key)
    raise DomainError(
        _(
            "Without a submission it can only be not filed or exempt. Whatever is filed later is published as such."
        ),
        field=place.key,
    )


def _refuse_unexplained_verdicts(state: PublishedState, changes: Changes) -> None:
    """As in a review, a commitment's verdict follows from those on its measures, or says why it differs from them."""
    judged = [place for place in changes if place.subject == CorrectionSubject.VERDICT and place.commitment]
    verdicts = {
        place: values for place, values in state.values.items() if place.subject == CorrectionSubject.VERDICT
    }
    corrected = {place: {**values, **changes.get(place, {})} for place, values in verdicts.items()}
    for key in {place.commitment: None for place in judged}:
        refusal = _explanation_refusal(verdicts, corrected, key)
        if refusal and not _explanation_refusal(verdicts, verdicts, key):
            raise DomainError(refusal, field="add")


def _explanation_refusal(before: _Verdicts, after: _Verdicts, commitment: str) -> str:
    """What is wrong with the explanation of the commitment's verdict: it is missing, or of what is no longer so."""
    own = _verdict_on(after, commitment)
    proposal = proposed_verdict(_measure_verdicts(after, commitment))
    if own is None or proposal is None:
        return ""
    difference = own.get("difference", "")
    if own["value"] == proposal:
        message = _(
            "After this the verdict on the commitment is the one that its measures propose. Correct it as well: leave "
            "“Why it differs from the measures” empty."
        )
        return message if difference else ""
    explained = proposed_verdict(_measure_verdicts(before, commitment))
    is_old = proposal != explained and difference == (_verdict_on(before, commitment) or {}).get("difference")
    if difference and not is_old:
        return ""
    message = _(
        "After this the verdict on the commitment no longer follows from those on its measures, which propose "
        "“%(proposal)s”. Correct it as well, or add why it differs."
    )
    return message % {"proposal": proposal.label}


def _verdict_on(verdicts: _Verdicts, commitment: str) -> Values | None:
    return next((row for place, row in verdicts.items() if _is_of_commitment(place, commitment)), None)


def _is_of_commitment(place: CorrectionPlace, commitment: str) -> bool:
    return place.commitment == commitment and not place.measure and not place.pledge


def _measure_verdicts(verdicts: _Verdicts, commitment: str) -> list[str]:
    return [
        row["value"] for place, row in verdicts.items() if place.commitment == commitment and place.measure
    ]


def unready_draft_refusal(correction: Correction) -> DomainError | None:
    """Why a draft cannot be proposed as it is written; None where it can, and of what is no longer public."""
    state = published_state(correction.report)
    if state is None:
        return None
    try:
        refuse_unready(state, correction)
    except DomainError as refusal:
        return refusal
    return None


def refuse_unready(state: PublishedState, correction: Correction) -> None:
    """Refuse to propose a draft as it is written, with DomainError or WrongState."""
    items = list(correction.items.all())
    refuse_outdated(correction, state, items)
    require_reason_in_languages(correction.reason)
    check_changes(state, {item.place: item.new for item in items})
    _refuse_second_correction(state, correction, items)


def _refuse_second_correction(
    state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]
) -> None:
    others = corrections_in_the_way(state, [item.place for item in items], but=correction.pk)
    if others:
        message = _(
            "Correction %(number)d of the same value is open: wait until it is decided, or withdraw it."
        )
        raise WrongState(message % {"number": others[0]})
