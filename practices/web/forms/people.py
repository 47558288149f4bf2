"""People to be ticked, named as who they are in one organisation."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from practices.queries.directory import PersonInOrganisation

_KEY = re.compile(r"\d{1,18}\.\d{1,18}")


class PeopleField(forms.MultipleChoiceField):
    """Some people of those that are offered; the service refuses people who have left."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def set_people(self, people: Sequence[PersonInOrganisation]) -> None:
        self.choices = [(person.key, str(person)) for person in people]

    def valid_value(self, value: Any) -> bool:
        return bool(_KEY.fullmatch(str(value)))
