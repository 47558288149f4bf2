"""All about one report: everything that was done to it and to its parts, in order, with the words that belong to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.models import (
    ChangesRequest,
    Correction,
    CorrectionNote,
    CycleDateChange,
    ExtensionRequest,
    Finding,
    FindingEntry,
    InternalNote,
    InvitedComment,
    Question,
    Report,
    ReportDecision,
    ReportExemption,
    ReportReminder,
    Response,
    ReviewAssignment,
    ReviewPause,
    SecondReading,
    Withdrawal,
)
from alliance.queries.given_verdicts import GivenVerdict, given_verdicts
from alliance.queries.journal import JournalFilter, JournalRow, journal_events, journal_rows
from alliance.queries.published_states import (
    record_name,
)
from alliance.queries.review_state import reads_blind
from alliance.queries.withdrawals import public_number, public_replies
from portal.kernel.access import Actor, can
from portal.kernel.journal import Event, value_name
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES

STORY_PAGE_SIZE = 100
_PUBLICATION_TYPES = ("report", "report_notice", "response")


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote with an act; `label` says what it is where one act has several."""

    text: str
    language: str = ""
    label: str | Promise = ""
    is_replaced: bool = False  # the label alone is known: other words have taken the place of these
    is_taken_back: bool = False  # or nothing has


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One act of the story: the journal's entry, and what was written with it as far as the reader may read it."""

    row: JournalRow
    words: Sequence[Words] = ()


def story_events(actor: Actor, report: Report) -> QuerySet[Event]:
    """The journal entries of the report, its parts and its dates, the first one first; none without `journal.read`."""
    return journal_events(actor, JournalFilter(report=report.pk)).order_by("pk")


def story_entries(actor: Actor, report: Report, events: Sequence[Event]) -> list[StoryEntry]:
    """The entries of one page with their words. A few queries for each kind of row that has words.

    A blind second reader has no judgements before their own are sent.
    """
    is_blind = reads_blind(actor, report)
    sources = _sources(actor, report, events, is_blind=is_blind)
    verdicts = {} if is_blind else given_verdicts(actor, report, events)
    rows = journal_rows(actor, events)
    return [
        StoryEntry(
            row,
            _verdict_words(given) if (given := verdicts.get(row.event.pk)) else _words_of(row.event, sources),
        )
        for row in rows
    ]


def publications_of(report: Report) -> list[Publication]:
    """What was published of the report, in order, without the bytes: revisions, replies, notices, withdrawals.

    One query. The record of a withdrawal begins with the type of what it withdraws.
    """
    record = record_name(report)
    own = Q(type__in=_PUBLICATION_TYPES) & _records(record)
    withdrawn = [_records(f"{type_}/{record}") for type_ in _PUBLICATION_TYPES]
    of_withdrawals = Q(type="withdrawal") & reduce(or_, withdrawn)
    return list(Publication.objects.filter(own | of_withdrawals).defer("body").order_by("number"))


@dataclass(frozen=True, slots=True)
class PublicState:
    """Under which numbers the report, or the notice in its place, and the replies are public now.

    And whether the actor may correct it.
    """

    numbers: Sequence[int]
    may_correct: bool


def public_state(actor: Actor, report: Report) -> PublicState:
    """Two queries, up to eight of a public report."""
    number = public_number(report)
    if number is None:
        return PublicState((), may_correct=False)
    replies = [reply.valid_from for _commitment, reply in public_replies(report)]
    return PublicState([number, *replies], can(actor, "correction.draft", report))


def _records(record: str) -> Q:
    """The record and the parts of it."""
    return Q(record=record) | Q(record__startswith=f"{record}/")


# --- The words ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the words of some kinds of entries stand: which row an entry means, and what of that row it says."""

    model: Any
    number: Callable[[Event], int | None]
    words: Callable[[Any], Iterable[Words]]
    parts: str = ""  # of the row, read with it
    is_judgement: bool = False  # which a blind second reader does not read
    # the row has only the words of the last time: earlier entries say what was done, and no more
    is_last_only: bool = False


def _of_target(event: Event) -> int | None:
    return event.target_id


def _of_data(name: str) -> Callable[[Event], int | None]:
    def number(event: Event) -> int | None:
        value = event.data.get(name)
        return value if isinstance(value, int) else None

    return number


