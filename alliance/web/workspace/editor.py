"""The editor of one measure: its forms, and the saving of whatever was touched."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial

from django.http import QueryDict

from alliance.models import Answer, Indicator
from alliance.queries.report_frame import OwedMeasure, texts_in
from alliance.queries.working_copy import WorkingCopy
from alliance.services.reports import clear_figure, confirm_answer, save_answer, save_figure
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
        whole = True
        for entry in self.entries():
            if not entry.form.is_touched or entry.prefix in give_up:
                continue
            if not entry.form.is_valid():
                whole = False
                continue
            whole &= self._attempt(entry, partial(self._save, actor, entry))
        return whole

    def _attempt(self, entry: Entry, act: Callable[[], object]) -> bool:
        try:
            act()
        except Conflict as conflict:
            entry.clash = Clash(entry.subject, conflict.theirs, conflict.mine)
            return False
        except Forbidden:
            raise
        except DomainError as refusal:
            entry.form.add_error(refusal.field if refusal.field in entry.form.fields else None, str(refusal))
            return False
        entry.saved = True
        return True

    def _save(self, actor: Actor, entry: Entry) -> object:
        report, cleaned = self.copy.frame.report, entry.form.cleaned_data
        version = cleaned["version"] or 0
        if isinstance(entry.form, FigureForm | CellForm):
            where = (entry.subject, entry.service, entry.cell)
            if entry.form.is_emptied:
                return clear_figure(actor, report, *where, version=version)
            return save_figure(actor, report, *where, entry.form.given(), version=version)
        text, language = cleaned["text"], cleaned["language"]
        return save_answer(actor, report, entry.subject, text=text, language=language, version=version)

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


def _address(entry: Entry) -> str:
    """The text's field; a figure's cell, whose further fields may be out of sight."""
    return f"#{entry.form['text'].id_for_label}" if "text" in entry.form.fields else f"#{entry.prefix}"


def _face(entry: Entry, *, join: bool) -> None:
    """The next post of a clashing form knows the colleague's version; joined texts stand one after the other."""
    assert entry.clash is not None
    data = entry.form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[entry.form.add_prefix("version")] = str(entry.clash.theirs.version)
    if join and isinstance(entry.clash.theirs, Answer):
        data[entry.form.add_prefix("text")] = f"{entry.clash.theirs.text}\n\n{entry.clash.mine}"
        entry.clash = None
    entry.form.data = data
