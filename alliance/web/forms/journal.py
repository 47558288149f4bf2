"""The filter of the journal."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.models import Organisation
from alliance.queries.journal import JournalFilter
from alliance.web.forms.days import DayField
from alliance.web.forms.organisation_search import OrganisationSearchField
from portal.kernel import journal
from portal.kernel.text import whole_number
from portal.kernel.web import set_choices

_MAX_ID = 2**63 - 1  # as a row's number
# what is typed, and the parameter of links: a name may be a number, too
_ORGANISATIONS = {"organisation": "organisation_number", "concerned": "concerned_number"}


class JournalForm(forms.Form):
    """Every field narrows; all of them are in the address, so that a search can be stored and shared."""

    only_narrows = True  # its fields are not marked as optional

    group = forms.ChoiceField(label=pgettext_lazy("of a record", "Object"), required=False)
    person = forms.CharField(label=_("Person"), max_length=150, required=False)
    part = forms.ChoiceField(
        label=_("What of the person"),
        required=False,
        choices=[
            ("", _("All")),
            ("did", _("What they did")),
            ("done", _("What was done to them")),
        ],
    )
    organisation = OrganisationSearchField("acting", label=_("Acting for"))
    concerned = OrganisationSearchField("concerned", label=_("Concerning"))
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    organisation_number = forms.IntegerField(
        min_value=1, max_value=_MAX_ID, required=False, widget=forms.HiddenInput
    )
    concerned_number = forms.IntegerField(
        min_value=1, max_value=_MAX_ID, required=False, widget=forms.HiddenInput
    )
    kind = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    who = forms.IntegerField(min_value=1, max_value=_MAX_ID, required=False, widget=forms.HiddenInput)
    report = forms.IntegerField(min_value=1, max_value=_MAX_ID, required=False, widget=forms.HiddenInput)
    target = forms.CharField(max_length=90, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *arguments: Any, organisations: QuerySet[Any], members: QuerySet[Any], **others: Any
    ) -> None:
        super().__init__(*arguments, **others)
        numbers = [whole_number(self.data.get(name, "")) for name in _ORGANISATIONS.values()]
        for field, among, number in zip(self.searches, (organisations, members), numbers, strict=True):
            field.choose_among(among, number)
        set_choices(self, "group", [("", _("All")), *journal.target_groups()])

    @property
    def searches(self) -> list[OrganisationSearchField]:
        """The fields for organisations."""
        return [field for field in self.fields.values() if isinstance(field, OrganisationSearchField)]

    def matches_of_one_name(self, most: int) -> list[tuple[str, list[Organisation]]]:
        """What has several of the name that was asked for: the parameter of a link, and the first of these."""
        self.is_valid()
        by_parameter = {number: self.cleaned_data.get(name) for name, number in _ORGANISATIONS.items()}
        rows = [
            (number, list(matches[:most])) for number, matches in by_parameter.items() if matches is not None
        ]
        return [(number, matches) for number, matches in rows if len(matches) > 1]

    def filters(self) -> JournalFilter:
        """The filter; an invalid field selects all."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        for name, number in _ORGANISATIONS.items():
            values.pop(number, None)
            if name in values:
                values[name] = values[name].order_by().values("pk")
        return JournalFilter(**values)
