"""What colleagues write to each other beside a measure of their report, and whom they may mention there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Max, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import CommentState
from alliance.models import Measure, MeasureComment, MeasureVisit, Organisation, Report
from alliance.queries.people import colleagues
from alliance.workflows.delegations import FINAL_REPORT_STATES
from portal.kernel.access import Actor
from portal.kernel.text import called_by_name, unmatched_calls

RECENT_CONVERSATIONS, RECENT_ANSWERS = 3, 4  # beside the editor; all of them have a page


def comments_of(actor: Actor, report: Report, measure: Measure) -> QuerySet[MeasureComment]:
    """All messages beside a measure, under whatever version of the charter: the newest conversation first.

    Each is in the order in which it was written; a first message with what `last_shown` reads.
    """
    rows = MeasureComment.objects.visible_to(actor).filter(report=report, measure__key=measure.key)
    related: QuerySet[MeasureComment] = rows.select_related("written_by", "settled_by", "parent__written_by")
    visible = MeasureComment.objects.visible_to(actor).order_by()
    answers = visible.filter(parent=OuterRef("pk")).values("parent")
    marked = related.annotate(
        opening=Coalesce("parent_id", "pk"),
        last_answer=Subquery(answers.annotate(last=Max("pk")).values("last")),
        answer_edited_at=Subquery(answers.annotate(last=Max("edited_at")).values("last")),
    )
    return marked.order_by("-opening", "pk")


class LastShown(NamedTuple):
    """How far a conversation had come when it was shown: the number of its last message, and its latest edit."""

    number: int
    edited_at: datetime | None


def last_shown(opening: Any) -> LastShown:
    """Of a first message that `comments_of` has read: as its conversation was at the same moment."""
    edits = [edit for edit in (opening.edited_at, opening.answer_edited_at) if edit is not None]
    return LastShown(opening.last_answer or opening.pk, max(edits, default=None))


def measure_that_left(report: Report, key: str) -> Measure | None:
    """A measure of the charter of the report for which it does not ask, or not any more; under any version of it."""
    rows: QuerySet[Measure] = Measure.objects.filter(charter__key=report.charter.key, key=key)
    return rows.order_by("-charter__version").first()


def all_comments(actor: Actor) -> QuerySet[MeasureComment]:
    """Of every measure, each with its report."""
    rows: QuerySet[MeasureComment] = MeasureComment.objects.visible_to(actor)
    return rows.select_related("report__cycle", "measure", "organisation", "written_by")


def recent_comments(actor: Actor, report: Report, measure: Measure) -> list[MeasureComment]:
    """The newest open conversations, each with its first message and its last answers. At most two queries."""
    rows = comments_of(actor, report, measure)
    openings = list(rows.filter(parent=None, state=CommentState.OPEN)[:RECENT_CONVERSATIONS])
    if not openings:
        return []
    number = Window(RowNumber(), partition_by=F("parent_id"), order_by=F("pk").desc())
    answers = list(
        rows.filter(parent__in=openings).annotate(number=number).filter(number__lte=RECENT_ANSWERS)
    )
    return [
        row for opening in openings for row in (opening, *(a for a in answers if a.parent_id == opening.pk))
    ]


@dataclass(frozen=True, slots=True)
class CommentCounts:
    """Of one measure: how many messages, in conversations that are not settled, new to the reader; who asks them."""

    total: int = 0
    open: int = 0
    new: int = 0
    asked_at: datetime | None = None  # since when an open conversation waits for the reader's answer


def comment_counts(actor: Actor, report: Report, visits: Mapping[int, datetime]) -> dict[int, CommentCounts]:
    """By measure; `visits` are the reader's own. One query, which reads no text."""
    rows = MeasureComment.objects.visible_to(actor).filter(report=report).order_by("pk")
    by_measure: dict[int, list[MeasureComment]] = {}
    columns = ("measure_id", "parent_id", "written_by_id", "written_at", "mentions", "state", "deleted_at")
    for row in rows.only("pk", *columns):
        by_measure.setdefault(row.measure_id, []).append(row)
    return {
        measure: _counts(actor.person_id, comments, visits.get(measure))
        for measure, comments in by_measure.items()
    }


def _counts(
    person_id: int | None, comments: Sequence[MeasureComment], visited_at: datetime | None
) -> CommentCounts:
    present = [row for row in comments if row.deleted_at is None]
    in_open = _in_open_conversations(comments)
    return CommentCounts(
        len(present),
        len(in_open),
        sum(is_new(row, person_id, visited_at) for row in present),
        max((row.written_at for row in _unanswered(person_id, in_open)), default=None),
    )


def _in_open_conversations(comments: Sequence[MeasureComment]) -> list[MeasureComment]:
    settled = {row.pk for row in comments if row.state == CommentState.SETTLED}
    present = [row for row in comments if row.deleted_at is None]
    return [row for row in present if (row.parent_id or row.pk) not in settled]


def _unanswered(person_id: int | None, comments: Sequence[MeasureComment]) -> list[MeasureComment]:
    return _by_person_asked(comments).get(person_id or 0, [])


