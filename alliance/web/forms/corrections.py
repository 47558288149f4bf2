"""The form of a correction: the new values, why, who found it, and the file that shows it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.enums import (
    DECIDED_TARGET_STATES,
    VERDICT_SCALE,
    CorrectionFinder,
    CorrectionState,
    CorrectionSubject,
    FigureStatus,
    Side,
    Standing,
    TargetState,
    ValueType,
    VerdictValue,
)
from alliance.figure_fields import FIELDS, NUMBER_COLUMNS, FigureValues
from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.corrections import CorrectionFilter
from alliance.queries.public.wording import choice_title
from alliance.services.correction_values import MAX_TEXT
from alliance.services.corrections import MAX_ITEMS, CorrectionInput
from alliance.validators.corrections import CorrectionPlace, Values
from alliance.web.forms.numbers import NumberField
from alliance.web.forms.sorting import order_field
from portal.kernel.text import LANGUAGES, MAX_REASON
from portal.kernel.web import StrictForm, set_choices

_FIGURE_NUMBERS = ("numerator", "denominator", "lower", "upper")


class CorrectionListForm(forms.Form):
    """The filter of the list; every field stands in the address, and what it does not know is left out."""

    only_narrows = True

    q = forms.CharField(
        label=_("Words, member, number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Every state")),
            ("open", pgettext_lazy("corrections", "Waiting for somebody")),
            ("verdicts", _("Verdicts to look at again")),
            *CorrectionState.choices,
        ],
    )
    member = forms.ChoiceField(label=_("Member"), required=False)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    side = forms.ChoiceField(
        label=_("Proposed by"), required=False, choices=[("", _("Either side")), *Side.choices]
    )
    sort = order_field(
        pgettext_lazy("order of a list", "The latest first"),
        {
            "number": pgettext_lazy("order of a list", "By number"),
            "member": pgettext_lazy("order of a list", "By member"),
            "state": pgettext_lazy("order of a list", "By state"),
            "due": pgettext_lazy("order of a list", "By day to answer"),
        },
    )

    def __init__(self, data: Any, *, members: Sequence[Organisation], cycles: Sequence[Cycle]) -> None:
        super().__init__(data)
        if members:
            rows = [(str(row.slug), row.name) for row in members]
            set_choices(self, "member", [("", _("Every member")), *rows])
        else:
            del self.fields["member"]
        set_choices(self, "cycle", [("", _("Every cycle")), *((row.slug, row.title) for row in cycles)])

    def filters(self) -> CorrectionFilter:
        """The view; an invalid field narrows nothing."""
        self.is_valid()
        return CorrectionFilter(**{name: value for name, value in self.cleaned_data.items() if value})


class _NeededLater:
    """Mixin of fields that a draft may leave empty, and a proposal may not: not called optional on the page."""

    def validate(self, value: Any) -> None:
        """Leave what is missing to the proposal."""


class _LaterText(_NeededLater, forms.CharField):
    pass


class _LaterNumber(_NeededLater, NumberField):
    pass


class CorrectionItemFields:
    """The fields of one value inside the form, named after its number on the page."""

    def __init__(self, form: "CorrectionForm", number: int, place: CorrectionPlace, new: Values) -> None:
        self.form, self.prefix, self.place = form, f"v{number}_", place
        self.indicator, self.current = form.indicators.get(place.indicator), new
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
            return _standing_fields(self.form.standings, new)
        return {"text": _text_field(_("Should read"), new["text"], rows=8)}

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that a person fills in, without the box that leaves the value out."""
        hidden = (f"{self.prefix}place", f"{self.prefix}remove")
        return [
            self.form[name]
            for name in self.form.fields
            if name.startswith(self.prefix) and name not in hidden
        ]

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
        names = [name.removeprefix(self.prefix) for name in self.form.fields if name.startswith(self.prefix)]
        typed = {name: self.form.cleaned_data.get(self.prefix + name) for name in names}
        del typed["place"], typed["remove"]
        if self.place.subject == CorrectionSubject.TARGET:
            return _target_values(typed, self.current)
        if self.place.subject != CorrectionSubject.FIGURE:
            return typed
        return _figure_values(self.indicator, typed)


def _text_field(label: Any, initial: str, *, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        initial=initial,
        required=False,
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
        "reason": _text_field(_("Reason for the verdict"), new["reason"], rows=6),
    }
    if not place.measure and not place.pledge:
        fields["difference"] = _text_field(_("Why it differs from the measures"), new["difference"], rows=3)
    return fields


def _target_fields(new: Values) -> dict[str, forms.Field]:
    """Its words and its day; a value where the target names an indicator."""
    fields: dict[str, forms.Field] = {"text": _text_field(_("Should read"), new["text"], rows=2)}
    if new["indicator"]:
        fields["value"] = _LaterNumber(label=_("Value"), initial=new["value"])
    fields["due_on"] = forms.DateField(
        label=_("Deadline"),
        required=False,
        initial=date.fromisoformat(new["due_on"]) if new["due_on"] else None,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
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
        f"reason_{language}": _LaterText(
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
    for name in _FIGURE_NUMBERS:
        if type_ in FIELDS[name].value_types and (
            getattr(values, name) is not None or name in NUMBER_COLUMNS[:2]
        ):
            fields[name] = NumberField(
                label=FIELDS[name].label, required=False, initial=getattr(values, name)
            )
    fields["status"] = forms.ChoiceField(
        label=_("No figure any more?"),
        choices=[(FigureStatus.REPORTED, _("There is a figure")), *FigureStatus.choices[1:]],
        initial=values.status,
    )
    fields["reason"] = forms.CharField(
        label=str(FIELDS["reason"].label),
        required=False,
        max_length=FIELDS["reason"].max_length,
        initial=values.reason,
    )
    return fields


def _value_field(indicator: Indicator | None, values: FigureValues) -> forms.Field:
    label, type_ = _("Should read"), indicator.value if indicator else ""
    if type_ == ValueType.YES_NO:
        initial = "" if values.value is None else str(int(values.value))
        return forms.ChoiceField(
            label=label, required=False, choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))], initial=initial
        )
    if indicator is not None and type_ == ValueType.CHOICE:
        choices = [(row["key"], choice_title(indicator, row["key"])) for row in indicator.choices]
        return forms.ChoiceField(
            label=label, required=False, choices=[("", "–"), *choices], initial=values.choice
        )
    return _LaterNumber(label=label, initial=values.value)


