"""The form of a reporting cycle."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.models import Charter, Cycle
from alliance.queries.calendar_days import weekend_note
from alliance.services.cycles import CyclePlan
from alliance.web.forms.days import DayField
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.renewable import SeenForm, SeenValuesForm
from portal.kernel.text import format_date, whole_number
from portal.kernel.web import StrictForm


class PublicationHourForm(SeenForm):
    """When a cycle is published by itself."""

    day = DayField(label=_("Day"))
    hour = forms.TimeField(
        label=_("Hour"),
        help_text=_("Alliance time."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class CycleForm(StrictForm):
    """Everything that a manager decides about a cycle; titles in both languages."""

    title_en = forms.CharField(label=_("Title in English"), max_length=80)
    title_ru = forms.CharField(label=_("Title in Russian"), max_length=80)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=30,
        help_text=_("For example 2026-h1. It never changes once it is public."),
    )
    charter: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Charter"), queryset=None, empty_label=_("Choose one")
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    due_on = DayField(label=_("Reports due on"), help_text=_("Until 24:00 of that day, alliance time."))
    publish_on = DayField(
        label=_("To be published on"),
        required=False,
        help_text=_("The page of the cycle says so. Leave empty if no day is announced."),
    )
    grace_days = forms.IntegerField(
        label=_("Days of grace"),
        min_value=0,
        max_value=365,
        initial=10,
        help_text=_(
            "A report submitted within these days is marked late; after them it counts as not filed."
        ),
    )
    review_days = forms.IntegerField(
        label=_("Days to review a report"), min_value=1, max_value=365, initial=28
    )
    response_days = forms.IntegerField(
        label=_("Days to reply to verdicts"), min_value=0, max_value=365, initial=14
    )
    correction_days = forms.IntegerField(
        label=_("Days to answer a proposed correction"), min_value=1, max_value=365, initial=14
    )

    # what the second page says, after a deadline on a weekend was pointed out
    weekend_accepted = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, charters: QuerySet[Charter], last: Cycle | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if last is not None:
            self._show_beside(last)
        field = self.fields["charter"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = charters
        if not charters:
            field.help_text = _(
                "There is no charter yet: one must first be loaded on the server (see Charters)."
            )

    def _show_beside(self, last: Cycle) -> None:
        """Under each field what the cycle before has there."""
        for name, field in self.fields.items():
            value = getattr(last, name, None)
            if value not in (None, ""):
                if isinstance(value, date):  # in Russian a day ends with the stop of "г."
                    hint = gettext("Last time: %(day)s.") % {"day": format_date(value)}
                else:
                    hint = gettext("Last time: %(value)s.") % {"value": value}
                field.help_text = f"{hint} {field.help_text}".strip()

    @property
    def weekend_notes(self) -> list[str]:
        """Which deadlines fall on a weekend, with the next working day; of a form that is valid."""
        days = (self.cleaned_data[name] for name in ("due_on", "publish_on"))
        return [note for day in days if day and (note := weekend_note(day))]

    def plan(self) -> CyclePlan:
        """What was filled in, for the service."""
        values = dict(self.cleaned_data)
        for name in ("weekend_accepted", "seen"):
            values.pop(name, None)
        titles = {language: values.pop(f"title_{language}") for language in ("en", "ru")}
        return CyclePlan(titles=titles, **values)


class CycleEditForm(SeenValuesForm, CycleForm):
    """The same of one that is planned."""


class ShownReportsField(forms.CharField):
    """The reports as the page showed them: `12:draft,14:submitted`; None where a post does not say."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> dict[int, str] | None:
        if value is None:
            return None
        shown = {}
        for pair in filter(None, super().clean(value).split(",")):
            text, _colon, state = pair.partition(":")
            if (number := whole_number(text)) is None:
                raise forms.ValidationError(_("Open the page again: what it had shown cannot be read."))
            shown[number] = state
        return shown


class ReopenForm(ReasonForm):
    """Why a closed cycle is opened again."""

    shown = ShownReportsField()


class OverrideForm(StrictForm):
    """What a manager states to act early. Whether anything is needed, the service decides under the lock."""

    shown = ShownReportsField()

    reason = forms.CharField(label=_("Why early"), max_length=2000, required=False)
    title = forms.CharField(label=_("Type the name of the cycle"), max_length=200, required=False)


def initial_of(cycle: Cycle) -> dict[str, Any]:
    """A cycle's values, for changing them."""
    return {name: getattr(cycle, name) for name in CycleForm.base_fields if name != "weekend_accepted"}


def initial_of_plan(plan: CyclePlan) -> dict[str, Any]:
    """A proposed plan, as initial values."""
    titles = {f"title_{language}": title for language, title in plan.titles.items()}
    names = [name for name in CycleForm.base_fields if name not in titles and name != "weekend_accepted"]
    return {name: getattr(plan, name) for name in names} | titles
