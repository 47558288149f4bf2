"""The editor of one measure: its forms, and the saving of whatever was touched."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from django.http import QueryDict

from alliance.models import Answer, Figure, Indicator
from alliance.queries.report_frame import texts_in
from alliance.queries.working_copy import CarriedOver, WorkingCopy
from alliance.services.answers import save_answer
from alliance.services.carry_over import confirm_carried_over, confirm_measure_as_carried_over
from alliance.services.figures import FigureChange, save_figures
from alliance.web.forms.working_copy import AnswerForm, CellForm, FigureForm
from alliance.web.workspace.editor_fields import EditConflict, EditorField
from alliance.web.workspace.editor_parts import (
    EditorPart,
    EditorParts,
    EditorPlace,
    PartNavigation,
    text_prefix,
)
from alliance.web.workspace.figure_grid import FigureGrid
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.text import whole_number
from portal.kernel.web import TypedField, names_of, refuse_unlisted_fields, typed_words

# What the editor's page posts beside its forms.
_ALSO_POSTED = ("autosave", "confirm", "conflict", "go_to", "resolve", "started_from")
CONFIRM_ALL = "all"  # what `confirm` says for everything in the measure that was carried over


class MeasureEditor:
    """The forms of one part of a measure; those are bound that a post carries, whatever part they stand in.

    A post carries the forms that changed, each whole and with the version that its writer saw: so any number of places
    is saved in any number of posts, and the page is cut into parts as suits it. `save` saves what was touched.
    """

    def __init__(
        self,
        copy: WorkingCopy,
        parts: EditorParts,
        part: EditorPart,
        data: QueryDict | None = None,
        *,
        also: Collection[str] = (),
        at: str = "",
    ) -> None:
        """`also`: the names of forms of other parts that are shown too. `at`: the one that somebody was led to."""
        self.copy, self.parts, self.part, self.data, self.at = copy, parts, part, data, at
        self.required = parts.required
        self._also = also
        self.typed: list[TypedField] = []  # of a page that is locked

    # --- what was posted ---

    @cached_property
    def posted(self) -> set[str]:
        """The names of the forms of this measure that the post carries."""
        names = {name.rpartition("-")[0] for name in self.data or ()}
        return {prefix for prefix in names if prefix and self.parts.find(prefix)}

    def refuse_unlisted_fields(self) -> None:
        """Raise UnlistedFields for a field, or a place, for which the measure does not ask."""
        listed = names_of(*(entry.form for entry in self.fields() if entry.form.is_bound))
        refuse_unlisted_fields(self.data or {}, {*listed, *_ALSO_POSTED})

    # --- what the page shows ---

    @cached_property
    def texts(self) -> list[EditorField]:
        shown = {text_prefix(row) for row in self.part.texts} | self._others
        return [self._text_field(row) for row in self.required.narratives if text_prefix(row) in shown]

    @cached_property
    def grid(self) -> FigureGrid:
        part, others = self.part, map(self.parts.find, self._others)
        places = {
            *self.parts.places(part.lines, part.owners),
            *(place for place in others if isinstance(place, EditorPlace)),
        }
        return FigureGrid(
            self.copy, self.parts, places,
            data=self.data, posted=self.posted, with_total=part.is_last_owners, at=self.at,
        )  # fmt: skip

    @property
    def _others(self) -> set[str]:
        return {*self.posted, *self._also}

    def fields(self) -> Iterator[EditorField]:
        yield from self.texts
        yield from self.grid.fields

    def _text_field(self, indicator: Indicator) -> EditorField:
        answer, prefix = self.copy.answers.get(indicator.pk), text_prefix(indicator)
        data = self.data if prefix in self.posted else None
        form = AnswerForm(data, prefix=prefix, answer=answer, limit=indicator.limit, label=indicator.title)
        return EditorField(form, indicator, last=self._last_texts.get(indicator.key, ""))

    @cached_property
    def _last_texts(self) -> dict[str, str]:
        return texts_in(self.copy.last)

    @cached_property
    def navigation(self) -> PartNavigation:
        """The way to the other parts, with the number of figures to be put right in each."""
        places = [self.parts.find_figure(finding.place) for finding in self.copy.errors]
        return PartNavigation(
            self.parts.parts, self.part, [self.parts.part_of(place) for place in places if place]
        )

    def lock(self) -> None:
        """Everything can be read and nothing written. What was typed and not saved goes to `typed`.

        For a field that is locked shows what is stored.
        """
        self.typed = [
            replace(words, label=entry.title if is_main else f"{entry.title}: {words.label}")
            for entry in self.fields()
            if entry.form.is_touched and not entry.saved
            for words in typed_words(entry.form, only_changed=True)
            for is_main in [words.name in (entry.form.add_prefix("text"), entry.form.add_prefix("value"))]
        ]
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
            started = self._started_from.get(entry.prefix, version)
            entry.conflict = EditConflict(
                entry.subject, conflict.stored, conflict.sent, started_from=max(started, 0)
            )
        except Forbidden:
            raise
        except DomainError as refusal:
            _show(refusal, entry)
        else:
            entry.saved = True

    @cached_property
    def _started_from(self) -> dict[str, int]:
        """Of the texts that were in conflict before: the version with which their writer began."""
        named = [value.rpartition(":") for value in self.data.getlist("started_from")] if self.data else []
        numbers = {prefix: whole_number(text, digits=9) for prefix, _colon, text in named}
        return {prefix: number for prefix, number in numbers.items() if number is not None}

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

    def reloaded(self, copy: WorkingCopy, *, join: bool = False, with_saved: bool = False) -> "MeasureEditor":
        """The page after a save that was not whole: what was saved as it is now, the rest as it was typed.

        Of other parts it shows what was not saved, and `with_saved` all that was posted.
        """
        required = copy.frame.required_measure(self.required.measure.key) or self.required
        parts = EditorParts(required)
        left = {entry.prefix: entry for entry in self.fields() if entry.form.is_touched and not entry.saved}
        part = parts.parts[min(self.part.number, len(parts.parts)) - 1]
        after = MeasureEditor(copy, parts, part, also=self.posted if with_saved else left, at=self.at)
        for entry in after.fields():
            before = left.get(entry.prefix)
            if before is None:
                continue
            if before.conflict is not None:
                _rebase_on_conflict(before, join=join)
            entry.form, entry.conflict, entry.overlaps = before.form, before.conflict, before.overlaps
            entry.form.mark_unsaved()
        return after

    @cached_property
    def carried_over(self) -> CarriedOver:
        """What of the whole measure was carried over and is to be confirmed."""
        return self.copy.unconfirmed_in(self.required)

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
        """Still true: the answer of the last period holds for this one; with CONFIRM_ALL all of the measure's do."""
        if prefix == CONFIRM_ALL:
            confirm_measure_as_carried_over(actor, self.copy.frame.report, self.required.measure.key)
            return
        stored = [entry.stored for entry in self.fields() if entry.prefix == prefix]
        carried_over = CarriedOver(
            [row for row in stored if isinstance(row, Answer)],
            [row for row in stored if isinstance(row, Figure)],
        )
        confirm_carried_over(actor, self.copy.frame.report, carried_over)


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
    """The next post of a form in conflict knows the colleague's version; of two texts it may have both as one."""
    assert entry.conflict is not None
    data = entry.form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[entry.form.add_prefix("version")] = str(entry.conflict.stored_version)
    if join and isinstance(entry.conflict.stored, Answer):
        merged = entry.conflict.merged()
        data[entry.form.add_prefix("text")] = merged.text
        entry.conflict, entry.overlaps = None, merged.overlaps
    entry.form.data = data
