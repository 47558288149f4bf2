"""Working groups and affiliations: through whom people read, managed by programs of those who may."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer
from alliance.models import Organisation
from portal.kernel.api import etag_of_values, matched_values, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404
from practices.access import is_person_token
from practices.api.serializers.groups import (
    AffiliationInputSerializer,
    AffiliationReasonInputSerializer,
    AffiliationRowSerializer,
    AffiliationSerializer,
    BringInInputSerializer,
    GroupCreateInputSerializer,
    GroupInputSerializer,
    GroupRowSerializer,
    GroupSerializer,
)
from practices.api.serializers.writing import NamedPeopleSerializer
from practices.api.views.labelled import NoStoreEndpoint
from practices.api.views.naming import SEARCH_PARAMETERS, PeopleSearch
from practices.api.views.writing import READ
from practices.models import Affiliation, GroupMembership, WorkingGroup
from practices.queries.affiliations import affiliation_rows, opened_to
from practices.queries.groups import group_rows, members_of, possible_on_group
from practices.services import affiliations as affiliation_services
from practices.services import groups as services
from practices.workflows import AFFILIATION

MANAGE = "readers:write"

# --- Working groups ----------------------------------------------------------------------------


class GroupEndpoint(NoStoreEndpoint):
    """Base of what is about one working group."""

    required_scopes = scopes_by_method(POST=MANAGE)

    def get_group(self, rule: str = "") -> WorkingGroup:
        """The group of the address; with a rule, one that it allows."""
        group: WorkingGroup = get_visible_or_404(
            group_rows(self.actor), self.actor, rule=rule, key=self.kwargs["key"]
        )
        return group

    def group_response(self, pk: int, status: int = 200) -> Response:
        """The group as it is now; nothing for somebody who does not see it any more."""
        current = group_rows(self.actor).filter(pk=pk).first()
        if current is None:
            return respond()
        members = members_of(self.actor, current)
        own = next((row for row in members if row.is_me), None)
        current.possible_acts, _refusal = possible_on_group(self.actor, current, own)
        context = {**self.get_serializer_context(), "members": members}
        data = GroupSerializer(current, context=context).data
        etag = etag_of_values(services.group_values(current), data)
        return respond(data, status=status, headers={"ETag": etag})


@extend_schema_view(
    get=extend_schema(summary="List working groups", responses=GroupRowSerializer(many=True)),
    post=extend_schema(
        summary="Create a working group",
        request=GroupCreateInputSerializer,
        responses={201: GroupSerializer},
    ),
)
class GroupList(ListModelMixin, GroupEndpoint):
    """The groups that you are in; the secretariat sees all. `POST` creates one, which you lead."""

    required_scopes = scopes_by_method(GET=READ, POST=MANAGE)
    serializer_class = GroupRowSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[WorkingGroup]:
        rows: QuerySet[WorkingGroup] = group_rows(self.actor)
        return rows

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(GroupCreateInputSerializer)
        return self.group_response(services.make_group(self.actor, **data).pk, status=201)


@extend_schema_view(
    get=extend_schema(summary="Get a working group", responses=GroupSerializer),
    put=extend_schema(
        summary="Change a working group", request=GroupInputSerializer, responses={200: GroupSerializer}
    ),
)
class GroupDetail(GroupEndpoint):
    """One group with who is in it. `PUT` gives it another name and purpose.

    Send the `ETag` of the group that you read as `If-Match`: what somebody has changed since is not written over.
    """

    required_scopes = scopes_by_method(GET=READ, PUT=MANAGE)
    compares_versions = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.group_response(self.get_group().pk)

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        group = self.get_group("group.change")
        data = self.validated_data(GroupInputSerializer)
        changed = services.change_group(self.actor, group, **data, seen=matched_values(request))
        return self.group_response(changed.pk)


@extend_schema(
    summary="Find people to bring in", responses=NamedPeopleSerializer, parameters=SEARCH_PARAMETERS
)
class GroupPeople(PeopleSearch, GroupEndpoint):
    """People whose name, or whose organisation's name, has each word of `text` in it; the first 20.

    For those who lead the group.
    """

    required_scopes = scopes_by_method(GET=MANAGE)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.get_group("group.bring_in")
        return self.people_response(request)


@extend_schema(summary="Bring somebody in", request=BringInInputSerializer, responses={200: GroupSerializer})
class GroupMemberAdd(GroupEndpoint):
    """Adds a person, who reads from now on what names the group, or makes them lead it. The sources are notified."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        group = self.get_group("group.bring_in")
        data = self.validated_data(BringInInputSerializer)
        if not is_person_token(data["person"]):
            raise DomainError(_("There is no such person."), field="person")
        services.bring_in_member(self.actor, group, data["person"], leads=data["leads"])
        return self.group_response(group.pk)


@extend_schema(summary="Take somebody out", responses={204: None})
class GroupMemberDetail(GroupEndpoint):
    """Ends a membership: the person reads no more what they read through the group alone."""

    required_scopes = scopes_by_method(DELETE=MANAGE)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        group = self.get_group("group.take_out")
        membership: GroupMembership = get_visible_or_404(
            GroupMembership.objects,
            self.actor,
            group=group,
            ended_at=None,
            key=self.kwargs["membership"],
        )
        services.take_out_member(self.actor, group, membership)
        return respond()


