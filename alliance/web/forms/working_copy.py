"""The fields of a report's editor: one small form for each text and each figure of a measure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alliance.enums import FigureStatus, ValueType
from alliance.figure_fields import DEFAULTS, FIELDS, NUMBER_COLUMNS, FigureValues, ValueKind
from alliance.models import Answer, Figure, Indicator
from alliance.queries.public.wording import choice_title
from alliance.web.forms.numbers import NumberField
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.text import reader_language, whole_number
from portal.kernel.web import StrictForm, set_choices


class WorkingCopyForm(forms.Form):
    """Knows the version that the page showed, and whether anything in it was touched since."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
    shown_digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The digest of what the page shows; known only when all fields exist."""
        if field_name == "shown_digest":
            return self._digest({name: self[name].initial for name in self._posted_values()})
        return super().get_initial_for_field(field, field_name)

    def _posted_values(self) -> list[str]:
        return [name for name in self.fields if name not in ("version", "shown_digest")]

    @property
    def is_touched(self) -> bool:
        """Whether it was posted, and differs from what the page had shown."""
        if not self.is_bound:
            return False
        posted = {name: self[name].value() for name in self._posted_values()}
        return self._digest(posted) != self.data.get(self.add_prefix("shown_digest"), "")

    def mark_unsaved(self) -> None:
        """Show that what the page gives back was not stored: the next post has to carry it again."""
        self.fields["shown_digest"].widget.attrs["data-unsaved"] = ""

    def _digest(self, values: Mapping[str, Any]) -> str:
        """A short digest of texts as a browser posts them: empty for nothing, and with its line ends."""
        plain = {name: _as_posted(values[name]) for name in sorted(values)}
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def posted_carried_from(data: QueryDict | None) -> int:
    """From which submission the page that was posted had shown what is carried over; 0 where it named none."""
    return whole_number(data.get("carried_from", "")) or 0 if data else 0


def _as_posted(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    return str(NumberField().prepare_value(value)).replace("\r\n", "\n").strip()


class AnswerForm(WorkingCopyForm):
    """A narrative in its language, or the account of a pledge beyond the charter."""

    posted_as = r"t\d+|p[0-9a-f]{32}"
    text = forms.CharField(
        required=False, label=_("What you did"), widget=forms.Textarea(attrs={"rows": 8, "data-count": ""})
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, answer: Answer | None, limit: int, label: str, **options: Any) -> None:
        language = reader_language()
        initial = {"text": "", "language": language, "version": 0}
        if answer is not None:
            initial = {"text": answer.text, "language": answer.language, "version": answer.version}
        super().__init__(*args, **{**options, "initial": initial})
        self.answer = answer
        self.fields["text"].label = label
        self.fields["text"].widget.attrs["maxlength"] = str(limit)
        self.fields["text"].widget.attrs["lang"] = initial["language"]


# what the templates of the grid place by hand
_PLACED = frozenset({
    "status", "value", "numerator", "denominator", "lower", "upper", "estimate", "method", "note", "reason",
    "definition_changed", "definition_note",
})  # fmt: skip


def _form_field(name: str) -> forms.Field:
    """How a field of a figure is typed."""
    spec = FIELDS[name]
    options: dict[str, Any] = {"label": spec.label, "required": False}
    if spec.kind == ValueKind.STATUS:
        return forms.ChoiceField(choices=FigureStatus.choices, widget=forms.RadioSelect, **options)
    if spec.kind == ValueKind.NUMBER:
        return NumberField(**options)
    if spec.kind == ValueKind.FLAG:
        return forms.BooleanField(**options)
    if spec.kind == ValueKind.LINE:
        return forms.CharField(max_length=spec.max_length, **options)
    # the limit is checked where line ends are plain, as a browser counts them
    widget: forms.Widget = forms.Textarea({"rows": 2, "maxlength": spec.max_length})
    if name == "note":
        # a space holds the place, so that the style sheet knows an empty note from one that is written
        widget = forms.TextInput({"placeholder": " ", "autocomplete": "off", "maxlength": spec.max_length})
    return forms.CharField(widget=widget, **options)


_IN_ONE_BOX = frozenset({"status", "value", "choice"})  # what the cell of a grid reads


class FigureForm(WorkingCopyForm):
    """One figure: the fields of the figure table that suit its indicator.

    A choice is made in the field `value`, which the grid shows.
    """

    def __init__(self, *args: Any, indicator: Indicator, stored: Figure | None, **options: Any) -> None:
        initial: dict[str, Any] = {"status": FigureStatus.REPORTED, "version": 0}
        if stored:
            initial = {name: getattr(stored, name) for name in (*FIELDS, "version") if name != "choice"}
        if stored and indicator.value == ValueType.CHOICE:
            initial["value"] = stored.choice
        if stored and indicator.value == ValueType.YES_NO and stored.value is not None:
            initial["value"] = str(int(stored.value))
        super().__init__(*args, **{**options, "initial": initial})
        self.indicator, self.stored = indicator, stored
        for name, spec in FIELDS.items():
            if name != "choice" and (name == "value" or indicator.value in spec.value_types):
                self.fields[name] = _form_field(name)
        status = initial["status"]
        # the field of the value as the indicator's type requires; `empty` says why a number is missing
        empty = "" if status == FigureStatus.REPORTED else FigureStatus(status).label.lower()
        if indicator.value in (ValueType.YES_NO, ValueType.CHOICE):
            choices = [("", empty or "–"), *_answers(indicator)]
            self.fields["value"] = forms.ChoiceField(choices=choices, required=False)
        elif empty:
            self.fields["value"].widget.attrs["placeholder"] = empty

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields that the templates of the grid do not place by hand."""
        return [self[name] for name in FIELDS if name in self.fields and name not in _PLACED]

    @property
    def is_emptied(self) -> bool:
        """Whether every field is empty, which deletes the figure."""
        cleaned = self.cleaned_data
        has_other_values = any(
            cleaned.get(name) for name in self._posted_values() if name not in ("value", "status")
        )
        return (
            not has_other_values
            and cleaned.get("value") in (None, "")
            and self._status == FigureStatus.REPORTED
        )

    @property
    def _status(self) -> str:
        return self.cleaned_data.get("status") or FigureStatus.REPORTED

    def values(self) -> FigureValues:
        """The figure. Of a number and a status that go ill together the one that was just changed holds."""
        cleaned = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        typed, status = cleaned.pop("value", None), self._status
        if status != FigureStatus.REPORTED:
            if typed not in (None, "") and "status" not in self.changed_data:
                status = FigureStatus.REPORTED
            elif "value" not in self.changed_data:
                typed = None
                cleaned |= {name: DEFAULTS[name] for name in (*NUMBER_COLUMNS, "estimate")}
        cleaned["status"] = status
        if self.indicator.value == ValueType.CHOICE:
            return FigureValues(**cleaned, choice=typed or "")
        if self.indicator.value == ValueType.YES_NO:
            typed = Decimal(typed) if typed else None
        return FigureValues(**cleaned, value=typed)


