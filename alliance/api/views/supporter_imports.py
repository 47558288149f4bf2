"""Imports of supporters: send a file, read what it would bring, decide, confirm, cancel, take back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.supporter_imports import (
    ConfirmImportInputSerializer,
    DecidedImportSerializer,
    StandingDecisionSerializer,
    SupporterFileInputSerializer,
    SupporterImportDetailSerializer,
    SupporterImportRowSerializer,
    SupporterImportSerializer,
    TwinDecisionsInputSerializer,
)
from alliance.api.views.desk_supporters import WRITE
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.filters import SupporterImportRowFilter
from alliance.models import SupporterImport
from alliance.queries.supporter_imports import import_rows, supporter_imports
from alliance.services import supporter_imports as services
from portal.kernel.api import DetailView, ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404, requires

_RULE = "supporter.import"


class ImportEndpoint(SecretariatEndpoint):
    """Base of what is about one import; as on the pages, for whoever may import."""

    required_scopes = scopes_by_method(POST=WRITE)

    def get_upload(self) -> SupporterImport:
        upload: SupporterImport = get_visible_or_404(
            supporter_imports(self.actor), self.actor, rule=_RULE, pk=self.kwargs["pk"]
        )
        return upload

    def detail(self) -> dict[str, Any]:
        """The import as it is by now."""
        context = self.get_serializer_context()
        return dict(SupporterImportDetailSerializer(self.get_upload(), context=context).data)


@extend_schema_view(
    get=extend_schema(summary="List imports of supporters"),
    post=extend_schema(
        summary="Send a file of supporters",
        request=SupporterFileInputSerializer,
        responses={201: SupporterImportSerializer},
    ),
)
class SupporterImportList(SecretariatEndpoint, ListView):
    """Files that were sent, the latest first. `POST` sends one and has a worker check it: nothing is imported yet."""

    required_scopes = scopes_by_method(GET=WRITE, POST=WRITE)
    serializer_class = SupporterImportSerializer
    parser_classes = (MultiPartParser,)
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[SupporterImport]:
        return supporter_imports(self.actor)

    @method_decorator(requires(_RULE))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(SupporterFileInputSerializer)
        sent = services.send_supporters(self.actor, data["file"])
        return respond(SupporterImportSerializer(self.get_queryset().get(pk=sent.pk)).data, status=201)


@extend_schema(summary="Get an import of supporters")
class SupporterImportDetail(ImportEndpoint, DetailView):
    """How far it is; once it is `waiting`, what it would bring: new rows, unclear, known, repeated and faulty ones."""

    required_scopes = scopes_by_method(GET=WRITE)
    serializer_class = SupporterImportDetailSerializer

    def get_object(self) -> SupporterImport:
        return self.get_upload()


@extend_schema(summary="List the rows of an import of supporters")
class SupporterImportRowList(ImportEndpoint, ListView):
    """What each row of the file would become, and why not. The rows are removed when the import has ended."""

    required_scopes = scopes_by_method(GET=WRITE)
    serializer_class = SupporterImportRowSerializer
    filterset_class = SupporterImportRowFilter
    ordering = ("number",)

    def get_queryset(self) -> QuerySet[Any]:
        upload = (
            self.get_upload() if "pk" in self.kwargs else SupporterImport(pk=0)
        )  # while the schema is made
        return import_rows(self.actor, upload)


@extend_schema(
    summary="Decide what unclear rows are",
    request=TwinDecisionsInputSerializer,
    responses={200: DecidedImportSerializer},
)
class SupporterImportDecide(ImportEndpoint):
    """Stores of unclear rows whether they are organisations of their own, the same as one that is here, or stay out."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        upload = self.get_upload()
        rows = self.validated_data(TwinDecisionsInputSerializer)["decisions"]
        refused = services.decide_twins(
            self.actor,
            upload,
            {row["number"]: row["decision"] for row in rows},
            {row["number"]: row["seen"] for row in rows},
        )
        return respond({**self.detail(), "refused": StandingDecisionSerializer(refused, many=True).data})


class _ActEndpoint(ImportEndpoint):
    """Base of the acts on the whole import."""

    act: Callable[..., SupporterImport]
    input_serializer: Any = NothingSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        upload = self.get_upload()
        data = self.validated_data(self.input_serializer)
        if "shown" in data:
            data["seen"] = data.pop("shown")
        type(self).act(self.actor, upload, **data)
        return respond(self.detail())


def _documented(summary: str, request: Any = NothingSerializer) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: SupporterImportDetailSerializer})


@_documented("Confirm an import of supporters", ConfirmImportInputSerializer)
class SupporterImportConfirm(_ActEndpoint):
    """Has a worker import the rows, all or none; 409 where others would be imported by now than you have read."""

    act, input_serializer = staticmethod(services.confirm_import), ConfirmImportInputSerializer


@_documented("Cancel an import of supporters")
class SupporterImportCancel(_ActEndpoint):
    """Stops it before or while it runs: nothing of it stays."""

    act = staticmethod(services.cancel_import)


@_documented("Take an import of supporters back")
class SupporterImportTakeBack(_ActEndpoint):
    """Removes every entry that it has brought, for a week."""

    act = staticmethod(services.take_import_back)


ACT_VIEWS: Mapping[str, type[ImportEndpoint]] = {
    "decide": SupporterImportDecide,
    "confirm": SupporterImportConfirm,
    "cancel": SupporterImportCancel,
    "take-back": SupporterImportTakeBack,
}
