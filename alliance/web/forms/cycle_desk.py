"""Forms of the cycle desk: dates that move, members without a report, many reports at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Cycle
from alliance.queries.late_joiners import LateJoiner
from alliance.queries.local_dates import today
from alliance.services.cycle_dates import CycleDates
from alliance.services.extensions import ShownDeadline
from alliance.services.late_joiners import JoinerDecision
from alliance.web.forms.days import DayField
from alliance.web.forms.languages import text_fields, texts_of
from alliance.web.forms.reason_fields import PublicReasonField
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.text import format_date, whole_number
from portal.kernel.web import StrictForm


class ReportIdsField(forms.CharField):
    """The reports that were chosen: `12,14`; None where a post names none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> list[int] | None:
        text = super().clean(value)
        if not text:
            return None
        parts = text.split(",")
        numbers = [number for part in parts if (number := whole_number(part)) is not None]
        if len(numbers) < len(parts):
            raise forms.ValidationError(_("Choose the members again: which were chosen cannot be read."))
        return numbers


class ShownDeadlinesField(forms.CharField):
    """The reports that were chosen, each with the request and the deadline that the page showed: `12:7:2026-08-29`.

    Of a report of which they are not said any; None where a post names no report.
    """

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> dict[int, ShownDeadline] | None:
        text = super().clean(value)
        if not text:
            return None
        shown: dict[int, ShownDeadline] = {}
        for part in text.split(","):
            report, has_request, rest = part.partition(":")
            request, _colon, deadline = rest.partition(":")
            pk, number = whole_number(report), whole_number(request)
            if pk is None or (has_request and number is None):
                raise forms.ValidationError(_("Choose the members again: which were chosen cannot be read."))
            shown[pk] = ShownDeadline(number, deadline or None)
        return shown


class CycleDatesForm(StrictForm):
    """Dates of an open cycle, and why they move. `sure` is what the second page says, which shows what changes."""

    due_on = DayField(label=gettext_lazy("Reports due on"))
    grace_ends_on = DayField(
        label=gettext_lazy("Grace until"),
        help_text=gettext_lazy("It moves with the deadline: the days of grace do not become fewer."),
    )
    publish_on = DayField(
        label=gettext_lazy("To be published on"),
        required=False,
        help_text=gettext_lazy("The page of the cycle says so. Leave empty if no day is announced."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = gettext_lazy("Why, public on the page of the cycle")
        self.fields.update(text_fields("reason", label, max_length=1000, field=PublicReasonField))

    def dates(self) -> CycleDates:
        values = self.cleaned_data
        return CycleDates(values["due_on"], values["grace_ends_on"], values["publish_on"])

    def reasons(self) -> dict[str, str]:
        return texts_of(self.cleaned_data, "reason")


def shown_dates(cycle: Cycle) -> str:
    """The dates as the page shows them: for its hidden field."""
    dates = CycleDates.of(cycle)
    return f"{dates.due_on},{dates.grace_ends_on},{dates.publish_on or ''}"


class LateJoinersForm(StrictForm):
    """For each member without a report in the open cycle: its report is the next one, or this one too."""

    LATER, NOW, UNDECIDED = "later", "now", ""

    def __init__(self, *args: Any, cycle: Cycle, joiners: Sequence[LateJoiner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle, self.joiners = cycle, joiners
        for joiner in joiners:
            key = joiner.organisation.pk
            self.fields[f"choice_{key}"] = forms.ChoiceField(
                label=_("Its report for this cycle"),
                required=False,
                choices=(
                    (self.UNDECIDED, _("Decide later")),
                    (self.LATER, _("Leave out: it reports from the next cycle on")),
                    (self.NOW, _("Include: this report is required too")),
                ),
                widget=forms.RadioSelect,
            )
            self.fields[f"due_on_{key}"] = DayField(label=_("Due on"), required=False)
            self.fields[f"due_on_{key}"].initial = cycle.due_on
            self.fields[f"reason_{key}"] = forms.CharField(
                label=_("Why it is left out, public with the cycle"),
                required=False,
                max_length=2000,
                initial=joiner.public_reason,
            )

    def rows(self) -> list[tuple[LateJoiner, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each member with its fields, for the page."""
        return [
            (joiner, self[f"choice_{key}"], self[f"due_on_{key}"], self[f"reason_{key}"])
            for joiner in self.joiners
            for key in [joiner.organisation.pk]
        ]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for joiner in self.joiners:
            key = joiner.organisation.pk
            if values.get(f"choice_{key}") == self.NOW:
                self._check_day(f"due_on_{key}", values.get(f"due_on_{key}"))
            if values.get(f"choice_{key}") == self.LATER and not values.get(f"reason_{key}"):
                self.add_error(f"reason_{key}", _("Give a reason."))
        if not any(values.get(f"choice_{joiner.organisation.pk}") for joiner in self.joiners):
            raise forms.ValidationError(_("Decide about at least one member."))
        return values

    def _check_day(self, name: str, due_on: date | None) -> None:
        """As the service does, but beside the field of the member that it is about."""
        earliest = max(self.cycle.due_on, today())
        if due_on is None:
            self.add_error(name, _("Choose the day on which its report is due."))
        elif due_on < earliest:
            message = _("The report can be due on %(day)s or later.")
            self.add_error(name, message % {"day": format_date(earliest)})

    def decisions(self) -> list[JoinerDecision]:
        """What was decided; members that wait are left out."""
        chosen = []
        for joiner in self.joiners:
            key, values = joiner.organisation.pk, self.cleaned_data
            if values[f"choice_{key}"] == self.NOW:
                chosen.append(JoinerDecision(joiner.organisation, due_on=values[f"due_on_{key}"]))
            if values[f"choice_{key}"] == self.LATER:
                chosen.append(JoinerDecision(joiner.organisation, reason=values[f"reason_{key}"]))
        return chosen


class IncludeForm(StrictForm):
    """A day for a member that was left out at first."""

    due_on = DayField(label=gettext_lazy("Due on"))


class RemindForm(StrictForm):
    """Whom a reminder goes to, and what the manager adds to it."""

    reports = ReportIdsField()
    text = forms.CharField(
        label=gettext_lazy("Your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("They stand in the letter, in the language in which you write."),
    )


class ManyExtensionsForm(ReasonForm):
    """A later day for many reports; empty where each gets the day that it asks for."""

    reports = ShownDeadlinesField()
    due_on = DayField(
        label=gettext_lazy("New deadline"),
        required=False,
        help_text=gettext_lazy("Leave empty to give each member the day that it asks for."),
    )

    field_order = ("due_on", "reason")


class ManyRefusalsForm(ReasonForm):
    """One reason for refusing several requests for more time."""

    reports = ShownDeadlinesField()
