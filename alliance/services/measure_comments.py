"""Named writes on what colleagues say beside a measure: write, edit, delete, settle, open again; and visits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliance.enums import CommentState
from alliance.models import Measure, MeasureComment, MeasureVisit, Report
from alliance.models.delegations import COMMENT_LENGTH
from alliance.queries.measure_comments import LastShown, Mentions, colleagues_to_mention, find_mentions
from alliance.validators.languages import text_language
from alliance.workflows import MEASURE_COMMENT
from alliance.workflows.delegations import FINAL_REPORT_STATES, refuse_final
from portal.kernel import clock, journal
from portal.kernel.access import Actor, can, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text, format_moment, refuse_long

EDIT_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class WrittenComment:
    """The message, and who is notified of it."""

    comment: MeasureComment
    mentions: Mentions


@transaction.atomic
def write_comment(
    actor: Actor,
    report: Report,
    measure: Measure,
    text: str,
    *,
    parent: MeasureComment | None = None,
    mentions: Collection[int] = (),
) -> WrittenComment:
    """Write to one's colleagues beside a measure, or answer `parent`, which is opened again if it was settled.

    Who is mentioned, who wrote in the same conversation, and to whom the measure is given are notified.
    Raises Forbidden, WrongState when the report is final or the message that is answered was deleted, DomainError for
    no text or one that is too long.
    """
    require(actor, "measure_comment.write", report)
    locked = Report.objects.select_for_update(of=("self",)).prefetch_related("organisation").get(pk=report.pk)
    refuse_final(locked)
    opening = _lock_opening(parent, locked, measure) if parent else None
    cleaned = _clean_comment(text)
    called = find_mentions(colleagues_to_mention(actor, locked.organisation), cleaned, mentions)
    comment = MeasureComment.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        measure=measure,
        parent=opening,
        written_by_id=person_of(actor),
        text=cleaned,
        language=text_language(""),
        mentions=called.person_ids,
    )
    journal.record(actor, "measure_comment.write", comment, mentioned=called.person_ids)
    if opening is not None and opening.state == CommentState.SETTLED:
        _reopen(actor, opening)
    return WrittenComment(comment, called)


def may_write_comments(actor: Actor, report: Report) -> bool:
    """Whether the actor may write to colleagues beside a measure of the report now."""
    return report.state not in FINAL_REPORT_STATES and can(actor, "measure_comment.write", report)


def refuse_answer_to_deleted() -> None:
    """Refuse an answer to a message that is not there any more."""
    raise WrongState(
        _("The message that you answer was deleted. What you wrote can start a conversation of its own.")
    )


def _lock_opening(parent: MeasureComment, report: Report, measure: Measure) -> MeasureComment:
    """The first message of the conversation that is answered."""
    rows = MeasureComment.objects.select_for_update(of=("self",))
    opening = rows.filter(pk=parent.parent_id or parent.pk, report=report, measure__key=measure.key).first()
    if opening is None:
        raise WrongState(_("This message can no longer be answered."))
    return opening


@transaction.atomic
def edit_comment(
    actor: Actor, comment: MeasureComment, text: str, mentions: Collection[int] = ()
) -> WrittenComment:
    """Edit one's own message within a quarter of an hour; it is marked, and people newly mentioned are notified.

    Raises Forbidden, WrongState later or once it was deleted or the report is final, DomainError for an invalid text.
    """
    # as answers and settling do, so that edits of a conversation come one after the other, and so do their moments
    MeasureComment.objects.select_for_update(of=("self",)).get(pk=comment.parent_id or comment.pk)
    locked = _lock(comment)
    require(actor, "measure_comment.edit", locked)
    if refusal := edit_refusal(locked):
        raise WrongState(refusal)
    cleaned = _clean_comment(text)
    people = colleagues_to_mention(actor, locked.organisation)
    called = find_mentions(people, cleaned, mentions)
    if cleaned == locked.text and called.person_ids == locked.mentions:
        return WrittenComment(locked, Mentions())
    fresh = sorted(set(called.person_ids) - set(locked.mentions))
    locked.text, locked.mentions, locked.edited_at = (
        cleaned,
        called.person_ids,
        clock.database_now_under_lock(),
    )
    locked.save(update_fields=["text", "mentions", "edited_at"])
    journal.record(actor, "measure_comment.edit", locked, mentioned=fresh)
    return WrittenComment(locked, called)


def edit_refusal(comment: MeasureComment) -> str:
    """Why nobody can edit the message any more; empty while its author can."""
    if comment.deleted_at is not None:
        return _("This message was deleted already.")
    if clock.now() - comment.written_at > EDIT_WINDOW:
        return _(
            "This message is more than 15 minutes old and can no longer be edited. Write a new one instead."
        )
    return ""


@transaction.atomic
def delete_comment(actor: Actor, comment: MeasureComment) -> MeasureComment:
    """Delete one's own words; that there was a message, by whom and when, stays.

    Raises Forbidden, or WrongState once it was deleted or the report is final.
    """
    locked = _lock(comment)
    require(actor, "measure_comment.delete", locked)
    locked.text, locked.mentions, locked.deleted_at = "", [], clock.now()
    locked.save(update_fields=["text", "mentions", "deleted_at"])
    journal.record(actor, "measure_comment.delete", locked)
    return locked


@transaction.atomic
def settle_comment(actor: Actor, comment: MeasureComment, shown: LastShown | None = None) -> MeasureComment:
    """Settle a conversation: it waits for nobody any more.

    `shown`: how far it had come when the actor was shown it, None for now. Raises Forbidden, or WrongState when
    somebody has settled it, or has written or edited something in it since, whom it names, or the report is final.
    """
    locked = _lock_conversation(actor, comment, "settle")
    if locked.state == CommentState.SETTLED:
        message = _("%(name)s settled this conversation on %(at)s.")
        facts = {"name": locked.settled_by.name if locked.settled_by else _("A person who has left")}
        raise WrongState(message % {**facts, "at": format_moment(locked.settled_at)})
    _refuse_unread_answer(actor, locked, shown)
    changes = {"settled_by_id": person_of(actor), "settled_at": clock.now()}
    return MEASURE_COMMENT.apply(actor, locked, "settle", changes=changes)


def _refuse_unread_answer(actor: Actor, opening: MeasureComment, shown: LastShown | None) -> None:
    """Raise WrongState when a colleague has answered, or edited, in the conversation since it was shown.

    Answers by their numbers, edits by the database's clock alone: both rise, as the first message is locked for each.
    """
    if shown is None:
        return
    rows = MeasureComment.objects.filter(Q(pk=opening.pk) | Q(parent=opening))
    if not rows.filter(pk=shown.number).exists():
        raise WrongState(_("Open the page again: what it had shown cannot be read."))
    edited = Q(edited_at__gt=shown.edited_at) if shown.edited_at else Q(edited_at__isnull=False)
    unread = rows.filter(edited | Q(pk__gt=shown.number), deleted_at=None).exclude(written_by=actor.person_id)
    answer = unread.select_related("written_by").last()
    if answer is not None:
        sentence = _("%(name)s wrote in this conversation on %(at)s: read the answer, then settle.")
        at = format_moment(answer.edited_at or answer.written_at)
        raise WrongState(sentence % {"name": answer.written_by.name, "at": at})


@transaction.atomic
def reopen_comment(actor: Actor, comment: MeasureComment) -> MeasureComment:
    """Open a settled conversation again. Raises Forbidden, or WrongState when it is open, or the report is final."""
    locked = _lock_conversation(actor, comment, "reopen")
    if locked.state == CommentState.OPEN:
        raise WrongState(_("This conversation is open again already."))
    return _reopen(actor, locked)


def _reopen(actor: Actor, comment: MeasureComment) -> MeasureComment:
    return MEASURE_COMMENT.apply(
        actor, comment, "reopen", changes={"settled_by_id": None, "settled_at": None}
    )


def _lock_conversation(actor: Actor, comment: MeasureComment, action: str) -> MeasureComment:
    """The first message of a conversation, locked; refuses an answer, and whoever may not take the step."""
    rows = MeasureComment.objects.select_for_update(of=("self",)).prefetch_related("report", "settled_by")
    locked: MeasureComment = rows.get(pk=comment.pk)
    require(actor, MEASURE_COMMENT.rule(action), locked)
    refuse_final(locked.report)
    if locked.parent_id is not None:
        raise WrongState(_("An answer is settled with its conversation."))
    return locked


def record_visit(actor: Actor, report: Report, measure: Measure) -> None:
    """Write down that the actor has opened the measure now: what is there is not new to them next time."""
    MeasureVisit.objects.bulk_create(
        [
            MeasureVisit(
                report=report,
                organisation_id=report.organisation_id,
                measure=measure,
                person_id=person_of(actor),
                visited_at=clock.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["report", "measure", "person"],
        update_fields=["visited_at"],
    )


def allowed_actions(actor: Actor, comment: MeasureComment) -> dict[str, bool]:
    """What the actor may do with a message now, by verb."""
    is_there = comment.deleted_at is None
    is_opening = comment.parent_id is None
    return {
        "edit": not edit_refusal(comment) and can(actor, "measure_comment.edit", comment),
        "delete": is_there and can(actor, "measure_comment.delete", comment),
        "settle": is_opening and MEASURE_COMMENT.is_available(actor, comment, "settle"),
        "reopen": is_opening and MEASURE_COMMENT.is_available(actor, comment, "reopen"),
    }


def _lock(comment: MeasureComment) -> MeasureComment:
    """The row, locked; refuses one that was deleted or belongs to a final report."""
    rows = MeasureComment.objects.select_for_update(of=("self",)).prefetch_related("report", "organisation")
    locked: MeasureComment = rows.get(pk=comment.pk)
    refuse_final(locked.report)
    if locked.deleted_at is not None:
        raise WrongState(_("This message was deleted already."))
    return locked


def _clean_comment(text: str) -> str:
    cleaned = clean_text(text, field="text").strip()
    if not cleaned:
        raise DomainError(_("Enter a text."), field="text")
    return refuse_long(cleaned, COMMENT_LENGTH, field="text")