def _figure_values(indicator: Indicator | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    type_ = indicator.value if indicator else ""
    value = typed["value"]
    numbers = {name: typed[name] for name in _FIGURE_NUMBERS if name in typed}
    values: dict[str, Any] = {"status": typed["status"], "reason": typed["reason"], **numbers}
    if type_ == ValueType.CHOICE:
        values["choice"] = value or ""
    elif type_ == ValueType.YES_NO:
        values["value"] = Decimal(value) if value else None
    else:
        values["value"] = value
    if values["status"] == FigureStatus.REPORTED:
        values["reason"] = ""
    return {name: str(each) if isinstance(each, Decimal) else each for name, each in values.items()}


class CorrectionForm(StrictForm):
    """A correction of one or more values; `add` takes another value into it when the form is saved."""

    finder = forms.ChoiceField(label=_("Who found it"), choices=CorrectionFinder.choices)
    file = forms.FileField(
        label=_("Evidence for the secretariat and the member"),
        required=False,
        help_text=_("PDF, XLSX, CSV, PNG or JPEG, up to 25 MB. It does not become public."),
    )
    add = forms.ChoiceField(label=_("Correct another value too"), choices=(), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    also_posted = ("propose",)
    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        items: Sequence[tuple[CorrectionPlace, Values]],
        indicators: Mapping[str, Indicator],
        places: Sequence[tuple[str, str]],
        reason: Mapping[str, str],
        standings: Sequence[Standing] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.indicators, self.standings = indicators, standings
        self.items = [
            CorrectionItemFields(self, number, place, new) for number, (place, new) in enumerate(items)
        ]
        names = {code: str(name) for code, name in settings.LANGUAGES}
        for language in LANGUAGES:
            self.fields[f"reason_{language}"] = _LaterText(
                label=capfirst(gettext(names[language])),
                max_length=MAX_REASON,
                initial=reason.get(language, ""),
                widget=forms.Textarea(attrs={"rows": 4, "lang": language}),
            )
        chosen = {place.key for place, _new in items}
        set_choices(self, "add", [("", "–"), *((key, title) for key, title in places if key not in chosen)])

    @property
    def reason_fields(self) -> list[forms.BoundField]:
        return [self[f"reason_{language}"] for language in LANGUAGES]

    def written(self) -> CorrectionInput:
        """What the form says, for the service."""
        data = self.cleaned_data
        return CorrectionInput(
            {item.place: item.values() for item in self.items if not item.is_removed},
            {language: data[f"reason_{language}"] for language in LANGUAGES},
            data["finder"],
        )

    def add_refusal(self, field: str | None, sentence: str) -> None:
        """Show a refusal of the service at the value, or at the field, that it is about."""
        at_item = next((item.first_field for item in self.items if item.place.key == field), field)
        self.add_error(at_item if at_item in self.fields else None, sentence)


def posted_places(data: Mapping[str, Any]) -> list[CorrectionPlace]:
    """The values that a posted form has fields for, in its order."""
    keys = [str(data[name]) for number in range(MAX_ITEMS) if (name := f"v{number}_place") in data]
    return [place for key in keys if (place := CorrectionPlace.from_key(key)) is not None]


class CorrectionNoteForm(StrictForm):
    """A note to the other side."""

    text = forms.CharField(label=_("Note"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 5}))


class OptionalReasonForm(StrictForm):
    """Why a manager publishes what both sides agree to."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Published with the correction."),
    )


class DecisionReasonForm(OptionalReasonForm):
    """Why it is decided without the agreement of the other side."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Published with the correction."),
        error_messages={"required": _("Give a reason.")},
    )


class PublicReasonForm(StrictForm):
    """A public reason, in every language."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = {code: str(name) for code, name in settings.LANGUAGES}
        for language in LANGUAGES:
            self.fields[f"reason_{language}"] = forms.CharField(
                label=gettext("Reason, public (%(language)s)") % {"language": gettext(names[language])},
                max_length=MAX_REASON,
                widget=forms.Textarea(attrs={"rows": 4, "lang": language}),
            )

    @property
    def reason(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"reason_{language}"] for language in LANGUAGES}


class TargetDecisionForm(PublicReasonForm):
    """What became of a target that no figure can decide, and why."""

    state = forms.ChoiceField(
        label=_("What became of the target"),
        choices=[
            (TargetState.KEPT, _("Kept: it was reached by its date")),
            (TargetState.MISSED, _("Missed: it was not reached by its date")),
            (TargetState.LATE, _("Overdue: nothing shows whether it was reached")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of the target.")},
    )
    publication = forms.IntegerField(widget=forms.HiddenInput)


class ChangedDecisionForm(TargetDecisionForm):
    """A decision in the place of an earlier one, whose reason says what was wrong with that."""

    finder = forms.ChoiceField(label=_("Who found it"), choices=CorrectionFinder.choices)
