"""What is closed between a member and the secretariat: every kind in one list, the latest first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import (
    WITHDRAWN_FINDING_STATES,
    CorrectionState,
    ExtensionRequestState,
    FindingState,
    QuestionState,
    WithdrawalState,
)
from alliance.models import Correction, ExtensionRequest, Finding, Organisation, Question, Withdrawal
from alliance.queries.local_dates import day_of
from alliance.queries.open_review_items import place_of_question
from portal.kernel.access import Actor
from portal.kernel.journal import Event


@dataclass(frozen=True, slots=True)
class ClosedItem:
    """One closed matter: what it was, where it can be read, how and when it ended."""

    kind: Promise
    icon: str
    title: str
    url: str
    state: str
    ended_on: date
    context: Sequence[str] = ()
    language: str = ""  # of a title in the words of people


class _Kind(NamedTuple):
    """A kind of matter: its rows that are closed, when they ended, and each as an item."""

    model: Any
    states: Sequence[str]
    ended_at: Combinable
    related: Sequence[str]
    item: Callable[[Any], ClosedItem]

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The closed ones that the actor sees, each with `ended_at`."""
        rows = self.model.objects.visible_to(actor).filter(state__in=self.states)
        ended: QuerySet[Any] = rows.annotate(ended_at=self.ended_at)
        return ended


def closed_references(actor: Actor, organisation: Organisation) -> QuerySet[Any]:
    """The closed matters of a member as rows of kind, key and time, the latest first; to be counted and sliced."""
    parts = [
        kind.rows(actor)
        .filter(organisation=organisation)
        .order_by()
        .annotate(kind=Value(name, output_field=CharField()))
        .values_list("kind", "pk", "ended_at")
        for name, kind in _KINDS.items()
    ]
    rows: QuerySet[Any] = parts[0].union(*parts[1:], all=True).order_by("-ended_at", "-pk")
    return rows


def closed_items(actor: Actor, references: Iterable[Sequence[Any]]) -> list[ClosedItem]:
    """The matters that these rows name, in their order. One query for each kind that is among them."""
    named = [(name, pk) for name, pk, _ended_at in references]
    keys: dict[str, list[int]] = defaultdict(list)
    for name, pk in named:
        keys[name].append(pk)
    items = {}
    for name, pks in keys.items():
        kind = _KINDS[name]
        for row in kind.rows(actor).filter(pk__in=pks).select_related(*kind.related):
            items[name, row.pk] = kind.item(row)
    return [items[key] for key in named if key in items]


def _finding(row: Any) -> ClosedItem:
    return ClosedItem(
        kind=gettext_lazy("Finding"),
        icon="flag",
        title=row.text,
        url=reverse("secretariat:finding", args=[row.pk]),
        state=row.get_state_display(),
        ended_on=day_of(row.ended_at),
        context=(row.measure.code, row.report.cycle.title),
        language=row.language,
    )


def _question(row: Any) -> ClosedItem:
    return ClosedItem(
        kind=gettext_lazy("Question"),
        icon="message-circle-question-mark",
        title=row.text,
        url=place_of_question(row),
        state=row.get_state_display(),
        ended_on=day_of(row.ended_at),
        context=(row.measure.code if row.measure else "", row.report.cycle.title, row.asked_by.name),
        language=row.language,
    )


def _correction(row: Any) -> ClosedItem:
    number = row.published_as
    return ClosedItem(
        kind=gettext_lazy("Correction"),
        icon="file-pen-line",
        title=_("Correction of the report for %(cycle)s") % {"cycle": row.report.cycle.title},
        url=reverse("secretariat:correction", args=[row.pk]),
        state=row.get_state_display(),
        ended_on=day_of(row.ended_at),
        context=(row.get_side_display(), _("No. %(number)d") % {"number": number} if number else ""),
    )


def _extension_request(row: Any) -> ClosedItem:
    return ClosedItem(
        kind=gettext_lazy("Request for more time"),
        icon="calendar-plus",
        title=row.reason,
        url=reverse("secretariat:report-story", args=[row.report_id]),
        state=row.get_state_display(),
        ended_on=day_of(row.ended_at),
        context=(row.report.cycle.title, row.asked_by.name),
    )


def _withdrawal(row: Any) -> ClosedItem:
    return ClosedItem(
        kind=gettext_lazy("Withdrawal"),
        icon="ban",
        title=_("Withdrawal of publication No. %(number)d") % {"number": row.of_publication},
        url=reverse("secretariat:withdrawal", args=[row.pk]),
        state=row.get_state_display(),
        ended_on=day_of(row.ended_at),
        context=(row.asked_by.name,),
    )


# When a question was closed; asked of the closed ones alone.
_QUESTION_CLOSED = Subquery(
    Event.objects.filter(
        kind="question.close", target_type=Question._meta.label_lower, target_id=OuterRef("pk")
    )
    .order_by("-pk")
    .values("at")[:1]
)
# One for each kind; another kind of matter that ends joins here.
_KINDS = {
    "finding": _Kind(
        Finding,
        (FindingState.DONE, *WITHDRAWN_FINDING_STATES),
        Coalesce("done_at", "withdrawn_at", "written_at"),
        ("measure", "report__cycle"),
        _finding,
    ),
    "question": _Kind(
        Question,
        (QuestionState.CLOSED,),
        Coalesce(_QUESTION_CLOSED, "answered_at", "asked_at"),
        ("measure", "report__cycle", "asked_by"),
        _question,
    ),
    "correction": _Kind(
        Correction,
        (CorrectionState.PUBLISHED, CorrectionState.DROPPED, CorrectionState.WITHDRAWN),
        Coalesce("decided_at", "answered_at", "proposed_at", "written_at"),
        ("report__cycle",),
        _correction,
    ),
    "extension": _Kind(
        ExtensionRequest,
        [state for state in ExtensionRequestState.values if state != ExtensionRequestState.OPEN],
        Coalesce("decided_at", "asked_at"),
        ("report__cycle", "asked_by"),
        _extension_request,
    ),
    "withdrawal": _Kind(
        Withdrawal,
        [state for state in WithdrawalState.values if state != WithdrawalState.ASKED],
        Coalesce("decided_at", "asked_at"),
        ("asked_by",),
        _withdrawal,
    ),
}
