"""The state table of webhooks; who may is ruled by the apps, under `webhook.<action>`."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.webhooks.models import LISTED_STATES, WebhookState
from portal.kernel.workflow import Step, Workflow

WEBHOOK = Workflow(
    "webhook",
    (
        Step("pause", (WebhookState.ACTIVE,), WebhookState.PAUSED, pgettext_lazy("of a webhook", "Pause")),
        Step("resume", (WebhookState.PAUSED, WebhookState.OFF), WebhookState.ACTIVE, _("Switch on")),
        # the portal's own step, when nothing is accepted any more
        Step("switch_off", (WebhookState.ACTIVE,), WebhookState.OFF),
        Step("end", LISTED_STATES, WebhookState.ENDED, _("Delete")),
    ),
    acts={
        "edit": LISTED_STATES,
        "rotate": LISTED_STATES,
        "test": (WebhookState.ACTIVE,),
        "replay": (WebhookState.ACTIVE,),
    },
)
