"""Whom a program names as readers: organisations by slug, working groups and people by key."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from practices.access import is_person_token
from practices.api.serializers.writing import NamedPeopleSerializer
from practices.audiences import Audience, audience
from practices.models.labelled import Labelled
from practices.queries.directory import community_organisations, find_people, groups_to_name
from practices.services.audiences import audience_of

SEARCH_PARAMETERS = [OpenApiParameter("text", str, description="Words of a name.")]


class PeopleSearch:
    """Finds people to name, where an endpoint lets whoever names people look for them."""

    def parameters(self) -> set[str]:
        return {"text"}

    def people_response(self, request: Request) -> Response:
        """The first people whose name, or whose organisation's name, has each word of `text` in it."""
        people = find_people(request.query_params.get("text", "")[:100])
        return Response(NamedPeopleSerializer({"results": people}).data)


def chosen_audience(actor: Actor, subject: Labelled | None, data: Mapping[str, Any]) -> Audience:
    """Whom the label names; `subject` is what they read, None before there is one.

    Raises DomainError for somebody whom nobody can name.
    """
    source = subject.organisation_id if subject is not None else actor.tenant_id
    known = dict(
        community_organisations()
        .filter(slug__in=data["organisations"])
        .exclude(pk=source)
        .values_list("slug", "pk")
    )
    named = audience_of(subject).groups if subject is not None else ()
    groups = {row.key: row.pk for row in groups_to_name(actor, named)}
    if set(data["organisations"]) - set(known):
        raise DomainError(_("There is no such organisation that could read."), field="organisations")
    if set(data["groups"]) - set(groups):
        raise DomainError(_("There is no such working group, or it is closed."), field="groups")
    if not all(map(is_person_token, data["people"])):
        raise DomainError(_("There is no such person."), field="people")
    chosen = [groups[key] for key in data["groups"]]
    return audience(data["tlp"], data["people"], known.values(), chosen).effective
