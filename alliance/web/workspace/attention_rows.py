"""The rows of what needs a person's eyes: each with what can be done there at once, and how that is saved."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.models import Answer, Evidence, Figure, Indicator, MeasureComment, Pledge, Question
from alliance.queries.attention import attention
from alliance.queries.attention_items import AttentionItem, AttentionKind
from alliance.queries.field_history import last_writings
from alliance.queries.report_frame import PLEDGE_LIMIT
from alliance.queries.working_copy import CarriedOver, WorkingCopy
from alliance.services.answers import save_answer
from alliance.services.carry_over import confirm_carried_over
from alliance.services.figures import FigureChange, save_figures, write_note
from alliance.web.forms.working_copy import (
    AnswerForm,
    ShortFigureForm,
    WorkingCopyForm,
    posted_carried_from,
)
from alliance.web.workspace.editor_parts import EditorPlace
from alliance.web.workspace.figure_grid import previous_text
from alliance.web.workspace.overtaken import overtaken_figure, overtaken_text
from alliance.web.workspace.place_links import PlaceLinks
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.text import DiffPiece, compare_words
from portal.kernel.web import names_of, refuse_unlisted_fields

_SHOWN_AT_ONCE = 400  # characters of a text that was carried over
_ALSO_POSTED = ("act", "carried_from", "chosen", "confirm", "note_for_chosen")


@dataclass
class AttentionRow:
    """One place with everything that is to be seen to there; a figure and a text have a form."""

    name: str
    links: PlaceLinks
    items: list[AttentionItem] = field(default_factory=list)
    place: EditorPlace | None = None
    subject: Indicator | Pledge | None = None  # of a text
    form: ShortFigureForm | AnswerForm | None = None
    conflict: str = ""
    overtaken_by: Answer | None = None  # the text that a colleague has saved meanwhile
    last: str = ""  # of a figure with a form, what it was in the last period
    is_chosen: bool = False

    @property
    def url(self) -> str:
        """Where it is put right."""
        if self.place is not None:
            return self.links.place_url(self.place)
        return self.links.text_url(self.subject) if self.subject else self.links.url(self.items[0])

    @property
    def title(self) -> str:
        """The place as a person knows it."""
        if self.place is not None:
            return self.links.frame.words_of(self.place.target.place)
        return self.subject.title if self.subject else self.items[0].title

    @cached_property
    def kinds(self) -> set[str]:
        """Asked once all its items are there."""
        return {item.kind.value for item in self.items}

    @property
    def measure_id(self) -> int | None:
        """The measure that it belongs to; none of a pledge beyond the charter, and of the whole report."""
        return next((item.required.measure.pk for item in self.items if item.required), None)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether something here was carried over and can be said to be still true."""
        return AttentionKind.CARRIED_OVER in self.kinds

    @property
    def carried_text(self) -> Answer | None:
        """The text that was carried over, to be read before it is said to be still true."""
        rows = [item.row for item in self.items if item.kind == AttentionKind.CARRIED_OVER]
        return next((row for row in rows if isinstance(row, Answer)), None)

    @property
    def text_length(self) -> int:
        """How many characters people have written of what the row shows."""
        figures = {id(item.row): item.row for item in self.items if isinstance(item.row, Figure)}.values()
        texts = [item.statement for item in self.items if isinstance(item.statement, str)]
        texts += [text for figure in figures for text in (figure.reason, figure.note)]
        texts += [self.carried_text.text] if self.carried_text else []
        return sum(map(len, texts))

    @property
    def is_long(self) -> bool:
        """Whether its text stands in a fold, with the button that confirms it: behind the last word."""
        return self.carried_text is not None and len(self.carried_text.text) > _SHOWN_AT_ONCE

    @property
    def folds_note(self) -> bool:
        """Whether the note of a figure stands in a fold: there is none, and nothing asks for one."""
        if not isinstance(self.form, ShortFigureForm) or AttentionKind.WARNING in self.kinds:
            return False
        return not self.form["note"].value() and not self.form["note"].errors

    @property
    def unit(self) -> str:
        """In which a figure is given; nothing of a yes or no, a choice, and of what is no figure."""
        indicator = self.place.line.indicator if self.place else None
        return str(indicator.get_unit_display()) if indicator and indicator.unit else ""

    @property
    def pieces(self) -> list[DiffPiece]:
        """From the text that a colleague has saved to the one that was typed, word by word."""
        if self.overtaken_by is None or self.form is None:
            return []
        return compare_words(self.overtaken_by.text, str(self.form["text"].value() or ""))

    @property
    def question(self) -> Question | None:
        """The secretariat's, to be answered in the row."""
        return next((item.question for item in self.items if item.question), None)

    @property
    def comment(self) -> MeasureComment | None:
        """A colleague's message, to be answered in the row."""
        return next((item.comment for item in self.items if item.comment), None)

    @property
    def is_talk(self) -> bool:
        """Whether it has a form of its own, which is sent and not saved."""
        return self.question is not None or self.comment is not None

    @property
    def can_be_chosen(self) -> bool:
        return self.is_unconfirmed or AttentionKind.WARNING in self.kinds


