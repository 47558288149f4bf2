"""What every editor of a report does with its forms: saves texts, shows conflicts, gives back the rest as typed."""

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Self

from django.http import QueryDict

from alliance.models import Answer, Figure, Pledge
from alliance.queries.field_history import LastWriting
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.working_copy import CarriedOver, WorkingCopy
from alliance.services.answers import save_answer
from alliance.services.carry_over import confirm_carried_over
from alliance.web.forms.working_copy import AnswerForm, posted_carried_from
from alliance.web.workspace.editor_fields import EditConflict, EditorField
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.text import whole_number
from portal.kernel.web import TypedField, names_of, refuse_unlisted_fields, typed_words

# What the page of an editor posts beside its forms.
_ALSO_POSTED = ("autosave", "carried_from", "confirm", "conflict", "go_to", "resolve", "started_from")


class TextEditor:
    """Some forms of a report on one page, texts among them. A subclass says which, and how their page is made anew."""

    required: RequiredMeasure | None = None  # the measure, if it is the editor of one
    pledge: Pledge | None = None  # the pledge beyond the charter, if it is of its account

    def __init__(self, copy: WorkingCopy, data: QueryDict | None = None) -> None:
        self.copy, self.data = copy, data
        self.typed: list[TypedField] = []  # of a page that is locked

    @property
    def texts(self) -> Iterable[EditorField]:
        raise NotImplementedError  # each kind has its own

    @property
    def figures(self) -> Iterable[EditorField]:
        return ()

    def fields(self) -> Iterator[EditorField]:
        yield from self.texts
        yield from self.figures

    def refuse_unlisted_fields(self) -> None:
        """Raise UnlistedFields for a field, or a place, for which the page does not ask."""
        listed = names_of(*(entry.form for entry in self.fields() if entry.form.is_bound))
        refuse_unlisted_fields(self.data or {}, {*listed, *_ALSO_POSTED})

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
        for entry in self.fields():
            entry.discarded = entry.prefix in discarded
        left = [entry for entry in self.fields() if entry.is_left]
        right = [each for each in left if each.form.is_valid()]
        for entry in right:
            if isinstance(entry.form, AnswerForm):
                self._save_text(actor, entry)
        self._save_figures(actor, [each for each in right if each.target])
        return all(each.saved for each in left)

    def _save_text(self, actor: Actor, entry: EditorField) -> None:
        cleaned = entry.form.cleaned_data
        text, language, version = cleaned["text"], cleaned["language"], cleaned["version"] or 0
        report, subject = self.copy.frame.report, entry.text_subject
        try:
            save_answer(actor, report, subject, text=text, language=language, version=version)
        except Conflict as conflict:
            started = self._started_from.get(entry.prefix, version)
            stored = conflict.stored if isinstance(conflict.stored, Answer) else None
            entry.conflict = EditConflict(
                entry.subject,
                conflict.stored,
                conflict.sent,
                started_from=max(started, 0),
                writing=LastWriting.of(stored) if stored else None,
            )
        except Forbidden:
            raise
        except DomainError as refusal:
            show_refusal(refusal, entry)
        else:
            entry.saved = True

    @cached_property
    def _started_from(self) -> dict[str, int]:
        """Of the texts that were in conflict before: the version with which their writer began."""
        named = [value.rpartition(":") for value in self.data.getlist("started_from")] if self.data else []
        numbers = {prefix: whole_number(text, digits=9) for prefix, _colon, text in named}
        return {prefix: number for prefix, number in numbers.items() if number is not None}

    def _save_figures(self, actor: Actor, entries: Sequence[EditorField]) -> None:
        """Texts alone are saved, unless a subclass has figures."""

    def confirm(self, actor: Actor, prefix: str) -> None:
        """Still true: the answer of the last period holds for this one."""
        stored = [entry.stored for entry in self.fields() if entry.prefix == prefix]
        carried_over = CarriedOver(
            [row for row in stored if isinstance(row, Answer)],
            [row for row in stored if isinstance(row, Figure)],
        )
        confirm_carried_over(
            actor, self.copy.frame.report, carried_over, carried_from=posted_carried_from(self.data)
        )

    # --- the page after a save that was not whole ---

    def read_anew(self) -> WorkingCopy:
        """The working copy after the save."""
        raise NotImplementedError  # each kind has its own

    def reloaded(self, copy: WorkingCopy, *, joined: Container[str] = (), with_saved: bool = False) -> Self:
        """The page after a save: what was saved or discarded as it is now, the rest as it was typed.

        Of the prefixes in `joined` it has both texts as one. `with_saved`: it has all that was posted, wherever that
        stands.
        """
        left = {entry.prefix: entry for entry in self.fields() if entry.is_left}
        after = self._made_anew(copy, set(left), with_saved=with_saved)
        for entry in after.fields():
            before = left.get(entry.prefix)
            if before is None:
                continue
            if before.conflict is not None:
                _rebase_on_conflict(before, join=before.prefix in joined)
            entry.form, entry.conflict = before.form, before.conflict
            entry.merged_with, entry.overlaps = before.merged_with, before.overlaps
            entry.form.mark_unsaved()
        return after

    def _made_anew(self, copy: WorkingCopy, left: set[str], *, with_saved: bool) -> Self:
        """The same page of the copy as it is now, with the forms that are left."""
        raise NotImplementedError  # each kind has its own

    @cached_property
    def conflicts(self) -> list[EditorField]:
        return [entry for entry in self.fields() if entry.conflict]

    @property
    def stored_values(self) -> str:
        """What the server has of the texts that are merged here, as JSON by field; empty without a merge.

        A page that has it is not saved before somebody has read it (drafts.js).
        """
        texts = {
            entry.form.add_prefix("text"): entry.merged_with.text
            for entry in self.fields()
            if entry.merged_with
        }
        return json.dumps(texts) if texts else ""

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


def show_refusal(refusal: DomainError, entry: EditorField) -> None:
    """Show why a form was not saved, at the field that the refusal names."""
    entry.form.add_error(refusal.field if refusal.field in entry.form.fields else None, str(refusal))


def _rebase_on_conflict(entry: EditorField, *, join: bool) -> None:
    """The next post of a form in conflict knows the colleague's version; of two texts it may have both as one."""
    assert entry.conflict is not None
    data = entry.form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[entry.form.add_prefix("version")] = str(entry.conflict.stored_version)
    if join and isinstance(entry.conflict.stored, Answer):
        merged = entry.conflict.merged()
        data[entry.form.add_prefix("text")] = merged.text
        entry.merged_with, entry.conflict, entry.overlaps = entry.conflict.stored, None, merged.overlaps
    entry.form.data = data