def _verdict_words(given: GivenVerdict) -> list[Words]:
    """The verdict that was given then, and why; of a commitment also why it differs from its measures."""
    label = value_name("value", given.value)
    words = [Words(given.reason, given.language, label, given.is_replaced, given.is_taken_back)]
    return words + [Words(given.difference, given.language)] * bool(given.difference)


def _opinion_words(row: SecondReading) -> list[Words]:
    """What the second reader wrote about each measure."""
    return [
        Words(each.reason, each.language, f"{each.measure.code}: {each.get_value_display()}")
        for each in row.opinions.all()
    ]


def _settlement_words(row: SecondReading) -> list[Words]:
    """Why each difference was settled as it was."""
    return [
        Words(each.outcome_reason, label=f"{each.measure.code}: {each.get_outcome_display()}")
        for each in row.opinions.all()
    ]


def _upheld_words(row: Correction) -> list[Words]:
    return [Words(text, language) for language, text in row.upheld_reason.items() if text]


def _reason_words(row: Correction | Withdrawal) -> list[Words]:
    """A public reason, in each language."""
    return [Words(text, language) for language, text in row.reason.items()]


def _first_words(row: Finding) -> list[Words]:
    """What it said when it was opened: of one that was edited since, what the first edit has left."""
    first = next((entry for entry in row.entries.all() if entry.is_edit and entry.text), None)
    return [Words(first.text, first.language)] if first else [Words(row.text, row.language)]


_QUESTION = _Source(Question, _of_target, lambda row: [Words(row.text, row.language)])
_DECISION = _Source(ReportDecision, _of_data("decision"), lambda row: [Words(row.reason, row.language)])
_ASSIGNMENT = _Source(ReviewAssignment, _of_data("assignment"), lambda row: [Words(row.note)])
_FINDING_ENTRY = _Source(
    FindingEntry, _of_data("entry"), lambda row: [Words(row.text, row.language)], is_judgement=True
)
_CORRECTION_DECISION = _Source(Correction, _of_target, lambda row: [Words(row.decision_reason)])
_WITHDRAWAL_DECISION = _Source(Withdrawal, _of_target, lambda row: [Words(row.decision_reason)])
_COMMENT_REASON = _Source(InvitedComment, _of_target, lambda row: [Words(row.reason)])
_OPINIONS = _Source(SecondReading, _of_target, _opinion_words, "opinions__measure", is_judgement=True)
_SOURCES: Mapping[str, _Source] = {
    "report.request_changes": _Source(
        ChangesRequest, _of_data("changes_request"), lambda row: [Words(row.summary, row.language)]
    ),
    "report.recall": _DECISION,
    "report.resume_review": _DECISION,
    "report.take_back_request": _DECISION,
    "report.reopen": _DECISION,
    "report.hand_over": _ASSIGNMENT,
    "report.take_over": _ASSIGNMENT,
    "report.unassign": _ASSIGNMENT,
    "report.pause_review": _Source(ReviewPause, _of_data("pause"), lambda row: [Words(row.reason)]),
    "report.respond": _Source(  # it speaks of the verdicts
        Response, _of_data("response"), lambda row: [Words(row.text, row.language)], is_judgement=True
    ),
    "report.exempt": _Source(ReportExemption, _of_data("exemption"), lambda row: [Words(row.reason)]),
    "report.remind": _Source(ReportReminder, _of_data("reminder"), lambda row: [Words(row.text)]),
    "report.extend": _Source(
        Report, _of_target, lambda row: [Words(row.extension_reason)], is_last_only=True
    ),
    "report.ask_extension": _Source(ExtensionRequest, _of_target, lambda row: [Words(row.reason)]),
    "cycle.reschedule": _Source(
        CycleDateChange,
        _of_data("date_change"),
        lambda row: [Words(getattr(row, f"reason_{language}"), language) for language in LANGUAGES],
    ),
    "extension_request.refuse": _Source(
        ExtensionRequest, _of_target, lambda row: [Words(row.decision_reason)]
    ),
    "question.ask": _QUESTION,
    "question.answer": _Source(
        Question, _of_target, lambda row: [Words(row.answer, row.answer_language)], is_last_only=True
    ),
    "note.write": _Source(
        InternalNote, _of_target, lambda row: [Words(row.text, row.language)], is_judgement=True
    ),
    "finding.open": _Source(Finding, _of_target, _first_words, "entries", is_judgement=True),
    "finding.edit": _Source(
        FindingEntry,
        _of_data("entry"),
        lambda row: [Words(row.text, row.language, _("It said before"))],
        is_judgement=True,
    ),
    "finding.claim": _FINDING_ENTRY,
    "finding.carry": _FINDING_ENTRY,
    "finding.complete": _FINDING_ENTRY,
    "finding.reopen": _FINDING_ENTRY,
    "finding.withdraw": _FINDING_ENTRY,
    "second_reading.ask": _Source(SecondReading, _of_target, lambda row: [Words(row.request)]),
    "second_reading.agree": _OPINIONS,
    "second_reading.differ": _OPINIONS,
    "second_reading.settle": _Source(
        SecondReading, _of_target, _settlement_words, "opinions__measure", is_judgement=True
    ),
    "correction.propose": _Source(Correction, _of_target, _reason_words),
    "correction.object": _Source(Correction, _of_target, lambda row: [Words(row.answer_reason)]),
    "correction.add_note": _Source(
        CorrectionNote, _of_data("note"), lambda row: [Words(row.text, row.language)]
    ),
    "correction.publish": _CORRECTION_DECISION,
    "correction.drop": _CORRECTION_DECISION,
    "correction.uphold_verdicts": _Source(Correction, _of_target, _upheld_words),
    "publication.withdraw": _Source(Withdrawal, _of_target, _reason_words),
    "withdrawal.refuse": _WITHDRAWAL_DECISION,
    "withdrawal.undo": _WITHDRAWAL_DECISION,
    "invited_comment.invite": _Source(
        InvitedComment, _of_target, lambda row: [Words(row.question, row.language)]
    ),
    "invited_comment.give": _Source(
        InvitedComment, _of_target, lambda row: [Words(row.text, row.text_language)]
    ),
    "invited_comment.decline": _COMMENT_REASON,
    "invited_comment.withdraw": _COMMENT_REASON,
}
# Of an exemption that was granted before each had a row of its own.
_EXEMPTION_BEFORE = _Source(Report, _of_target, lambda row: [Words(row.exempt_reason)], is_last_only=True)

