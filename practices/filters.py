"""What lists of practices can be narrowed by: the same words, facets and values as in the library."""


import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from practices.enums import Grade, Kind, ServiceKind, Stage
from practices.queries.public import Wanted, narrowed, words


class PublicPracticeFilter(django_filters.FilterSet):
    """Public practices: by words, and by what the public list is narrowed by."""

    text = django_filters.CharFilter(label=_("Words"), max_length=200, method="by_words")
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
