"""What lists can be narrowed by: the same for pages, API and exports."""

import django_filters
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from alliance.enums import (
    REPORTING_KINDS,
    CharterState,
    CycleState,
    OrganisationState,
    PledgeState,
    PublicQuestionKind,
    SupporterKind,
    VerdictValue,
)


def _choices_of(*values: TextChoices) -> list[tuple[str, str]]:
    return [(value.value, value.label) for value in values]


class MemberFilter(django_filters.FilterSet):
    """Members by kind and state."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in REPORTING_KINDS]
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=OrganisationState.choices)


class SupporterFilterSet(django_filters.FilterSet):
    """Supporters by kind, region and charter."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=SupporterKind.choices)
    region = django_filters.CharFilter(label=_("Region"))
    charter = django_filters.CharFilter(field_name="charter__key", label=_("Charter"))


class CharterFilter(django_filters.FilterSet):
    """The versions of a charter, or those in some state."""

    key = django_filters.CharFilter(label=_("Key"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=_choices_of(CharterState.IN_FORCE, CharterState.SUPERSEDED)
    )


class CycleFilter(django_filters.FilterSet):
    """Cycles by state."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=_choices_of(CycleState.OPEN, CycleState.CLOSED, CycleState.PUBLISHED)
    )


class _MemberFilterSet(django_filters.FilterSet):
    """What belongs to a member."""

    member = django_filters.CharFilter(field_name="organisation__slug", label=_("Member"))


class _ReportFilterSet(_MemberFilterSet):
    """What belongs to a member's report for a cycle."""

    cycle = django_filters.CharFilter(field_name="cycle__slug", label=_("Cycle"))


class PledgeFilter(_MemberFilterSet):
    """Pledges by member, by the commitment that they are to, and by state."""

    commitment = django_filters.CharFilter(field_name="commitment_key", label=_("Commitment"))
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=_choices_of(PledgeState.PUBLISHED, PledgeState.FULFILLED, PledgeState.WITHDRAWN),
    )


class PublicQuestionFilter(_MemberFilterSet):
    """Questions of the public by member, commitment and kind."""

    commitment = django_filters.CharFilter(field_name="commitment_key", label=_("Commitment"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PublicQuestionKind.choices)


class InvitedCommentFilter(_ReportFilterSet):
    """Comments of partners by member, cycle and partner."""

    partner = django_filters.CharFilter(field_name="partner__slug", label=_("Partner"))


class PublishedReportFilter(_ReportFilterSet):
    """Published reports and notices."""


class FigureFilter(_ReportFilterSet):
    """Figures by place: the whole of an indicator, or one of its cells."""

    indicator = django_filters.CharFilter(field_name="indicator_key", label=_("Indicator"))
    service = django_filters.CharFilter(field_name="service__slug", label=_("Service"))
    cell = django_filters.CharFilter(label=_("Cell of a breakdown"))
    withheld = django_filters.BooleanFilter(label=_("Withheld"))
    publication = django_filters.NumberFilter(field_name="valid_from", label=_("Number of the publication"))


class VerdictFilter(_ReportFilterSet):
    """Verdicts by their subject and by their value."""

    commitment = django_filters.CharFilter(field_name="commitment_key", label=_("Commitment"))
    measure = django_filters.CharFilter(field_name="measure_key", label=_("Measure"))
    value = django_filters.ChoiceFilter(label=_("Verdict"), choices=VerdictValue.choices)


class PublicationFilter(django_filters.FilterSet):
    """Publications of one type, or all revisions of one record."""

    type = django_filters.CharFilter(label=_("Type"))
    record = django_filters.CharFilter(label=_("Record"))


class ReferenceFilter(_MemberFilterSet):
    """Reference counts by what was counted, and by whom."""

    indicator = django_filters.CharFilter(field_name="indicator_key", label=_("Indicator"))
    service = django_filters.CharFilter(field_name="service__slug", label=_("Service"))
    observer = django_filters.CharFilter(label=_("Counted by"))
