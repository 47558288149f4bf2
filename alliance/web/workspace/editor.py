"""The editor of one measure: its forms, and the saving of whatever was touched."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.http import QueryDict

from alliance.models import Answer, Indicator
from alliance.queries.report_frame import RequiredMeasure, texts_in
from alliance.queries.working_copy import WorkingCopy
from alliance.services.figures import FigureChange, save_figures
from alliance.services.reports import confirm_answer, save_answer
from alliance.web.forms.working_copy import AnswerForm, CellForm, FigureForm
from alliance.web.workspace.editor_fields import EditConflict, EditorField
from alliance.web.workspace.figure_grid import FigureGrid
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Forbidden


class MeasureEditor:
    """The forms of one measure, blank or bound; `save` saves what was touched and leaves the rest."""

    def __init__(self, copy: WorkingCopy, required: RequiredMeasure, data: QueryDict | None = None) -> None:
        self.copy, self.required, self.data = copy, required, data

    # --- what the page shows ---

    @cached_property
    def texts(self) -> list[EditorField]:
        return [self._text_field(row) for row in self.required.narratives]

    @cached_property
    def grid(self) -> FigureGrid:
        return FigureGrid(self.copy, self.required, self.data)

    def fields(self) -> Iterator[EditorField]:
        yield from self.texts
        yield from self.grid.fields

    def _text_field(self, indicator: Indicator) -> EditorField:
        answer = self.copy.answers.get(indicator.pk)
        form = AnswerForm(
            self.data, prefix=f"t{indicator.pk}", answer=answer, limit=indicator.limit, label=indicator.title
        )
        return EditorField(form, indicator, last=self._last_texts.get(indicator.key, ""))

    @cached_property
    def _last_texts(self) -> dict[str, str]:
        return texts_in(self.copy.last)

    def lock(self) -> None:
        """Everything can be read and nothing written."""
        for entry in self.fields():
            for field in entry.form.fields.values():
                field.disabled = True

    # --- saving ---

    def save(self, actor: Actor, *, discarded: frozenset[str] = frozenset()) -> bool:
        """Save every touched form that is right; True when nothing is left to correct.

        `discarded` are the prefixes of forms whose words somebody decided to leave for a colleague's.
        """
        left = [field for field in self.fields() if field.form.is_touched and field.prefix not in discarded]
        right = [each for each in left if each.form.is_valid()]
        for entry in right:
            if isinstance(entry.form, AnswerForm):
                self._save_text(actor, entry)
        self._save_figures(actor, [each for each in right if each.target])
        return all(each.saved for each in left)

    def _save_text(self, actor: Actor, entry: EditorField) -> None:
        cleaned = entry.form.cleaned_data
        text, language, version = cleaned["text"], cleaned["language"], cleaned["version"] or 0
        try:
            save_answer(
                actor, self.copy.frame.report, entry.subject, text=text, language=language, version=version
            )
        except Conflict as conflict:
            entry.conflict = EditConflict(entry.subject, conflict.stored, conflict.sent)
        except Forbidden:
            raise
        except DomainError as refusal:
            _show(refusal, entry)
        else:
            entry.saved = True

    def _save_figures(self, actor: Actor, entries: Sequence[EditorField]) -> None:
        """All of them at once; one that a colleague has changed meanwhile is a conflict, and the rest is saved."""
        changes = [(entry, change) for entry in entries if (change := _change(entry))]
        if not changes:
            return
        report, figure_changes = self.copy.frame.report, [change for _entry, change in changes]
        try:
            saved = save_figures(actor, report, figure_changes, all_or_none=False)
        except Forbidden:
            raise
        except DomainError as refusal:
            for entry, _late in changes:
                _show(refusal, entry)
            return
        stored_figures = {change.target.place: stored for change, stored in saved.conflicts}
        for entry, change in changes:
            place = change.target.place
            entry.saved = place not in stored_figures
            if place in stored_figures:
                entry.conflict = EditConflict(entry.subject, stored_figures[place], change.values)

    def reloaded(self, copy: WorkingCopy, *, join: bool = False) -> "MeasureEditor":
        """The page after a save that was not whole: what was saved as it is now, the rest as it was typed."""
        required = copy.frame.required_measure(self.required.measure.key) or self.required
        after = MeasureEditor(copy, required)
        left = {entry.prefix: entry for entry in self.fields() if entry.form.is_touched and not entry.saved}
        for entry in after.fields():
            before = left.get(entry.prefix)
            if before is None:
                continue
            if before.conflict is not None:
                _rebase_on_conflict(before, join=join)
            entry.form, entry.conflict = before.form, before.conflict
        return after

    @cached_property
    def conflicts(self) -> list[EditorField]:
        return [entry for entry in self.fields() if entry.conflict]

    @cached_property
    def faults(self) -> list[tuple[str, str]]:
        """What could not be taken as it was typed, each with the address of its place."""
        faults = []
        for entry in self.fields():
            if entry.form.is_bound:
                # the text's field; a figure's cell, whose further fields may be hidden
                is_text = "text" in entry.form.fields
                anchor = entry.form["text"].id_for_label if is_text else entry.prefix
                for errors in entry.form.errors.values():
                    faults += [(f"#{anchor}", f"{entry.title}: {error}") for error in errors]
        return faults

    def confirm(self, actor: Actor, prefix: str) -> None:
        """Still true: the text of the last period holds for this one."""
        for entry in self.texts:
            if entry.prefix == prefix and isinstance(entry.stored, Answer):
                confirm_answer(actor, self.copy.frame.report, entry.stored)


def _change(entry: EditorField) -> FigureChange | None:
    """The values of a figure's form; None, with the refusal at its field, for text that cannot be stored."""
    form = entry.form
    assert entry.target is not None, "texts are saved one by one"
    assert isinstance(form, FigureForm | CellForm), "a figure has a form of its own"
    try:
        values = None if form.is_emptied else form.values().cleaned()
    except DomainError as refusal:
        _show(refusal, entry)
        return None
    return FigureChange(entry.target, values, form.cleaned_data["version"] or 0)


def _show(refusal: DomainError, entry: EditorField) -> None:
    entry.form.add_error(refusal.field if refusal.field in entry.form.fields else None, str(refusal))


def _rebase_on_conflict(entry: EditorField, *, join: bool) -> None:
    """The next post of a form in conflict knows the colleague's version; joined texts follow one another."""
    assert entry.conflict is not None
    data = entry.form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[entry.form.add_prefix("version")] = str(entry.conflict.stored_version)
    if join and isinstance(entry.conflict.stored, Answer):
        data[entry.form.add_prefix("text")] = f"{entry.conflict.stored.text}\n\n{entry.conflict.sent}"
        entry.conflict = None
    entry.form.data = data
