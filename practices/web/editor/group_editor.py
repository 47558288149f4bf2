"""The editor of one group of a practice: its forms, what is wrong in them, and the saving."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden
from portal.kernel.text import Overlap, compare_words, reader_language
from portal.kernel.web import TypedField, names_of, refuse_unlisted_fields, typed_words
from practices.content import Content, clean_group, group_of
from practices.fields import FIELDS_BY_KEY, Field, FieldGroup, FieldType, fields_of
from practices.models import Draft, Practice
from practices.queries.field_history import group_with_digest
from practices.services.practices import PracticeFrame, edit_group
from practices.web.editor.group_merge import frame_texts, merge_frames, merge_groups
from practices.web.forms.field_groups import FieldGroupForm, PracticeForm, raw_rows, row_formsets

# What the editor's page posts beside its forms.
_ALSO_POSTED = ("autosave", "conflict", "go_on", "preview", "resolve", "started_from")
_CONFLICT_CHOICES = ("sent", "stored", "join")


@dataclass(frozen=True, slots=True)
class EditorPart:
    """One field on the page: bound, or as rows."""

    field: Field
    bound: Any = None
    rows: Any = None


class GroupEditor:
    """The forms of one group, blank or bound. `content` is what is stored; `base` is for a practice not yet begun."""

    def __init__(
        self,
        group: FieldGroup,
        content: Content,
        data: QueryDict | None = None,
        practice: Practice | None = None,
    ) -> None:
        self.group, self.content, self.data, self.practice = group, content, data, practice
        self.conflict: Conflict | None = None
        self.sent_frame: PracticeFrame | None = None  # with the conflict
        # the digest of what the sender had when they began to write
        self.started_from = ""
        self.is_merged, self.stored_values = False, ""
        self.overlaps: list[Overlap] = []
        if data is not None:
            name = "started_from" if {"conflict", "resolve"} & data.keys() else "expected_digest"
            self.started_from = data.get(name, "")
        self.faults: list[tuple[str, str]] = []
        self.typed: list[TypedField] = []  # of a page that is locked

    @cached_property
    def form(self) -> FieldGroupForm:
        initial = {"expected_digest": _form_digest(self.practice, self.content, self.group)}
        return FieldGroupForm(self.group, self.data, content=self.content, initial=initial)

    @cached_property
    def rows(self) -> list[Any]:
        """The fields that are rows, each as a formset that knows its field."""
        return row_formsets(self.group, self.content, self.data)

    @cached_property
    def practice_form(self) -> PracticeForm | None:
        """Besides the content: its language and, of an alert, its last day."""
        if self.group != FieldGroup.IDENTITY:
            return None
        initial: dict[str, Any] = {"language": reader_language(), "expires_on": None}
        if self.practice is not None:
            initial = {"language": self.practice.language, "expires_on": self.practice.expires_on}
        return PracticeForm(self.data, initial=initial)

    @property
    def parts(self) -> list[EditorPart]:
        """The fields in the table's order."""
        rows = {formset.field.key: formset for formset in self.rows}
        return [
            EditorPart(field, rows=rows[field.key])
            if field.key in rows
            else EditorPart(field, self.form[field.key])
            for field in fields_of(self.group)
        ]

    def lock(self) -> None:
        """Everything can be read and nothing written. What was typed goes to `typed`.

        For a field that is locked shows what is stored.
        """
        forms = (self.form, self.practice_form, *(row for formset in self.rows for row in formset))
        for form in forms:
            if form is not None:
                self.typed += typed_words(form, only_changed=True)
                for field in form.fields.values():
                    field.disabled = True

    def refuse_unlisted_fields(self) -> None:
        """Raise UnlistedFields for a field that none of the forms has."""
        listed = names_of(self.form, *self.rows, self.practice_form)
        refuse_unlisted_fields(self.data or {}, {*listed, *_ALSO_POSTED})

    def is_valid(self) -> bool:
        forms = [form for form in (self.form, *self.rows, self.practice_form) if form is not None]
        right = [form.is_valid() for form in forms]  # each of them says what is wrong with it
        return all(right)

    def raw(self) -> dict[str, Any]:
        rows = {formset.field.key: raw_rows(formset) for formset in self.rows}
        return {**self.form.raw(), **rows}

    def cleaned(self) -> dict[str, Any] | None:
        """What was filled in, cleaned; None, with the faults in the forms."""
        if not self.is_valid():
            return None
        try:
            return clean_group(self.group, self.raw())
        except Faults as refusal:
            self._add_faults(refusal.faults)
            return None

    def save(self, actor: Actor) -> bool:
        """Save the group; False where something is wrong, or a colleague was quicker."""
        assert self.practice is not None
        if self.cleaned() is None:
            return False
        assert self.data is not None
        # what the page had shown; a conflict that nobody settled stays one
        expected_digest = "" if self.is_unsettled else self.data.get("expected_digest", "")
        if self.practice_form is not None:
            self.sent_frame = PracticeFrame(**self.practice_form.cleaned_data)
        try:
            edit_group(
                actor,
                self.practice,
                self.group,
                self.raw(),
                expected_digest=expected_digest,
                frame=self.sent_frame,
            )
        except Conflict as conflict:
            self.conflict = conflict
        except Forbidden:
            raise
        except Faults as refusal:
            self._add_faults(refusal.faults)
            return False
        except DomainError as refusal:
            self.form.add_error(None, str(refusal))
        return self.conflict is None and not self.form.errors

    def _add_faults(self, faults: Mapping[str, Any]) -> None:
        for key, sentence in faults.items():
            if key in self.form.fields:
                self.form.add_error(key, str(sentence))
            else:
                self.faults.append((f"#rows-{key}", f"{FIELDS_BY_KEY[key].title}: {sentence}"))

    # --- two people, one group ---

    @property
    def is_unsettled(self) -> bool:
        """Whether its page had shown a conflict, and nobody has chosen."""
        data: Mapping[str, Any] = self.data or {}
        return "conflict" in data and data.get("resolve") not in _CONFLICT_CHOICES

    def reopen_conflict(self) -> None:
        """Let a page that shows something else than the conflict meet it again with its next save."""
        assert self.data is not None
        if self.is_unsettled or self.data.get("resolve") == "join":
            data = self.data.copy()
            data["expected_digest"] = self.started_from
            self.form.data = data

    def rebased(self) -> "GroupEditor":
        """The page after a conflict: the next post knows what the colleague wrote."""
        assert self.data is not None
        draft = self._current_draft()
        data = self.data.copy()
        data["expected_digest"] = _form_digest(draft.practice, draft.content, self.group)
        after = GroupEditor(self.group, draft.content, data, draft.practice)
        after.conflict, after.sent_frame = self.conflict, self.sent_frame
        after.started_from = self.started_from
        return after

    def merged(self, actor: Actor) -> "GroupEditor":
        """The page with the changes of both, which nobody has saved yet."""
        draft = self._current_draft()
        practice = draft.practice
        assert self.conflict is not None
        sent: Any = self.conflict.sent
        base = group_with_digest(actor, practice, self.group, self.started_from.partition(".")[0])
        merge = merge_groups(self.group, base, group_of(draft.content, self.group), sent)
        others = {key: value for key, value in draft.content.items() if key not in self.form.fields}
        rows = {formset.field.key for formset in self.rows}
        content = {key: value for key, value in others.items() if key not in rows} | merge.content
        after = GroupEditor(self.group, content, None, practice)
        after.form.initial["expected_digest"] = _form_digest(practice, draft.content, self.group)
        after.is_merged, after.overlaps = True, merge.overlaps
        if self.sent_frame is not None:
            frame, overlaps = merge_frames(
                PracticeFrame.of_digest(self.started_from), PracticeFrame.of(practice), self.sent_frame
            )
            after.practice_form = PracticeForm(initial=asdict(frame))
            after.overlaps += overlaps
        texts = [field.key for field in fields_of(self.group) if field.field_type == FieldType.TEXT]
        after.stored_values = json.dumps({key: draft.content.get(key, "") for key in texts})
        return after

    def _current_draft(self) -> Draft:
        draft = self.conflict.stored if self.conflict else None
        assert isinstance(draft, Draft)
        return draft

    @property
    def conflict_context(self) -> dict[str, Any] | None:
        """Who was quicker, and what the two say differently."""
        if self.conflict is None:
            return None
        draft = self._current_draft()
        values, sent_values = group_of(draft.content, self.group), self.conflict.sent
        assert isinstance(sent_values, dict)
        texts = [
            (
                FIELDS_BY_KEY[key].title,
                _value_text(values.get(key, "–")),
                _value_text(sent_values.get(key, "–")),
            )
            for key in (field.key for field in fields_of(self.group))
            if values.get(key) != sent_values.get(key)
        ]
        if self.sent_frame is not None:
            frames = (
                frame_texts(PracticeFrame.of(draft.practice)),
                frame_texts(self.sent_frame.around(sent_values)),
            )
            texts += [
                (title, old, new) for (title, old), (_title, new) in zip(*frames, strict=True) if old != new
            ]
        stored = "\n".join(f"{title}: {old}" for title, old, _new in texts)
        sent = "\n".join(f"{title}: {new}" for title, _old, new in texts)
        return {
            "started_from": self.started_from,
            "who": draft.updated_by.name,
            "writer": draft.updated_by_id,
            "at": draft.updated_at,
            "stored": stored,
            "sent": sent,
            "sent_at": clock.now(),
            "pieces": compare_words(stored, sent),
        }


def _form_digest(practice: Practice | None, content: Content, group: FieldGroup) -> str:
    """What the form sends back; of a practice that is not begun nobody compares it."""
    return "" if practice is None else PracticeFrame.of(practice).form_digest(content, group)


def _value_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value_text(item) for item in value)
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    return str(value)
