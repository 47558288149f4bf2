"""Corrections of the targets of pledges: the new value as it is stored, and the next revision of the pledge."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import DECIDED_TARGET_STATES, CorrectionSubject, PledgeState
from alliance.models import Correction, CorrectionItem, Pledge
from alliance.queries.correction_refusals import overtaken_message
from alliance.queries.local_dates import today
from alliance.queries.public.record import latest_revision
from alliance.queries.published_states import (
    PublishedState,
    correctable_part,
)
from alliance.services.charter_publication_content import in_languages
from alliance.services.correction_content import correction_entry
from alliance.services.publications import record_publication, statement_text
from alliance.validators.corrections import CorrectionPlace, Values, numbered_corrections, targets_in
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import clean_text, plain_decimal, refuse_long, require_reason_in_languages

MAX_TARGET = 300


def cleaned_target(place: CorrectionPlace, merged: Values, current: Values | None) -> dict[str, Any]:
    """The new words, day, value and decision of a target; `current`: the decision that is published.

    A correction decides nothing that is undecided. Raises DomainError with the key of the place.
    """
    text = clean_text(merged["text"], field=place.key).strip()
    if not text:
        raise DomainError(_("Write the text as it should be."), field=place.key)
    refuse_long(text, MAX_TARGET, field=place.key)
    if bool(merged["indicator"]) != (merged["value"] is not None):
        raise DomainError(_("A target needs both an indicator and a value, or neither."), field=place.key)
    try:
        value = plain_decimal(Decimal(merged["value"])) if merged["value"] is not None else None
        due_on = date.fromisoformat(merged["due_on"]).isoformat() if merged["due_on"] else None
    except (InvalidOperation, ValueError) as error:
        raise DomainError(_("Enter a number and a date."), field=place.key) from error
    decision = None
    if current is not None and _is_over(due_on):
        decision = _cleaned_decision(place, merged["decision"]) | {"decided_on": current["decided_on"]}
    return {"text": text, "due_on": due_on, "value": value, "decision": decision}


def _is_over(due_on: str | None) -> bool:
    """Whether the deadline is over: only then does a decision about the target stand."""
    return due_on is not None and date.fromisoformat(due_on) < today()


def _cleaned_decision(place: CorrectionPlace, decision: Values) -> dict[str, Any]:
    """What the secretariat should have decided, and why."""
    if decision["state"] not in DECIDED_TARGET_STATES:
        raise DomainError(_("Choose what became of the target."), field=place.key)
    reason = require_reason_in_languages(decision["reason"], field=place.key)
    return {"state": decision["state"], "reason": reason}


def record_corrected_pledges(
    actor: Actor, state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]
) -> list[Publication]:
    """The next revision of each pledge of which a target is corrected; the member's own rows follow.

    Raises DomainError where the pledge is not in force any more, WrongState where a target was decided or corrected by
    way of another report since the correction was checked.
    """
    by_record: dict[str, dict[CorrectionPlace, CorrectionItem]] = {}
    for item in items:
        if item.subject == CorrectionSubject.TARGET:
            by_record.setdefault(item.pledge_record, {})[item.place] = item
    return [_record(actor, state, correction, record, own) for record, own in by_record.items()]


def _record(
    actor: Actor,
    state: PublishedState,
    correction: Correction,
    record: str,
    items: dict[CorrectionPlace, CorrectionItem],
) -> Publication:
    _correct_rows(record, items)  # locks the pledge: what is published of it stays the last from here on
    last = latest_revision("pledge", record)
    if last is None:
        raise DomainError(_("The report has no such value."))
    document = read_publication(last)
    targets = targets_in(document)
    if any(
        place not in targets or correctable_part(place, targets[place]) != item.old
        for place, item in items.items()
    ):
        raise WrongState(overtaken_message())
    public = [
        {**place.to_document(), "withheld": False, "old": item.old, "new": item.new}
        for place, item in items.items()
    ]
    entry = correction_entry(correction, revision=last.revision + 1, items=public, totals=[])
    document = {
        **document,
        "targets": [
            {**target, **(items[place].new if place in items else {})} for place, target in targets.items()
        ],
        "corrections": [*numbered_corrections(document, last.number), entry],
    }
    title = statement_text(
        gettext_lazy("%(name)s: correction of a pledge"), name=in_languages(state.report.organisation, "name")
    )
    return record_publication(actor, "pledge", record, document, title=title, languages=last.languages)


def _correct_rows(record: str, items: dict[CorrectionPlace, CorrectionItem]) -> None:
    """The pledge in force, locked, follows: its next revision begins with what is published."""
    with acting_as(SYSTEM):  # the targets are written by their organisation alone
        rows = Pledge.objects.select_for_update(of=("self",))
        pledge = rows.filter(record=record, state=PledgeState.PUBLISHED).first()
        if pledge is None:
            raise DomainError(_("The pledge is not in force any more."))
        targets = list(pledge.targets.all())
        for place, item in items.items():
            target = targets[int(place.cell) - 1]
            target.text, target.due_on, target.value = (
                item.new[name] for name in ("text", "due_on", "value")
            )
            target.save(update_fields=["text", "due_on", "value"])
