"""Practices in JSON, as the token's holder may read them; the label comes first in every row."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField
from practices.api.serializers.content import ContentField
from practices.api.serializers.labels import LabelledSerializer, TlpField
from practices.enums import PracticeState


class PracticeAuthorSerializer(StrictSerializer):
    """Somebody who wrote it, as who they were in their organisation then."""

    name = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")


class PracticeFileSerializer(StrictSerializer):
    """An attachment, and where it is fetched with the same token."""

    key = serializers.UUIDField()
    title = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.URLField()


class ReadersSerializer(StrictSerializer):
    """Whom the label names."""

    people = serializers.ListField(child=serializers.CharField(), help_text="Each with the organisation.")
    organisations = serializers.ListField(child=serializers.CharField())
    groups = serializers.ListField(child=serializers.CharField())


class RelatedSerializer(StrictSerializer):
    """Another practice that one may read, and what the two have to do with each other."""

    tlp = serializers.CharField(source="label")
    practice = serializers.UUIDField(source="key")
    relation = serializers.CharField(source="label_text", help_text="In words.")
    own = serializers.BooleanField(help_text="This practice says so itself.")
    title = serializers.CharField()


class _PracticeBaseSerializer(LabelledSerializer):
    """Whose a practice is, and how it stands."""

    practice = serializers.UUIDField(source="key")
    state = serializers.ChoiceField(choices=PracticeState.values)
    organisation = serializers.SlugField(source="organisation.slug")
    organisation_name = TranslatedField("name", source="organisation")
    language = serializers.CharField()
    expires_on = serializers.DateField(allow_null=True)


@extend_schema_serializer(component_name="PracticeRow")
class PracticeRowSerializer(_PracticeBaseSerializer):
    """A practice in the library."""

    title = serializers.CharField(source="search_entry.title")
    summary = serializers.CharField(source="search_entry.summary")
    with_organisations = serializers.SerializerMethodField(help_text="Others whose people wrote it.")
    facets = serializers.SerializerMethodField(help_text="By facet what it is for; `*` where it is for all.")
    shared_at = UTCDateTimeField(source="search_entry.shared_at")
    updated_at = UTCDateTimeField(source="search_entry.updated_at")
    in_use = serializers.SerializerMethodField(help_text="Uses that you may know of.")
    on_trial = serializers.SerializerMethodField(help_text="Trials that you may know of.")

    def get_with_organisations(self, row: Any) -> list[str]:
        slugs = {author.organisation.slug for author in row.authors.all()}
        return sorted(slugs - {row.organisation.slug})

    def get_facets(self, row: Any) -> dict[str, list[str]]:
        facets: dict[str, list[str]] = {}
        for token in row.search_entry.facets:
            key, _colon, value = token.partition(":")
            facets.setdefault(key, []).append(value)
        return facets

    def get_in_use(self, row: Any) -> int:
        return int(self.context["used"].get(row.pk, {}).get("in_use", 0))

    def get_on_trial(self, row: Any) -> int:
        return int(self.context["used"].get(row.pk, {}).get("on_trial", 0))


@extend_schema_serializer(component_name="PracticeFacets")
class FacetsSerializer(StrictSerializer):
    """How many practices each value of each facet would leave, of those that one may read."""

    total = serializers.IntegerField(help_text="Found; not all of them where there are `more`.")
    more = serializers.BooleanField(help_text="There are more than are counted.")
    facets = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


@extend_schema_serializer(component_name="Practice")
class PracticeSerializer(_PracticeBaseSerializer):
    """A practice, whole: its last version, or the working copy while there is none (`version` is then null)."""

    state_reason = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(help_text="What changed in this version.")
    dated = UTCDateTimeField(help_text="When the version was shared, or the working copy saved.")
    authors = PracticeAuthorSerializer(many=True, source="authors.all")
    content = ContentField()
    files = PracticeFileSerializer(many=True)
    relations = RelatedSerializer(many=True, source="related_practices")
    readers = ReadersSerializer(allow_null=True, help_text="For its source alone; null for all others.")


@extend_schema_serializer(component_name="PracticeVersionRow")
class VersionRowSerializer(StrictSerializer):
    """A version, without what it says."""

    tlp = TlpField(source="practice.label")
    version = serializers.IntegerField(source="number")
    note = serializers.CharField(help_text="What changed in it.")
    shared_at = UTCDateTimeField()
    sha256 = serializers.CharField(help_text="Of its content.")


@extend_schema_serializer(component_name="PracticeVersion")
class VersionSerializer(VersionRowSerializer):
    """A version as it was shared."""

    practice = serializers.UUIDField(source="practice.key")
    content = ContentField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(PracticeFileSerializer(many=True))
    def get_files(self, row: Any) -> Any:
        return PracticeFileSerializer(with_urls(row.practice, row.attachments), many=True).data


@extend_schema_serializer(component_name="PracticeDraft")
class DraftRowSerializer(StrictSerializer):
    """What the organisation is writing and has not shared yet; the whole of it is at the practice's address."""

    tlp = TlpField(source="practice.label")
    practice = serializers.UUIDField(source="practice.key")
    state = serializers.ChoiceField(source="practice.state", choices=PracticeState.values)
    language = serializers.CharField(source="practice.language")
    title = serializers.SerializerMethodField()
    saved = serializers.IntegerField(source="version", help_text="It moves with each save.")
    updated_at = UTCDateTimeField()

    def get_title(self, row: Any) -> str:
        return str(row.content.get("title", ""))


def with_urls(practice: Any, files: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files as a version lists them, each with its address."""
    return [
        {**file, "url": settings.ORIGIN + reverse("api:practice-file", args=[practice.key, file["key"]])}
        for file in files
    ]