_RowsByEntry = Mapping[int, Any]  # the rows by the number of the entry


def _source_of(event: Event) -> _Source | None:
    if event.kind == "report.exempt" and "exemption" not in event.data:
        return _EXEMPTION_BEFORE
    return _SOURCES.get(event.kind)


def _sources(actor: Actor, report: Report, events: Sequence[Event], *, is_blind: bool) -> _RowsByEntry:
    """The rows of the words, by entry."""
    wanted: dict[tuple[Any, str], dict[int, list[Event]]] = {}
    for event in events:
        source = _source_of(event)
        number = source.number(event) if source else None
        if source is None or number is None or (is_blind and source.is_judgement):
            continue
        rows_wanted = wanted.setdefault((source.model, source.parts), {})
        rows_wanted.setdefault(number, []).append(event)
    last = _last_entries(report, events)
    rows_by_entry: dict[int, Any] = {}
    for (model, parts), entries_by_row in wanted.items():
        rows = model.objects.visible_to(actor).filter(pk__in=entries_by_row)
        for row in rows.prefetch_related(parts) if parts else rows:
            for event in entries_by_row[row.pk]:
                if not _is_last_only(event) or last[event.kind, event.target_id] == event.pk:
                    rows_by_entry[event.pk] = row
    return rows_by_entry


def _is_last_only(event: Event) -> bool:
    source = _source_of(event)
    return source is not None and source.is_last_only


def _last_entries(report: Report, events: Sequence[Event]) -> Mapping[tuple[str, int], int]:
    """The last entry of each kind that has the words of the last time alone, by the number of its row, on any page.

    One query, or none.
    """
    kinds = {event.kind for event in events if _is_last_only(event)}
    if not kinds:
        return {}
    entries = Event.objects.filter(
        kind__in=kinds, parent_type=Report._meta.label_lower, parent_id=report.pk
    ).order_by()
    numbers = entries.values_list("kind", "target_id").annotate(last=Max("pk"))
    return {(kind, target): last for kind, target, last in numbers}


def _words_of(event: Event, rows: _RowsByEntry) -> list[Words]:
    row, source = rows.get(event.pk), _source_of(event)
    if row is None or source is None:
        return []
    return [words for words in source.words(row) if words.text]
