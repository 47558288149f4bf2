"""The form of one group of a practice, made from the table of fields."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.web.forms.days import DayField
from alliance.web.forms.languages import LanguageField
from alliance.web.forms.numbers import NumberField
from portal.kernel.alphabet import alphabet_key
from practices.content import Content
from practices.enums import ClassOutcome, StepBy
from practices.fields import ROW_KEYS, Field, FieldGroup, FieldType, fields_of
from practices.queries import taxonomy

SPARE_ROWS = 2  # empty rows; saving gives as many again
ROW_TYPES = tuple(ROW_KEYS)

HINTS: Mapping[str, str | Promise] = {
    "title": _("What it does, for example “Slow the first message from a stranger”."),
    "licence": _("If the text or a tool has one, for example CC BY 4.0."),
    "languages": _("If none is ticked: it does not depend on the language."),
    "summary": _("Two or three sentences; shown in lists."),
    "allowed": _("No illegal material and no children’s data: describe, do not show."),
    "violating": _("No illegal material and no children’s data: describe, do not show."),
    "prompt": _("If it is left empty, the portal makes one of the classes and examples."),
    "sample_size": _("Number of items, accounts or conversations."),
    "precision": _("A share from 0 to 1: how much of what it found was found correctly."),
    "recall": _("A share from 0 to 1: how much of what should be found it found."),
    "false_positive_rate": _("A share from 0 to 1: how much harmless material it took for harmful."),
    "rights": _("On speech, privacy and equal treatment of children and adults."),
    "safeguards": _("What limits mistakes: appeals, a second check, limits."),
}


class FieldGroupForm(forms.Form):
    """The fields of one group but for those that are rows; what they mean is checked when they are saved."""

    only_narrows = True  # what is needed says so; all else may stay empty

    expected_digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, group: FieldGroup, *args: Any, content: Content, **options: Any) -> None:
        super().__init__(*args, **options)
        self.group = group
        for field in fields_of(group):
            if field.field_type in ROW_TYPES:
                continue
            form_field: Any = _FIELDS[field.field_type](field, content.get(field.key))
            form_field.label, form_field.required = field.title, False
            if field.required:
                # a draft may lack anything; without this it is not shared
                form_field.label = format_lazy("{title} ({needed})", title=field.title, needed=_("required"))
            form_field.help_text = HINTS.get(field.key, "")
            self.fields[field.key] = form_field
            self.initial.setdefault(field.key, _initial_value(field, content.get(field.key)))

    def raw(self) -> dict[str, Any]:
        """What was filled in, as `content.clean` takes it."""
        return {key: value for key, value in self.cleaned_data.items() if key != "expected_digest"}


def _text(field: Field, value: Any) -> forms.Field:
    del value
    rows = 4 if field.limit <= 2000 else 7
    return forms.CharField(
        strip=False, widget=forms.Textarea({"rows": rows, "maxlength": field.limit, "data-count": ""})
    )


def _choice(field: Field, value: Any) -> forms.Field:
    del value
    assert field.choices is not None
    return forms.ChoiceField(choices=[("", _("Not chosen")), *field.choices.choices])


def _choices(field: Field, value: Any) -> forms.Field:
    del value
    assert field.choices is not None
    return _checkboxes(field.choices.choices)


def _keys(field: Field, value: Any) -> forms.Field:
    """Every key that there is, and stored ones from a charter that is not in force any more."""
    known = _KEYS[field.key]()
    unknown_choices = [(key, key) for key in value or () if key not in dict(known)]
    choices = [*known, *unknown_choices]
    if field.key == "languages":
        return LanguagesField(choices=choices, widget=forms.CheckboxSelectMultiple)
    return _checkboxes(choices)


class LanguagesField(forms.MultipleChoiceField):
    """Languages: ticked, or typed by name in the reader's language, which the browser completes."""

    def to_python(self, value: Any) -> list[str]:
        codes = {str(label).casefold(): code for code, label in list(self.choices)}  # type: ignore[arg-type]  # a list here, never a function
        typed = [item.strip() for item in super().to_python(value) if item.strip()]
        return list(dict.fromkeys(codes.get(item.casefold(), item) for item in typed))


def _checkboxes(choices: Any) -> forms.Field:
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)


def _initial_value(field: Field, value: Any) -> Any:
    """The stored value as the field shows it."""
    if value is None:
        return None
    if field.field_type in (FieldType.NUMBER, FieldType.SHARE):
        return Decimal(value)
    return date.fromisoformat(value) if field.field_type == FieldType.DATE else value


def _languages() -> list[tuple[str, Any]]:
    """The portal's own first, then all others by name."""
    named = [(code, taxonomy.language_name(code)) for code in taxonomy.languages()]
    own = len(settings.LANGUAGES)
    return [*named[:own], *sorted(named[own:], key=lambda pair: alphabet_key(str(pair[1])))]


_KEYS: Mapping[str, Callable[[], list[tuple[str, Any]]]] = {
    "harms": lambda: [(key, harm.title) for key, harm in taxonomy.harms().items()],
    "measures": lambda: [(key, f"{row.code} {row.title}") for key, row in taxonomy.measures().items()],
    "languages": _languages,
}
_FIELDS: Mapping[FieldType, Callable[[Field, Any], forms.Field]] = {
    FieldType.LINE: lambda field, value: forms.CharField(widget=forms.TextInput({"maxlength": field.limit})),
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.KEYS: _keys,
    FieldType.DATE: lambda field, value: DayField(),
    FieldType.NUMBER: lambda field, value: NumberField(),
    FieldType.SHARE: lambda field, value: NumberField(),
}


# --- Rows ------------------------------------------------------------------------------------


