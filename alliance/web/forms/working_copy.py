"""The fields of a report's editor: one small form for each text and each figure of a measure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliance.enums import FigureStatus, ValueType
from alliance.models import Answer, Figure, Indicator
from alliance.queries.public.wording import choice_title
from alliance.services.reports import FigureInput
from alliance.web.forms.numbers import NumberField


class DraftForm(forms.Form):
    """Knows the version that the page showed, and whether anything in it was touched since."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What the page shows, as a digest beside it; known only when all fields stand."""
        if field_name == "shown":
            return self._digest({name: self[name].initial for name in self._contents()})
        return super().get_initial_for_field(field, field_name)

    def _contents(self) -> list[str]:
        return [name for name in self.fields if name not in ("version", "shown")]

    @property
    def is_touched(self) -> bool:
        """Whether what was posted differs from what the page had shown."""
        posted = {name: self[name].value() for name in self._contents()}
        return self._digest(posted) != self.data.get(self.add_prefix("shown"), "")

    def _digest(self, values: Mapping[str, Any]) -> str:
        """A short digest of texts as a browser posts them: empty for nothing, and with its line ends."""
        plain = {name: _as_posted(values[name]) for name in sorted(values)}
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def _as_posted(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    return str(NumberField().prepare_value(value)).replace("\r\n", "\n").strip()


class AnswerForm(DraftForm):
    """A narrative in its language."""

    text = forms.CharField(
        required=False, label=_("What you did"), widget=forms.Textarea(attrs={"rows": 8, "data-count": ""})
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, answer: Answer | None, limit: int, label: str, **options: Any) -> None:
        language = (get_language() or "en")[:2]
        initial = {"text": "", "language": language, "version": 0}
        if answer is not None:
            initial = {"text": answer.text, "language": answer.language, "version": answer.version}
        super().__init__(*args, **{**options, "initial": initial})
        self.answer = answer
        self.fields["text"].label = label
        self.fields["text"].widget.attrs["maxlength"] = str(limit)
        self.fields["text"].widget.attrs["lang"] = initial["language"]


_FIELDS = tuple(FigureInput.__dataclass_fields__)
_NUMBERS = ("numerator", "denominator", "lower", "upper")
# a space holds the place, so that the style sheet knows an empty note from one that is written
_NOTE = forms.TextInput({"placeholder": " ", "autocomplete": "off"})


class FigureForm(DraftForm):
    """One figure with everything that may be said of it."""

    value = NumberField(label=_("Value"))
    status = forms.ChoiceField(
        label=_("What became of it"), choices=FigureStatus.choices, required=False, widget=forms.RadioSelect
    )
    estimate = forms.BooleanField(label=_("This is an estimate"), required=False)
    lower = NumberField(label=_("Lower bound"))
    upper = NumberField(label=_("Upper bound"))
    numerator = NumberField(label=_("Part"))
    denominator = NumberField(label=_("Whole"))
    method = forms.CharField(
        label=_("How it was counted"), required=False, widget=forms.Textarea({"rows": 2})
    )
    note = forms.CharField(label=_("Note for the reviewer"), required=False, widget=_NOTE)
    reason = forms.CharField(label=_("Why there is no figure"), required=False, max_length=500)
    definition_changed = forms.BooleanField(
        label=_("The definition changed since the last period"), required=False
    )
    definition_note = forms.CharField(
        label=_("What changed"), required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, indicator: Indicator, stored: Figure | None, **options: Any) -> None:
        initial: dict[str, Any] = {"status": FigureStatus.REPORTED, "version": 0}
        if stored:
            initial = {name: getattr(stored, name) for name in (*_FIELDS, "version") if name != "choice"}
        if stored and indicator.value == ValueType.CHOICE:
            initial["value"] = stored.choice
        if stored and indicator.value == ValueType.YES_NO and stored.value is not None:
            initial["value"] = str(int(stored.value))
        super().__init__(*args, **{**options, "initial": initial})
        self.indicator, self.stored = indicator, stored
        status = initial["status"]
        self._suit(indicator, "" if status == FigureStatus.REPORTED else FigureStatus(status).label.lower())

    def _suit(self, indicator: Indicator, empty: str) -> None:
        """Only the fields that make sense for the indicator's type; `empty` says why a number is missing."""
        if indicator.value in (ValueType.YES_NO, ValueType.CHOICE):
            choices = [("", empty or "–"), *_answers(indicator)]
            self.fields["value"] = forms.ChoiceField(choices=choices, required=False)
            for name in ("estimate", "lower", "upper"):
                del self.fields[name]
        elif empty:
            self.fields["value"].widget.attrs["placeholder"] = empty
        if indicator.value != ValueType.SHARE:
            for name in ("numerator", "denominator"):
                del self.fields[name]

    @property
    def is_emptied(self) -> bool:
        """Nothing is said at all: the place goes back to empty."""
        cleaned = self.cleaned_data
        said = any(cleaned.get(name) for name in self._contents() if name not in ("value", "status"))
        return not said and cleaned.get("value") in (None, "") and self._status == FigureStatus.REPORTED

    @property
    def _status(self) -> str:
        return self.cleaned_data.get("status") or FigureStatus.REPORTED

    def given(self) -> FigureInput:
        """The figure. Of a number and a status that go ill together the one that was just changed holds."""
        cleaned = {name: self.cleaned_data[name] for name in _FIELDS if name in self.cleaned_data}
        typed, status = cleaned.pop("value", None), self._status
        if status != FigureStatus.REPORTED:
            if typed not in (None, "") and "status" not in self.changed_data:
                status = FigureStatus.REPORTED
            elif "value" not in self.changed_data:
                typed = None
                cleaned |= dict.fromkeys(_NUMBERS, None) | {"estimate": False}
        cleaned["status"] = status
        if self.indicator.value == ValueType.CHOICE:
            return FigureInput(**cleaned, choice=typed or "")
        if self.indicator.value == ValueType.YES_NO:
            typed = Decimal(typed) if typed else None
        return FigureInput(**cleaned, value=typed)


def _answers(indicator: Indicator) -> list[tuple[str, str]]:
    """The answers that may be chosen, with their words."""
    if indicator.value == ValueType.YES_NO:
        return [("1", str(_("Yes"))), ("0", str(_("No")))]
    return [(row["key"], choice_title(indicator, row["key"])) for row in indicator.choices]


class CellForm(DraftForm):
    """One cell of a breakdown: its number, and a note where it needs one; whatever else was said of it stays."""

    value = NumberField(label=_("Value"))
    note = forms.CharField(label=_("Note for the reviewer"), required=False, widget=_NOTE)

    def __init__(self, *args: Any, indicator: Indicator, stored: Figure | None, **options: Any) -> None:
        names = ("value", "note", "version")
        initial = {name: getattr(stored, name) for name in names} if stored else {"version": 0}
        super().__init__(*args, **{**options, "initial": initial})
        self.indicator, self.stored = indicator, stored

    @property
    def is_emptied(self) -> bool:
        return self.cleaned_data.get("value") is None

    def given(self) -> FigureInput:
        kept = {name: getattr(self.stored, name) for name in _FIELDS} if self.stored else {}
        typed = {name: self.cleaned_data[name] for name in ("value", "note")}
        return FigureInput(**{**kept, **typed, "status": FigureStatus.REPORTED})


class FileForm(forms.Form):
    """A file as evidence."""

    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("What it shows"), max_length=200, required=False)
    public = forms.BooleanField(label=_("Publish it with the report"), required=False)


