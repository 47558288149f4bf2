"""The values of facets in words: choices, harms and measures of the charters in force, languages, organisations."""

from collections.abc import Collection, Mapping
from functools import cached_property

from alliance.models import Organisation
from practices.facets import Facet
from practices.queries import taxonomy


class Names:
    """Looked up once for a page; a key that nobody has named stands for itself."""

    def __init__(self, organisations: Collection[str] = ()) -> None:
        self._ids = [int(one) for one in organisations if one.isdecimal() and len(one) < 19]

    def of(self, facet: Facet, value: str) -> str:
        if facet.choices is not None:
            return str(facet.choices(value).label)
        if facet.key == "languages":
            return taxonomy.language_name(value)
        return self._named[facet.key].get(value, value)

    def known(self, facet: Facet) -> list[str]:
        """The values that the charters in force have, whether or not any practice names them."""
        return list(self._named[facet.key])

    def order(self, facet: Facet, values: Collection[str]) -> list[str]:
        """As the enum or the charter has them; others by name."""
        if facet.choices is not None:
            return [value for value in facet.choices.values if value in values]
        known = self.known(facet) if facet.key in ("harms", "measures") else []
        rest = sorted(set(values) - set(known), key=lambda value: self.of(facet, value).lower())
        return [value for value in known if value in values] + rest

    @cached_property
    def _named(self) -> Mapping[str, Mapping[str, str]]:
        return {
            "harms": {key: harm.title for key, harm in taxonomy.harms().items()},
            "measures": {key: f"{one.code} {one.title}" for key, one in taxonomy.measures().items()},
            "organisation": {
                str(pk): name
                for pk, name in Organisation.objects.filter(pk__in=self._ids).values_list("pk", "name")
            },
        }
