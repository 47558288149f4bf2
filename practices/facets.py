"""By what practices are narrowed down: each facet is a field of what they say, or of the record itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.enums import Encryption, Grade, Label
from practices.fields import FIELD


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet. Its key is its name in addresses, and in the tokens that the index holds (`harms:grooming`)."""

    key: str
    title: str | Promise
    choices: type[TextChoices] | None = None  # else the values have their names from elsewhere
    for_all: bool = False  # a practice that names none is for all of them (`languages:*`)
    at_least: bool = False  # whoever asks for one means those above it too
    unasked: str = ""  # a value that nobody looks for: it fits whatever they look for

    @property
    def values(self) -> list[str]:
        """What may be asked for, where that is known."""
        return [value for value in self.choices.values if value != self.unasked] if self.choices else []

    def tokens(self, chosen: Collection[str]) -> list[str]:
        """What a practice must have one of to be among those chosen."""
        values = self._from(chosen) if self.at_least else chosen
        return [f"{self.key}:{value}" for value in (*values, *(["*"] if self.for_all else []))]

    def _from(self, chosen: Collection[str]) -> list[str]:
        assert self.choices is not None
        steps = self.choices.values
        return steps[min(steps.index(value) for value in chosen) :]

    def counts(self, by_token: Mapping[str, int]) -> dict[str, int]:
        """How many practices each value would leave; values that would leave none only where they are listed."""
        found = [token.partition(":")[2] for token in by_token if token.startswith(f"{self.key}:")]
        values = self.values or sorted(found)
        return {
            value: sum(by_token.get(token, 0) for token in self.tokens([value]))
            for value in values
            if value != "*"
        }


def _of_field(key: str, **others: Any) -> Facet:
    field = FIELD[key]
    return Facet(key, field.title, field.choices, **others)


FACETS: tuple[Facet, ...] = (
    Facet("label", _("Label"), Label),
    Facet("grade", _("Evidence, at least"), Grade, at_least=True),
    _of_field("stage"),
    _of_field("harms"),
    _of_field("service_kinds", for_all=True),
    _of_field("encryption", for_all=True, unasked=Encryption.IRRELEVANT),
    _of_field("content_types", for_all=True),
    _of_field("age_bands", for_all=True),
    _of_field("languages", for_all=True),
    _of_field("kind"),
    _of_field("measures"),
    Facet("organisation", _("Organisation")),
)
FACET: Mapping[str, Facet] = {facet.key: facet for facet in FACETS}
