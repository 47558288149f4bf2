"""Reads of questions of the public: the secretariat's desk, a member's own, and what everybody reads."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from alliance.enums import PublicQuestionState
from alliance.models import Commitment, Organisation, PublicQuestion, PublicQuestionContact
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as

_UNREAD = PublicQuestionState.UNCONFIRMED
_MEMBER = Q(state=PublicQuestionState.OPEN, forwarded_at__isnull=False)
_DESK = Q(state=PublicQuestionState.OPEN, forwarded_at__isnull=True)
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


def public_question_list(actor: Actor, view: str = "all") -> QuerySet[PublicQuestion]:
    """What the actor may see, the newest first; nothing that was not confirmed. Each with its member."""
    rows = PublicQuestion.objects.visible_to(actor).exclude(state=_UNREAD).select_related("organisation")
    return rows.filter(VIEWS[view])


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
    *, organisation: Organisation | None = None, commitment: str = ""
) -> QuerySet[PublicQuestion]:
    """What everybody reads, the latest first; of one member, or on one commitment."""
    rows = PublicQuestion.objects.visible_to(ANYONE).filter(published_at__isnull=False)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if commitment:
        rows = rows.filter(commitment_key=commitment)
    return rows.select_related("organisation").order_by("-published_at", "-pk")


def commitment_titles(questions: list[PublicQuestion]) -> dict[str, Commitment]:
    """The commitments that these questions are about, by key, in the latest version that has each. One query."""
    keys = {question.commitment_key for question in questions} - {""}
    rows = Commitment.objects.visible_to(ANYONE).filter(key__in=keys).order_by("charter__version")
    return {row.key: row for row in rows}
