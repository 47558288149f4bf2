"""By what practices are narrowed down: each facet is a field of what they say, or of the record itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.text import LANGUAGES
from practices.enums import Encryption, EvidenceGrade, Label, UseFilter
from practices.fields import FIELDS_BY_KEY


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet. Its key is its name in addresses, and in the tokens that the index holds (`harms:grooming`)."""

    key: str
    title: str | Promise
    choices: type[TextChoices] | None = None  # else the values have their names from elsewhere
    none_means_all: bool = False  # a practice that names none is for all of them (`languages:*`)
    at_least: bool = False  # a choice includes the values above it
    matches_any: str = ""  # a value that is not offered: it matches every choice
    known: Sequence[str] = ()  # the values, of what is neither a choice nor anything that one may write
    all_of: bool = False  # of several that are chosen a practice has each

    @property
    def values(self) -> list[str]:
        """The values that may be chosen, where they are known."""
        if self.known:
            return list(self.known)
        return [value for value in self.choices.values if value != self.matches_any] if self.choices else []

    def tokens(self, selected: Collection[str]) -> list[str]:
        """What a practice must have one of to be among those chosen."""
        values = selected
        if self.at_least:
            assert self.choices is not None
            steps = self.choices.values
            values = steps[min(steps.index(value) for value in selected) :]
        return [f"{self.key}:{value}" for value in (*values, *(["*"] if self.none_means_all else []))]

    def counts(self, by_token: Mapping[str, int]) -> dict[str, int]:
        """How many practices each value would leave; values that would leave none only where they are listed."""
        token_values = [token.partition(":")[2] for token in by_token if token.startswith(f"{self.key}:")]
        values = self.values or sorted(token_values)
        return {
            value: sum(by_token.get(token, 0) for token in self.tokens([value]))
            for value in values
            if value != "*"
        }


def _of_field(key: str, **others: Any) -> Facet:
    field = FIELDS_BY_KEY[key]
    return Facet(key, field.title, field.choices, **others)


FACETS: tuple[Facet, ...] = (
    Facet("label", _("Label"), Label),
    Facet("grade", _("Minimum evidence"), EvidenceGrade, at_least=True),
    _of_field("stage"),
    _of_field("harms"),
    _of_field("service_kinds", none_means_all=True),
    _of_field("encryption", none_means_all=True, matches_any=Encryption.IRRELEVANT),
    _of_field("content_types", none_means_all=True),
    _of_field("age_bands", none_means_all=True),
    _of_field("languages", none_means_all=True),
    _of_field("kind"),
    _of_field("measures"),
    Facet("organisation", _("Organisation")),
)
FACETS_BY_KEY: Mapping[str, Facet] = {facet.key: facet for facet in FACETS}

# what differs from reader to reader, and so stands in no index: `practices.queries.reader_facets`
READER_FACETS: tuple[Facet, ...] = (
    Facet("use", _("Use"), UseFilter, all_of=True),
    Facet("read_in", _("Can be read in"), known=tuple(LANGUAGES)),
)
READER_FACETS_BY_KEY: Mapping[str, Facet] = {facet.key: facet for facet in READER_FACETS}
ALL_FACETS_BY_KEY: Mapping[str, Facet] = {**FACETS_BY_KEY, **READER_FACETS_BY_KEY}
