"""The editor of one measure: its forms, and the saving of whatever was touched."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Self

from django.http import QueryDict

from alliance.models import Indicator
from alliance.queries.field_history import last_writings
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.working_copy import CarriedOver, WorkingCopy, with_measure_read_anew
from alliance.services.carry_over import confirm_measure_as_carried_over
from alliance.services.figures import FigureChange, save_figures
from alliance.web.forms.working_copy import AnswerForm, CellForm, FigureForm, posted_carried_from
from alliance.web.workspace.editor_fields import EditConflict, EditorField
from alliance.web.workspace.editor_parts import (
    EditorPart,
    EditorParts,
    EditorPlace,
    PartNavigation,
    text_prefix,
)
from alliance.web.workspace.figure_grid import FigureGrid
from alliance.web.workspace.text_editor import TextEditor, show_refusal
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, Forbidden

CONFIRM_ALL = "all"  # what `confirm` says for everything in the measure that was carried over


class MeasureEditor(TextEditor):
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
        only_posted: bool = False,
    ) -> None:
        """`also`: the names of forms of other parts that are shown too. `at`: the one that somebody was led to.

        `only_posted`: no page is made of it, and it has the forms that the post carries alone.
        """
        super().__init__(copy, data)
        self._only_posted = only_posted
        self.parts, self.part, self.at = parts, part, at
        self.required: RequiredMeasure = parts.required
        self._also = also

    # --- what was posted ---

    @cached_property
    def posted(self) -> set[str]:
        """The names of the forms of this measure that the post carries."""
        names = {name.rpartition("-")[0] for name in self.data or ()}
        return {prefix for prefix in names if prefix and self.parts.find(prefix)}

    # --- what the page shows ---

    @cached_property
    def texts(self) -> list[EditorField]:
        shown = self._others if self._only_posted else {*map(text_prefix, self.part.texts), *self._others}
        return [self._text_field(row) for row in self.required.narratives if text_prefix(row) in shown]

    @cached_property
    def grid(self) -> FigureGrid:
        part, others = self.part, map(self.parts.find, self._others)
        places = {
            *self.parts.places(() if self._only_posted else part.lines, part.owners),
            *(place for place in others if isinstance(place, EditorPlace)),
        }
        return FigureGrid(
            self.copy, self.parts, places,
            data=self.data, posted=self.posted, with_total=part.is_last_owners, at=self.at,
        )  # fmt: skip

    @property
    def _others(self) -> set[str]:
        return {*self.posted, *self._also}

    @property
    def figures(self) -> Iterable[EditorField]:
        return self.grid.fields

    def _text_field(self, indicator: Indicator) -> EditorField:
        answer, prefix = self.copy.answers.get(indicator.pk), text_prefix(indicator)
        data = self.data if prefix in self.posted else None
        form = AnswerForm(data, prefix=prefix, answer=answer, limit=indicator.limit, label=indicator.title)
        return EditorField(form, indicator, last=self.copy.last_texts.get(indicator.key, ""))

    @cached_property
    def navigation(self) -> PartNavigation:
        """The way to the other parts, with the number of figures to be put right in each."""
        places = [self.parts.find_figure(finding.place) for finding in self.copy.errors]
        return PartNavigation(
            self.parts.parts, self.part, [self.parts.part_of(place) for place in places if place]
        )

    # --- saving ---

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
                show_refusal(refusal, entry)
            return
        stored_figures = {change.target.place: stored for change, stored in saved.conflicts}
        writings = last_writings(report, [(change.target, stored) for change, stored in saved.conflicts])
        for entry, change in changes:
            place = change.target.place
            entry.saved = place not in stored_figures
            if place in stored_figures:
                entry.conflict = EditConflict(
                    entry.subject, stored_figures[place], change.values, writing=writings.get(place)
                )

    def read_anew(self) -> WorkingCopy:
        return with_measure_read_anew(self.copy, self.required)

    def _made_anew(self, copy: WorkingCopy, left: set[str], *, with_saved: bool) -> Self:
        """Of other parts it shows what was not saved, and `with_saved` all that was posted."""
        required = copy.frame.required_measure(self.required.measure.key) or self.required
        parts = EditorParts(required)
        part = parts.parts[min(self.part.number, len(parts.parts)) - 1]
        return type(self)(copy, parts, part, also=self.posted if with_saved else left, at=self.at)

    @cached_property
    def carried_over(self) -> CarriedOver:
        """What of the whole measure was carried over and is to be confirmed."""
        return self.copy.unconfirmed_in(self.required)

    def confirm(self, actor: Actor, prefix: str) -> None:
        """Still true; with CONFIRM_ALL all that was carried over in the measure is."""
        if prefix == CONFIRM_ALL:
            report, carried_from = self.copy.frame.report, posted_carried_from(self.data)
            confirm_measure_as_carried_over(
                actor, report, self.required.measure.key, carried_from=carried_from
            )
        else:
            super().confirm(actor, prefix)


def _change(entry: EditorField) -> FigureChange | None:
    """The values of a figure's form; None, with the refusal at its field, for text that cannot be stored."""
    form = entry.form
    assert entry.target is not None, "texts are saved one by one"
    assert isinstance(form, FigureForm | CellForm), "a figure has a form of its own"
    try:
        values = None if form.is_emptied else form.values().cleaned()
    except DomainError as refusal:
        show_refusal(refusal, entry)
        return None
    return FigureChange(entry.target, values, form.cleaned_data["version"] or 0)
