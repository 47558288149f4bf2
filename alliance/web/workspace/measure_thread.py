"""The conversation between colleagues beside a measure of a report, as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Measure, MeasureComment, Report
from alliance.queries.measure_comments import (
    Colleague,
    LastShown,
    colleagues_to_mention,
    comments_of,
    is_new,
    last_shown,
    last_visit,
    names_of_colleagues,
    recent_comments,
)
from alliance.services.measure_comments import allowed_actions, may_write_comments
from alliance.web.forms.delegations import CommentForm
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest, TypedField, typed_words


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A message as its reader has it; `names` are of those whom it mentions."""

    comment: MeasureComment
    is_new: bool
    names: Sequence[str]
    allowed: dict[str, bool]

    @property
    def tone(self) -> int:
        return self.comment.written_by_id % 5 + 1

    @property
    def last_shown(self) -> LastShown:
        """How far the conversation has come that it begins."""
        return last_shown(self.comment)


@dataclass(frozen=True, slots=True)
class MeasureThread:
    """What colleagues have said beside a measure, newest conversation first, and the form at its foot."""

    report: Report
    measure: Measure
    rows: Sequence[CommentRow]
    count: int
    form: CommentForm
    people: Sequence[Colleague]
    may_write: bool
    answered: MeasureComment | None = None
    page: Page | None = None  # of the page with all of them

    @property
    def url(self) -> str:
        return reverse("workspace:measure-comments", args=[self.report.pk, self.measure.key])

    @property
    def left_out(self) -> list[Colleague]:
        """Who cannot be notified now."""
        return [each for each in self.people if each.left_out]

    @property
    def typed(self) -> list[TypedField]:
        """What was sent when nothing can be added any more."""
        return [] if self.may_write else typed_words(self.form)


def measure_thread(request: ActorRequest, report: Report, measure: Measure) -> MeasureThread:
    """The newest open conversations, for a page's margin. As many queries however much was said; fewer of nothing."""
    count = comments_of(request.actor, report, measure).count()
    comments = recent_comments(request.actor, report, measure) if count else []
    return make_thread(request, report, measure, comments, count)


def make_thread(
    request: ActorRequest,
    report: Report,
    measure: Measure,
    comments: Sequence[MeasureComment],
    count: int,
    form: CommentForm | None = None,
    page: Page | None = None,
) -> MeasureThread:
    """These messages with what the reader may do, and the form. At most three queries."""
    actor = request.actor
    people = colleagues_to_mention(actor, report.organisation)
    names = names_of_colleagues(people) | {actor.person_id or 0: _("you")}
    visited_at = last_visit(actor, report, measure) if comments else None
    answered = answered_comment(request, report, measure)
    return MeasureThread(
        report,
        measure,
        [_row(request, comment, names, visited_at) for comment in comments],
        count,
        form or CommentForm(people=people, initial={"parent": answered.pk if answered else None}),
        people,
        may_write_comments(actor, report),
        answered,
        page,
    )


def _row(
    request: ActorRequest, comment: MeasureComment, names: dict[int, str], visited_at: datetime | None
) -> CommentRow:
    return CommentRow(
        comment,
        comment.deleted_at is None and is_new(comment, request.actor.person_id, visited_at),
        [names[pk] for pk in comment.mentions if pk in names],
        allowed_actions(request.actor, comment),
    )


def answered_comment(request: ActorRequest, report: Report, measure: Measure) -> MeasureComment | None:
    """The message that the address says is answered."""
    number = whole_number(request.GET.get("answer", "") or request.POST.get("parent", ""))
    if number is None:
        return None
    rows = comments_of(request.actor, report, measure).filter(pk=number, deleted_at=None)
    comment: MeasureComment | None = rows.first()
    return comment
