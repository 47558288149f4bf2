"""Webhooks and their messages in JSON, without secrets."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.enums import WebhookScope
from alliance.queries.webhooks import named_members, scope_of
from portal.kernel.api import StrictSerializer, UTCDateTimeField
from portal.kernel.webhooks import Webhook, WebhookDeliveryState, WebhookFault, WebhookState


class WebhookSerializer(StrictSerializer):
    """A webhook of the organisation."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    scope = serializers.SerializerMethodField(
        help_text="Whose events: all that may be seen, of the own organisation, of the `members`."
    )
    members = serializers.SerializerMethodField(
        help_text="The members whose events they are; empty for others."
    )
    state = serializers.ChoiceField(choices=WebhookState.values)
    state_at = UTCDateTimeField()
    failing_since = UTCDateTimeField(
        allow_null=True, help_text="Since when nothing was accepted; null while it is well."
    )

    @extend_schema_field(serializers.ChoiceField(choices=WebhookScope.values))
    def get_scope(self, webhook: Webhook) -> str:
        return scope_of(webhook).value

    def get_members(self, webhook: Webhook) -> list[str]:
        if scope_of(webhook) != WebhookScope.MEMBERS:
            return []
        return list(named_members(webhook).values_list("slug", flat=True))


class WebhookDeliverySerializer(StrictSerializer):
    """A message to a webhook: when it was written, and what became of it."""

    message = serializers.CharField(source="message_id", help_text="The `webhook-id` of the message.")
    type = serializers.CharField(source="kind")
    state = serializers.ChoiceField(choices=WebhookDeliveryState.values)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="The status of the last answer.")
    fault = serializers.ChoiceField(
        choices=["", *WebhookFault.values], help_text="Why the last try failed; empty where it did not."
    )
    milliseconds = serializers.IntegerField(allow_null=True)
    created_at = UTCDateTimeField()
    tried_at = UTCDateTimeField(allow_null=True)


class ReplayInputSerializer(StrictSerializer):
    """Since when messages that have not arrived are sent again."""

    example: ClassVar[Any] = {"since": "2026-09-01T00:00:00Z"}

    since = serializers.DateTimeField(help_text="ISO 8601, with an offset.")


class ReplayedSerializer(StrictSerializer):
    """How many messages are sent again."""

    example: ClassVar[Any] = {"count": 3}

    count = serializers.IntegerField()
