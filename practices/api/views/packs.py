"""Packs: test sets and signals of the working copy, runs, and a practice to take away for programs."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from alliance.api.serializers.filing import NothingSerializer
from portal.kernel.api import FILE_RESPONSES, FileRenderer, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import attachment_response, get_visible_or_404
from practices.api.serializers.packs import (
    RunInputSerializer,
    RunSerializer,
    SignalsInputSerializer,
    TestSetInputSerializer,
)
from practices.api.serializers.writing import WorkingFileSerializer
from practices.api.views.labelled import NoStoreEndpoint
from practices.api.views.practices import PracticeEndpoint, rows_of_practice
from practices.api.views.writing import READ, WRITE, WritingEndpoint
from practices.enums import RunKind
from practices.models import ModelRun
from practices.queries import lists
from practices.queries.packs import run_targets
from practices.services.pack_exports import export_pack
from practices.services.packs import (
    RunInput,
    TestSetInput,
    add_run,
    add_test_set,
    confirm_test_set,
    remove_run,
)
from practices.services.signals import add_signals

# --- The working copy --------------------------------------------------------------------------


@extend_schema(
    summary="Add a test set", request=TestSetInputSerializer, responses={201: WorkingFileSerializer}
)
class PracticeTestSet(WritingEndpoint):
    """Reads a test set and puts it in the place of the working copy's. Readers see it with the next version."""

    parser_classes = (MultiPartParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.edit")
        data = dict(self.validated_data(TestSetInputSerializer))
        added = add_test_set(self.actor, practice, data.pop("file"), TestSetInput(**data))
        return respond(WorkingFileSerializer(added).data, status=201)


@extend_schema(
    summary="Confirm the test set", request=NothingSerializer, responses={200: WorkingFileSerializer}
)
class PracticeTestSetConfirm(WritingEndpoint):
    """States that the test set still fits the policy as the working copy has it."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.edit")
        self.validated_data(NothingSerializer)
        return respond(WorkingFileSerializer(confirm_test_set(self.actor, practice)).data)


@extend_schema(summary="Add signals", request=SignalsInputSerializer, responses={201: WorkingFileSerializer})
class PracticeSignals(WritingEndpoint):
    """Reads a hash list, a word list or Sigma rules, and attaches what was understood to the working copy."""

    parser_classes = (MultiPartParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.edit")
        data = dict(self.validated_data(SignalsInputSerializer))
        added = add_signals(self.actor, practice, data.pop("file"), **data)
        return respond(WorkingFileSerializer(added).data, status=201)


# --- Runs --------------------------------------------------------------------------------------


@extend_schema_view(
    get=extend_schema(summary="List the runs of a practice", responses=RunSerializer(many=True)),
    post=extend_schema(summary="Add a run", request=RunInputSerializer, responses={201: RunSerializer}),
)
class RunList(ListModelMixin, WritingEndpoint, NoStoreEndpoint):
    """What models, word lists and people answered to its test sets, what was added last first. Access is logged.

    `POST` sends the answers of a run; everybody who reads the test set sees how often they are right.
    """

    required_scopes = scopes_by_method(GET=READ, POST=WRITE)
    serializer_class = RunSerializer
    ordering = ("-pk",)
    label = ""

    def get_parsers(self) -> list[Any]:
        return (
            [MultiPartParser()]
            if self.request is None or self.request.method == "POST"
            else super().get_parsers()
        )

    def get_queryset(self) -> QuerySet[ModelRun]:
        return rows_of_practice(self, lists.runs, ModelRun, logs_access=True)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.run")
        data = self.validated_data(RunInputSerializer)
        targets = run_targets(self.actor, practice)
        if data["test_set"] is not None:
            targets = [target for target in targets if target.attachment.key == data["test_set"]]
        if not targets:
            raise DomainError(_("There is no test set that a run can be added to."), field="test_set")
        sent = RunInput(RunKind(data["kind"]), data["name"], data["ran_on"], data["setting"])
        run = add_run(self.actor, targets[0], data["file"], sent)
        return respond(RunSerializer(run).data, status=201)


@extend_schema(summary="Remove a run", responses={204: None})
class RunDetail(WritingEndpoint):
    """Removes a run: whoever has added it, or the source of the practice."""

    required_scopes = scopes_by_method(DELETE=WRITE)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice()
        run: ModelRun = get_visible_or_404(
            ModelRun.objects.select_related("practice"), self.actor, practice=practice, key=self.kwargs["run"]
        )
        remove_run(self.actor, run)
        return respond()


# --- To take away ------------------------------------------------------------------------------


class _PackExportEndpoint(PracticeEndpoint):
    """Base of the files that are made of a practice."""

    renderer_classes = (FileRenderer,)
    gives_files = True
    form = ""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        exported = export_pack(self.actor, self.practice(), self.form)
        if exported is None:
            raise Http404
        return attachment_response(exported.content, exported.name, exported.media_type)


@extend_schema(
    summary="Download a practice as a prompt",
    responses={(200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "The file.")},
)
class PracticePrompt(_PackExportEndpoint):
    """The policy as a prompt for a model, its label in the first and the last line. Access is logged."""

    form = "prompt"


@extend_schema(summary="Download a practice as a pack", responses=FILE_RESPONSES)
class PracticePack(_PackExportEndpoint):
    """The whole pack as a zip that can be imported again. Access is logged."""

    form = "pack"


@extend_schema(
    summary="Download a practice as a STIX bundle",
    responses={(200, "application/stix+json"): OpenApiResponse(OpenApiTypes.OBJECT, "The file.")},
)
class PracticeStix(_PackExportEndpoint):
    """A STIX 2.1 bundle, each object with its TLP marking. Access is logged.

    A hash or rule that a later version no longer lists is `revoked`. A practice that is opened to the community has
    new ids: what was imported before is withdrawn by no later export, delete it.
    """

    form = "stix"


@extend_schema(
    summary="Download a practice as a MISP event",
    responses={(200, "application/json"): OpenApiResponse(OpenApiTypes.OBJECT, "The file.")},
)
class PracticeMisp(_PackExportEndpoint):
    """A MISP event with its TLP tag. Access is logged.

    A hash or rule that a later version no longer lists is `deleted`. A practice that is opened to the community has
    new ids: what was imported before is withdrawn by no later export, delete it.
    """

    form = "misp"