class MethodStepForm(forms.Form):
    """One step of a method; an empty row counts for nothing."""

    text = forms.CharField(
        label=_("Step"), required=False, strip=False, widget=forms.Textarea({"rows": 2, "maxlength": 1000})
    )
    by = forms.ChoiceField(
        label=_("Carried out by"), choices=StepBy.choices, initial=StepBy.AUTOMATIC, required=False
    )

    def raw(self) -> dict[str, Any]:
        return {key: self.cleaned_data.get(key, "") for key in ("text", "by")}


class EffectForm(forms.Form):
    """A number before and after; an empty row counts for nothing."""

    what = forms.CharField(label=_("What was measured"), required=False, max_length=120)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=120)
    before = NumberField(label=_("Before"))
    after = NumberField(label=_("After"))

    def raw(self) -> dict[str, Any]:
        return {key: self.cleaned_data.get(key) or "" for key in ("what", "unit", "before", "after")} | {
            key: self.cleaned_data[key]
            for key in ("before", "after")
            if self.cleaned_data.get(key) is not None
        }


class PolicyClassForm(forms.Form):
    """A class of the policy; an empty row counts for nothing."""

    key = forms.CharField(label=_("Class"), required=False, max_length=40)
    title = forms.CharField(label=_("Title"), required=False, max_length=120)
    outcome = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("", _("Not chosen")), *ClassOutcome.choices]
    )
    meaning = forms.CharField(
        label=_("What it means"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 2, "maxlength": 600}),
    )
    follows = forms.CharField(label=_("What follows"), required=False, max_length=120)

    def raw(self) -> dict[str, Any]:
        return {key: self.cleaned_data.get(key, "") for key in ROW_KEYS[FieldType.CLASSES]}


class ClassExampleForm(forms.Form):
    """An example with the class that it bears. The class is written as its row has it."""

    text = forms.CharField(
        label=_("Example"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2, "maxlength": 500}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = forms.CharField(label=_("Class"), required=False, max_length=40)
        self.fields = {"class": field, **self.fields}
        if self.initial.get("class"):
            field.initial = self.initial["class"]

    def raw(self) -> dict[str, Any]:
        return {key: self.cleaned_data.get(key, "") for key in ROW_KEYS[FieldType.EXAMPLES]}


class StatedScoreForm(forms.Form):
    """What a model reached, as the source says it; an empty row counts for nothing."""

    name = forms.CharField(label=_("Name and version"), required=False, max_length=120)
    precision = NumberField(label=_("Precision"))
    recall = NumberField(label=_("Recall (share found)"))
    rows = NumberField(label=_("Rows"))
    on = DayField(label=_("Date of the run"), required=False)
    by = forms.CharField(label=_("By"), required=False, max_length=120)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        of_class: forms.Field = forms.CharField(label=_("Class"), required=False, max_length=40)
        named, *others = self.fields.items()
        self.fields = dict([named, ("class", of_class), *others])

    def raw(self) -> dict[str, Any]:
        values = {key: self.cleaned_data.get(key) for key in ROW_KEYS[FieldType.SCORES]}
        return {key: "" if value is None else value for key, value in values.items()}


MethodStepForms = forms.formset_factory(
    MethodStepForm, extra=SPARE_ROWS, can_order=True, max_num=40 + SPARE_ROWS, validate_max=True
)
EffectForms = forms.formset_factory(EffectForm, extra=SPARE_ROWS, max_num=20 + SPARE_ROWS, validate_max=True)


PolicyClassForms = forms.formset_factory(
    PolicyClassForm, extra=SPARE_ROWS, can_order=True, max_num=20 + SPARE_ROWS, validate_max=True
)
ClassExampleForms = forms.formset_factory(
    ClassExampleForm, extra=SPARE_ROWS, max_num=100 + SPARE_ROWS, validate_max=True
)
StatedScoreForms = forms.formset_factory(
    StatedScoreForm, extra=SPARE_ROWS, max_num=60 + SPARE_ROWS, validate_max=True
)
_FORMSETS: Mapping[FieldType, Any] = {
    FieldType.STEPS: MethodStepForms,
    FieldType.EFFECTS: EffectForms,
    FieldType.CLASSES: PolicyClassForms,
    FieldType.EXAMPLES: ClassExampleForms,
    FieldType.SCORES: StatedScoreForms,
}
_NUMBERS = ("before", "after", "precision", "recall", "rows")


def row_formsets(group: FieldGroup, content: Content, data: Any) -> list[Any]:
    """The rows of each field of the group that has rows, blank or bound."""
    return [_row_formset(field, content, data) for field in fields_of(group) if field.field_type in ROW_TYPES]


def _row_formset(field: Field, content: Content, data: Any) -> Any:
    # What is posted is taken by itself: next to stored rows an equal one would count as unchanged, and be lost.
    stored = []
    if data is None:
        for row in content.get(field.key, ()):
            numbers = {key: Decimal(row[key]) for key in _NUMBERS if key in row}
            days = {"on": date.fromisoformat(row["on"])} if "on" in row else {}
            stored.append({**row, **numbers, **days})
    rows = _FORMSETS[field.field_type](data, initial=stored, prefix=field.key)
    rows.field = field
    return rows


def raw_rows(rows: Any) -> list[dict[str, Any]]:
    """The rows that say something, in the order of the places that were given to them."""
    if not rows.can_order:
        return [form.raw() for form in rows]
    numbered = [(form.cleaned_data.get("ORDER") or 1000, place, form) for place, form in enumerate(rows)]
    return [form.raw() for _number, _place, form in sorted(numbered, key=lambda row: row[:2])]


# --- Besides the content ----------------------------------------------------------


class PracticeForm(forms.Form):
    """In which language the practice is written, and until which day an alert holds."""

    only_narrows = True

    language = LanguageField()
    expires_on = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("For alerts only: after this day it is marked as expired."),
    )
