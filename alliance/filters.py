"""What lists can be narrowed by: the same for pages, API and exports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from alliance.enums import REPORTING_KINDS, OrganisationState


class MemberFilter(django_filters.FilterSet):
    """Members by what they are and how they stand."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in REPORTING_KINDS]
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=OrganisationState.choices)
