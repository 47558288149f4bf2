"""Working groups and affiliations in JSON: through whom people read."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import StepSerializer
from portal.kernel.api import StrictBooleanField, StrictSerializer, TextField, UTCDateTimeField
from practices.enums import AffiliationClosingCause, AffiliationRelation, AffiliationState
from practices.models import Affiliation, WorkingGroup

# --- Working groups ----------------------------------------------------------------------------


@extend_schema_serializer(component_name="WorkingGroupRow")
class GroupRowSerializer(StrictSerializer):
    """People of several organisations, who can be named together as readers by the key of the group."""

    key = serializers.UUIDField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    organisation = serializers.SlugField(source="organisation.slug", help_text="That made it.")
    size = serializers.IntegerField(help_text="How many people are in it.")
    created_at = UTCDateTimeField()
    closed_at = UTCDateTimeField(allow_null=True)


class GroupMemberSerializer(StrictSerializer):
    """Somebody in a group, as who they are in one organisation."""

    key = serializers.UUIDField(help_text="Of the membership: it is ended by it.")
    person = serializers.CharField(source="person_token", help_text="The key by which readers are named.")
    name = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")
    leads = serializers.BooleanField()
    joined_at = UTCDateTimeField()


@extend_schema_serializer(component_name="WorkingGroup")
class GroupSerializer(GroupRowSerializer):
    """A working group with who is in it now, and what you may do."""

    members = serializers.SerializerMethodField()
    acts = serializers.ListField(
        child=serializers.CharField(), source="possible_acts", help_text="What you may do, by name."
    )

    @extend_schema_field(GroupMemberSerializer(many=True))
    def get_members(self, group: Any) -> Any:
        return GroupMemberSerializer(self.context["members"], many=True).data


class GroupInputSerializer(StrictSerializer):
    """What a group is called, and what it is for."""

    example: ClassVar[Any] = {"name": "Grooming in games", "purpose": "What works, and where it fails."}

    name = TextField(column=(WorkingGroup, "name"))
    purpose = TextField(column=(WorkingGroup, "purpose"), allow_blank=True, default="")


class GroupCreateInputSerializer(GroupInputSerializer):
    """A new group; a manager of the secretariat may stay outside."""

    example: ClassVar[Any] = {**GroupInputSerializer.example, "joins": True}

    joins = StrictBooleanField(default=True, help_text="Whether you join and lead it; for members always so.")


class BringInInputSerializer(StrictSerializer):
    """Whom, and whether they lead it."""

    example: ClassVar[Any] = {"person": "12.3", "leads": False}

    person = TextField(max_length=41, help_text="By key, as `people/` has it.")
    leads = StrictBooleanField(default=False)


# --- Affiliations ------------------------------------------------------------------------------


def _person(name: str) -> serializers.CharField:
    return serializers.CharField(source=f"{name}.name", default=None, allow_null=True)


@extend_schema_serializer(component_name="AffiliationRow")
class AffiliationRowSerializer(StrictSerializer):
    """What is TLP:AMBER for `organisation` is read by `affiliate` while it is in force."""

    key = serializers.UUIDField()
    organisation = serializers.SlugField(source="organisation.slug")
    affiliate = serializers.SlugField(source="affiliate.slug")
    relation = serializers.ChoiceField(choices=AffiliationRelation.values)
    purpose = serializers.CharField()
    state = serializers.ChoiceField(choices=AffiliationState.values)
    proposed_by = _person("proposed_by")
    proposed_at = UTCDateTimeField()
    lapses_on = serializers.DateField(help_text="The last day on which the next of the two may confirm it.")
    confirmed_by = _person("confirmed_by")
    confirmed_at = UTCDateTimeField(allow_null=True)
    approved_by = _person("approved_by")
    approved_at = UTCDateTimeField(allow_null=True)
    approval_reason = serializers.CharField()
    closed_by = _person("closed_by")
    closed_at = UTCDateTimeField(allow_null=True)
    closed_for = serializers.SlugField(
        source="closed_for.slug",
        default=None,
        allow_null=True,
        help_text="The organisation for which it was closed; null while it is open, or where the portal closed it.",
    )
    closing_reason = serializers.CharField()
    closing_cause = serializers.ChoiceField(
        choices=["", *AffiliationClosingCause.values], help_text="Why the portal closed it; else empty."
    )


class OpenedRecordsSerializer(StrictSerializer):
    """How many records of one source the affiliate reads, or would read, by it; no titles."""

    organisation = serializers.SlugField(source="source.slug")
    practices = serializers.IntegerField()
    uses = serializers.IntegerField()
    requests = serializers.IntegerField()


@extend_schema_serializer(component_name="Affiliation")
class AffiliationSerializer(AffiliationRowSerializer):
    """An affiliation with what it opens, and what you may do."""

    opens = serializers.SerializerMethodField(
        help_text="For the organisation and the secretariat, while it waits or is in force; else null."
    )
    actions = serializers.SerializerMethodField()

    @extend_schema_field(OpenedRecordsSerializer(many=True, allow_null=True))
    def get_opens(self, affiliation: Any) -> Any:
        opened = self.context["opened"]
        return OpenedRecordsSerializer(opened, many=True).data if opened is not None else None

    @extend_schema_field(StepSerializer(many=True))
    def get_actions(self, affiliation: Any) -> Any:
        return StepSerializer(self.context["actions"], many=True).data


class AffiliationInputSerializer(StrictSerializer):
    """Which organisation, what it is to yours, and why it has to read."""

    example: ClassVar[Any] = {
        "affiliate": "petals",
        "relation": "contractor",
        "purpose": "It reads the reports of our game for us.",
    }

    affiliate = TextField(max_length=60, help_text="A partner, by slug.")
    relation = serializers.ChoiceField(choices=AffiliationRelation.values)
    purpose = TextField(
        column=(Affiliation, "purpose"), help_text="The affiliate and the secretariat read it first."
    )


class AffiliationReasonInputSerializer(StrictSerializer):
    """Why; the organisations and the secretariat read it."""

    example: ClassVar[Any] = {"reason": "The contract has ended."}

    reason = TextField(column=(Affiliation, "closing_reason"))
