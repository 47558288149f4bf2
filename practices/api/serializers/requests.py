"""The request board in JSON: what somebody looks for, and what others offer."""

from typing import Any, ClassVar

from django.conf import global_settings
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import StepSerializer
from portal.kernel.api import StrictSerializer, TextField, TextLanguageField, UTCDateTimeField
from practices.api.serializers.labels import NULLABLE_TLP, LabelledSerializer, TlpInputField
from practices.api.serializers.library import ReadersSerializer
from practices.api.serializers.writing import AudienceSerializer
from practices.enums import ContentType, Encryption, Label, RequestState, ServiceKind
from practices.models import Offer, Request

_LANGUAGES = [code for code, _name in global_settings.LANGUAGES]


@extend_schema_serializer(component_name="PracticeRequestRow")
class RequestRowSerializer(LabelledSerializer):
    """A request on the board: “a way to `title` on … for … in …”."""

    request = serializers.UUIDField(source="key")
    state = serializers.ChoiceField(choices=RequestState.values)
    organisation = serializers.SlugField(source="organisation.slug")
    asked_by = serializers.CharField(source="asked_by.name")
    asked_at = UTCDateTimeField()
    title = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    harms = serializers.ListField(child=serializers.CharField())
    content_types = serializers.ListField(child=serializers.ChoiceField(choices=ContentType.values))
    service_kinds = serializers.ListField(child=serializers.ChoiceField(choices=ServiceKind.values))
    encryption = serializers.ChoiceField(choices=["", *Encryption.values])
    languages = serializers.ListField(child=serializers.CharField())
    followers = serializers.SerializerMethodField(help_text="How many want to know too.")

    def get_followers(self, request: Any) -> int:
        return int(self.context["followers"].get(request.pk, 0))


@extend_schema_serializer(component_name="PracticeOffer")
class OfferSerializer(StrictSerializer):
    """What somebody offers; the practice is named to those who may read it."""

    key = serializers.UUIDField(source="offer.key")
    text = serializers.CharField(source="offer.text", help_text="Markdown.")
    language = serializers.CharField(source="offer.language")
    person = serializers.CharField(source="offer.person.name")
    organisation = serializers.SlugField(source="offer.organisation.slug")
    practice = serializers.UUIDField(
        source="practice.key", default=None, allow_null=True, help_text="Null where none is named to you."
    )
    practice_title = serializers.CharField(source="title")
    practice_tlp = serializers.SerializerMethodField()
    offered_at = UTCDateTimeField(source="offer.offered_at")
    accepted_at = UTCDateTimeField(source="offer.accepted_at", allow_null=True)

    @extend_schema_field(NULLABLE_TLP)
    def get_practice_tlp(self, row: Any) -> str | None:
        return str(Label(row.offer.label_beside(row.practice.label)).label) if row.practice else None


@extend_schema_serializer(component_name="PracticeRequest")
class RequestSerializer(RequestRowSerializer):
    """A request with its offers, and what you may do."""

    offers = serializers.SerializerMethodField()
    readers = serializers.SerializerMethodField(
        help_text="Only for the organisation that asks; null for everyone else, and where none are named."
    )
    audience = serializers.SerializerMethodField(
        help_text="The label and whom it names, as `PUT` takes them; for the organisation that asks."
    )
    version = serializers.IntegerField(help_text="Moves with each change; send it as `If-Match`.")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(OfferSerializer(many=True))
    def get_offers(self, request: Any) -> Any:
        return OfferSerializer(self.context["offers"], many=True).data

    @extend_schema_field(ReadersSerializer(allow_null=True))
    def get_readers(self, request: Any) -> Any:
        readers = self.context["readers"]
        return ReadersSerializer(readers).data if readers is not None else None

    @extend_schema_field(AudienceSerializer(allow_null=True))
    def get_audience(self, request: Any) -> Any:
        audience = self.context["audience"]
        return AudienceSerializer(audience).data if audience is not None else None

    @extend_schema_field(StepSerializer(many=True))
    def get_actions(self, request: Any) -> Any:
        return StepSerializer(self.context["actions"], many=True).data


class RequestInputSerializer(StrictSerializer):
    """What you look for, and who may read it; what is left out is empty, or applies to any."""

    example: ClassVar[Any] = {
        "tlp": "TLP:GREEN",
        "title": "tell a child from an adult by voice",
        "text": "We have tried two models; both fail below 14.",
        "harms": ["grooming"],
        "service_kinds": ["game"],
        "languages": ["en"],
        "language": "en",
    }

    tlp = TlpInputField()
    organisations = serializers.ListField(
        child=TextField(max_length=60), default=list, max_length=1000, help_text="By slug."
    )
    groups = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=200, help_text="Working groups, by key."
    )
    people = serializers.ListField(
        child=TextField(max_length=40), default=list, max_length=500, help_text="By key, as `people/` has it."
    )
    title = TextField(column=(Request, "title"), help_text="Does anyone have a way to …?")
    text = TextField(column=(Request, "text"), allow_blank=True, default="", help_text="Markdown.")
    harms = serializers.ListField(
        child=TextField(column=(Request, "harms"), max_length=60), default=list, max_length=50
    )
    content_types = serializers.ListField(
        child=serializers.ChoiceField(choices=ContentType.values), default=list, max_length=50
    )
    service_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ServiceKind.values), default=list, max_length=50
    )
    encryption = serializers.ChoiceField(choices=["", *Encryption.values], default="")
    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=_LANGUAGES), default=list, max_length=50
    )
    language = TextLanguageField()


class OfferInputSerializer(StrictSerializer):
    """An answer in words, and with it perhaps a practice that you may read."""

    example: ClassVar[Any] = {
        "text": "We ask for three sentences, and compare them with the games that are played.",
        "practice": "0192f0c4-0000-7000-8000-000000000000",
    }

    text = TextField(
        column=(Offer, "text"), help_text="Markdown. Everybody who may read the request reads it."
    )
    practice = serializers.UUIDField(allow_null=True, default=None)


class AcceptOfferInputSerializer(StrictSerializer):
    """The offer that answers it."""

    example: ClassVar[Any] = {"offer": "0192f0c4-0000-7000-8000-000000000000"}

    offer = serializers.UUIDField(help_text="By key.")
