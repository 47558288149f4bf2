"""Practices in JSON as they are written: the working copy, its readers, new versions, uses, posts."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import StepSerializer
from portal.kernel.api import (
    DayField,
    StrictSerializer,
    TextField,
    UTCDateTimeField,
    VersionField,
)
from portal.kernel.text import LANGUAGES
from practices.api.serializers.content import ContentField, schema_of
from practices.api.serializers.labels import LabelledSerializer, TlpField, TlpInputField
from practices.api.serializers.library import ReadersSerializer
from practices.enums import LISTED_KINDS, PracticeState
from practices.fields import FIELDS
from practices.models import Attachment, Draft, Practice, Version

_CONTENT = {
    "title": "Two readers for each report of grooming",
    "kind": "technique",
    "stage": "trial",
    "summary": "Each report is read by two people who do not know of each other.",
    "harms": ["grooming"],
}


@extend_schema_field(schema_of(*FIELDS))
class ContentInputField(serializers.Field):
    """The fields of a practice; what is left out is empty."""

    def to_internal_value(self, data: Any) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Send an object with the fields of a practice."))
        return data

    def to_representation(self, value: Any) -> Any:
        return value


# --- The working copy --------------------------------------------------------------------------


class WorkingCopyInputSerializer(StrictSerializer):
    """A working copy, whole: what is left out of the content is empty."""

    example: ClassVar[Any] = {"content": _CONTENT, "language": "en", "expires_on": None}

    content = ContentInputField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    expires_on = DayField(
        allow_null=True,
        default=None,
        help_text="Of an alert: until which day it holds; of others it is ignored.",
    )


class WorkingFileSerializer(StrictSerializer):
    """A file of the working copy, at `files/{key}/`."""

    key = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in LISTED_KINDS])
    title = serializers.CharField()
    name = serializers.CharField(source="file_name")
    media_type = serializers.CharField()
    bytes = serializers.IntegerField(source="size")
    sha256 = serializers.CharField()


class AudienceSerializer(StrictSerializer):
    """A label, and whom it names: organisations by slug, working groups and people by key."""

    tlp = TlpField()
    organisations = serializers.ListField(child=serializers.SlugField())
    groups = serializers.ListField(child=serializers.UUIDField())
    people = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(component_name="PracticeWorkingCopy")
class WorkingCopySerializer(LabelledSerializer):
    """What the next version of a practice will say, for those who write it."""

    tlp = TlpField(source="practice.label")
    practice = serializers.UUIDField(source="practice.key")
    state = serializers.ChoiceField(source="practice.state", choices=PracticeState.values)
    language = serializers.CharField(source="practice.language")
    expires_on = serializers.DateField(source="practice.expires_on", allow_null=True)
    content = ContentField()
    version = serializers.IntegerField(
        help_text="Moves with each save and each proposal; send it as `If-Match`."
    )
    updated_at = UTCDateTimeField()
    proposed_at = UTCDateTimeField(
        allow_null=True,
        help_text="Since when it waits for the secretariat; nothing in it can be changed then.",
    )
    returned_reason = serializers.CharField(
        help_text="Why a proposed version was given back; empty for none."
    )
    missing = serializers.SerializerMethodField(
        help_text="The fields without which it is not shared, by key."
    )
    files = serializers.SerializerMethodField()
    readers = ReadersSerializer(
        source="named_readers", allow_null=True, help_text="Null where none are named."
    )
    readers_digest = serializers.CharField(
        help_text="Of who reads it, or would: send it when you share it or choose its readers."
    )
    audience = AudienceSerializer(help_text="The label and whom it names, as `readers/` takes them.")
    actions = serializers.SerializerMethodField()

    def get_missing(self, draft: Any) -> list[str]:
        return list(self.context["missing"])

    @extend_schema_field(WorkingFileSerializer(many=True))
    def get_files(self, draft: Any) -> Any:
        return WorkingFileSerializer(self.context["files"], many=True).data

    @extend_schema_field(StepSerializer(many=True))
    def get_actions(self, draft: Any) -> Any:
        return StepSerializer(self.context["actions"], many=True).data


class PracticeFileInputSerializer(StrictSerializer):
    """A file for the working copy."""

    file = serializers.FileField()
    title = TextField(column=(Attachment, "title"), allow_blank=True, default="")


class ReadersInputSerializer(StrictSerializer):
    """A label, and whom it names; what the label makes no use of is left out."""

    example: ClassVar[Any] = {
        "tlp": "TLP:AMBER+STRICT",
        "organisations": ["beacon-search"],
        "readers_digest": "5f0e2c1b9d7a4e30",
    }

    readers_digest = TextField(
        max_length=64, help_text="Of the working copy: 409 where others read it by now, or would."
    )
    tlp = TlpInputField()
    organisations = serializers.ListField(
        child=TextField(max_length=60), default=list, max_length=1000, help_text="By slug."
    )
    groups = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=200, help_text="Working groups, by key."
    )
    people = serializers.ListField(
        child=TextField(max_length=40),
        default=list,
        max_length=500,
        help_text="By key, as `people/` has it.",
    )
    reason = TextField(
        column=(Practice, "state_reason"),
        max_length=2000,
        allow_blank=True,
        default="",
        help_text="Published; needed when it leaves TLP:CLEAR.",
    )


class NamedPersonSerializer(StrictSerializer):
    """Somebody who can be named as a reader."""

    key = serializers.CharField()
    name = serializers.CharField()
    organisation = serializers.SlugField(source="organisation.slug")
    office = serializers.CharField()


class NamedPeopleSerializer(StrictSerializer):
    """People by their name or organisation; the first 20."""

    results = NamedPersonSerializer(many=True)


# --- Steps -------------------------------------------------------------------------------------


class ShareInputSerializer(StrictSerializer):
    """What would be shared and who would read it, as you have read it."""

    example: ClassVar[Any] = {"version": 2, "readers_digest": "5f0e2c1b9d7a4e30"}

    version = VersionField(
        help_text="Of the working copy: 409 where a colleague has changed its words or files since."
    )
    readers_digest = TextField(
        max_length=64, help_text="Of the working copy: 409 where others would read it by now."
    )


class ProposeVersionInputSerializer(StrictSerializer):
    """What changed, for the list of versions."""

    example: ClassVar[Any] = {"note": "The pause is two hours long."}

    note = TextField(column=(Draft, "proposed_note"))


class NewVersionInputSerializer(ShareInputSerializer):
    """What changed, and who would read it, as you have read it."""

    example: ClassVar[Any] = {
        "note": "The pause is two hours long.",
        "version": 3,
        "readers_digest": "5f0e2c1b9d7a4e30",
    }

    note = TextField(column=(Version, "note"))


class PracticeReasonInputSerializer(StrictSerializer):
    """Why; its readers see it."""

    example: ClassVar[Any] = {"reason": "A newer practice takes its place."}

    reason = TextField(column=(Practice, "state_reason"), max_length=2000)


# not `PracticeState`: generated clients call the states of a practice so
@extend_schema_serializer(component_name="PracticeAfterStep")
class PracticeStateSerializer(LabelledSerializer):
    """The practice after the step."""

    example: ClassVar[Any] = {
        "tlp": "TLP:GREEN",
        "practice": "0192f0c4-0000-7000-8000-000000000000",
        "state": "in_moderation",
    }

    practice = serializers.UUIDField(source="key")
    state = serializers.ChoiceField(choices=PracticeState.values)
