"""The form of a correction: the new values, why, who found it, and the file that shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.enums import CorrectionFinder, CorrectionState, Side, Standing, TargetState
from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.corrections import (
    CorrectionFilter,
)
from alliance.services.corrections import MAX_ITEMS, CorrectionInput
from alliance.validators.corrections import CorrectionPlace, Values
from alliance.web.forms.corrected_values import CorrectionItemFields, LaterText
from alliance.web.forms.reason_fields import PublicReasonField
from alliance.web.forms.sorting import order_field
from portal.kernel.text import LANGUAGES, MAX_REASON
from portal.kernel.web import StrictForm, set_choices


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
        self.items = [
            CorrectionItemFields(
                self, number, place, new, indicator=indicators.get(place.indicator), standings=standings
            )
            for number, (place, new) in enumerate(items)
        ]
        names = {code: str(name) for code, name in settings.LANGUAGES}
        for language in LANGUAGES:
            self.fields[f"reason_{language}"] = LaterText(
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

    reason = PublicReasonField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Published with the correction."),
    )


class PublicReasonForm(StrictForm):
    """A public reason, in every language."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = {code: str(name) for code, name in settings.LANGUAGES}
        for language in LANGUAGES:
            self.fields[f"reason_{language}"] = PublicReasonField(
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
