"""The parts of the library's page: the sentence with its blanks, the facets with their counts, what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.kernel.search import Synonyms
from practices.enums import Encryption, SearchOrder, ServiceKind
from practices.facets import ALL_FACETS_BY_KEY, FACETS_BY_KEY, Facet
from practices.queries.facet_labels import FacetLabels
from practices.queries.library import LibraryRow
from practices.queries.search import Search, SearchResult

_OPEN_FACETS = ("label", "grade", "use", "stage", "age_bands")  # open at first
_FIRST_FACETS = ("label", "grade", "use", "read_in")  # above the others
_MAX_OPEN_OPTIONS = 12  # values, beyond which only those that leave something are listed


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value: how many it would leave, and whether it is chosen."""

    value: str
    title: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FacetBox:
    """A facet as a list of boxes."""

    facet: Facet
    options: Sequence[FacetOption]
    is_open: bool
    is_estimated: bool  # there are at least as many

    @property
    def selected_count(self) -> int:
        return sum(option.is_selected for option in self.options)


@dataclass(frozen=True, slots=True)
class SentenceBlank:
    """One blank of the sentence: a select of one value. Several that were ticked are together in one option."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    selected: str


class LibraryPage:
    """What somebody looked for and what was found, in words."""

    def __init__(self, search: Search, result: SearchResult) -> None:
        self.search, self.result = search, result
        organisations = (*result.counts["organisation"], *search.filters.get("organisation", ()))
        self._names = FacetLabels(organisations)

    # --- Facets ---

    def facets(self) -> list[FacetBox]:
        """Those that have anything to choose."""
        keys = dict.fromkeys([*_FIRST_FACETS, *ALL_FACETS_BY_KEY])
        parts = [self._facet_box(ALL_FACETS_BY_KEY[key]) for key in keys if key in self.result.counts]
        return [part for part in parts if part.options]

    def _facet_box(self, facet: Facet) -> FacetBox:
        counts, chosen = self.result.counts[facet.key], self.search.filters.get(facet.key, ())
        values = {
            value for value, count in counts.items() if count or len(counts) <= _MAX_OPEN_OPTIONS
        } | set(chosen)
        ordered = self._names.sort(facet, values)
        if facet.at_least:
            ordered = ordered[::-1]  # the best evidence first, as one asks for it
        options = [
            FacetOption(value, self._names.label_of(facet, value), counts.get(value, 0), value in chosen)
            for value in ordered
        ]
        return FacetBox(
            facet, options, bool(chosen) or facet.key in _OPEN_FACETS, facet.key in self.result.sampled
        )

    # --- The sentence ---

    @cached_property  # the sentence names each of them
    def blanks(self) -> dict[str, SafeString]:
        """By name, drawn: harm, kind of service, encryption, and what is wanted."""
        encryptions = [  # after “with”
            (Encryption.WORKS.value, _("end-to-end encryption")),
            (Encryption.WITHOUT.value, _("messages that we can read")),
        ]
        blanks = {
            "harms": self._blank("harms", _("any harm"), self._harms()),
            "service_kinds": self._blank("service_kinds", _("any service"), _services()),
            "encryption": self._blank("encryption", _("or without end-to-end encryption"), encryptions),
            "sort": SentenceBlank(
                "sort",
                _("what"),
                [(value, str(label)) for value, label in SearchOrder.choices],
                self.search.order,
            ),
        }
        return {
            name: render_to_string("practices/_sentence_blank.html", {"blank": blank})
            for name, blank in blanks.items()
        }

    def _harms(self) -> list[tuple[str, str]]:
        facet = FACETS_BY_KEY["harms"]
        values = {
            *self._names.values_in_force(facet),
            *self.result.counts["harms"],
            *self.search.filters.get("harms", ()),
        }
        options = []
        for value in self._names.sort(facet, values):
            title = self._names.label_of(facet, value)
            # within a sentence; what is written in capitals stays so
            options.append((value, title if title[:2].isupper() else title[:1].lower() + title[1:]))
        return options

    def _blank(self, name: str, anything: str, options: list[tuple[str, str]]) -> SentenceBlank:
        chosen = self.search.filters.get(name, ())
        titles = dict(options)
        if len(chosen) > 1:
            several = f" {_('or')} ".join(titles.get(each, each) for each in chosen)
            options = [(",".join(chosen), several), *options]
        title = str(FACETS_BY_KEY[name].title)
        return SentenceBlank(name, title, [("", anything), *options], ",".join(chosen))

    # --- What was chosen ---

    @cached_property
    def selected_filters(self) -> list[tuple[str, str]]:
        """Each choice in words, with the address of the same search without it."""
        filter_links = []
        for key, values in self.search.filters.items():
            others = {name: chosen for name, chosen in self.search.filters.items() if name != key}
            for value in values:
                rest = tuple(other for other in values if other != value)
                search = replace(self.search, filters=others | ({key: rest} if rest else {}))
                label = self._names.label_of(ALL_FACETS_BY_KEY[key], value)
                filter_links.append((label, search.to_query_string()))
        return filter_links

    @property
    def sorted_by(self) -> str:
        return {
            SearchOrder.RELEVANCE: _("Best matches first"),
            SearchOrder.ADOPTIONS: _("Most used first"),
            SearchOrder.EVIDENCE: _("Best evidence first"),
            SearchOrder.NEWEST: _("Newest first"),
        }[SearchOrder(self.search.order)]

    # --- What each form carries along of the other's ---

    def hidden_fields_of_sentence(self) -> list[tuple[str, str]]:
        return self._hidden_fields({"text", "sort", "harms", "service_kinds", "encryption"})

    def hidden_fields_of_facets(self) -> list[tuple[str, str]]:
        return self._hidden_fields({"expired", *ALL_FACETS_BY_KEY})

    def _hidden_fields(self, own: set[str]) -> list[tuple[str, str]]:
        lists = self.search.to_parameters()
        return [(key, value) for key, values in lists.items() if key not in own for value in values]

    # --- Words ---

    def searched_together(self) -> list[Synonyms]:
        """The groups of words that were looked for with those typed."""
        return self.result.query.groups

    def only_query(self) -> str:
        """The query string of the same search with the words themselves alone."""
        return replace(self.search, only=True).to_query_string()

    def with_synonyms_query(self) -> str:
        """The query string of the same search with their synonyms."""
        return replace(self.search, only=False).to_query_string()

    @cached_property
    def harm_queries(self) -> list[tuple[str, str]]:
        """Each kind of harm with the query string of what is filed under it, for a search that has found nothing."""
        facet = FACETS_BY_KEY["harms"]
        return [
            (self._names.label_of(facet, key), Search(filters={"harms": (key,)}).to_query_string())
            for key in self._names.values_in_force(facet)
        ]

    # --- Rows ---

    def tags(self, row: LibraryRow) -> list[str]:
        """What a practice is about: harms, services, encryption, and its stage, or that it is an alert."""
        harms, services = self._titles(row, "harms"), self._titles(row, "service_kinds")
        tags = [", ".join(harms), ", ".join(services) or _("Any service")]
        if Encryption.WORKS in row.values("encryption"):
            tags.append(_("End-to-end encrypted"))
        tags += self._titles(row, "kind" if "alert" in row.values("kind") else "stage")
        return [tag for tag in tags if tag]

    def _titles(self, row: LibraryRow, key: str) -> list[str]:
        return [self._names.label_of(FACETS_BY_KEY[key], value) for value in row.values(key)]


def search_descriptions(searches: Sequence[Search]) -> list[list[str]]:
    """What each looks for: its words, and its choices."""
    organisations = [value for search in searches for value in search.filters.get("organisation", ())]
    names = FacetLabels(organisations)
    return [
        [_("“%(words)s”") % {"words": search.text}] * bool(search.text)
        + [
            names.label_of(ALL_FACETS_BY_KEY[key], value)
            for key, values in search.filters.items()
            for value in values
        ]
        for search in searches
    ]


def _services() -> list[tuple[str, str]]:
    """After “on”."""
    texts = {
        ServiceKind.MESSENGER: _("a messenger"),
        ServiceKind.SOCIAL_NETWORK: _("a social network"),
        ServiceKind.VIDEO_HOSTING: _("a video site"),
        ServiceKind.SEARCH: _("a search engine"),
        ServiceKind.GAME: _("a game"),
        ServiceKind.MARKETPLACE: _("a marketplace"),
        ServiceKind.FORUM: _("a forum"),
        ServiceKind.MEDIA: _("a media site"),
        ServiceKind.TELECOM: _("a telecom network"),
        ServiceKind.STORAGE: _("a cloud storage service"),
        ServiceKind.APP_STORE: _("an app store"),
        ServiceKind.SECURITY: _("security software"),
    }
    return [(value.value, texts[value]) for value in ServiceKind]
