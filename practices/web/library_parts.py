"""The parts of the library's page: the sentence with its blanks, the facets with their counts, what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from practices.enums import Encryption, ServiceKind, Sort
from practices.facets import FACET, FACETS, Facet
from practices.queries.library import Row
from practices.queries.naming import Names
from practices.queries.search import Found, Search

_UNFOLDED = ("label", "grade", "stage", "age_bands")  # as they stand open at first
_LONG = 12  # values, beyond which only those that leave something are listed


@dataclass(frozen=True, slots=True)
class Option:
    """One value: how many it would leave, and whether it is chosen."""

    value: str
    title: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """A facet as a list of boxes."""

    facet: Facet
    options: Sequence[Option]
    open: bool
    sampled: bool  # there are at least as many

    @property
    def chosen(self) -> int:
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of the sentence: a select of one value. Several that were ticked stand together in one option."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


class Library:
    """What somebody looked for and what was found, in words."""

    def __init__(self, search: Search, found: Found) -> None:
        self.search, self.found = search, found
        told = (*found.counts["organisation"], *search.chosen.get("organisation", ()))
        self._names = Names(told)

    # --- Facets ---

    def facets(self) -> list[Choices]:
        """Those that have anything to choose."""
        parts = [self._choices(facet) for facet in FACETS]
        return [part for part in parts if part.options]

    def _choices(self, facet: Facet) -> Choices:
        counts, chosen = self.found.counts[facet.key], self.search.chosen.get(facet.key, ())
        values = {value for value, count in counts.items() if count or len(counts) <= _LONG} | set(chosen)
        options = [
            Option(value, self._names.of(facet, value), counts.get(value, 0), value in chosen)
            for value in self._ordered(facet, values)
        ]
        return Choices(
            facet, options, bool(chosen) or facet.key in _UNFOLDED, facet.key in self.found.sampled
        )

    def _ordered(self, facet: Facet, values: set[str]) -> list[str]:
        """The best evidence first, as one asks for it."""
        ordered = self._names.order(facet, values)
        return ordered[::-1] if facet.at_least else ordered

    # --- The sentence ---

    def blanks(self) -> dict[str, SafeString]:
        """By name, drawn: harm, kind of service, encryption, and what is wanted."""
        blanks = {
            "harms": self._blank("harms", _("any harm"), self._harms()),
            "service_kinds": self._blank("service_kinds", _("any service"), _services()),
            "encryption": self._blank("encryption", _("or without end-to-end encryption"), _encryptions()),
            "sort": Blank(
                "sort", _("what"), [(value, str(label)) for value, label in Sort.choices], self.search.order
            ),
        }
        return {
            name: render_to_string("practices/_blank.html", {"blank": blank})
            for name, blank in blanks.items()
        }

    def _harms(self) -> list[tuple[str, str]]:
        facet = FACET["harms"]
        values = {
            *self._names.known(facet),
            *self.found.counts["harms"],
            *self.search.chosen.get("harms", ()),
        }
        return [(value, _lower(self._names.of(facet, value))) for value in self._names.order(facet, values)]

    def _blank(self, name: str, anything: str, options: list[tuple[str, str]]) -> Blank:
        chosen = self.search.chosen.get(name, ())
        words = dict(options)
        if len(chosen) > 1:
            several = f" {_('or')} ".join(words.get(one, one) for one in chosen)
            options = [(",".join(chosen), several), *options]
        title = str(FACET[name].title)
        return Blank(name, title, [("", anything), *options], ",".join(chosen))

    # --- What was chosen ---

    def chosen(self) -> list[tuple[str, str]]:
        """Each choice in words, with the address of the same search without it."""
        return [
            (self._names.of(FACET[key], value), replace(self.search, chosen=self._but(key, value)).address())
            for key, values in self.search.chosen.items()
            for value in values
        ]

    def _but(self, key: str, value: str) -> dict[str, tuple[str, ...]]:
        rest = tuple(one for one in self.search.chosen[key] if one != value)
        others = {name: values for name, values in self.search.chosen.items() if name != key}
        return others | ({key: rest} if rest else {})

    @property
    def sorted_by(self) -> str:
        return {
            Sort.RELEVANCE: _("Best matches first"),
            Sort.ADOPTIONS: _("Most used first"),
            Sort.EVIDENCE: _("Best evidence first"),
            Sort.NEWEST: _("Newest first"),
        }[Sort(self.search.order)]

    # --- What each form carries along of the other's ---

    def kept_by_sentence(self) -> list[tuple[str, str]]:
        return self._kept({"text", "sort", "harms", "service_kinds", "encryption"})

    def kept_by_facets(self) -> list[tuple[str, str]]:
        return self._kept({"expired", *FACET})

    def _kept(self, own: set[str]) -> list[tuple[str, str]]:
        lists = self.search.lists()
        return [(key, value) for key, values in lists.items() if key not in own for value in values]

    # --- Rows ---

    def tags(self, row: Row) -> list[str]:
        """What a practice is about: harms, services, encryption, and its stage, or that it is an alert."""
        harms, services = self._titles(row, "harms"), self._titles(row, "service_kinds")
        found = [", ".join(harms), ", ".join(services) or _("Any service")]
        if Encryption.WORKS in row.values("encryption"):
            found.append(_("End-to-end encrypted"))
        found += self._titles(row, "kind" if "alert" in row.values("kind") else "stage")
        return [tag for tag in found if tag]

    def _titles(self, row: Row, key: str) -> list[str]:
        return [self._names.of(FACET[key], value) for value in row.values(key)]


def in_words(searches: Sequence[Search]) -> list[list[str]]:
    """What each looks for: its words, and its choices."""
    told = [value for search in searches for value in search.chosen.get("organisation", ())]
    names = Names(told)
    return [
        [_("“%(words)s”") % {"words": search.text}] * bool(search.text)
        + [names.of(FACET[key], value) for key, values in search.chosen.items() for value in values]
        for search in searches
    ]


def _lower(text: str) -> str:
    """Within a sentence; what is written in capitals stays so."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _services() -> list[tuple[str, str]]:
    """After “on”."""
    words = {
        ServiceKind.MESSENGER: _("a messenger"),
        ServiceKind.SOCIAL_NETWORK: _("a social network"),
        ServiceKind.VIDEO_HOSTING: _("a video site"),
        ServiceKind.SEARCH: _("a search engine"),
        ServiceKind.GAME: _("a game"),
        ServiceKind.MARKETPLACE: _("a marketplace"),
        ServiceKind.FORUM: _("a forum"),
        ServiceKind.MEDIA: _("a media site"),
        ServiceKind.TELECOM: _("a telecom network"),
        ServiceKind.STORAGE: _("a cloud storage"),
        ServiceKind.APP_STORE: _("an app store"),
        ServiceKind.SECURITY: _("security software"),
    }
    return [(value.value, words[value]) for value in ServiceKind]


def _encryptions() -> list[tuple[str, str]]:
    """After “with”."""
    return [
        (Encryption.WORKS.value, _("end-to-end encryption")),
        (Encryption.WITHOUT.value, _("messages that we can read")),
    ]
