"""The field that takes an organisation by its name: an alliance may have thousands, which no list should send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from alliance.models import Organisation
from alliance.queries.organisations import organisations_known_by

MOST_MATCHES = 1000
MOST_SUGGESTED = 250  # of more the browser gets none: they would be most of the page


class OrganisationSearchField(forms.CharField):
    """Gives the organisations whose name has the words; of a whole name or a number, which links have, that one."""

    def __init__(self, name: str, **options: Any) -> None:
        self.list_id = f"{name}-names"
        self.among: QuerySet[Organisation] = Organisation.objects.none()
        self.suggestions: Sequence[str] = ()
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(max_length=200, required=False, widget=widget, **options)

    def choose_among(self, organisations: QuerySet[Organisation]) -> None:
        """Say whom it can find; where there are but some, their names are suggested."""
        self.among = organisations
        names = [row.name for row in organisations.only("name")[: MOST_SUGGESTED + 1]]
        self.suggestions = names if len(names) <= MOST_SUGGESTED else ()
        if self.suggestions:
            self.widget.attrs["list"] = self.list_id

    def clean(self, value: Any) -> Any:
        """None where nothing is typed."""
        text = super().clean(value)
        return organisations_known_by(text, self.among, MOST_MATCHES) if text else None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """The name in the place of a number."""
        text = str(data or "").strip()
        matches = organisations_known_by(text, self.among, 2) if text.isdecimal() else []
        return matches[0].name if len(matches) == 1 else data
