"""The forms of a pledge: its words, its services and measures, and its targets as rows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliance.models import Commitment, Indicator, Pledge
from alliance.services.pledges import PledgeDraft, TargetDraft
from alliance.web.forms.days import DayField
from alliance.web.forms.numbers import NumberField

TARGET_PREFIX = "target"
SPARE_ROWS = 2  # empty rows for targets; saving gives as many again


class TargetForm(forms.Form):
    """One target; an empty row counts for nothing.

    `indicators`: those with a figure. Offered are those that can decide a target, and the one that the row names.
    """

    posted_as = rf"{TARGET_PREFIX}-\d+"
    text = forms.CharField(label=_("Target"), max_length=300, required=False)
    due_on = DayField(label=_("Deadline"), required=False)
    indicator_key = forms.ChoiceField(label=_("Indicator"), required=False)
    value = NumberField(label=_("Value"))

    def __init__(self, *args: Any, indicators: Sequence[Indicator] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not indicators:  # beyond the charter nothing is measured
            del self.fields["indicator_key"], self.fields["value"]
            return
        named = self["indicator_key"].value()
        offered = (row for row in indicators if row.decides_targets or row.key == named)
        choices = [("", _("None")), *((row.key, f"{row.code} {row.title}") for row in offered)]
        field = self.fields["indicator_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def draft(self) -> TargetDraft | None:
        values = self.cleaned_data
        return TargetDraft(**values) if any(value not in (None, "") for value in values.values()) else None


TargetForms = forms.formset_factory(TargetForm, extra=SPARE_ROWS, max_num=20, validate_max=True)


class PledgeForm(forms.Form):
    """A pledge to one commitment, or with `commitment=None` one beyond the charter."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("In your own words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Write it so that anyone can see later whether it was done."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    services: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Services"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("If none is ticked: the whole organisation."),
    )
    measure_keys = forms.MultipleChoiceField(
        label=_("Opt-in measures"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)

    def __init__(self, *args: Any, commitment: Commitment | None, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment
        chosen = self.fields["services"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = services
        if not services:
            del self.fields["services"]
        if commitment is not None:
            del self.fields["title"]
        optional = getattr(commitment, "optional", [])
        if not optional:
            del self.fields["measure_keys"]
            return
        measures = self.fields["measure_keys"]
        assert isinstance(measures, forms.MultipleChoiceField)
        measures.choices = [(row.key, f"{row.code} {row.title}") for row in optional]

    def draft(self, targets: Any) -> PledgeDraft:
        """What was filled in, for the service."""
        values = self.cleaned_data
        rows = [target for form in targets if (target := form.draft())]
        return PledgeDraft(
            text=values["text"],
            language=values["language"],
            commitment_key=self.commitment.key if self.commitment else "",
            title=values.get("title", ""),
            services=list(values.get("services", ())),
            measure_keys=values.get("measure_keys", []),
            targets=rows,
        )


def initial_of(pledge: Pledge) -> dict[str, Any]:
    """The content of a pledge, for changing it."""
    return {
        "title": pledge.title,
        "text": pledge.text,
        "language": pledge.language,
        "services": [service.pk for service in pledge.services.all()],
        "measure_keys": pledge.measure_keys,
        "version": pledge.version,
    }


def initial_targets(pledge: Pledge) -> list[dict[str, Any]]:
    """The targets of a pledge as rows."""
    return [
        {
            "text": row.text,
            "due_on": row.due_on,
            "indicator_key": row.indicator_key,
            "value": row.value,
        }
        for row in pledge.targets.all()
    ]