@extend_schema(summary="Leave a working group", request=NothingSerializer, responses={204: None})
class GroupLeave(GroupEndpoint):
    """Ends your own membership: you read no more what you read through the group alone."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        group = self.get_group("group.leave")
        self.validated_data(NothingSerializer)
        services.leave_group(self.actor, group)
        return respond()


@extend_schema(summary="Close a working group", request=NothingSerializer, responses={200: GroupSerializer})
class GroupClose(GroupEndpoint):
    """Closes it: nobody joins any more, no other practice can name it. It cannot be undone."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        group = self.get_group("group.close")
        self.validated_data(NothingSerializer)
        return self.group_response(services.close_group(self.actor, group).pk)


# --- Affiliations ------------------------------------------------------------------------------


class AffiliationEndpoint(NoStoreEndpoint):
    """Base of what is about one affiliation."""

    required_scopes = scopes_by_method(POST=MANAGE)

    def get_affiliation(self, rule: str = "") -> Affiliation:
        """The affiliation of the address; with a rule, one that it allows."""
        row: Affiliation = get_visible_or_404(
            affiliation_rows(self.actor), self.actor, rule=rule, key=self.kwargs["key"]
        )
        return row

    def affiliation_response(self, pk: int, status: int = 200) -> Response:
        """The affiliation as it is now, with what it opens and what may be done."""
        current = affiliation_rows(self.actor).get(pk=pk)
        context = {
            **self.get_serializer_context(),
            "opened": opened_to(self.actor, current),
            "actions": AFFILIATION.available(self.actor, current),
        }
        return respond(AffiliationSerializer(current, context=context).data, status=status)


@extend_schema_view(
    get=extend_schema(summary="List affiliations", responses=AffiliationRowSerializer(many=True)),
    post=extend_schema(
        summary="Propose an affiliate",
        request=AffiliationInputSerializer,
        responses={201: AffiliationSerializer},
    ),
)
class AffiliationList(ListModelMixin, AffiliationEndpoint):
    """Those of your organisation on both sides, or all for the secretariat, the latest first.

    `POST` proposes one: an administrator of the affiliate and then the secretariat have to confirm it.
    """

    required_scopes = scopes_by_method(GET=READ, POST=MANAGE)
    serializer_class = AffiliationRowSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Affiliation]:
        rows: QuerySet[Affiliation] = affiliation_rows(self.actor)
        return rows

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = dict(self.validated_data(AffiliationInputSerializer))
        affiliate = Organisation.objects.visible_to(self.actor).filter(slug=data.pop("affiliate")).first()
        if affiliate is None:
            raise DomainError(_("There is no such organisation that could read."), field="affiliate")
        proposed = affiliation_services.propose_affiliation(self.actor, affiliate, **data)
        return self.affiliation_response(proposed.pk, status=201)


@extend_schema(summary="Get an affiliation", responses=AffiliationSerializer)
class AffiliationDetail(AffiliationEndpoint):
    """One affiliation: who has confirmed it, how many records of whom it opens, what you may do."""

    required_scopes = scopes_by_method(GET=READ)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.affiliation_response(self.get_affiliation().pk)


class _StepEndpoint(AffiliationEndpoint):
    """Base of the steps: each with what it takes, as its page."""

    rule = ""
    step: Callable[..., Affiliation]
    input_serializer: Any = NothingSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_affiliation(self.rule)
        data = self.validated_data(self.input_serializer)
        return self.affiliation_response(type(self).step(self.actor, row, **data).pk)


def _documented(summary: str, request: Any = NothingSerializer) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: AffiliationSerializer})


@_documented("Confirm an affiliation")
class AffiliationConfirm(_StepEndpoint):
    """Confirms for the affiliate, by another person than proposed it; next the secretariat decides."""

    rule, step = "affiliation.confirm", staticmethod(affiliation_services.confirm_affiliation)


@_documented("Take the confirmation of an affiliation back")
class AffiliationTakeBack(_StepEndpoint):
    """Takes the affiliate's confirmation back, until the secretariat has decided."""

    rule, step = "affiliation.take_back", staticmethod(affiliation_services.take_back_affiliation)


@_documented("Put an affiliation in force", AffiliationReasonInputSerializer)
class AffiliationApprove(_StepEndpoint):
    """Puts it in force for the secretariat: the affiliate reads from now on, and the sources are notified."""

    rule, step = "affiliation.approve", staticmethod(affiliation_services.approve_affiliation)
    input_serializer = AffiliationReasonInputSerializer


@_documented("Decline an affiliation", AffiliationReasonInputSerializer)
class AffiliationDecline(_StepEndpoint):
    """Declines a proposal, for the affiliate or the secretariat."""

    rule, step = "affiliation.decline", staticmethod(affiliation_services.decline_affiliation)
    input_serializer = AffiliationReasonInputSerializer


@_documented("Withdraw a proposed affiliation")
class AffiliationWithdraw(_StepEndpoint):
    """Withdraws your organisation's own proposal."""

    rule, step = "affiliation.withdraw", staticmethod(affiliation_services.withdraw_affiliation)


@_documented("End an affiliation", AffiliationReasonInputSerializer)
class AffiliationEnd(_StepEndpoint):
    """Ends it for any of the three: the affiliate reads nothing by it any more, and the sources are notified."""

    rule, step = "affiliation.end", staticmethod(affiliation_services.end_affiliation)
    input_serializer = AffiliationReasonInputSerializer


STEP_VIEWS: Mapping[str, type[_StepEndpoint]] = {
    "confirm": AffiliationConfirm,
    "take-back": AffiliationTakeBack,
    "approve": AffiliationApprove,
    "decline": AffiliationDecline,
    "withdraw": AffiliationWithdraw,
    "end": AffiliationEnd,
}
