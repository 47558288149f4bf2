"""Webhooks of the organisation: how they fare, what was sent, and sending again. People alone make them."""

from collections.abc import Iterator
from datetime import datetime

from alliance_client.decoding import decode
from alliance_client.desk_models import Webhook, WebhookMessage
from alliance_client.portal import PAGE, Portal
from alliance_client.transport import API

_WEBHOOKS = f"{API}webhooks/"


class Webhooks(Portal):
    """What whoever administers the organisation's webhooks reads of them (scope `webhooks:replay` to send again)."""

    def webhooks(self) -> Iterator[Webhook]:
        """All of them; none for those who do not administer them."""
        return (decode(Webhook, row) for row in self.transport.read_all(_WEBHOOKS, limit=PAGE))

    def webhook_messages(self, webhook: int) -> Iterator[WebhookMessage]:
        """What was sent in the last 30 days, latest first."""
        rows = self.transport.read_all(f"{_WEBHOOKS}{webhook}/messages/", limit=PAGE)
        return (decode(WebhookMessage, row) for row in rows)

    def replay_since(self, webhook: int, since: datetime) -> int:
        """Send again what has not arrived since a moment, which has an offset; gives back how many messages."""
        sent = self.transport.send("POST", f"{_WEBHOOKS}{webhook}/replay/", {"since": since.isoformat()})
        return int(sent["count"])

    def replay_message(self, message: str) -> WebhookMessage:
        """Send one message again, under the same number, delivered or not. Raises WrongState while it waits."""
        return decode(WebhookMessage, self.transport.send("POST", f"{_WEBHOOKS}messages/{message}/replay/"))