def _by_person_asked(comments: Sequence[MeasureComment]) -> dict[int, list[MeasureComment]]:
    """Of each person the last message of each conversation that mentions them, unless they wrote there since."""
    asked: dict[int, dict[int, MeasureComment]] = {}
    for row in comments:
        conversation = row.parent_id or row.pk
        for person_id in row.mentions:
            asked.setdefault(person_id, {})[conversation] = row
        asked.get(row.written_by_id, {}).pop(conversation, None)
    return {person_id: list(rows.values()) for person_id, rows in asked.items() if rows}


def unanswered_by_person(actor: Actor, organisation_id: int) -> dict[int, list[MeasureComment]]:
    """What colleagues wait for each other's answer to, beside measures of reports that are not final.

    One query, which reads no text.
    """
    rows = MeasureComment.objects.visible_to(actor).filter(organisation=organisation_id)
    rows = rows.exclude(report__state__in=FINAL_REPORT_STATES).select_related("measure", "report__cycle")
    return _by_person_asked(_in_open_conversations(list(rows.defer("text").order_by("pk"))))


def unanswered_comments(actor: Actor, person_id: int, organisation_id: int) -> list[MeasureComment]:
    """What colleagues wait for one person's answer to. One query, which reads no text."""
    return unanswered_by_person(actor, organisation_id).get(person_id, [])


class CommentPlace(NamedTuple):
    """Where a message stands: its measure and cycle in words, and its address among the messages beside it."""

    title: str
    url: str


def comment_place(comment: MeasureComment) -> CommentPlace:
    return CommentPlace(f"{comment.measure}, {comment.report.cycle.title}", message_url(comment))


def message_url(comment: MeasureComment) -> str:
    """The address of a message in its conversation, on whichever page of that it stands."""
    page = reverse("workspace:measure-comments", args=[comment.report_id, comment.measure.key])
    return f"{page}?message={comment.pk}#message-{comment.pk}"


def comments_to_answer(actor: Actor, report: Report) -> list[MeasureComment]:
    """What colleagues wait for the actor's answer to in one report. Two queries, of which one reads texts: theirs."""
    if actor.person_id is None:
        return []
    visible = MeasureComment.objects.visible_to(actor).filter(report=report).order_by("pk")
    columns = ("parent_id", "written_by_id", "mentions", "state", "deleted_at")
    asked = _unanswered(actor.person_id, _in_open_conversations(list(visible.only("pk", *columns))))
    if not asked:
        return []
    return list(visible.filter(pk__in=[row.pk for row in asked]).select_related("measure", "written_by"))


def is_new(comment: MeasureComment, person_id: int | None, visited_at: datetime | None) -> bool:
    """Whether somebody else has written it since the reader's last visit."""
    return comment.written_by_id != person_id and (visited_at is None or comment.written_at > visited_at)


def last_visit(actor: Actor, report: Report, measure: Measure) -> datetime | None:
    rows = MeasureVisit.objects.visible_to(actor).filter(report=report, measure=measure)
    return rows.filter(person=actor.person_id).values_list("visited_at", flat=True).first()


# --- Mentions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the organisation; `left_out` says why they cannot be notified now, or is empty."""

    person_id: int
    name: str
    roles: Collection[str]
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is mentioned and notified, who is mentioned and cannot be, and names that nobody, or more than one, has."""

    notified: Sequence[Colleague] = ()
    left_out: Sequence[Colleague] = ()
    unknown: Sequence[str] = ()

    @property
    def person_ids(self) -> list[int]:
        return sorted(each.person_id for each in self.notified)


def colleagues_to_mention(actor: Actor, organisation: Organisation) -> list[Colleague]:
    """Everybody else of the organisation, by name. One query."""
    return [
        Colleague(row.person_id, row.person.name, row.roles, _why_left_out(row.roles, row.person.is_active))
        for row in colleagues(actor, organisation)
        if row.person_id != actor.person_id
    ]


def _why_left_out(roles: Collection[str], is_active: bool) -> str:
    if not is_active:
        return _("has no access to the portal at the moment")
    return "" if roles else _("has no rights here yet")


def find_mentions(people: Iterable[Colleague], text: str, chosen: Collection[int]) -> Mentions:
    """Who is chosen from the list or called by `@Name` in the text; nobody outside the organisation is matched."""
    by_id = {each.person_id: each for each in people}
    by_name: dict[str, set[int]] = {}
    for each in by_id.values():
        by_name.setdefault(each.name, set()).add(each.person_id)
    # of colleagues with one name the text means those who are chosen from the list
    meant = {name: (keys & set(chosen)) or keys for name, keys in by_name.items()}
    called, rest = called_by_name(text, meant)
    mentioned = [each for each in by_id.values() if each.person_id in called or each.person_id in chosen]
    return Mentions(
        [each for each in mentioned if not each.left_out],
        [each for each in mentioned if each.left_out],
        unmatched_calls(rest),
    )


def names_of_colleagues(people: Iterable[Colleague]) -> dict[int, str]:
    return {each.person_id: each.name for each in people}
