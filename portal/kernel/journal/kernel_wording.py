"""The platform's own journal entries in words."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "document.request": _("Document requested"),
    "document.ready": _("Document ready"),
    "document.fail": _("Document failed"),
    "document.retry": _("Document requested again"),
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
}

DETAILS = {
    "count": _("Count"),
    "credential": _("Token"),
    "document_kind": _("Kind"),
    "record": _("Record"),
    "rule": _("What"),
    "type": _("Kind"),
}
