"""Named writes of what a reviewer is typing: for its writer alone, until it is given. The journal has none of it."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import DraftKind, SecondReadingState
from alliance.models import Report, ReviewDraft, SecondReading
from alliance.queries.review_drafts import reading_place
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require
from portal.kernel.errors import DomainError, WrongState

_MAX_LENGTH = (
    20_000  # of all texts of one draft; more than any form takes, so that a text may be shortened later
)


def save_review_draft(
    actor: Actor, report: Report, step: str, kind: str, texts: Mapping[str, str]
) -> ReviewDraft:
    """Keep what the actor has typed on this step, in place of what they had typed there before.

    Raises Forbidden, or DomainError for a text that no form would take at any length.
    """
    require(actor, "review_draft.save", report)
    return write_review_draft(actor, report, step, kind, texts)


def write_review_draft(
    actor: Actor, report: Report, step: str, kind: str, texts: Mapping[str, str]
) -> ReviewDraft:
    """The same within an act with its own rule. Raises DomainError for a text that no form would take."""
    if sum(map(len, texts.values())) > _MAX_LENGTH:
        raise DomainError(_("The text is too long to be kept."))
    draft, _new = ReviewDraft.objects.update_or_create(
        person_id=person_of(actor),
        report=report,
        step=step,
        kind=kind,
        defaults={"texts": dict(texts), "updated_at": clock.now()},
    )
    return draft


def delete_review_draft(actor: Actor, report: Report, step: str, kind: str) -> None:
    """Forget what the actor had typed: it was given, or its writer has changed their mind. Raises Forbidden."""
    require(actor, "review_draft.save", report)
    ReviewDraft.objects.filter(person_id=person_of(actor), report=report, step=step, kind=kind).delete()


@transaction.atomic
def save_reading_draft(
    actor: Actor, reading: SecondReading, measure: str, texts: Mapping[str, str]
) -> ReviewDraft:
    """Keep what a second reader has typed on a measure. Raises as `save_review_draft`, and WrongState once it is over.

    Under the lock of the reading: sending and withdrawing it leave no draft behind.
    """
    locked = SecondReading.objects.select_for_update(of=("self",)).get(pk=reading.pk)
    refuse_reading_that_is_over(locked)
    return save_review_draft(actor, reading.report, reading_place(reading, measure), DraftKind.VERDICT, texts)


def delete_reading_drafts(reading: SecondReading) -> None:
    """Forget what its reader had typed and not saved: it was sent or withdrawn, by whomever."""
    with acting_as(SYSTEM):  # a draft is its writer's alone
        ReviewDraft.objects.filter(
            report=reading.report_id, step__startswith=reading_place(reading, "")
        ).delete()


def refuse_reading_that_is_over(reading: SecondReading) -> None:
    """Raise WrongState unless its reader can still write."""
    if reading.state != SecondReadingState.ASKED:
        raise WrongState(_("This reading is over: it was sent or withdrawn."))
