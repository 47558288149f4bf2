"""Supporters in JSON as the secretariat sees them, and what it decides about them, one by one and many at once."""

from typing import Any, ClassVar

from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import StepSerializer
from alliance.api.serializers.supporters import SupporterSerializer
from alliance.enums import SupporterKind, SupporterState
from alliance.models import Supporter
from alliance.services.supporters import merging_refusal
from alliance.workflows import SUPPORTER
from portal.kernel.api import RowNumberField, StrictSerializer, TextField, UTCDateTimeField
from portal.kernel.text import MAX_REASON

MOST_SUPPORTERS = 100  # named in one request
_ACTS = ("correct", "keep_apart")


@extend_schema_serializer(component_name="DeskSupporter")
class DeskSupporterSerializer(SupporterSerializer):
    """An entry of the directory in whichever state. Its e-mail and who signed stand at its own address."""

    state = serializers.ChoiceField(choices=SupporterState.values)
    state_reason = serializers.CharField(
        help_text="Why the secretariat has hidden or ended it; the supporter is sent it. Else empty."
    )
    ended_on = serializers.DateField(allow_null=True)
    email_returned = serializers.BooleanField(help_text="Whether its last letter came back.")
    likely_twin = serializers.SerializerMethodField(
        help_text="Another entry that may be of the same organisation, until somebody decides; null without one."
    )
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)
    import_number = serializers.IntegerField(
        allow_null=True, help_text="The import that brought it; null where it acceded by itself."
    )

    @extend_schema_field({"type": ["integer", "null"]})
    def get_likely_twin(self, supporter: Supporter) -> int | None:
        twin = supporter.twin_in_question
        return twin.pk if twin is not None else None


@extend_schema_serializer(component_name="OneDeskSupporter")
class DeskSupporterDetailSerializer(DeskSupporterSerializer):
    """An entry with how it is reached, and what you may do. Its e-mail is null 30 days after it has ended."""

    email = serializers.CharField(source="contact.email", allow_null=True)
    signatory_name = serializers.CharField(source="contact.signatory_name", allow_null=True)
    signatory_office = serializers.CharField(source="contact.signatory_office", allow_null=True)
    confirmed_at = UTCDateTimeField(
        source="contact.confirmed_at",
        allow_null=True,
        help_text="When its e-mail was confirmed; null where somebody else vouched for it.",
    )
    actions = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField(help_text="What else you may do in its state, by name.")

    @extend_schema_field(StepSerializer(many=True))
    def get_actions(self, supporter: Supporter) -> list[dict[str, str]]:
        twin = supporter.twin_in_question
        steps = SUPPORTER.available(self.context["view"].actor, supporter)
        return [
            {
                "action": each.step.action,
                "label": str(each.step.label),
                "blocked": merging_refusal(supporter, twin) if twin and each.step.action == "merge" else "",
            }
            for each in steps
            if twin is not None or each.step.action != "merge"
        ]

    def get_acts(self, supporter: Supporter) -> list[str]:
        actor = self.context["view"].actor
        return [
            act
            for act in _ACTS
            if SUPPORTER.is_available(actor, supporter, act)
            and (act != "keep_apart" or supporter.twin_in_question is not None)
        ]


# --- Deciding ----------------------------------------------------------------------------------


class SupporterFactsInputSerializer(StrictSerializer):
    """What the directory says of a supporter, all of it."""

    example: ClassVar[Any] = {
        "name": "Harbour School No. 3",
        "kind": "school",
        "region": "Eastport",
        "town": "Eastport",
        "website": "https://school3.example.org/",
    }

    name = TextField(column=(Supporter, "name"))
    kind = serializers.ChoiceField(choices=SupporterKind.values)
    region = TextField(column=(Supporter, "region"))
    town = TextField(column=(Supporter, "town"), allow_blank=True, default="")
    website = TextField(
        column=(Supporter, "website"),
        allow_blank=True,
        required=False,
        help_text="Left out or empty: it has none.",
        validators=[URLValidator(schemes=["http", "https"])],
    )


class SupportersInputSerializer(StrictSerializer):
    """The entries that are meant, by their numbers."""

    example: ClassVar[Any] = {"supporters": [42, 43]}

    supporters = serializers.ListField(child=RowNumberField(), allow_empty=False, max_length=MOST_SUPPORTERS)


class SupportersReasonInputSerializer(SupportersInputSerializer):
    """The entries that are meant, and one reason for all."""

    example: ClassVar[Any] = {"supporters": [42, 43], "reason": "The two schools have closed."}

    reason = TextField(
        column=(Supporter, "state_reason"), max_length=MAX_REASON, help_text="Each supporter is sent it."
    )


class ShownTwinSerializer(StrictSerializer):
    """An entry, and its likely twin as you have read it."""

    id = RowNumberField()
    likely_twin = RowNumberField(help_text="With another one by now the entry stays as it is.")


class SupporterTwinsInputSerializer(StrictSerializer):
    """Entries, each with the likely twin that you have read."""

    example: ClassVar[Any] = {"supporters": [{"id": 42, "likely_twin": 17}]}

    supporters = ShownTwinSerializer(many=True, allow_empty=False, max_length=MOST_SUPPORTERS)


class SupporterOutcomeSerializer(StrictSerializer):
    """What became of one entry."""

    id = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(
        choices=["", *SupporterState.values], help_text="As it is now; empty where there is no such entry."
    )
    refusal = serializers.CharField(help_text="Why it stays as it was; empty where it was done.")


class SupporterOutcomesSerializer(StrictSerializer):
    """What became of each; one that is refused undoes nothing of the others."""

    supporters = SupporterOutcomeSerializer(many=True)
