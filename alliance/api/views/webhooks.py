"""The organisation's webhooks: how they fare, and messages sent again. They are made and changed by people alone."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.webhooks import (
    ReplayedSerializer,
    ReplayInputSerializer,
    WebhookDeliverySerializer,
    WebhookSerializer,
)
from alliance.queries.webhooks import deliveries_of, webhook_list
from portal.kernel.api import DetailView, Endpoint, ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404
from portal.kernel.webhooks import (
    LISTED_STATES,
    Webhook,
    WebhookDelivery,
    replay_delivery,
    replay_since,
)


class WebhookEndpoint(Endpoint):
    """Base of what is about the webhooks that the owner of the token administers; others see none."""

    required_scopes = scopes_by_method(GET="read")

    @property
    def webhook(self) -> Webhook:
        row: Webhook = get_visible_or_404(
            Webhook.objects, self.actor, pk=self.kwargs["pk"], state__in=LISTED_STATES
        )
        return row


@extend_schema(summary="List webhooks")
class WebhookList(WebhookEndpoint, ListView):
    """The webhooks of the organisation, for those who administer it; for others the list is empty."""

    serializer_class = WebhookSerializer

    def get_queryset(self) -> QuerySet[Webhook]:
        return webhook_list(self.actor)


@extend_schema(summary="Get a webhook")
class WebhookDetail(WebhookEndpoint, DetailView):
    """One webhook, with its state."""

    serializer_class = WebhookSerializer

    def get_object(self) -> Webhook:
        return self.webhook


@extend_schema(summary="List the messages of a webhook")
class WebhookDeliveryList(WebhookEndpoint, ListView):
    """What was sent in the last 30 days, latest first, with what became of it."""

    serializer_class = WebhookDeliverySerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        return deliveries_of(self.actor, self.kwargs.get("pk"))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _webhook = self.webhook  # 404 where that cannot be seen, before an empty list
        return super().get(request, *args, **kwargs)


@extend_schema(
    summary="Send again what has not arrived",
    request=ReplayInputSerializer,
    responses={200: ReplayedSerializer},
)
class WebhookReplay(WebhookEndpoint):
    """Sends again what has not arrived since a moment, under the same numbers."""

    required_scopes = scopes_by_method(POST="webhooks:replay")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        webhook = self.webhook
        data = ReplayInputSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return respond({"count": replay_since(self.actor, webhook, data.validated_data["since"])})


@extend_schema(
    summary="Send a message again", request=NothingSerializer, responses={200: WebhookDeliverySerializer}
)
class WebhookDeliveryReplay(WebhookEndpoint):
    """Sends one message again, under the same number, delivered or not. 409 while it waits to be sent."""

    required_scopes = scopes_by_method(POST="webhooks:replay")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        delivery = get_visible_or_404(
            WebhookDelivery.objects.select_related("webhook"), self.actor, message_id=self.kwargs["message"]
        )
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return respond(WebhookDeliverySerializer(replay_delivery(self.actor, delivery)).data)