class AttentionRows:
    """What one person has to see to in one report; with `data`, the figures are bound that a post carries."""

    def __init__(self, actor: Actor, copy: WorkingCopy, data: QueryDict | None = None) -> None:
        self.actor, self.copy, self.data = actor, copy, data
        self.attention = attention(actor, copy)
        self.saved: set[str] = set()  # of the rows that were posted and touched
        self.unsaved: set[str] = set()
        self.links = PlaceLinks(copy.frame)

    def rows(self, kind: str = "") -> list[AttentionRow]:
        """One for each place, in the order of what is best put right first; `kind`: those with an item of it."""
        if kind not in self.attention.counts:
            return list(self._rows.values())
        return [row for row in self._rows.values() if kind in row.kinds]

    @cached_property
    def _rows(self) -> dict[str, AttentionRow]:
        rows: dict[str, AttentionRow] = {}
        for item in self.attention.items:
            place = self.links.figure(item.place) if item.place is not None else None
            name = place.prefix if place else self.links.name(item)
            row = rows.get(name) or rows.setdefault(name, AttentionRow(name, self.links))
            row.items.append(item)
            row.place = place or row.place
            if place is None:
                row.subject = self.links.find_text(name)
        return rows

    def with_forms(self, rows: Iterable[AttentionRow]) -> list[AttentionRow]:
        """The rows, each figure and each text with its form."""
        shown = list(rows)
        for row in shown:
            if row.form is None:
                row.form = self._form(row)
        return shown

    def _form(self, row: AttentionRow, data: QueryDict | None = None) -> ShortFigureForm | AnswerForm | None:
        if row.place is not None:
            stored, indicator = self.copy.figures.get(row.place.target.place), row.place.line.indicator
            row.last = previous_text(indicator, self.copy.last_figures.get(row.place.target.place))
            figure_form = ShortFigureForm(data, prefix=row.name, indicator=indicator, stored=stored)
            if row.last:
                figure_form.fields["value"].widget.attrs["aria-describedby"] = f"last-{row.name}"
            return figure_form
        if row.subject is None:
            return None
        limit = row.subject.limit if isinstance(row.subject, Indicator) else PLEDGE_LIMIT
        answer = self.copy.answers.get(_key(row.subject))
        form = AnswerForm(data, prefix=row.name, answer=answer, limit=limit, label=_("Text"))
        form.fields["text"].widget.attrs["rows"] = 4
        return form

    # --- what was posted ---

    @cached_property
    def posted(self) -> list[AttentionRow]:
        """What the post carries, also where nothing is needed any more: figures and texts, each with its bound form."""
        prefixes = dict.fromkeys(name.rpartition("-")[0] for name in self.data or ())
        rows = []
        for prefix in prefixes:
            place = self.links.find(prefix) if prefix else None
            subject = self.links.find_text(prefix)
            if place is None and subject is None:
                continue
            row = self._rows.get(prefix) or AttentionRow(prefix, self.links)
            row.place, row.subject = place, subject
            row.form = self._form(row, self.data)
            rows.append(row)
        return rows

    def refuse_unlisted_fields(self) -> None:
        """Raise UnlistedFields for a field, or a place, for which the report does not ask."""
        listed = names_of(*(row.form for row in self.posted))
        refuse_unlisted_fields(self.data or {}, {*listed, *_ALSO_POSTED})

    def save_posted(self) -> list[AttentionRow]:
        """Save every figure and text that was touched and is right; gives back those that were not saved."""
        touched = [row for row in self.posted if row.form is not None and row.form.is_touched]
        left = self._save_rows(touched)
        self.unsaved = {row.name for row in left}
        self.saved = {row.name for row in touched} - self.unsaved
        return left

    def _save_rows(self, rows: Sequence[AttentionRow]) -> list[AttentionRow]:
        changes: list[tuple[AttentionRow, FigureChange]] = []
        left = []
        for row in rows:
            if row.subject is not None:
                if not self._save_text(row, row.subject):
                    left.append(row)
                continue
            change = _change(row)
            if change is None:
                left.append(row)
            else:
                changes.append((row, change))
        return left + self._save(changes)

    def _save(self, changes: Sequence[tuple[AttentionRow, FigureChange]]) -> list[AttentionRow]:
        if not changes:
            return []
        report = self.copy.frame.report
        saved = save_figures(self.actor, report, [change for _row, change in changes], all_or_none=False)
        stored_figures = {change.target.place: stored for change, stored in saved.conflicts}
        writings = last_writings(report, [(change.target, stored) for change, stored in saved.conflicts])
        late = []
        for row, change in changes:
            place = change.target.place
            if place not in stored_figures:
                continue
            stored = stored_figures[place]
            row.conflict = overtaken_figure(
                self.actor, change.target, stored, writings.get(place), change.values
            )
            _rebase(row.form, stored)
            late.append(row)
        return late

    def _save_text(self, row: AttentionRow, subject: Indicator | Pledge) -> bool:
        """Whether it was saved. A colleague's text is shown, and the next post writes over it knowingly."""
        form = row.form
        assert form is not None, "a posted text has a form"
        if not form.is_valid():
            return False
        cleaned, report = form.cleaned_data, self.copy.frame.report
        which = subject if isinstance(subject, Indicator) else subject.record
        text, language, version = cleaned["text"], cleaned["language"], cleaned["version"] or 0
        try:
            save_answer(self.actor, report, which, text=text, language=language, version=version)
        except Conflict as conflict:
            row.overtaken_by = conflict.stored if isinstance(conflict.stored, Answer) else None
            row.conflict = overtaken_text(self.actor, row.overtaken_by)
            _rebase(form, row.overtaken_by)
        except Forbidden:
            raise
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return True
        return False

    def confirm(self, names: Collection[str]) -> int:
        """Say that what was carried over in these rows is still true; returns how many were. Raises CarriedOverAnew.

        Where something else was typed in the same post, that holds: nothing is confirmed beside it.
        """
        items = [
            item
            for name in names
            if name in self._rows and name not in self.unsaved
            for item in self._rows[name].items
            if item.kind == AttentionKind.CARRIED_OVER
        ]
        rows = [item.row for item in items]
        carried_over = CarriedOver(
            [row for row in rows if isinstance(row, Answer)],
            [row for row in rows if isinstance(row, Figure)],
            [row for row in rows if isinstance(row, Evidence)],
        )
        return confirm_carried_over(
            self.actor, self.copy.frame.report, carried_over, carried_from=posted_carried_from(self.data)
        )

    def note(self, names: Collection[str], note: str) -> int:
        """Write one note to the figures with a warning in these rows; returns to how many.

        Raises DomainError without a note or a warning; Forbidden; Conflict when a colleague was quicker.
        """
        rows = [
            row for name, row in self._rows.items() if name in names and AttentionKind.WARNING in row.kinds
        ]
        figures = [self.copy.figures[row.place.target.place] for row in rows if row.place]
        if not figures:
            raise DomainError(_("Choose rows with a warning."), field="chosen")
        return write_note(self.actor, self.copy, figures, note)


def _change(row: AttentionRow) -> FigureChange | None:
    """The values of the row's form; None, with the refusal at its field, where they cannot be stored."""
    form, place = row.form, row.place
    assert isinstance(form, ShortFigureForm), "a posted figure has a form"
    assert place is not None, "a posted figure has a place"
    if not form.is_valid():
        return None
    try:
        values = None if form.is_emptied else form.values().cleaned()
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None
    return FigureChange(place.target, values, form.cleaned_data["version"] or 0)


def _rebase(form: WorkingCopyForm | None, stored: Answer | Figure | None) -> None:
    """What is posted next knows of what is stored: it writes over that knowingly."""
    assert form is not None, "what was posted has a form"
    data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[form.add_prefix("version")] = str(stored.version if stored else 0)
    form.data = data


def _key(subject: Indicator | Pledge) -> int | UUID:
    """As the answers of a working copy are known."""
    return subject.pk if isinstance(subject, Indicator) else subject.record
