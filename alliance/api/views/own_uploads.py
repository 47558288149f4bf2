"""Files with answers to a member's own report: upload one, read what it would change, decide, save, take back."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.report_uploads import (
    ChoicesInputSerializer,
    SaveInputSerializer,
    SentUploadSerializer,
    UploadDifferencesSerializer,
    UploadInputSerializer,
    UploadSerializer,
    upload_data,
)
from alliance.api.views.own_reports import ReportEndpoint
from alliance.enums import UploadState
from alliance.models import ReportUpload
from alliance.queries.report_uploads import uploads_with_reports
from alliance.queries.upload_differences import Decision, UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.report_uploads import (
    UploadOutdated,
    cancel_upload,
    choose,
    refuse_outdated,
    save_upload,
    take_upload_back,
    upload_file,
)
from portal.kernel.api import DetailView, Problem, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


@extend_schema(
    summary="Upload a file with answers",
    request=UploadInputSerializer,
    responses={200: SentUploadSerializer, 201: SentUploadSerializer},
)
class UploadCreate(ReportEndpoint):
    """Takes the form of the report (XLSX) or figures (CSV), and has a worker read it. The report is not changed.

    The same file that waits already, a colleague's too, is given back as it is, with 200.
    """

    required_scopes = scopes_by_method(POST="reports:write")
    parser_classes = (MultiPartParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report("report.edit")
        data = self.validated_data(UploadInputSerializer)
        upload, is_new = upload_file(self.actor, report, data["file"])
        sent = {**UploadSerializer(upload).data, "is_new": is_new}
        return respond(sent, status=201 if is_new else 200)


class _UploadEndpoint(ReportEndpoint):
    """Base of the views of one file; 404 for everyone outside its organisation."""

    required_scopes = scopes_by_method(POST="reports:write")

    def get_upload(self, rule: str = "") -> ReportUpload:
        upload: ReportUpload = get_visible_or_404(
            uploads_with_reports(self.actor), self.actor, rule=rule, pk=self.kwargs["pk"]
        )
        return upload

    def answer(self) -> HttpResponseBase:
        """The file as it is by now."""
        return respond(upload_data(self.get_upload()))


@extend_schema(summary="Get a file with answers", responses=UploadDifferencesSerializer)
class UploadDetail(_UploadEndpoint, DetailView):
    """How far the reading is; once the file is `ready`, all that it would change in the report, or cannot."""

    required_scopes = scopes_by_method(GET="read")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.answer()


@extend_schema(
    summary="Choose what is saved of a file",
    request=ChoicesInputSerializer,
    responses={200: UploadDifferencesSerializer},
)
class UploadChoose(_UploadEndpoint):
    """Stores what becomes of single answers of the file as you have read it; what you do not name stays as it was."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        upload = self.get_upload("report_upload.choose")
        data = self.validated_data(ChoicesInputSerializer)
        chosen = {row["number"]: row["choice"] for row in data["choices"]}
        differences = UploadDifferences(upload, working_copy(upload.report))
        decided = {
            row.number: Decision(chosen[row.number], row.version)
            for row in differences.rows
            if row.number in chosen
        }
        try:
            if decided and upload.state == UploadState.READY:
                refuse_outdated(differences, data["digest"])
            choose(self.actor, upload, decided, data["digest"])
        except UploadOutdated as refusal:
            raise Problem("conflict", str(refusal)) from refusal
        return self.answer()


@extend_schema(
    summary="Save the answers of a file",
    request=SaveInputSerializer,
    responses={200: UploadDifferencesSerializer},
)
class UploadSave(_UploadEndpoint):
    """Saves the answers that are chosen in the report, all or none. What cannot be taken is listed afterwards."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        upload = self.get_upload("report_upload.save")
        data = self.validated_data(SaveInputSerializer)
        try:
            save_upload(self.actor, upload, data["digest"])
        except UploadOutdated as refusal:
            raise Problem("conflict", str(refusal)) from refusal
        return self.answer()


@extend_schema(
    summary="Discard a file with answers",
    request=NothingSerializer,
    responses={200: UploadDifferencesSerializer},
)
class UploadCancel(_UploadEndpoint):
    """Discards the file before anything of it is saved."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        upload = self.get_upload("report_upload.cancel")
        self.validated_data(NothingSerializer)
        cancel_upload(self.actor, upload)
        return self.answer()


@extend_schema(
    summary="Take the answers of a file back",
    request=NothingSerializer,
    responses={200: UploadDifferencesSerializer},
)
class UploadTakeBack(_UploadEndpoint):
    """Puts all answers back that the file has changed, until the end of the next day, unless one was edited since."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        upload = self.get_upload("report_upload.take_back")
        self.validated_data(NothingSerializer)
        take_upload_back(self.actor, upload)
        return self.answer()
