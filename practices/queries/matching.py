"""What fits a request: practices that serve the same, and searches that look for it. For notifications alone.

Visibility is not applied here: it is applied to the request for each recipient, and what matched is not named.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from practices.access import person_token
from practices.enums import PracticeState
from practices.models import Practice, Request, SavedSearch, Version


def practices_that_serve(request: Request) -> list[Practice]:
    """Shared practices against one of its harms, and where both name services, on one of these."""
    if not (request.harms or request.service_kinds):
        return []
    later = Version.objects.filter(practice=OuterRef("practice"), number__gt=OuterRef("number"))
    versions = Version.objects.filter(~Exists(later), practice__state=PracticeState.SHARED)
    if request.harms:
        versions = versions.filter(_names_any("harms", request.harms))
    if request.service_kinds:
        versions = versions.filter(
            _names_any("service_kinds", request.service_kinds) | Q(content__service_kinds__isnull=True)
        )
        if not request.harms:
            versions = versions.exclude(content__service_kinds__isnull=True)
    ids = versions.order_by("practice").values_list("practice_id", flat=True)
    return list(Practice.objects.filter(pk__in=ids).exclude(organisation_id=request.organisation_id))


def _names_any(field: str, keys: list[str]) -> Q:
    return Q(*(Q(**{f"content__{field}__contains": [key]}) for key in keys), _connector=Q.OR)


def searchers_for(request: Request) -> list[str]:
    """The people, as records name them, who want notifications and look for its harm or service."""
    rows = SavedSearch.objects.filter(notifies=True)
    return [
        person_token(row.person_id, row.organisation_id)
        for row in rows
        if _search_matches(row.query, request)
    ]


def _search_matches(query: Mapping[str, Any], request: Request) -> bool:
    """What the search narrows by harm or service is among what the request names; it narrows by one at least."""
    common_keys = []
    for name, request_keys in (("harms", request.harms), ("service_kinds", request.service_kinds)):
        # a list, or words with commas between, as an address of the library has them
        value = query.get(name)
        values = [value] if isinstance(value, str) else value or []
        keys = {part for each in values for part in str(each).split(",") if part}
        if keys:
            common_keys.append(keys & set(request_keys))
    return bool(common_keys) and all(common_keys)
