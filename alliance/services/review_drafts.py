"""Named writes of what a reviewer is typing: for its writer alone, until it is given. The journal has none of it."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import DraftKind, SecondReadingState
from alliance.models import Report, ReviewDraft, SecondReading
from alliance.queries.review_drafts import reading_place
from alliance.validators.draft_words import holds_words_of
from portal.kernel import clock
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import too_long

_MAX_LENGTH = (
    20_000  # of all texts of one draft; more than any form takes, so that a text may be shortened later
)


def save_review_draft(
    actor: Actor,
    report: Report,
    step: str,
    kind: str,
    texts: Mapping[str, str],
    expected: str | None = None,
) -> ReviewDraft:
    """Keep what the actor has typed on this step, in place of what they had typed there before.

    `expected` is the digest of the draft that its page had shown, empty for none; None for any. Raises Forbidden,
    DomainError for a text that no form would take at any length, or Conflict where another window has saved words
    since that are not among these.
    """
    require(actor, "review_draft.save", report)
    return write_review_draft(actor, report, step, kind, texts, expected)


@transaction.atomic
def write_review_draft(
    actor: Actor,
    report: Report,
    step: str,
    kind: str,
    texts: Mapping[str, str],
    expected: str | None = None,
) -> ReviewDraft:
    """The same within an act with its own rule. Raises DomainError for a text that no form would take, or Conflict."""
    if (length := sum(map(len, texts.values()))) > _MAX_LENGTH:
        raise DomainError(too_long(length, _MAX_LENGTH))
    words, now = dict(texts), clock.now()
    draft, is_new = ReviewDraft.objects.select_for_update(of=("self",)).get_or_create(
        person_id=person_of(actor),
        report=report,
        step=step,
        kind=kind,
        defaults={"texts": words, "updated_at": now},
    )
    if is_new:
        return draft
    if expected not in (None, draft.digest) and not holds_words_of(texts, draft.texts):
        raise Conflict(
            _(
                "Other words of yours are saved here: from another tab or device, or from this page, where the answer "
                "got lost. What you type stays on this page; press a button to see both and choose."
            ),
            stored=draft,
            sent=texts,
        )
    draft.texts, draft.updated_at = words, now
    draft.save(update_fields=["texts", "updated_at"])
    return draft


def delete_review_draft(actor: Actor, report: Report, step: str, kind: str) -> None:
    """Forget what the actor had typed: it was given, or its writer has changed their mind. Raises Forbidden."""
    require(actor, "review_draft.save", report)
    ReviewDraft.objects.filter(person_id=person_of(actor), report=report, step=step, kind=kind).delete()


@transaction.atomic
def save_reading_draft(
    actor: Actor,
    reading: SecondReading,
    measure: str,
    texts: Mapping[str, str],
    expected: str | None = None,
) -> ReviewDraft:
    """Keep what a second reader has typed on a measure. Raises as `save_review_draft`, and WrongState once it is over.

    Under the lock of the reading: it is not sent over words that were kept meanwhile.
    """
    locked = SecondReading.objects.select_for_update(of=("self",)).get(pk=reading.pk)
    refuse_reading_that_is_over(locked)
    place = reading_place(reading, measure)
    return save_review_draft(actor, reading.report, place, DraftKind.VERDICT, texts, expected)


def refuse_reading_that_is_over(reading: SecondReading) -> None:
    """Raise WrongState unless its reader can still write."""
    if reading.state != SecondReadingState.ASKED:
        raise WrongState(_("This reading is over: it was sent or withdrawn."))
