"""The fields of one value inside the form of a correction, by what it is a value of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.enums import (
    DECIDED_TARGET_STATES,
    VERDICT_SCALE,
    CorrectionSubject,
    FigureStatus,
    Standing,
    ValueType,
    VerdictValue,
)
from alliance.figure_fields import FIELDS, FigureValues, ValueKind
from alliance.models import Indicator
from alliance.queries.public.wording import choice_title
from alliance.services.correction_values import MAX_TEXT
from alliance.validators.corrections import CorrectionPlace, Values
from alliance.web.forms.days import DayField
from alliance.web.forms.numbers import NumberField
from portal.kernel.text import LANGUAGES, MAX_REASON

# what is said of a figure, in the order of the form
_DETAILS = ("estimate", "lower", "upper", "method", "note", "definition_changed", "definition_note")


class _NeededLater:
    """Mixin of fields that a draft may leave empty, and a proposal may not: not called optional on the page."""

    def validate(self, value: Any) -> None:
        """Leave what is missing to the proposal."""


class LaterText(_NeededLater, forms.CharField):
    """A text that a draft may leave empty."""


class _LaterNumber(_NeededLater, NumberField):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=True, **options)


class _LaterChoice(forms.ChoiceField):
    """A choice that a draft may leave open; what is chosen is one of the choices all the same."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class CorrectionItemFields:
    """The fields of one value inside the form, named after its number on the page."""

    def __init__(
        self,
        form: forms.BaseForm,
        number: int,
        place: CorrectionPlace,
        new: Values,
        *,
        indicator: Indicator | None,
        standings: Sequence[Standing],
    ) -> None:
        """`indicator`: of a figure; `standings`: what a correction can make of the filing."""
        self.form, self.prefix, self.place = form, f"v{number}_", place
        self.indicator, self.standings, self.current = indicator, standings, new
        for name, field in self._fields(new).items():
            form.fields[self.prefix + name] = field
        form.fields[f"{self.prefix}place"] = forms.CharField(
            widget=forms.HiddenInput, initial=place.key, max_length=400
        )
        form.fields[f"{self.prefix}remove"] = forms.BooleanField(
            label=_("Leave this value out of the correction"), required=False
        )

    def _fields(self, new: Values) -> dict[str, forms.Field]:
        if self.place.subject == CorrectionSubject.FIGURE:
            return _figure_fields(self.indicator, new)
        if self.place.subject == CorrectionSubject.VERDICT:
            return _verdict_fields(self.place, new)
        if self.place.subject == CorrectionSubject.TARGET:
            return _target_fields(new)
        if self.place.subject == CorrectionSubject.STANDING:
            return _standing_fields(self.standings, new)
        return {"text": _text_field(_("Should read"), new["text"], rows=8, is_needed=True)}

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields of the value itself, without the box that leaves it out."""
        return [self.form[self.prefix + name] for name in self._names if name not in _DETAILS]

    @property
    def details(self) -> list[forms.BoundField]:
        """Of a figure what is said of it: whether it is an estimate, how it was counted, its note, its definition."""
        return [self.form[self.prefix + name] for name in self._names if name in _DETAILS]

    @property
    def has_details(self) -> bool:
        """Whether any of these is filled in, or wrong."""
        return any(field.value() or field.errors for field in self.details)

    @property
    def _names(self) -> list[str]:
        """Of the fields that a person fills in, in their order."""
        names = [name.removeprefix(self.prefix) for name in self.form.fields if name.startswith(self.prefix)]
        return [name for name in names if name not in ("place", "remove")]

    @property
    def place_field(self) -> forms.BoundField:
        return self.form[f"{self.prefix}place"]

    @property
    def remove_field(self) -> forms.BoundField:
        return self.form[f"{self.prefix}remove"]

    @property
    def first_field(self) -> str:
        """The field at which an error about the whole value is shown."""
        return self.shown[0].name

    @property
    def is_removed(self) -> bool:
        return bool(self.form.cleaned_data.get(f"{self.prefix}remove"))

    def values(self) -> dict[str, Any]:
        """The new value, as a correction stores it."""
        typed = {name: self.form.cleaned_data.get(self.prefix + name) for name in self._names}
        if self.place.subject == CorrectionSubject.TARGET:
            return _target_values(typed, self.current)
        if self.place.subject != CorrectionSubject.FIGURE:
            return typed
        return _figure_values(self.indicator, typed)


def _text_field(label: Any, initial: str, *, rows: int, is_needed: bool = False) -> forms.CharField:
    field_class, needed = (LaterText, True) if is_needed else (forms.CharField, False)
    return field_class(
        label=label,
        initial=initial,
        required=needed,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _verdict_fields(place: CorrectionPlace, new: Values) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "value": forms.ChoiceField(
            label=_("Verdict"),
            choices=[(each.value, each.label) for each in (*VERDICT_SCALE, VerdictValue.NOT_DUE)],
            initial=new["value"],
        ),
        "reason": _text_field(_("Reason for the verdict"), new["reason"], rows=6, is_needed=True),
    }
    if not place.measure and not place.pledge:
        fields["difference"] = _text_field(_("Why it differs from the measures"), new["difference"], rows=3)
    return fields


def _target_fields(new: Values) -> dict[str, forms.Field]:
    """Its words and its day; a value where the target names an indicator."""
    fields: dict[str, forms.Field] = {
        "text": _text_field(_("Should read"), new["text"], rows=2, is_needed=True)
    }
    if new["indicator"]:
        fields["value"] = _LaterNumber(label=_("Value"), initial=new["value"])
    fields["due_on"] = DayField(
        label=_("Deadline"),
        required=False,
        initial=date.fromisoformat(new["due_on"]) if new["due_on"] else None,
    )
    return fields | (_decision_fields(new["decision"]) if new["decision"] else {})


def _decision_fields(decision: Values) -> dict[str, forms.Field]:
    """What the secretariat decided of the target, and why."""
    names = {code: str(name) for code, name in settings.LANGUAGES}
    state: dict[str, forms.Field] = {
        "decided": forms.ChoiceField(
            label=_("Decision"),
            choices=[(each.value, each.label) for each in DECIDED_TARGET_STATES],
            initial=decision["state"],
        )
    }
    return state | {
        f"reason_{language}": LaterText(
            label=gettext("Reason for the decision (%(language)s)") % {"language": gettext(names[language])},
            max_length=MAX_REASON,
            initial=decision["reason"][language],
            widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
        )
        for language in LANGUAGES
    }


def _standing_fields(possible: Sequence[Standing], new: Values) -> dict[str, forms.Field]:
    """What was filed is on time or late; what was not is not filed or exempt, for a reason."""
    choices = dict.fromkeys((Standing(new["standing"]), *possible))
    fields: dict[str, forms.Field] = {
        "standing": forms.ChoiceField(
            label=_("Should read"),
            choices=[(each.value, each.label) for each in choices],
            initial=new["standing"],
        )
    }
    if Standing.EXEMPT in choices:
        fields["reason"] = _text_field(_("Reason for the exemption"), new["reason"], rows=3)
    return fields


def _target_values(typed: Mapping[str, Any], current: Values) -> dict[str, Any]:
    value, due_on, decision = typed.get("value"), typed["due_on"], current["decision"]
    if decision is not None:
        reason = {language: typed[f"reason_{language}"] for language in LANGUAGES}
        decision = {"state": typed["decided"], "reason": reason, "decided_on": decision["decided_on"]}
    return {
        "text": typed["text"],
        "value": None if value is None else str(value),
        "due_on": due_on.isoformat() if due_on else None,
        "decision": decision,
    }


def _figure_fields(indicator: Indicator | None, new: Values) -> dict[str, forms.Field]:
    values, type_ = FigureValues.from_document(new), indicator.value if indicator else ""
    fields: dict[str, forms.Field] = {"value": _value_field(indicator, values)}
    for name in ("numerator", "denominator"):
        if type_ in FIELDS[name].value_types:
            fields[name] = _field_of(name, values)
    fields["status"] = forms.ChoiceField(
        label=_("No figure any more?"),
        choices=[(FigureStatus.REPORTED, _("There is a figure")), *FigureStatus.choices[1:]],
        initial=values.status,
    )
    fields["reason"] = _field_of("reason", values)
    return fields | {
        name: _field_of(name, values) for name in _DETAILS if not type_ or type_ in FIELDS[name].value_types
    }


def _field_of(name: str, values: FigureValues) -> forms.Field:
    """The field of a part of a figure, as it is called in public."""
    spec, initial = FIELDS[name], getattr(values, name)
    if spec.kind == ValueKind.NUMBER:
        return NumberField(label=str(spec.label), initial=initial)
    if spec.kind == ValueKind.FLAG:
        return forms.BooleanField(label=str(spec.label), required=False, initial=initial)
    widget = forms.Textarea(attrs={"rows": 3}) if spec.kind == ValueKind.TEXT else forms.TextInput()
    label = spec.heading if name == "note" else spec.label
    return forms.CharField(
        label=str(label), required=False, max_length=spec.max_length, initial=initial, widget=widget
    )


def _value_field(indicator: Indicator | None, values: FigureValues) -> forms.Field:
    label, type_ = _("Should read"), indicator.value if indicator else ""
    if type_ == ValueType.YES_NO:
        initial = "" if values.value is None else str(int(values.value))
        return _LaterChoice(
            label=label, choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))], initial=initial
        )
    if indicator is not None and type_ == ValueType.CHOICE:
        choices = [(row["key"], choice_title(indicator, row["key"])) for row in indicator.choices]
        return _LaterChoice(label=label, choices=[("", "–"), *choices], initial=values.choice)
    return _LaterNumber(label=label, initial=values.value)


def _figure_values(indicator: Indicator | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    type_ = indicator.value if indicator else ""
    value = typed["value"]
    values: dict[str, Any] = {name: value for name, value in typed.items() if name != "value"}
    if type_ == ValueType.CHOICE:
        values["choice"] = value or ""
    elif type_ == ValueType.YES_NO:
        values["value"] = Decimal(value) if value else None
    else:
        values["value"] = value
    if values["status"] == FigureStatus.REPORTED:
        values["reason"] = ""
    if not values["definition_changed"]:
        values["definition_note"] = ""
    return {name: str(each) if isinstance(each, Decimal) else each for name, each in values.items()}
