"""Sections of a report that are given to colleagues, in JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from alliance.enums import LIVE_DELEGATION_STATES
from alliance.models import Delegation
from portal.kernel.api import StrictSerializer, UTCDateTimeField, VersionField


class DelegationSerializer(StrictSerializer):
    """A section and who writes it: a whole commitment, or one measure."""

    id = serializers.IntegerField(source="pk")
    commitment = serializers.SlugField(
        source="commitment.key", default=None, allow_null=True, help_text="Null where it is of one measure."
    )
    measure = serializers.SlugField(
        source="measure.key",
        default=None,
        allow_null=True,
        help_text="Null where it is of a whole commitment.",
    )
    assignee = serializers.CharField(source="assignee.name", help_text="The colleague who writes it.")
    is_mine = serializers.SerializerMethodField(help_text="Whether that is the owner of the token.")
    given_by = serializers.CharField(source="given_by.name")
    due_on = serializers.DateField(help_text="The day inside the organisation.")
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in LIVE_DELEGATION_STATES])
    given_at = UTCDateTimeField()
    done_at = UTCDateTimeField(allow_null=True)
    version = serializers.IntegerField(
        help_text="Of who has it, its day, its word and its state: to be sent with what you do about it."
    )

    def get_is_mine(self, delegation: Delegation) -> bool:
        return delegation.assignee_id == self.context["view"].actor.person_id


class SectionInputSerializer(StrictSerializer):
    """Which section you have read: its `version`."""

    example: ClassVar[Any] = {"version": 2}

    version = VersionField(
        help_text="409, with who has it now, where it was handed back, handed on or changed since."
    )


class SectionFinishInputSerializer(StrictSerializer):
    """Which section you have read: its `version`, if you send it."""

    example: ClassVar[Any] = {"version": 1}

    version = VersionField(
        required=False,
        help_text="409, with who has it now, where it was changed since. Nothing is compared without it.",
    )


class CountedSectionsSerializer(StrictSerializer):
    """Of how many sections that was done."""

    example: ClassVar[Any] = {"count": 2}

    count = serializers.IntegerField()