def _answers(indicator: Indicator) -> list[tuple[str, str]]:
    """The answers that may be chosen, with their words."""
    if indicator.value == ValueType.YES_NO:
        return [("1", str(_("Yes"))), ("0", str(_("No")))]
    return [(row["key"], choice_title(indicator, row["key"])) for row in indicator.choices]


class CellForm(WorkingCopyForm):
    """One cell of a breakdown: its number, and a note where it needs one; its other fields stay."""

    value = _form_field("value")
    note = _form_field("note")

    def __init__(self, *args: Any, indicator: Indicator, stored: Figure | None, **options: Any) -> None:
        names = ("value", "note", "version")
        initial = {name: getattr(stored, name) for name in names} if stored else {"version": 0}
        super().__init__(*args, **{**options, "initial": initial})
        self.indicator, self.stored = indicator, stored
        # the messages around it come anew with each save, and what is being typed stays
        self.fields["note"].widget.attrs["hx-preserve"] = ""

    @property
    def is_emptied(self) -> bool:
        return self.cleaned_data.get("value") is None

    def values(self) -> FigureValues:
        before = FigureValues.of(self.stored) if self.stored else FigureValues()
        value, note = self.cleaned_data["value"], self.cleaned_data["note"]
        if (
            self.add_prefix("note") not in self.data
        ):  # the page shows it only where there is one, or one is wanted
            note = before.note
        return replace(before, status=FigureStatus.REPORTED, value=value, note=note)


