"""The label of a practice and whom it names."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation
from practices.audiences import Audience, audience
from practices.enums import Label
from practices.models import WorkingGroup
from practices.queries.directory import Somebody
from practices.web.forms.people import PeopleField

LABEL_WORDS: Mapping[str, str | Promise] = {
    Label.CLEAR: _("Everybody in the world may read it and pass it on."),
    Label.GREEN: _(
        "The community may read it: all active members, associates and partners, and the secretariat. "
        "It is not to be published."
    ),
    Label.AMBER: _(
        "Whom you name below may read it, and the affiliates that the named organisations have registered. "
        "Your colleagues read it too."
    ),
    Label.AMBER_STRICT: _("Whom you name below may read it, and nobody beyond. Your colleagues read it too."),
    Label.RED: _("The people that you name may read it, and nobody else: your colleagues neither."),
}


class ReadersForm(forms.Form):
    """Who may read a practice: a label and, where it asks for some, names."""

    only_narrows = True

    label = forms.ChoiceField(label=_("Label"), choices=Label.choices, widget=forms.RadioSelect)
    organisations = forms.MultipleChoiceField(
        label=_("Organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Working groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = PeopleField(label=_("People"))

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        groups: Sequence[WorkingGroup],
        people: Sequence[Somebody],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        offered: Any = self.fields
        offered["organisations"].choices = [(str(row.pk), row.name) for row in organisations]
        offered["groups"].choices = [(str(row.pk), row.name) for row in groups]
        offered["people"].offer(people)

    def audience(self) -> Audience:
        """Only what the label makes use of."""
        given = self.cleaned_data
        return audience(
            given["label"], given["people"], map(int, given["organisations"]), map(int, given["groups"])
        ).effective


def initial_of(named: Audience) -> dict[str, Any]:
    """What an audience says, for choosing another one."""
    return {
        "label": named.label,
        "people": sorted(named.people),
        "organisations": [str(pk) for pk in named.organisations],
        "groups": [str(pk) for pk in named.groups],
    }
