"""Verdicts that are taken back: one, several that were given at once, or those that a conclusion leaves behind."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import DraftKind
from alliance.models import Commitment, Measure, Report, ReviewDraft, Verdict
from alliance.queries.given_verdicts import (
    as_first_given,
    entry_of_taken_back,
    entry_of_taken_back_batch,
    judged_subject,
)
from alliance.queries.last_steps import done_refusal
from alliance.services.report_steps import lock_review
from alliance.services.review_drafts import write_review_draft
from alliance.validators.draft_words import join_words
from portal.kernel import journal
from portal.kernel.access import Actor, person_of
from portal.kernel.errors import Conflict, WrongState


@transaction.atomic
def take_back_verdict(
    actor: Actor,
    report: Report,
    *,
    measure: Measure | None = None,
    commitment: Commitment | None = None,
    pledge_record: UUID | None = None,
    version: int,
) -> None:
    """Take back the verdict on a measure, a commitment or an own pledge: it is among those to be given again.

    Its reason is a draft of the actor's from then on. What a second reader has sent stays, and is compared with the
    next verdict as it was with this one: it is about the answer, and that is the same. `version` is the one that the
    reviewer saw. Raises Forbidden, WrongState outside a review or, with who has taken it back, where the verdict is
    gone already, or Conflict where it was changed in between.
    """
    locked = lock_review(actor, report, "verdict.take_back")
    rows = _verdicts(locked).filter(measure=measure, pledge_record=pledge_record)
    verdict = (rows.filter(commitment=commitment) if commitment else rows).first()
    if verdict is None:
        subject = judged_subject(Verdict(measure=measure, commitment=commitment, pledge_record=pledge_record))
        raise WrongState(done_refusal(actor, entry_of_taken_back(locked, subject)))
    if verdict.version != version:
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=verdict, sent=None)
    _keep_words(actor, locked, verdict)
    delete_verdicts(actor, [verdict])


@transaction.atomic
def take_back_verdicts(actor: Actor, report: Report, batch: UUID) -> int:
    """Take back what was given at once and not changed since, while the report is in review; how many.

    Their reason is a draft of the actor's on each of them. Raises Forbidden, or WrongState outside a review or, with
    who has taken the last of them back, where nothing of it is left.
    """
    locked = lock_review(actor, report, "verdict.take_back")
    verdicts = as_first_given(locked, _verdicts(locked).filter(batch=batch))
    if not verdicts:
        raise WrongState(done_refusal(actor, entry_of_taken_back_batch(locked, batch)))
    for verdict in verdicts:
        _keep_words(actor, locked, verdict)
    delete_verdicts(actor, verdicts)
    return len(verdicts)


def delete_verdicts(actor: Actor, verdicts: Iterable[Verdict]) -> None:
    """Delete them within an act with its own rule. The journal says of each what it was on, and its version."""
    for verdict in verdicts:
        name, subject = judged_subject(verdict)
        facts = {name: subject, "value": verdict.value, "version": verdict.version}
        together = {"batch": str(verdict.batch)} if verdict.batch else {}
        journal.record(actor, "verdict.take_back", verdict, report=verdict.report_id, **facts, **together)
        verdict.delete()


def _verdicts(report: Report) -> QuerySet[Verdict]:
    return Verdict.objects.filter(report=report).select_related("measure", "commitment")


def _keep_words(actor: Actor, report: Report, verdict: Verdict) -> None:
    """What was written with the verdict becomes the actor's draft, before what they have typed there since.

    The verdict itself is not chosen in it: it is to be chosen anew.
    """
    step = _step_name(verdict)
    own_drafts = ReviewDraft.objects.filter(person_id=person_of(actor), report=report)
    draft = own_drafts.filter(step=step, kind=DraftKind.VERDICT).first()
    typed = dict(draft.texts) if draft else {}
    if typed.get("value") == verdict.value:
        del typed["value"]
    typed = join_words({"reason": verdict.reason, "difference": verdict.difference}, typed)
    if typed:
        texts = {"language": verdict.language, **typed, "version": "0"}
        write_review_draft(actor, report, step, DraftKind.VERDICT, texts)


def _step_name(verdict: Verdict) -> str:
    """The step of the review on which it was given, as drafts name it."""
    if verdict.measure:
        return f"measure:{verdict.measure.key}"
    return f"commitment:{verdict.commitment.key}" if verdict.commitment else f"pledge:{verdict.pledge_record}"
