"""Readers to be ticked: people as who they are in one organisation, and organisations with their affiliates."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from alliance.models import Organisation
from practices.queries.affiliations import affiliations_in_effect
from practices.queries.directory import PersonInOrganisation

_KEY = re.compile(r"\d{1,18}\.\d{1,18}")


def organisation_choices(organisations: Sequence[Organisation]) -> list[tuple[str, str]]:
    """Organisations by number and name; under TLP:AMBER their affiliates read too, so these are named with them."""
    affiliates: dict[int, list[str]] = {}
    for row in affiliations_in_effect([each.pk for each in organisations]):
        affiliates.setdefault(row.organisation_id, []).append(row.affiliate.name)
    message = _("%(name)s (TLP:AMBER: also its affiliates %(affiliates)s)")
    return [
        (
            str(row.pk),
            message % {"name": row.name, "affiliates": ", ".join(affiliates[row.pk])}
            if row.pk in affiliates
            else row.name,
        )
        for row in organisations
    ]


class PeopleField(forms.MultipleChoiceField):
    """Some people of those that are offered; the service refuses people who have left."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def set_people(self, people: Sequence[PersonInOrganisation]) -> None:
        self.choices = [(person.key, str(person)) for person in people]

    def valid_value(self, value: Any) -> bool:
        return bool(_KEY.fullmatch(str(value)))
