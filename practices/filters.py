"""What lists of practices can be narrowed by: the same words, facets and values as in the library."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.queries.local_dates import today
from practices.enums import EvidenceGrade, PracticeKind, PracticeStage, RequestState, ServiceKind
from practices.facets import FACETS, FACETS_BY_KEY, READER_FACETS, Facet
from practices.queries.public import (
    PublicPracticeFilters,
    filter_condition,
    find_public,
    index_filters,
    matching_practices,
)
from practices.queries.reader_facets import narrow_by_reader
from practices.queries.requests import in_tab
from practices.queries.search import Search, candidates, parse_search


class PublicPracticeFilter(django_filters.FilterSet):
    """Public practices: by words, and by what the public list is narrowed by."""

    text = django_filters.CharFilter(label=_("Search"), max_length=200, method="filter_text")
    harm = django_filters.CharFilter(label=_("Harm"), max_length=60, method="filter_facet")
    service = django_filters.ChoiceFilter(
        label=_("Kind of service"), choices=ServiceKind.choices, method="filter_facet"
    )
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=PracticeStage.choices)
    grade = django_filters.ChoiceFilter(
        label=_("Minimum evidence"), choices=EvidenceGrade.choices, method="filter_facet"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PracticeKind.choices)
    measure = django_filters.CharFilter(label=_("Measure"), max_length=60, method="filter_measure")
    organisation = django_filters.CharFilter(field_name="organisation__slug", label=_("Organisation"))

    def filter_facet(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(filter_condition(PublicPracticeFilters(**{name: value})))

    def filter_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        values = {key: value for key, value in self.form.cleaned_data.items() if value}
        filters = {key: values.get(key, "") for key in ("harm", "service", "stage", "grade")}
        facets = {"practice_kind": "kind", "measure": "measure", "member": "organisation"}
        others = {facet: [values[key]] for facet, key in facets.items() if key in values}
        own = index_filters(PublicPracticeFilters(**filters))
        return matching_practices(rows, find_public(value), {**others, **own}).rows

    def filter_measure(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        return rows.filter(measures__contains=[value])


class RequestFilter(django_filters.FilterSet):
    """The request board: by state or one's own organisation, by harm and kind of service."""

    MINE = "mine"

    show = django_filters.ChoiceFilter(
        label=_("State"), method="narrow_to_tab", choices=[*RequestState.choices, (MINE, _("Mine"))]
    )
    harm = django_filters.CharFilter(label=_("Harm"), max_length=60, method="narrow_to_harm")
    service = django_filters.ChoiceFilter(
        label=_("Kind of service"), choices=ServiceKind.choices, method="narrow_to_service"
    )

    def narrow_to_tab(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        return in_tab(rows, self.request.actor, value)

    def narrow_to_harm(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(harms__contains=[value])

    def narrow_to_service(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(service_kinds__contains=[value])


class _ChoiceInFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """One or more of its choices, joined by commas."""


class _KeyInFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """One or more keys, joined by commas."""


class _LibraryFilterSet(django_filters.FilterSet):
    """The library by words; alerts that have run out only where they are asked for."""

    text = django_filters.CharFilter(label=_("Search"), max_length=200, method="filter_text")
    expired = django_filters.BooleanFilter(label=_("Include expired alerts"), method="filter_expired")

    def filter_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        search = parse_search({"text": [value]})
        return rows.filter(pk__in=list(candidates(Search(), search.text, None))) if search.text else rows

    def filter_facet(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        values = [each for each in value if each]
        return (
            rows.filter(search_entry__facets__overlap=FACETS_BY_KEY[name].tokens(values)) if values else rows
        )

    def filter_reader_facet(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        values = [each for each in value if each]
        narrowed: QuerySet = narrow_by_reader(self.request.actor, rows, {name: values})
        return narrowed

    def filter_expired(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        del name, value  # see below: not to be asked for narrows, too
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        if self.form.cleaned_data["expired"]:
            return rows
        holds = Q(search_entry__expires_on__isnull=True) | Q(search_entry__expires_on__gte=today())
        return rows.filter(holds)


def _facet_filter(facet: Facet, method: str = "filter_facet") -> django_filters.Filter:
    if facet.choices is None and not facet.known:
        return _KeyInFilter(label=facet.title, max_length=60, method=method)
    choices = facet.choices.choices if facet.choices else [(value, value) for value in facet.known]
    known = [choice for choice in choices if choice[0] in facet.values]
    return _ChoiceInFilter(label=facet.title, choices=known, method=method)


# every facet of the library by its key; several values of one mean any of them, several uses all of them
LibraryFilter: type[django_filters.FilterSet] = django_filters.filterset.FilterSetMetaclass(
    "LibraryFilter",
    (_LibraryFilterSet,),
    {
        **{facet.key: _facet_filter(facet) for facet in FACETS},
        **{facet.key: _facet_filter(facet, "filter_reader_facet") for facet in READER_FACETS},
    },
)
