"""What readers do with a practice: record how they use it, and what came of it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request

from alliance.models import Organisation, Service
from portal.kernel.api import ListView, etag_of, matched_version, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404
from practices.api.serializers.taking_part import (
    OwnUseSerializer,
    ResultCorrectionInputSerializer,
    ResultInputSerializer,
    UseInputSerializer,
    UseReadersInputSerializer,
    UseStepInputSerializer,
)
from practices.api.serializers.uses import UseResultSerializer, UseSerializer
from practices.api.views.labelled import LabelledEndpoint, NoStoreEndpoint
from practices.api.views.practices import rows_of_practice
from practices.api.views.writing import READ, WRITE
from practices.audiences import Audience
from practices.models import Adoption, AdoptionResult, Practice
from practices.queries import lists
from practices.queries.adoptions import (
    own_adoptions,
    own_services,
    possible_reader_organisations,
    proposed_readers,
    use_audience,
)
from practices.queries.practices import practices_with_authors
from practices.queries.results import ComparisonRule, comparison_rules
from practices.services import adoptions

# --- Uses --------------------------------------------------------------------------------------


class _UseReaders:
    """Whom a use is for, as a program names them."""

    actor: Any

    def chosen_readers(self, practice: Practice, data: Mapping[str, Any] | None) -> Audience:
        """The readers of a use; raises DomainError for an organisation that cannot be one."""
        if data is None:
            return proposed_readers(self.actor, practice)
        possible = possible_reader_organisations(self.actor)
        known = dict(possible.filter(slug__in=data["organisations"]).values_list("slug", "pk"))
        if set(data["organisations"]) - set(known):
            raise DomainError(_("There is no such organisation that could read."), field="organisations")
        return use_audience(self.actor, practice, data["tlp"], list(known.values()))


@extend_schema_view(
    get=extend_schema(summary="List the uses of a practice", responses=UseSerializer(many=True)),
    post=extend_schema(summary="Record a use", request=UseInputSerializer, responses={201: OwnUseSerializer}),
)
class UseList(_UseReaders, ListModelMixin, LabelledEndpoint, NoStoreEndpoint):
    """The uses that you may read, with their history and results. Each use has its own label.

    `POST` records that your organisation uses the practice, on one service or as a whole; its source is notified if it
    may know.
    """

    required_scopes = scopes_by_method(GET=READ, POST=WRITE)
    serializer_class = UseSerializer
    label = ""  # of each row its own
    context: Mapping[str, Any] = MappingProxyType({"comparison_rules": {}})

    def get_queryset(self) -> QuerySet[Adoption]:
        return rows_of_practice(self, lists.uses, Adoption)

    def paginate_queryset(self, queryset: QuerySet[Adoption]) -> Sequence[Adoption]:
        page: Sequence[Adoption] = super().paginate_queryset(queryset)
        self.context = {"comparison_rules": _rules_of(self.actor, page)}
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **self.context}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice: Practice = get_visible_or_404(
            practices_with_authors(), self.actor, rule="adoption.record", key=self.kwargs["key"]
        )
        data = dict(self.validated_data(UseInputSerializer))
        slug, readers = data.pop("service"), data.pop("readers", None)
        service: Service | None = None
        if slug is not None:
            service = own_services(self.actor).filter(slug=slug).first()
            if service is None:
                raise DomainError(_("Choose a service of your organisation."), field="service")
        step = adoptions.AdoptionStepInput(**data)
        audience = self.chosen_readers(practice, readers)
        recorded = adoptions.record_adoption(self.actor, practice, service, step, audience)
        self.label = recorded.handling_label
        return own_use_response(self, recorded, status=201)


def own_use_response(view: Any, use: Adoption, status: int = 200) -> Any:
    """A use of one's own as it is now."""
    current = own_adoptions(view.actor).get(pk=use.pk)
    context = {**view.get_serializer_context(), **_context_of(view.actor, [current])}
    data = OwnUseSerializer(current, context=context).data
    return respond(data, status=status, headers={"ETag": etag_of(current.version)})


def _context_of(actor: Any, uses: Sequence[Adoption]) -> dict[str, Any]:
    """The keys of those of the practices that the actor may still read, and the slugs of whom the uses name."""
    rows = Practice.objects.visible_to(actor).filter(pk__in={use.practice_id for use in uses})
    named = {pk for use in uses for pk in use.reader_organisations}
    organisations = Organisation.objects.visible_to(actor).filter(pk__in=named)
    return {
        "readable": dict(rows.values_list("pk", "key")),
        "slugs": dict(organisations.values_list("pk", "slug")),
        "comparison_rules": _rules_of(actor, uses),
    }


