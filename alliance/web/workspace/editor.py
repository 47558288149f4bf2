"""The editor of one measure: its forms, and the saving of whatever was touched."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.http import QueryDict

from alliance.models import Answer, Indicator
from alliance.queries.report_frame import OwedMeasure, texts_in
from alliance.queries.working_copy import WorkingCopy
from alliance.services.figures import FigureChange, save_figures
from alliance.services.reports import confirm_answer, save_answer
from alliance.web.forms.working_copy import AnswerForm, CellForm, FigureForm
from alliance.web.workspace.entries import Clash, Entry
from alliance.web.workspace.figure_grid import FigureGrid
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Forbidden


class MeasureEditor:
    """The forms of one measure, blank or bound; `save` saves what was touched and leaves the rest."""

    def __init__(self, copy: WorkingCopy, owed: OwedMeasure, data: QueryDict | None = None) -> None:
        self.copy, self.owed, self.data = copy, owed, data

    # --- what the page shows ---

    @cached_property
    def texts(self) -> list[Entry]:
        return [self._text(row) for row in self.owed.narratives]

    @cached_property
    def grid(self) -> FigureGrid:
        return FigureGrid(self.copy, self.owed, self.data)

    def entries(self) -> Iterator[Entry]:
        yield from self.texts
        yield from self.grid.entries

    def _text(self, indicator: Indicator) -> Entry:
        answer = self.copy.answers.get(indicator.pk)
        form = AnswerForm(
            self.data, prefix=f"t{indicator.pk}", answer=answer, limit=indicator.limit, label=indicator.title
        )
        return Entry(form, indicator, last=self._last_texts.get(indicator.key, ""))

    @cached_property
    def _last_texts(self) -> dict[str, str]:
        return texts_in(self.copy.last)

    def lock(self) -> None:
        """Everything can be read and nothing written."""
        for entry in self.entries():
            for field in entry.form.fields.values():
                field.disabled = True

    # --- saving ---

    def save(self, actor: Actor, *, give_up: frozenset[str] = frozenset()) -> bool:
        """Save every touched form that is right; True when nothing is left to put right.

        `give_up` are the prefixes of forms whose words somebody decided to leave for a colleague's.
        """
        left = [one for one in self.entries() if one.form.is_touched and one.prefix not in give_up]
        right = [one for one in left if one.form.is_valid()]
        for entry in right:
            if isinstance(entry.form, AnswerForm):
                self._save_text(actor, entry)
        self._save_figures(actor, [one for one in right if one.target])
        return all(one.saved for one in left)

    def _save_text(self, actor: Actor, entry: Entry) -> None:
        cleaned = entry.form.cleaned_data
        text, language, version = cleaned["text"], cleaned["language"], cleaned["version"] or 0
        try:
            save_answer(
                actor, self.copy.frame.report, entry.subject, text=text, language=language, version=version
            )
        except Conflict as conflict:
            entry.clash = Clash(entry.subject, conflict.theirs, conflict.mine)
        except Forbidden:
            raise
        except DomainError as refusal:
            _show(refusal, entry)
        else:
            entry.saved = True

    def _save_figures(self, actor: Actor, entries: Sequence[Entry]) -> None:
        """All of them at once; one that a colleague has changed meanwhile clashes, and the rest is saved."""
        changes = [(entry, change) for entry in entries if (change := _change(entry))]
        if not changes:
            return
        report, wanted = self.copy.frame.report, [change for _entry, change in changes]
        try:
            saved = save_figures(actor, report, wanted, all_or_none=False)
        except Forbidden:
            raise
        except DomainError as refusal:
            for entry, _late in changes:
                _show(refusal, entry)
            return
        standing = {change.target.place: stands for change, stands in saved.conflicts}
        for entry, change in changes:
            place = change.target.place
            entry.saved = place not in standing
            if place in standing:
                entry.clash = Clash(entry.subject, standing[place], change.values)

    def renewed(self, copy: WorkingCopy, *, join: bool = False) -> "MeasureEditor":
        """The page after a save that was not whole: what was saved as it is now, the rest as it was typed."""
        owed = copy.frame.owed(self.owed.measure.key) or self.owed
        after = MeasureEditor(copy, owed)
        left = {entry.prefix: entry for entry in self.entries() if entry.form.is_touched and not entry.saved}
        for entry in after.entries():
            before = left.get(entry.prefix)
            if before is None:
                continue
            if before.clash is not None:
                _face(before, join=join)
            entry.form, entry.clash = before.form, before.clash
        return after

    @cached_property
    def clashes(self) -> list[Entry]:
        return [entry for entry in self.entries() if entry.clash]

    @cached_property
    def faults(self) -> list[tuple[str, str]]:
        """What could not be taken as it was typed, each with the address of its place."""
        return [
            (_address(entry), f"{entry.where}: {error}")
            for entry in self.entries()
            if entry.form.is_bound
            for errors in entry.form.errors.values()
            for error in errors
        ]

    def confirm(self, actor: Actor, prefix: str) -> None:
        """Still true: the text of the last period holds for this one."""
        for entry in self.texts:
            if entry.prefix == prefix and isinstance(entry.stored, Answer):
                confirm_answer(actor, self.copy.frame.report, entry.stored)


def _change(entry: Entry) -> FigureChange | None:
    """What a figure's form says; None, with the refusal at its field, for text that cannot be kept."""
    form = entry.form
    assert entry.target is not None, "texts are saved one by one"
    assert isinstance(form, FigureForm | CellForm), "a figure has a form of its own"
    try:
        values = None if form.is_emptied else form.values().cleaned()
    except DomainError as refusal:
        _show(refusal, entry)
        return None
    return FigureChange(entry.target, values, form.cleaned_data["version"] or 0)


def _show(refusal: DomainError, entry: Entry) -> None:
    entry.form.add_error(refusal.field if refusal.field in entry.form.fields else None, str(refusal))


def _address(entry: Entry) -> str:
    """The text's field; a figure's cell, whose further fields may be out of sight."""
    return f"#{entry.form['text'].id_for_label}" if "text" in entry.form.fields else f"#{entry.prefix}"


def _face(entry: Entry, *, join: bool) -> None:
    """The next post of a clashing form knows the colleague's version; joined texts stand one after the other."""
    assert entry.clash is not None
    data = entry.form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[entry.form.add_prefix("version")] = str(entry.clash.their_version)
    if join and isinstance(entry.clash.theirs, Answer):
        data[entry.form.add_prefix("text")] = f"{entry.clash.theirs.text}\n\n{entry.clash.mine}"
        entry.clash = None
    entry.form.data = data
