"""Other people's programs are notified of events, as the Standard Webhooks specification says.

Which events, and what a program may read of them, is the apps' (an `EventKind` for each); how it reaches them is here.
A webhook reads as its tenant does, and visibility is applied again at delivery: what may no longer be seen is dropped.
"""

from portal.kernel.webhooks.administration import (
    MOST_SUBJECTS,
    MOST_WEBHOOKS,
    PREVIOUS_SECRET_TERM,
    change_webhook,
    create_webhook,
    end_webhook,
    pause_webhook,
    pause_webhooks_made_by,
    reencrypt_secrets,
    replay_delivery,
    replay_since,
    resume_webhook,
    rotate_secret,
    send_test,
    webhook_values,
)
from portal.kernel.webhooks.failing import FailingWebhook, failing_webhooks
from portal.kernel.webhooks.kinds import (
    TEST_KIND,
    EventKind,
    event_kinds,
    kind_label,
    register_kinds,
    register_policy,
    register_reader_source,
)
from portal.kernel.webhooks.models import (
    LISTED_STATES,
    OffReason,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryState,
    WebhookFault,
    WebhookState,
)
from portal.kernel.webhooks.pending import settle_held
from portal.kernel.webhooks.sending import FAILING_TERM
from portal.kernel.webhooks.states import WEBHOOK

__all__ = [
    "FAILING_TERM",
    "LISTED_STATES",
    "MOST_SUBJECTS",
    "MOST_WEBHOOKS",
    "PREVIOUS_SECRET_TERM",
    "TEST_KIND",
    "WEBHOOK",
    "EventKind",
    "FailingWebhook",
    "OffReason",
    "Webhook",
    "WebhookDelivery",
    "WebhookDeliveryState",
    "WebhookFault",
    "WebhookState",
    "change_webhook",
    "create_webhook",
    "end_webhook",
    "event_kinds",
    "failing_webhooks",
    "kind_label",
    "pause_webhook",
    "pause_webhooks_made_by",
    "reencrypt_secrets",
    "register_kinds",
    "register_policy",
    "register_reader_source",
    "replay_delivery",
    "replay_since",
    "resume_webhook",
    "rotate_secret",
    "send_test",
    "settle_held",
    "webhook_values",
]
