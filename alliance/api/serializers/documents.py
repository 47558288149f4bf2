"""Documents of reports in JSON: what was asked for, how far its building is, and the digest of the finished file."""

from typing import Any, ClassVar

from rest_framework import serializers

from alliance.services.documents import REPORT_DOCUMENTS
from portal.kernel.api import StrictSerializer, UTCDateTimeField
from portal.kernel.documents import DocumentState
from portal.kernel.text import LANGUAGES


class DocumentInputSerializer(StrictSerializer):
    """Which document of the report: `form.xlsx` is the form to fill in, `pdf` the report as published or filed."""

    example: ClassVar[Any] = {"document": "form.xlsx", "language": "en"}

    document = serializers.ChoiceField(choices=REPORT_DOCUMENTS)
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="By default that of the request."
    )


class ReportDocumentSerializer(StrictSerializer):
    """A document of a report. A worker builds it; once it is `ready`, its bytes are at `file/`."""

    key = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in DocumentState])
    progress = serializers.IntegerField(help_text="In per cent.")
    error = serializers.CharField(help_text="Why it could not be built; empty otherwise.")
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField(help_text="Of the finished bytes; empty until then.")
    created_at = UTCDateTimeField()
    finished_at = UTCDateTimeField(allow_null=True)
