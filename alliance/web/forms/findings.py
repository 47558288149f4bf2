"""What is filled in about findings: one that is made, the filter of the list, and what becomes of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.models import Cycle, Measure, Organisation
from alliance.queries.findings import FINDING_ORDERS, FindingFilter
from alliance.web.forms.days import DayField
from alliance.web.forms.languages import LanguageField
from alliance.web.forms.reason_fields import ReasonField
from alliance.web.forms.renewable import SeenForm
from portal.kernel.text import whole_number
from portal.kernel.web import StrictForm, set_choices


class FindingListForm(forms.Form):
    """The filter of the list; every field stands in the address, and what it does not know is left out."""

    only_narrows = True

    show = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(name, name) for column in FINDING_ORDERS for name in (column, f"-{column}")],
    )
    q = forms.CharField(
        label=_("Words, member"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Words, member"), "data-key": "/"}),
    )
    measure = forms.ChoiceField(label=_("Measure"), required=False)
    member = forms.ChoiceField(label=_("Member"), required=False)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    public = forms.ChoiceField(
        label=_("Public or not"),
        required=False,
        choices=[("", _("Public or not")), ("yes", _("Public")), ("no", _("Not public"))],
    )

    def __init__(
        self,
        data: Any,
        *,
        views: Mapping[str, Any],
        measures: Mapping[str, Sequence[Measure]],
        members: Sequence[Organisation],
        cycles: Sequence[Cycle],
    ) -> None:
        super().__init__(data)
        set_choices(self, "show", views.items())
        rows = [(key, f"{versions[0].code} {versions[0].title}") for key, versions in measures.items()]
        set_choices(self, "measure", [("", _("Every measure")), *rows])
        set_choices(
            self, "member", [("", _("Every member")), *((str(row.slug), row.name) for row in members)]
        )
        set_choices(self, "cycle", [("", _("Every cycle")), *((row.slug, row.title) for row in cycles)])

    def filters(self) -> FindingFilter:
        """The view; an invalid field narrows nothing."""
        self.is_valid()
        return FindingFilter(**{name: value for name, value in self.cleaned_data.items() if value})


class FindingForm(forms.Form):
    """What the member has to do about the measure, and by when."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What has to be done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter what has to be done.")},
    )
    due_on = DayField(label=_("By when"), error_messages={"required": _("Choose a day.")})
    public = forms.BooleanField(label=_("Publish it beside the verdict"), required=False)
    language = LanguageField()


class FindingEditForm(SeenForm, FindingForm):
    """The same of one that is made, filled with what it says."""


class FindingNoteForm(SeenForm):
    """What is said of a finding that is done."""

    text = forms.CharField(
        label=_("What you saw"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = LanguageField()


class FindingClaimForm(StrictForm):
    text = forms.CharField(
        label=_("What was done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Enter what was done.")},
    )
    language = LanguageField()


class FindingReasonForm(SeenForm):
    text = ReasonField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = LanguageField()


class FindingCarryForm(FindingReasonForm):
    """A later date, and why."""

    due_on = DayField(label=_("New date"))

    field_order = ("due_on", "text", "language")


class SeenFindingsForm(StrictForm):
    """The findings that the page before an act on all of a view has named: `12,14`."""

    seen = forms.CharField(required=False, max_length=12_000, widget=forms.HiddenInput)


class FindingsReasonForm(FindingReasonForm):
    """One reason for several findings; `seen` has each with the last entry that the page showed: `12:0,14:33`."""

    seen = forms.CharField(required=False, max_length=12_000, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[int, str]:
        """The number of the entry by that of the finding."""
        parts = [part.partition(":") for part in self.cleaned_data["seen"].split(",") if part]
        seen = {pk: entry for text, _colon, entry in parts if (pk := whole_number(text)) is not None}
        if not seen or len(seen) < len(parts):
            raise forms.ValidationError(
                gettext("Choose the findings again: which were chosen cannot be read.")
            )
        return seen


class FindingsCarryForm(FindingsReasonForm, FindingCarryForm):
    """A later date for several findings, and why."""