class ShortFigureForm(FigureForm):
    """A figure where it is put right in a list: its value, or why there is none, and a note; its other fields stay."""

    _SHOWN = frozenset({"status", "value", "reason", "note"})

    def __init__(self, *args: Any, indicator: Indicator, stored: Figure | None, **options: Any) -> None:
        super().__init__(*args, indicator=indicator, stored=stored, **options)
        for name in set(FIELDS) & set(self.fields) - self._SHOWN:
            del self.fields[name]
        self.fields["status"].widget = forms.Select(choices=FigureStatus.choices)
        # a text of several lines is kept on the device
        self.fields["note"].widget = forms.Textarea({"rows": 1, "maxlength": FIELDS["note"].max_length})
        self.fields["value"].label = str(FIELDS["value"].label)
        self.order_fields(["value", "status", "reason", "note"])

    @property
    def is_emptied(self) -> bool:
        """Whether nothing is left of the figure, which deletes it."""
        return self.values() == FigureValues()

    def values(self) -> FigureValues:
        """The figure; a new value, or a reason why there is none, outlives no part and whole of an old share."""
        before, typed = FigureValues.of(self.stored) if self.stored else FigureValues(), super().values()
        shown = {"status", "value", "choice", "reason", "note"}
        outdated = {}
        if not typed.is_reported:
            outdated = {name: DEFAULTS[name] for name in (*NUMBER_COLUMNS, "estimate")}
        elif typed.value != before.value:
            outdated = {name: DEFAULTS[name] for name in ("numerator", "denominator")}
        return replace(before, **outdated, **{name: getattr(typed, name) for name in shown})


class FigureDetailsForm(forms.Form):
    """What is written of a figure beside the one box of its cell in the grid of all figures; of a part its note alone.

    `version` is that of the figure whose details the page has shown.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)

    def __init__(
        self, *args: Any, indicator: Indicator, is_part: bool, stored: Figure | None, **options: Any
    ) -> None:
        shown = [name for name, spec in FIELDS.items() if indicator.value in spec.value_types]
        self.shown = ["note"] if is_part else [name for name in shown if name not in _IN_ONE_BOX]
        initial = {name: getattr(stored, name) for name in (*self.shown, "version")} if stored else {}
        super().__init__(*args, **{**options, "initial": initial})
        self.stored = FigureValues.of(stored) if stored else FigureValues()
        self.fields |= {name: _form_field(name) for name in self.shown}

    def applied_to(self, values: FigureValues, *, changed_only: bool = False) -> FigureValues:
        """The figure with what was typed; one without a number has no bounds, and one with a number no reason.

        `changed_only`: with those of the details that are not as they are stored.
        """
        details = {name: self.cleaned_data[name] for name in self.shown}
        if changed_only:
            details = {name: value for name, value in details.items() if value != getattr(self.stored, name)}
        typed = replace(values, **details)
        if not typed.is_reported:
            return replace(typed, **{name: DEFAULTS[name] for name in (*NUMBER_COLUMNS, "estimate")})
        return replace(typed, reason="")


class FileForm(StrictForm):
    """A file as evidence."""

    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("What it shows"), max_length=200, required=False)
    public = forms.BooleanField(label=_("Publish it with the report"), required=False)


class LinkForm(StrictForm):
    """A link as evidence."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    title = forms.CharField(label=_("What it shows"), max_length=200)
    public = forms.BooleanField(label=_("Publish it with the report"), required=False)


class CitedPracticeForm(StrictForm):
    """An adopted practice as evidence."""

    practice = forms.ChoiceField(label=_("Adopted practice"), choices=())
    public = forms.BooleanField(
        label=_("Publish it with the report"),
        required=False,
        help_text=_(
            "A practice that is not TLP:CLEAR is not named: the report says only that evidence was given."
        ),
    )

    def __init__(self, *args: Any, practices: Sequence[tuple[str, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(f"{kind}:{reference}", title) for kind, reference, title in practices]
        set_choices(self, "practice", choices)


class DisclosureForm(SeenValuesForm):
    """Whether a text or figure is public, and why it is not as the charter asks."""

    disclosure = forms.ChoiceField(label=_("Who can read it"), choices=(), widget=forms.RadioSelect)
    disclosure_reason = forms.CharField(
        label=_("Reason for the difference from the charter"), required=False, max_length=500
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "disclosure", choices)


class QuestionAnswerForm(StrictForm):
    """The answer to a question of the reviewer; its language as the page has sent it."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write something.")},
    )
    language = forms.CharField(required=False, widget=forms.HiddenInput)


class ResponseForm(StrictForm):
    """A reply to verdicts."""

    text = forms.CharField(label=_("Reply"), max_length=4000, widget=forms.Textarea({"rows": 6}))
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
