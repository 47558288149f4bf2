"""The platform's own journal entries in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.journal.recording import TargetPlace

SENTENCES = {
    "document.request": _("Document requested"),
    "document.ready": _("Document ready"),
    "document.fail": _("Document failed"),
    "document.retry": _("Document requested again"),
    "document.cancel": _("Document cancelled"),
    "document.download": _("Document downloaded"),
    "publication.publish": _("Publication recorded"),
    "chain.break": _("Chain of publications does not hold"),
    "chain.hold": _("Chain of publications holds again"),
    "job.retry": _("Failed job tried again"),
    "job.cancel": _("Failed job cancelled"),
    "job.release": _("Held message sent"),
    "restoration.release": _("Decision made about held messages"),
    "file.await_scan": _("File accepted; waits for the virus scanner"),
    "file.pass_scan": _("File passed the virus scanner"),
    "file.flag": _("File reported"),
    "file.dismiss": _("Reported file settled: nothing wrong"),
    "file.quarantine": _("File withheld for checking"),
    "file.release": _("Withheld file released"),
    "file.purge": _("File purged"),
    "file.damage": _("Stored file damaged"),
    "file.repair": _("Damaged file restored"),
    "retention.purge": _("Expired data removed"),
    "journal.export": _("Journal downloaded"),
    "webhook.create": _("Webhook created"),
    "webhook.edit": _("Webhook changed"),
    "webhook.rotate": _("Webhook given a new secret"),
    "webhook.pause": _("Webhook paused"),
    "webhook.resume": _("Webhook switched on"),
    "webhook.switch_off": _("Webhook switched off by the portal"),
    "webhook.end": _("Webhook deleted"),
    "webhook.test": _("Test message sent to a webhook"),
    "webhook.replay": _("Messages to a webhook sent again"),
}

NAMES = {
    "document": _("Document"),
    "publication": _("Publication"),
    "chain": _("Chain of publications"),
    "chaincheck": _("Chain of publications"),
    "job": _("Background jobs"),
    "file": _("File"),
    "filecase": _("File"),
    "filedamage": _("File"),
    "restoration": _("Restore"),
    "retention": _("Retention periods"),
    "journal": _("Journal"),
    "webhook": _("Webhook"),
}

DETAILS = {
    "count": _("Count"),
    "credential": _("Token"),
    "document_kind": _("Kind"),
    "kinds": _("Events"),
    "off_reason": _("Reason"),
    "record": _("Record"),
    "rule": _("What"),
    "type": _("Kind"),
}

VALUES = {
    "off_reason": {
        "failing": _("The receiver has not accepted anything for five days."),
        "gone": _("The receiver answered that nothing is received there any more (410)."),
    },
}


def place_of(target: Any) -> TargetPlace:
    """Where a row of the platform belongs: a webhook to its tenant."""
    is_webhook = target._meta.model_name == "webhook"
    return TargetPlace(tenant_id=target.tenant_id) if is_webhook else TargetPlace()