def _rules_of(actor: Any, uses: Sequence[Adoption]) -> Mapping[int, ComparisonRule]:
    return comparison_rules(actor, {use.practice_id for use in uses})


@extend_schema_view(
    get=extend_schema(operation_id="library_own_uses_list", summary="List your organisation's uses")
)
class OwnUseList(NoStoreEndpoint, ListView):
    """What your organisation uses, also of practices that you may not read any more."""

    required_scopes = scopes_by_method(GET=READ)
    serializer_class = OwnUseSerializer
    ordering = ("-pk",)
    context: Mapping[str, Any] = MappingProxyType({"readable": {}, "slugs": {}, "comparison_rules": {}})

    def get_queryset(self) -> QuerySet[Adoption]:
        rows: QuerySet[Adoption] = own_adoptions(self.actor)
        return rows

    def paginate_queryset(self, queryset: QuerySet[Adoption]) -> Sequence[Adoption]:
        page: Sequence[Adoption] = super().paginate_queryset(queryset)
        self.context = _context_of(self.actor, page)
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **self.context}


class OwnUseEndpoint(LabelledEndpoint):
    """Base of what is about one use of one's own; the uses of others are in the lists of the practices alone."""

    required_scopes = scopes_by_method(POST=WRITE)

    def get_use(self, rule: str = "") -> Adoption:
        use: Adoption = get_visible_or_404(
            own_adoptions(self.actor), self.actor, rule=rule, key=self.kwargs["use"]
        )
        self.label = use.handling_label
        return use


@extend_schema_view(
    get=extend_schema(summary="Get a use of your organisation", responses=OwnUseSerializer),
    patch=extend_schema(
        summary="Change a use", request=UseStepInputSerializer, responses={200: OwnUseSerializer}
    ),
)
class OwnUseDetail(OwnUseEndpoint):
    """One use, with its history and results. `PATCH` gives it another state, or a note in the same one."""

    required_scopes = scopes_by_method(GET=READ, PATCH=WRITE)
    has_versions = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return own_use_response(self, self.get_use())

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        use = self.get_use("adoption.change")
        version = matched_version(request)
        step = adoptions.AdoptionStepInput(**self.validated_data(UseStepInputSerializer))
        return own_use_response(self, adoptions.change_adoption(self.actor, use, step, version=version))


@extend_schema(summary="Report a result", request=ResultInputSerializer, responses={201: UseResultSerializer})
class UseResultCreate(OwnUseEndpoint):
    """Records what came of a use, in numbers or in words; the source is notified if it may know of the use."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        use = self.get_use("adoption.result")
        result = adoptions.AdoptionResultInput(**self.validated_data(ResultInputSerializer))
        added = adoptions.add_result(self.actor, use, result)
        context = {**self.get_serializer_context(), "comparison_rules": _rules_of(self.actor, [use])}
        return respond(UseResultSerializer(added, context=context).data, status=201)


@extend_schema(
    summary="Correct or withdraw a result",
    request=ResultCorrectionInputSerializer,
    responses={200: OwnUseSerializer},
)
class UseResultDetail(OwnUseEndpoint):
    """Puts another result in the place of one that was wrong, or none; the source is notified if it may know.

    The earlier one stays in `earlier_results` of the use, with the reason.
    """

    required_scopes = scopes_by_method(PATCH=WRITE)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        use = self.get_use("adoption.result")
        row = get_visible_or_404(AdoptionResult.objects, self.actor, adoption=use, key=self.kwargs["result"])
        data = self.validated_data(ResultCorrectionInputSerializer)
        if data["replacement"] is None:
            adoptions.withdraw_result(self.actor, use, row, data["reason"])
        else:
            corrected = adoptions.AdoptionResultInput(**data["replacement"])
            adoptions.correct_result(self.actor, use, row, corrected, data["reason"])
        return own_use_response(self, use)


@extend_schema(
    summary="Choose who knows of a use",
    request=UseReadersInputSerializer,
    responses={200: OwnUseSerializer},
)
class UseReaders(_UseReaders, OwnUseEndpoint):
    """Gives a use its label and readers. Nobody who may not see the practice ever sees it."""

    required_scopes = scopes_by_method(PUT=WRITE)
    has_versions = True

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        use = self.get_use("adoption.readers")
        version = matched_version(request)
        practice: Practice = get_visible_or_404(Practice.objects, self.actor, pk=use.practice_id)
        data = self.validated_data(UseReadersInputSerializer)
        readers = self.chosen_readers(practice, data)
        changed = adoptions.set_adoption_readers(self.actor, use, readers, version=version)
        self.label = changed.handling_label
        return own_use_response(self, changed)
