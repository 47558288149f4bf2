"""Reads of questions of the public: the secretariat's desk, a member's own, and what everybody reads."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.access import with_portal_access
from alliance.enums import PublicQuestionKind, PublicQuestionState, Side
from alliance.models import Commitment, Organisation, PublicQuestion, PublicQuestionContact
from alliance.queries.list_order import by_column, place_among
from alliance.queries.organisations import known_by
from alliance.workflows import PUBLIC_QUESTION
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as, can
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.text import format_moment
from portal.kernel.workflow import Available

_UNREAD = PublicQuestionState.UNCONFIRMED
_OPEN = Q(state=PublicQuestionState.OPEN)
# a member whose people have no access cannot answer what it was sent: the secretariat takes it back
_MEMBER = _OPEN & Q(forwarded_at__isnull=False) & with_portal_access()
_DESK = _OPEN & (Q(forwarded_at__isnull=True) | ~with_portal_access())
# answered, its asker and, where it answered, the member have agreed: the secretariat has to look at it, unless it has
_TO_PUBLISH = (
    Q(state=PublicQuestionState.ANSWERED, published_at__isnull=True, hidden_at__isnull=True, asker_agrees=True)
    & (Q(answer_side="secretariat") | Q(member_agrees=True))
)  # fmt: skip
VIEWS = {
    "desk": _DESK,
    "member": _MEMBER,
    "publish": _TO_PUBLISH,
    "published": Q(published_at__isnull=False),
    "closed": Q(state=PublicQuestionState.CLOSED),
    "all": ~Q(state=_UNREAD),
}


def _sort_columns() -> dict[str, Any]:
    return {
        "asked": F("asked_at"),
        "kind": place_among("kind", PublicQuestionKind),
        "member": ByAlphabet("organisation__name"),
        "state": place_among("state", PublicQuestionState),
    }


def public_question_list(
    actor: Actor, view: str = "all", words: str = "", sort: str = ""
) -> QuerySet[PublicQuestion]:
    """What the actor may see, the newest first; nothing that was not confirmed. Each with its member.

    With the words in question, answer, the name to be shown, or a name of the member. Or by the column that `sort`
    names, with a minus backwards: those about no member are the last by member.
    """
    rows = PublicQuestion.objects.visible_to(actor).exclude(state=_UNREAD).select_related("organisation")
    if words:
        texts = Q(text__icontains=words) | Q(answer__icontains=words) | Q(asker_name__icontains=words)
        rows = rows.filter(texts | Q(organisation__in=known_by(words)))
    if sort:
        rows = rows.order_by(by_column(_sort_columns(), sort), "-asked_at", "-pk")
    return rows.filter(VIEWS[view])


def orderable_questions(rows: QuerySet[PublicQuestion]) -> QuerySet[PublicQuestion]:
    """Each with `by_…` for each column of the list that every row has a value of."""
    columns = {f"by_{name}": column for name, column in _sort_columns().items() if name != "member"}
    return rows.annotate(**columns)


def open_public_questions(actor: Actor, organisation: Organisation) -> QuerySet[PublicQuestion]:
    """What about a member waits for it or for the secretariat: an answer, or a look before it is published."""
    return public_question_list(actor).filter(_DESK | _MEMBER | _TO_PUBLISH, organisation=organisation)


def public_question_counts(actor: Actor) -> dict[str, int]:
    """How many there are in each view. One query."""
    counts = {name: Count("pk", filter=condition) for name, condition in VIEWS.items()}
    rows = PublicQuestion.objects.visible_to(actor).exclude(state=_UNREAD).order_by()
    return rows.aggregate(**counts)


def forwarded_questions(actor: Actor) -> QuerySet[PublicQuestion]:
    """What is or was forwarded to the actor's organisation, the newest first."""
    rows = PublicQuestion.objects.visible_to(actor).filter(
        organisation_id=actor.tenant_id, forwarded_at__isnull=False
    )
    return rows.exclude(state=_UNREAD).select_related("organisation")


def taken_back_on(actor: Actor, pk: int) -> datetime | None:
    """When a question that the actor's organisation had to answer was taken back from it; None for any other.

    Nothing else of it is the organisation's to read any more.
    """
    if (organisation_id := actor.tenant_id) is None:
        return None
    with acting_as(SYSTEM):
        rows = PublicQuestion.objects.filter(
            pk=pk, organisation_id=organisation_id, forwarded_at__isnull=True
        )
        return rows.values_list("taken_back_at", flat=True).first()


