"""The values of facets in words: choices, harms and measures of the charters in force, languages, organisations."""

from collections.abc import Collection, Mapping
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliance.models import Organisation
from portal.kernel.alphabet import alphabet_key
from portal.kernel.text import whole_number
from practices.facets import Facet
from practices.queries import taxonomy


class FacetLabels:
    """Looked up once for a page; a key without a name is its own label."""

    def __init__(self, organisations: Collection[str] = ()) -> None:
        self._ids = [pk for text in organisations if (pk := whole_number(text)) is not None]

    def label_of(self, facet: Facet, value: str) -> str:
        if facet.choices is not None:
            return str(facet.choices(value).label)
        if facet.key == "languages":
            return taxonomy.language_name(value)
        if facet.key == "read_in":
            return _("%(language)s, or translated") % {"language": capfirst(taxonomy.language_name(value))}
        return self._labels[facet.key].get(value, value)

    def values_in_force(self, facet: Facet) -> list[str]:
        """The values that the charters in force have, whether or not any practice names them."""
        return list(self._labels[facet.key])

    def sort(self, facet: Facet, values: Collection[str]) -> list[str]:
        """As the enum or the charter has them; others by name."""
        if facet.choices is not None:
            return [value for value in facet.choices.values if value in values]
        known = self.values_in_force(facet) if facet.key in ("harms", "measures") else []
        rest = sorted(set(values) - set(known), key=lambda value: alphabet_key(self.label_of(facet, value)))
        return [value for value in known if value in values] + rest

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        return {
            "harms": {key: harm.title for key, harm in taxonomy.harms().items()},
            "measures": {
                key: f"{measure.code} {measure.title}" for key, measure in taxonomy.measures().items()
            },
            "organisation": {
                str(pk): name
                for pk, name in Organisation.objects.filter(pk__in=self._ids).values_list("pk", "name")
            },
        }
