"""Named writes of what a reviewer is typing: for its writer alone, until it is given. The journal has none of it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from alliance.models import Report, ReviewDraft
from portal.kernel import clock
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError

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
