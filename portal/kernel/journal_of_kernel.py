"""The kernel's own lines of the journal in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SENTENCES = {
    "document.request": _("A document was asked for"),
    "document.ready": _("A document is ready"),
    "document.fail": _("A document could not be built"),
    "document.retry": _("A document was asked for again"),
    "document.download": _("A document was fetched"),
    "publication.publish": _("A publication went into the record"),
    "job.retry": _("Failed work is tried again"),
    "job.cancel": _("Failed work was given up"),
    "job.release": _("A message held after a restore was let out"),
    "restoration.release": _("It was decided what becomes of the messages held after a restore"),
    "file.flag": _("A file was reported"),
    "file.dismiss": _("A file that was flagged was found to be in order"),
    "file.quarantine": _("A file was withheld for checking"),
    "file.release": _("A withheld file was released"),
    "file.purge": _("A file was purged"),
    "retention.purge": _("What is kept no longer was removed"),
    "journal.export": _("The journal was taken away as a file"),
}

THINGS = {
    "document": pgettext_lazy("journal", "Document"),
    "publication": pgettext_lazy("journal", "Publication"),
    "job": pgettext_lazy("journal", "Work in the background"),
    "file": pgettext_lazy("journal", "File"),
    "filecase": pgettext_lazy("journal", "File"),
    "restoration": pgettext_lazy("journal", "Restore"),
    "retention": pgettext_lazy("journal", "Retention"),
    "journal": pgettext_lazy("journal", "Journal"),
}

DETAILS = {
    "count": pgettext_lazy("journal", "how many"),
    "credential": pgettext_lazy("journal", "token"),
    "document_kind": pgettext_lazy("journal", "sort of document"),
    "record": pgettext_lazy("journal", "record"),
    "thing": pgettext_lazy("journal", "of what"),
    "type": pgettext_lazy("journal", "sort"),
}