def open_forwarded_questions(actor: Actor) -> QuerySet[PublicQuestion]:
    """What the actor's organisation has to answer, the oldest first."""
    return forwarded_questions(actor).filter(state=PublicQuestionState.OPEN).order_by("forwarded_at", "pk")


def confirmed_questions() -> QuerySet[PublicQuestion]:
    """What somebody may read at all: before its address is confirmed, nobody. For `get_visible_or_404`."""
    return PublicQuestion.objects.select_related("organisation", "answered_by").exclude(state=_UNREAD)


def bounce_code_of(actor: Actor, question: PublicQuestion) -> str:
    """With which code a letter to the asker came back; empty where none did, or the address is erased."""
    rows = PublicQuestionContact.objects.visible_to(actor).filter(question=question)
    return rows.values_list("bounce_code", flat=True).first() or ""


def published_questions(
    *, organisation: Organisation | None = None, commitments: Collection[str] | None = None
) -> QuerySet[PublicQuestion]:
    """What everybody reads, the latest first; of one member, or on the commitments of these keys."""
    rows = PublicQuestion.objects.visible_to(ANYONE).filter(published_at__isnull=False)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if commitments is not None:
        rows = rows.filter(commitment_key__in=commitments)
    return rows.select_related("organisation").order_by("-published_at", "-pk")


def commitment_titles(questions: list[PublicQuestion]) -> dict[str, Commitment]:
    """The commitments that these questions are about, by key, in the latest version that has each. One query."""
    keys = {question.commitment_key for question in questions} - {""}
    rows = Commitment.objects.visible_to(ANYONE).filter(key__in=keys).order_by("charter__version")
    return {row.key: row for row in rows}


# --- What can be done with one ---------------------------------------------------------------------------------


def reopening_refusal(question: PublicQuestion) -> str:
    """Why nobody could be sent another answer; empty where somebody can."""
    if PublicQuestionContact.objects.filter(question=question).exists():
        return ""
    return _("Its asker has withdrawn it, or cannot be reached any more.")


def publication_refusal(question: PublicQuestion) -> str:
    """Why it cannot be published; empty when it can."""
    if question.published_at is not None:
        return _("It is published already.")
    if not question.answer:
        return _("There is no answer that could be published with it.")
    if not question.asker_agrees:
        return _("Its asker has not agreed that it is published.")
    if question.answer_side == Side.MEMBER and not question.member_agrees:
        return _("The member has not agreed that its answer is published.")
    return ""


def forwarding_refusal(question: PublicQuestion) -> str:
    """Why it cannot be forwarded: it concerns no member, or one of which nobody could answer; empty where it can."""
    if question.organisation is None:
        return _("It concerns no member: answer it yourselves.")
    if not question.organisation.has_access:
        return _("Nobody at the member has access: answer it yourselves.")
    return ""


def forwarded_already(question: PublicQuestion) -> str:
    """That its member has it already, and since when; empty where it has not, or has it no more to answer."""
    if question.forwarded_at is None or question.state != PublicQuestionState.OPEN:
        return ""
    return _("It is with the member already, since %(at)s.") % {"at": format_moment(question.forwarded_at)}


def question_steps(actor: Actor, question: PublicQuestion) -> list[Available]:
    """The steps that the actor may take, each with what blocks it."""
    steps = PUBLIC_QUESTION.available(actor, question)
    if question.published_at is not None and not can(actor, "public_question.reopen_published", question):
        steps = [row for row in steps if row.step.action != "reopen"]
    return [
        replace(row, blocked=reopening_refusal(question)) if row.step.action == "reopen" else row
        for row in steps
    ]


def question_acts(actor: Actor, question: PublicQuestion) -> list[str]:
    """What else the actor can do with it now, by name: what would change something."""
    forwarded = question.forwarded_at is not None
    is_moot = {
        "forward": forwarded or bool(forwarding_refusal(question)),
        "take_back": not forwarded,
        "agree": question.answer_side != Side.MEMBER,
        "publish": bool(publication_refusal(question)),
        "hide": question.published_at is None,
    }
    return [
        act
        for act in PUBLIC_QUESTION.acts
        if not is_moot[act] and PUBLIC_QUESTION.is_available(actor, question, act)
    ]


def possible_on_question(actor: Actor, question: PublicQuestion) -> set[str]:
    """The names of the steps that nothing blocks, and of the acts: for the buttons of a page."""
    steps = question_steps(actor, question)
    return {row.step.action for row in steps if not row.blocked} | set(question_acts(actor, question))
