"""The field that takes an organisation by its name: an alliance may have thousands, which no list should send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from alliance.models import Organisation
from alliance.queries.organisations import organisations_known_by

MOST_SUGGESTED = 250  # of more the browser gets none: they would be most of the page


class OrganisationSearchField(forms.CharField):
    """Gives the organisations whose name has the words; of a whole name, or of the number that a link has, that one."""

    def __init__(self, name: str, **options: Any) -> None:
        self.list_id = f"{name}-names"
        self.among: QuerySet[Organisation] = Organisation.objects.none()
        self.number: int | None = None
        self.suggestions: Sequence[str] = ()
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(max_length=200, required=False, widget=widget, **options)

    def choose_among(self, organisations: QuerySet[Organisation], number: int | None) -> None:
        """Say whom it can find, and whom a link names; where there are but some, their names are suggested."""
        self.among, self.number = organisations, number
        names = [row.name for row in organisations.only("name")[: MOST_SUGGESTED + 1]]
        self.suggestions = names if len(names) <= MOST_SUGGESTED else ()
        if self.suggestions:
            self.widget.attrs["list"] = self.list_id

    def clean(self, value: Any) -> Any:
        """None where nothing is typed, and no link names one."""
        text = super().clean(value)
        if self.number is not None:
            return self.among.filter(pk=self.number)
        return organisations_known_by(text, self.among) if text else None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """The name of the one that a link names."""
        organisation = self.among.filter(pk=self.number).first() if self.number is not None else None
        return organisation.name if organisation else data
