"""Practices in JSON, as the owner of the token may read them; the label comes first in every row."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField
from practices.api.serializers.content import ContentField
from practices.api.serializers.labels import LabelledSerializer, TlpField
from practices.enums import LISTED_KINDS, PracticeState


class PracticeAuthorSerializer(StrictSerializer):
    """An author, with the organisation they wrote it for."""

    name = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")


class PracticeFileSerializer(StrictSerializer):
    """An attachment, with the URL to download it with the same token."""

    key = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in LISTED_KINDS])
    title = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.URLField()


class AffiliateReaderSerializer(StrictSerializer):
    """An affiliate that reads now, and the named organisation through which it does."""

    organisation = serializers.CharField()
    through = serializers.CharField()


class ReadersSerializer(StrictSerializer):
    """The readers that the label names, and the affiliates that read because of it."""

    people = serializers.ListField(
        child=serializers.CharField(), help_text="Each with the name of their organisation."
    )
    organisations = serializers.ListField(child=serializers.CharField())
    groups = serializers.ListField(child=serializers.CharField())
    affiliates = AffiliateReaderSerializer(many=True)


class RelatedSerializer(StrictSerializer):
    """A related practice that you may read, with the relation."""

    tlp = serializers.CharField(source="label")
    practice = serializers.UUIDField(source="key")
    relation = serializers.CharField(source="label_text", help_text="The relation in words.")
    own = serializers.BooleanField(help_text="Whether this practice states the relation itself.")
    title = serializers.CharField()


class TranslatedHeadSerializer(StrictSerializer):
    """A shared translation of a practice, as lists have it."""

    language = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    is_behind = serializers.BooleanField(help_text="Whether the practice has a later version.")


class TranslatedVersionSerializer(StrictSerializer):
    """The latest version in another language; what is not translated, or has changed since, is in its own."""

    key = serializers.UUIDField(source="translation.key")
    language = serializers.CharField(source="translation.language")
    version = serializers.IntegerField(source="translation.version_number", help_text="What was translated.")
    is_behind = serializers.BooleanField(help_text="Whether the practice has a later version.")
    content = ContentField()


class _PracticeBaseSerializer(LabelledSerializer):
    """The organisation and the state of a practice."""

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
    with_organisations = serializers.SerializerMethodField(
        help_text="The other organisations of its authors."
    )
    facets = serializers.SerializerMethodField(
        help_text="The values of each facet; `*` when it applies to all."
    )
    shared_at = UTCDateTimeField(source="search_entry.shared_at")
    updated_at = UTCDateTimeField(source="search_entry.updated_at")
    translations = serializers.SerializerMethodField()
    in_use = serializers.SerializerMethodField(help_text="The number of uses that you may read.")
    on_trial = serializers.SerializerMethodField(help_text="The number of trials that you may read.")

    def get_with_organisations(self, row: Any) -> list[str]:
        slugs = {author.organisation.slug for author in row.authors.all()}
        return sorted(slugs - {row.organisation.slug})

    def get_facets(self, row: Any) -> dict[str, list[str]]:
        facets: dict[str, list[str]] = {}
        for token in row.search_entry.facets:
            key, _colon, value = token.partition(":")
            facets.setdefault(key, []).append(value)
        return facets

    @extend_schema_field(TranslatedHeadSerializer(many=True))
    def get_translations(self, row: Any) -> Any:
        return TranslatedHeadSerializer(self.context["translations"].get(row.pk, ()), many=True).data

    def get_in_use(self, row: Any) -> int:
        return int(self.context["used"].get(row.pk, {}).get("in_use", 0))

    def get_on_trial(self, row: Any) -> int:
        return int(self.context["used"].get(row.pk, {}).get("on_trial", 0))


@extend_schema_serializer(component_name="PracticeFacets")
class FacetsSerializer(StrictSerializer):
    """The number of practices that you may read for each value of each facet."""

    total = serializers.IntegerField(
        help_text="The number of practices counted; there are more when `more` is true."
    )
    more = serializers.BooleanField(help_text="Whether more practices match than are counted.")
    facets = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class SolverSerializer(StrictSerializer):
    """Somebody, as who they are in an organisation now, and how much of each they have done."""

    name = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")
    answers = serializers.IntegerField(help_text="That were accepted.")
    practices = serializers.IntegerField(source="authored", help_text="That they have written.")
    results = serializers.IntegerField(help_text="That they have measured.")
    thanks = serializers.IntegerField(help_text="That they were given for answers and uses.")


class SolversSerializer(StrictSerializer):
    """People, who has helped most first."""

    results = SolverSerializer(many=True)


@extend_schema_serializer(component_name="Practice")
class PracticeSerializer(_PracticeBaseSerializer):
    """A practice: its latest version, or the working copy when there is none (`version` is then null)."""

    state_reason = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(help_text="What changed in this version.")
    dated = UTCDateTimeField(help_text="When the version was shared, or the working copy saved.")
    authors = PracticeAuthorSerializer(many=True, source="authors.all")
    content = ContentField()
    files = PracticeFileSerializer(many=True)
    translations = TranslatedVersionSerializer(many=True, source="translated_versions")
    relations = RelatedSerializer(many=True, source="related_practices")
    readers = ReadersSerializer(
        allow_null=True,
        help_text="Only for the organisation that the practice belongs to; null for everyone else.",
    )


@extend_schema_serializer(component_name="PracticeVersionRow")
class VersionRowSerializer(LabelledSerializer):
    """A version, without its content."""

    tlp = TlpField(source="handling_label")
    version = serializers.IntegerField(source="number")
    note = serializers.CharField(help_text="What changed in this version.")
    shared_at = UTCDateTimeField()
    sha256 = serializers.CharField(help_text="The SHA-256 of its content.")


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
class DraftRowSerializer(LabelledSerializer):
    """A practice that is not shared yet; `GET` the practice for its content."""

    tlp = TlpField(source="practice.label")
    practice = serializers.UUIDField(source="practice.key")
    state = serializers.ChoiceField(source="practice.state", choices=PracticeState.values)
    language = serializers.CharField(source="practice.language")
    title = serializers.SerializerMethodField()
    saved = serializers.IntegerField(source="version", help_text="A number that increases with each save.")
    updated_at = UTCDateTimeField()

    def get_title(self, row: Any) -> str:
        return str(row.content.get("title", ""))


def with_urls(practice: Any, files: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files as a version lists them, each with its URL."""
    return [
        {**file, "url": settings.ORIGIN + reverse("api:practice-file", args=[practice.key, file["key"]])}
        for file in files
    ]
