"""The label of a practice and whom it names."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation
from portal.kernel.web import StrictForm
from practices.audiences import HANDLING_TEXTS, Audience, audience
from practices.enums import OPEN_LABELS, Label
from practices.models import WorkingGroup
from practices.queries.directory import PersonInOrganisation, leaders_of_groups
from practices.queries.readers import AudienceMembers
from practices.web.forms.people import PeopleField, organisation_choices
from practices.web.reader_texts import leaders_text

LABEL_DESCRIPTIONS: Mapping[str, str | Promise] = {
    **{label: HANDLING_TEXTS[label] for label in OPEN_LABELS},
    Label.AMBER: _(
        "Readers named below, and the confirmed affiliates of the organisations named. Your colleagues read it "
        "too."
    ),
    Label.AMBER_STRICT: _("Only readers named below. Your colleagues read it too."),
    Label.RED: _("Only the people and working groups that you name, not even your colleagues."),
}


def form_after_readers(
    members: AudienceMembers, form_class: type[StrictForm] = StrictForm
) -> type[forms.Form]:
    """The form of a page that shows who will read: it refuses when somebody else would by the time it is sent.

    The page is shown again then with who reads now, and can be sent again.
    """

    class ShownReadersForm(form_class):  # type: ignore[misc, valid-type]  # the base is a parameter
        shown_readers = forms.CharField(required=False, widget=forms.HiddenInput, initial=members.digest)

        def clean(self) -> dict[str, Any]:
            cleaned: dict[str, Any] = super().clean() or self.cleaned_data
            shown = cleaned.get("shown_readers", "")
            if shown and shown != members.digest:
                self.data = self.data.copy()  # type: ignore[has-type]  # the base is a parameter
                self.data["shown_readers"] = members.digest
                raise forms.ValidationError(
                    _(
                        "Who will be able to read it has changed since you opened this page: see below, then confirm."
                    )
                )
            return cleaned

    return ShownReadersForm


class ReadersForm(StrictForm):
    """Who may read a practice: a label and, where it asks for some, names."""

    only_narrows = True
    also_posted: Collection[str] = (
        "before",
        "confirmed",
        "find",
        "reason",
        "words",
    )  # the search, the page before the change

    label = forms.ChoiceField(label=_("Label"), choices=Label.choices, widget=forms.RadioSelect)
    organisations = forms.MultipleChoiceField(
        label=_("Organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Working groups"),
        help_text=_(
            "People who join a group later will read it too. The group’s leaders decide who joins; "
            "you are notified."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = PeopleField(label=_("People"))

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        groups: Sequence[WorkingGroup],
        people: Sequence[PersonInOrganisation],
        readers: Audience | None = None,
        **options: Any,
    ) -> None:
        self._groups = {str(row.key): row.pk for row in groups}
        named = self.initial_for(readers) if readers else {}
        super().__init__(*args, **{**options, "initial": {**named, **options.get("initial", {})}})
        offered: Any = self.fields
        offered["organisations"].choices = organisation_choices(organisations)
        offered["groups"].choices = [(str(row.key), label) for row, label in _group_choices(groups)]
        offered["people"].set_people(people)

    def audience(self) -> Audience:
        """Only what the label makes use of."""
        cleaned = self.cleaned_data
        groups = [self._groups[key] for key in cleaned["groups"]]
        return audience(
            cleaned["label"], cleaned["people"], map(int, cleaned["organisations"]), groups
        ).effective

    def audience_in_words(self) -> str:
        """The label that was chosen, with whom it names: “TLP:RED: Alice (Aurora)”."""
        readers = self.audience()
        offered: Any = self.fields
        chosen = {
            "organisations": {str(pk) for pk in readers.organisations},
            "groups": {key for key, pk in self._groups.items() if pk in readers.groups},
            "people": readers.people,
        }
        names = [
            str(title)
            for field, keys in chosen.items()
            for key, title in offered[field].choices
            if key in keys
        ]
        label = Label(readers.label).label
        return f"{label}: {', '.join(names)}" if names else label

    def initial_for(self, readers: Audience) -> dict[str, Any]:
        """What an audience says, in the values of this form; a group is named by its key."""
        return {
            "label": readers.label,
            "people": sorted(readers.people),
            "organisations": [str(pk) for pk in readers.organisations],
            "groups": [key for key, pk in self._groups.items() if pk in readers.groups],
        }


def _group_choices(groups: Sequence[WorkingGroup]) -> list[tuple[WorkingGroup, str]]:
    """Each with its name and who leads it."""
    leaders = leaders_of_groups([row.pk for row in groups])
    message = _("%(name)s, led by %(leaders)s")
    return [
        (row, str(message) % {"name": row.name, "leaders": leaders_text(leaders[row.pk])}) for row in groups
    ]
