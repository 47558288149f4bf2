"""The one write of texts: over the stored ones, with a version check so that nobody's words are lost."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import Disclosure, IndicatorType
from alliance.models import Answer, Indicator, Report
from alliance.queries.field_history import last_numbers
from alliance.queries.report_frame import PLEDGE_LIMIT
from alliance.services.reports import lock_report_for_editing
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.text import clean_text, refuse_long


class AnswerChange(NamedTuple):
    """The new text of one subject: an indicator, or the record of a pledge beyond the charter.

    `version` is the one that the writer read: 0 for none, None for any.
    """

    subject: Indicator | UUID
    text: str
    language: str
    version: int | None

    @property
    def key(self) -> int | UUID:
        """The subject as `Answer.subject_key` has it."""
        return self.subject.pk if isinstance(self.subject, Indicator) else self.subject

    def cleaned(self) -> "AnswerChange":
        """The change with its text as it is stored. Raises DomainError for a text that cannot be."""
        if isinstance(self.subject, Indicator) and self.subject.type != IndicatorType.NARRATIVE:
            raise DomainError(_("This indicator asks for a figure, not for a text."), field="indicator")
        text = clean_text(self.text, field="text")
        limit = self.subject.limit if isinstance(self.subject, Indicator) else PLEDGE_LIMIT
        return self._replace(text=refuse_long(text, limit, field="text"))


Replacement = tuple[AnswerChange, Answer | None]  # a change, and the text that is in its place, if any


class AnswerConflict(Conflict):
    """Somebody else has saved other texts meanwhile; nothing was written."""

    def __init__(self, conflicts: Sequence[Replacement]) -> None:
        change, current = conflicts[0]
        message = _("This was saved elsewhere while you were editing it.")
        super().__init__(message, stored=current, sent=change.text, field="text")
        self.conflicts = conflicts


def save_answer(
    actor: Actor, report: Report, subject: Indicator | UUID, *, text: str, language: str, version: int
) -> Answer | None:
    """Save one text as `save_answers` saves many, and return it as it is stored; None where nothing is and was sent.

    `version` is the one that the writer saw, 0 for none. Raises Conflict with both texts when somebody else has saved
    another text in between.
    """
    change = AnswerChange(subject, text, language, version)
    save_answers(actor, report, [change])
    which = {"indicator": subject} if isinstance(subject, Indicator) else {"pledge_record": subject}
    return Answer.objects.filter(report=report, **which).first()


@transaction.atomic
def save_answers(actor: Actor, report: Report, changes: Sequence[AnswerChange]) -> int:
    """Write texts of one report over the stored ones, and say how many were changed. As many queries for any number.

    A change that alters nothing is left out: version and writer stay; one that repeats a text that was carried over
    confirms it. A new text takes the charter's disclosure; one that exists keeps its own. Another text that somebody
    saved since is a conflict: AnswerConflict is raised and nothing is written. The earlier texts stay in the field
    history. Raises Forbidden; WrongState when the report is not being edited; DomainError with its field for a text
    that cannot be stored, and for two changes of one subject.
    """
    locked = lock_report_for_editing(actor, report)
    if Counter(change.key for change in changes).total() > len({change.key for change in changes}):
        raise DomainError(_("Another row has the same place."), field="indicator")
    altering = _altering_replacements(locked, [change.cleaned() for change in changes])
    if conflicts := [each for each in altering if _is_outdated(*each)]:
        raise AnswerConflict(conflicts)
    _write(actor, locked, altering)
    return len(altering)


@transaction.atomic
def remove_answers(actor: Actor, report: Report, keys: Collection[int | UUID]) -> None:
    """Remove the texts of these subjects, as if none had ever been written; the field history keeps them.

    Where a signatory has decided who may read a text, that outlives it, as of a figure. `keys` are those of
    `Answer.subject_key`. Raises Forbidden, and WrongState when the report is not being edited.
    """
    locked = lock_report_for_editing(actor, report)
    rows = _texts_of(locked, keys)
    keeping = [row.pk for row in rows.select_related("indicator") if _keeps_readers(row)]
    # so that the history knows who emptied the place
    emptied = {"updated_by": actor.person_id, "updated_at": clock.now(), "version": F("version") + 1}
    rows.filter(pk__in=keeping).update(text="", carried_over=False, **emptied)
    gone = rows.exclude(pk__in=keeping)
    gone.update(**emptied)
    gone.delete()


def _keeps_readers(answer: Answer) -> bool:
    """Whether a signatory has decided who may read the text: that outlives it."""
    default = answer.indicator.disclosure if answer.indicator else Disclosure.PUBLIC
    return answer.disclosure != default


def _texts_of(report: Report, keys: Collection[int | UUID]) -> QuerySet[Answer]:
    indicators = [key for key in keys if isinstance(key, int)]
    records = [key for key in keys if isinstance(key, UUID)]
    rows: QuerySet[Answer] = Answer.objects.filter(report=report)
    return rows.filter(Q(indicator__in=indicators) | Q(pledge_record__in=records))


def _altering_replacements(report: Report, changes: Sequence[AnswerChange]) -> list[Replacement]:
    """The changes that alter something, each with the stored text, which is locked, and its writer."""
    rows = _texts_of(report, [change.key for change in changes]).select_for_update(of=("self",))
    stored: Mapping[int | UUID, Answer] = {
        answer.subject_key: answer for answer in rows.prefetch_related("updated_by")
    }
    pairs = [(change, stored.get(change.key)) for change in changes]
    return [(change, current) for change, current in pairs if _alters(change, current)]


def _alters(change: AnswerChange, current: Answer | None) -> bool:
    if current is None:
        return bool(change.text)
    return current.carried_over or (current.text, current.language) != (change.text, change.language)


def _is_outdated(change: AnswerChange, current: Answer | None) -> bool:
    """Whether somebody else has saved another text since the writer read it; what was carried over is nobody's work."""
    if current is None or change.version is None or (current.carried_over and not change.version):
        return False
    return current.version != change.version and current.text != change.text


def _write(actor: Actor, report: Report, replacements: Sequence[Replacement]) -> None:
    new = _new_answers(actor, report, [change for change, current in replacements if current is None])
    changed = []
    for change, current in replacements:
        if current is not None:
            current.text, current.language, current.carried_over = change.text, change.language, False
            current.version, current.updated_by_id = current.version + 1, actor.person_id
            current.updated_at = clock.now()
            changed.append(current)
    Answer.objects.bulk_create(new)
    columns = ("text", "language", "carried_over", "version", "updated_by", "updated_at")
    Answer.objects.bulk_update(changed, columns)


def _new_answers(actor: Actor, report: Report, changes: Sequence[AnswerChange]) -> list[Answer]:
    """The texts of places where nothing stands; each counts on from what stood there. At most one query."""
    if not changes:
        return []
    numbers = last_numbers("AnswerHistory", report, ("indicator_id", "pledge_record"))
    earlier = {indicator or record: number for (indicator, record), number in numbers.items()}
    return [_draft(actor, report, change, earlier.get(change.key, 0) + 1) for change in changes]


def _draft(actor: Actor, report: Report, change: AnswerChange, version: int) -> Answer:
    columns: dict[str, Any] = {"pledge_record": change.subject}
    if isinstance(change.subject, Indicator):
        columns = {"indicator": change.subject, "disclosure": change.subject.disclosure}
    return Answer(
        report=report,
        organisation_id=report.organisation_id,
        text=change.text,
        language=change.language,
        version=version,
        updated_by_id=actor.person_id,
        **columns,
    )
