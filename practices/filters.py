"""What lists of practices can be narrowed by: the same words, facets and values as in the library."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.queries.clock import today
from practices.enums import Grade, Kind, ServiceKind, Stage
from practices.facets import FACET, FACETS, Facet
from practices.queries.public import Wanted, narrowed, words
from practices.queries.search import Search, candidates, read


class PublicPracticeFilter(django_filters.FilterSet):
    """Public practices: by words, and by what the public list is narrowed by."""

    text = django_filters.CharFilter(label=_("Search"), max_length=200, method="by_words")
    harm = django_filters.CharFilter(label=_("Harm"), max_length=60, method="by_facet")
    service = django_filters.ChoiceFilter(
        label=_("Kind of service"), choices=ServiceKind.choices, method="by_facet"
    )
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage.choices)
    grade = django_filters.ChoiceFilter(
        label=_("Evidence, at least"), choices=Grade.choices, method="by_facet"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    measure = django_filters.CharFilter(label=_("Measure"), max_length=60, method="by_measure")
    organisation = django_filters.CharFilter(field_name="organisation__slug", label=_("Organisation"))

    def by_facet(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(narrowed(Wanted(**{name: value})))

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        return rows.filter(search=words(value))

    def by_measure(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        return rows.filter(measures__contains=[value])


class _ChoiceIn(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """One or more of its choices, joined by commas."""


class _KeyIn(django_filters.BaseInFilter, django_filters.CharFilter):
    """One or more keys, joined by commas."""


class _Library(django_filters.FilterSet):
    """The library by words; alerts that have run out only where they are asked for."""

    text = django_filters.CharFilter(label=_("Search"), max_length=200, method="by_words")
    expired = django_filters.BooleanFilter(label=_("Include expired alerts"), method="as_they_are")

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        del name
        asked = read({"text": [value]})
        return rows.filter(pk__in=list(candidates(Search(), asked.text, None))) if asked.text else rows

    def by_facet(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        values = [one for one in value if one]
        return rows.filter(entry__facets__overlap=FACET[name].tokens(values)) if values else rows

    def as_they_are(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        del name, value  # see below: not to be asked for narrows, too
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        if self.form.cleaned_data["expired"]:
            return rows
        holds = Q(entry__expires_on__isnull=True) | Q(entry__expires_on__gte=today())
        return rows.filter(holds)


def _by(facet: Facet) -> django_filters.Filter:
    if facet.choices is None:
        return _KeyIn(label=facet.title, max_length=60, method="by_facet")
    known = [choice for choice in facet.choices.choices if choice[0] in facet.values]
    return _ChoiceIn(label=facet.title, choices=known, method="by_facet")


# every facet of the library by its key; several values of one mean any of them
LibraryFilter: type[django_filters.FilterSet] = django_filters.filterset.FilterSetMetaclass(
    "LibraryFilter", (_Library,), {facet.key: _by(facet) for facet in FACETS}
)
