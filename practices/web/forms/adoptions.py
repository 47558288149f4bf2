"""Taking a practice up: where, how far, what came of it, and who reads of it."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliance.models import Service
from alliance.web.forms.days import DayField
from alliance.web.forms.numbers import NumberField
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.text import MAX_REASON
from portal.kernel.web import StrictForm
from practices.audiences import Audience
from practices.enums import AdoptionState, Comparison, Label, ServiceKind
from practices.models import Practice
from practices.queries.adoptions import (
    allowed_labels,
    own_services,
    possible_reader_organisations,
    proposed_readers,
    use_audience,
)
from practices.queries.results import NamedEffect
from practices.services.adoptions import AdoptionResultInput, AdoptionStepInput
from practices.units import UnitMismatch, read_measure
from practices.web.forms.people import organisation_choices
from practices.web.forms.shown_readers import ShownReadersForm

_MOST_COUNTED = 10**15

READER_LABELS: Mapping[str, Any] = {
    Label.CLEAR: _("everybody, if the practice is for everybody"),
    Label.GREEN: _("the community: all who may read the practice"),
    Label.AMBER: _("your organisation, those chosen below, and their confirmed affiliates"),
    Label.AMBER_STRICT: _("your organisation and those chosen below"),
    Label.RED: _("you and the practice’s authors, and no one else"),
}


def _note(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=1000, widget=forms.Textarea({"rows": 3}))


def _measure(label: Any) -> forms.CharField:
    """A number, with or without its unit: it is read once the unit is known."""
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=80, widget=widget)


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("What was wrong?"),
        max_length=MAX_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Everyone who can see this use reads it beside the earlier result."),
        error_messages={"required": _("Say what was wrong.")},
    )


class AdoptionReadersForm(ShownReadersForm):
    """The label of an adoption, and the organisations that it names where it names any.

    The choice is among the labels that the organisation uses, and that keep the practice from who may not know of it.
    """

    label = forms.ChoiceField(label=_("Who can see this use"), choices=(), widget=forms.RadioSelect)
    organisations = forms.MultipleChoiceField(
        label=_("Organisations"),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For TLP:AMBER and TLP:AMBER+STRICT. Only those who may read the practice see it."),
    )

    def __init__(self, *args: Any, actor: Actor, practice: Practice, **options: Any) -> None:
        readers = options.pop("readers", None) or proposed_readers(actor, practice)
        named = readers.organisations or {practice.organisation_id}
        initial = {"label": readers.label, "organisations": [str(pk) for pk in named]}
        options["initial"] = {**initial, **(options.get("initial") or {})}
        super().__init__(*args, subject=practice, **options)
        self._actor, self._practice = actor, practice
        fields: dict[str, Any] = self.fields
        fields["label"].choices = [
            (label, f"{Label(label).label}: {READER_LABELS[label]}")
            for label in allowed_labels(actor, practice)
        ]
        fields["organisations"].choices = organisation_choices(list(possible_reader_organisations(actor)))

    def audience(self) -> Audience:
        """The audience as the services take it: what the label makes no use of is left out."""
        organisations = [int(pk) for pk in self.cleaned_data["organisations"]]
        return use_audience(self._actor, self._practice, self.cleaned_data["label"], organisations)


class AdoptionReadersChangeForm(AdoptionReadersForm):
    """Other readers of a use; `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AdoptionStepForm(StrictForm):
    """How far one is, since when, and a note on it."""

    state = forms.ChoiceField(label=_("State"), choices=AdoptionState.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Since"))
    note = _note(_("Note"))
    language = _language()

    def step(self) -> AdoptionStepInput:
        cleaned = self.cleaned_data
        return AdoptionStepInput(cleaned["state"], cleaned["on"], cleaned["note"], cleaned["language"])


class AdoptionChangeForm(AdoptionStepForm):
    """Another state or a new note; `version` is the one that the writer saw."""

    also_posted = ("resolve",)

    version = forms.IntegerField(widget=forms.HiddenInput)


class AdoptionForm(AdoptionStepForm, AdoptionReadersForm):
    """A new use: on one service or in the whole organisation."""

    service: Any = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Service.objects.none(),
        required=False,
        empty_label=_("The whole organisation"),
    )

    field_order = ("service", "state", "on", "note", "language", "label", "organisations")

    def __init__(self, *args: Any, actor: Actor, practice: Practice, **options: Any) -> None:
        super().__init__(*args, actor=actor, practice=practice, **options)
        services: forms.ModelChoiceField = self.fields["service"]  # type: ignore[assignment]  # declared so
        services.queryset = own_services(actor)


OTHER_EFFECT = "other"


class AdoptionResultForm(StrictForm):
    """What came of it: one of the practice's own effects in its unit, something else, or words alone.

    A number with another unit behind it is a fault; `conversions` has by field what it would be. Nothing is converted
    unless the writer presses the button for it, which posts `take`.
    """

    also_posted: Collection[str] = ("take",)

    effect = forms.ChoiceField(
        label=_("What did you measure?"), choices=(), required=False, widget=forms.RadioSelect
    )
    what = forms.CharField(
        label=_("What was measured"),
        required=False,
        max_length=200,
        help_text=_("For example: unwanted contact"),
    )
    unit = forms.CharField(
        label=_("Unit"), required=False, max_length=60, help_text=_("For example: per 10,000 first messages")
    )
    service_kind = forms.ChoiceField(
        label=_("Kind of service"),
        choices=(("", _("Not given")), *ServiceKind.choices),
        required=False,
        help_text=_("Results are compared among services of one kind."),
    )
    comparison = forms.ChoiceField(
        label=_("Compared by"), choices=(("", _("Not given")), *Comparison.choices), required=False
    )
    before = _measure(_("Before"))
    after = _measure(_("After"))
    counted = NumberField(
        label=_("How many were counted"),
        required=False,
        help_text=_("On each side of the comparison. What chance allows follows from it."),
    )
    starts_on = DayField(label=_("From"), required=False)
    ends_on = DayField(label=_("To"), required=False)
    note = _note(_("What should others know?"))
    language = _language()

    def __init__(
        self,
        *args: Any,
        effects: Sequence[NamedEffect] = (),
        translated: Mapping[str, NamedEffect] | None = None,
        **options: Any,
    ) -> None:
        """`effects`: those of the practice in the words in which they are compared; `translated`: by digest, in the
        reader's."""
        super().__init__(*args, **options)
        self.effects, self._translated = effects, translated or {}
        self.conversions: dict[str, Decimal] = {}
        chosen = [
            (effect.digest, _effect_label(self._translated.get(effect.digest, effect))) for effect in effects
        ]
        fields: dict[str, Any] = self.fields
        fields["effect"].choices = [*chosen, (OTHER_EFFECT, _("Something else: by itself, not compared"))]
        if not effects:
            del self.fields["effect"]

    def clean_counted(self) -> int | None:
        counted = self.cleaned_data["counted"]
        if counted is None:
            return None
        if counted != counted.to_integral_value() or not 0 < counted < _MOST_COUNTED:
            raise forms.ValidationError(_("Enter how many were counted, as a whole number."))
        return int(counted)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        effect, translated = self._chosen_effect(), ""
        if effect is not None:
            cleaned["what"], cleaned["unit"] = effect.what, effect.unit
            translated = self._translated.get(effect.digest, effect).unit
        for name in ("before", "after"):
            text, unit = cleaned.get(name, ""), cleaned.get("unit", "")
            try:
                cleaned[name] = read_measure(
                    text, unit, get_language() or "en", field=name, translated=translated
                )
            except UnitMismatch as mismatch:
                if mismatch.converted is not None:
                    self.conversions[name] = mismatch.converted
                self.add_error(name, str(mismatch))
            except DomainError as refusal:
                self.add_error(name, str(refusal))
        return cleaned

    def _chosen_effect(self) -> NamedEffect | None:
        choice = self.cleaned_data.get("effect", "")
        return next((effect for effect in self.effects if effect.digest == choice), None)

    def result(self) -> AdoptionResultInput:
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "effect"}
        return AdoptionResultInput(**cleaned)


class ResultCorrectionForm(AdoptionResultForm):
    """A result as it should be, and why the earlier one is wrong."""

    reason = _reason()

    def result(self) -> AdoptionResultInput:
        self.cleaned_data.pop("reason")
        return super().result()


class ResultWithdrawalForm(StrictForm):
    """Why a result is withdrawn."""

    reason = _reason()


def _effect_label(effect: NamedEffect) -> str:
    return f"{effect.what} ({effect.unit})" if effect.unit else effect.what
