"""Public practices in JSON, as the public record has them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import PublishedTranslations, StrictSerializer, UTCDateTimeField
from practices.api.serializers.content import ContentField, schema_of
from practices.api.serializers.labels import LabelledSerializer
from practices.enums import AdoptionState, PublicState, RelationKind
from practices.fields import FIELDS_BY_KEY
from practices.queries import public as reads

_FACETS = (
    "kind",
    "stage",
    "grade",
    "harms",
    "service_kinds",
    "encryption",
    "content_types",
    "age_bands",
    "measures",
)


class PublicAuthorSerializer(StrictSerializer):
    """An author, when the practice names its authors."""

    name = serializers.CharField()
    organisation = serializers.SlugField(source="organisation.slug")
    organisation_name = PublishedTranslations(source="organisation.name")


class NamedPracticeSerializer(StrictSerializer):
    """A related public practice, with the relation."""

    relation = serializers.ChoiceField(
        choices=[*RelationKind.values, *(f"by_{kind}" for kind in RelationKind.values)],
        help_text="The relation that this practice states; with `by_`, the one that the other practice states.",
    )
    practice = serializers.UUIDField()
    title = serializers.CharField()


class PublicFileSerializer(StrictSerializer):
    """An attachment, with its public URL."""

    title = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.URLField()


class PublicUseSerializer(StrictSerializer):
    """A public use of the practice by an organisation."""

    organisation = serializers.SlugField(source="organisation.slug")
    service = serializers.SlugField(source="service.slug", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=AdoptionState.values)
    since = serializers.DateField()


@extend_schema_serializer(component_name="PublicPracticeRow")
class PublicPracticeRowSerializer(LabelledSerializer):
    """A public practice, without its full content."""

    practice = serializers.UUIDField(source="record")
    state = serializers.ChoiceField(choices=PublicState.values)
    organisation = serializers.SlugField(
        source="organisation.slug",
        default=None,
        allow_null=True,
        help_text="Null when it asked not to be named.",
    )
    version = serializers.IntegerField(source="number")
    shared_at = UTCDateTimeField(help_text="When this version was shared.")
    language = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.SerializerMethodField(help_text="Markdown.")
    facets = serializers.SerializerMethodField()
    expires_on = serializers.DateField(allow_null=True)
    publication = serializers.IntegerField(source="valid_from")

    def get_summary(self, row: Any) -> str:
        return str(row.content.get("summary", ""))

    @extend_schema_field(schema_of(*(FIELDS_BY_KEY[key] for key in _FACETS)))
    def get_facets(self, row: Any) -> dict[str, Any]:
        return {key: row.content[key] for key in _FACETS if key in row.content}


@extend_schema_serializer(component_name="PublicPracticeVersion")
class PublicVersionSerializer(LabelledSerializer):
    """A version as it was published, without its content."""

    version = serializers.IntegerField(source="number")
    note = serializers.CharField(help_text="What changed in this version.")
    shared_at = UTCDateTimeField()
    title = serializers.CharField()
    publication = serializers.IntegerField(source="valid_from")


@extend_schema_serializer(component_name="PublicPracticeText")
class PublicTextSerializer(PublicVersionSerializer):
    """A version as it was published, with its content."""

    practice = serializers.UUIDField(source="record")
    language = serializers.CharField()
    authors = PublicAuthorSerializer(many=True)
    content = ContentField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(PublicFileSerializer(many=True))
    def get_files(self, row: Any) -> Any:
        files = []
        for file in row.files:
            address = reverse("public:practice-attachment", args=[row.record, file["sha256"]])
            files.append({**file, "url": settings.ORIGIN + address})
        return PublicFileSerializer(files, many=True).data


@extend_schema_serializer(component_name="PublicPractice")
class PublicPracticeSerializer(PublicTextSerializer):
    """A public practice: its latest version, relations and uses; for a withdrawn one, only the state and the reason."""

    state = serializers.ChoiceField(choices=PublicState.values)
    reason = serializers.CharField(help_text="Why the practice was retired or withdrawn.")
    organisation = serializers.SlugField(source="organisation.slug", default=None, allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    relations = serializers.SerializerMethodField()
    uses = serializers.SerializerMethodField()

    @extend_schema_field(NamedPracticeSerializer(many=True))
    def get_relations(self, row: Any) -> Any:
        pairs = reads.related_to(row) if row.is_public else []
        return [
            {"relation": kind, "practice": str(other.record), "title": other.title} for kind, other in pairs
        ]

    @extend_schema_field(PublicUseSerializer(many=True))
    def get_uses(self, row: Any) -> Any:
        return PublicUseSerializer(
            reads.public_adoptions(row.record) if row.is_public else [], many=True
        ).data