class LinkForm(forms.Form):
    """A link as evidence."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    title = forms.CharField(label=_("What it shows"), max_length=200)
    public = forms.BooleanField(label=_("Publish it with the report"), required=False)


class PracticeForm(forms.Form):
    """An adopted practice as evidence."""

    practice = forms.ChoiceField(label=_("Practice that you use"), choices=())
    public = forms.BooleanField(
        label=_("Publish it with the report"),
        required=False,
        help_text=_(
            "A practice that is not TLP:CLEAR stays unnamed: the report says that evidence was given."
        ),
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(f"{kind}:{reference}", title) for kind, reference, title in offered]
        self.fields["practice"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class DisclosureForm(forms.Form):
    """Whether a text or figure is public, and why it is not as the charter asks."""

    disclosure = forms.ChoiceField(label=_("Who reads it"), choices=(), widget=forms.RadioSelect)
    disclosure_reason = forms.CharField(
        label=_("Why it is not as the charter asks"), required=False, max_length=500
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["disclosure"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class ResponseForm(forms.Form):
    """A reply to verdicts."""

    text = forms.CharField(label=_("Reply"), max_length=4000, widget=forms.Textarea({"rows": 6}))
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)


class StatementForm(forms.Form):
    """The statement that a signatory makes."""

    stated = forms.BooleanField(label="")

    def __init__(self, *args: Any, statement: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stated"].label = statement
