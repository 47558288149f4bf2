"""Registers the kernel with Django under the label `portal`."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class KernelConfig(AppConfig):
    name = "portal.kernel"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # whatever does a kind of job, a system check or a part of a batch registers itself when it is imported
        from portal.kernel import checks, documents, files, journal, mail, privacy
        from portal.kernel.documents import Document
        from portal.kernel.files import storage
        from portal.kernel.files.integrity import scrub
        from portal.kernel.files.quarantine import cases
        from portal.kernel.journal import kernel_wording
        from portal.kernel.notices import bounced_letters, bundles, digests, routing, sending
        from portal.kernel.privacy import kernel_personal_data, kernel_retention, partitions
        from portal.kernel.web import reword_long_texts
        from portal.kernel.webhooks import routing as webhook_routing
        from portal.kernel.webhooks import sending as webhook_sending

        del checks, digests, cases, mail, bounced_letters, bundles, routing, scrub, sending, storage
        del webhook_routing, webhook_sending, partitions
        files.register_holder(documents.DOCUMENT_HOLDER)
        journal.restrict_entries_by(Document, documents.documents_known_to)
        privacy.register_rules(*kernel_retention.RULES)
        reword_long_texts()
        journal.register_sentences(kernel_wording.SENTENCES)
        journal.register_names(kernel_wording.NAMES)
        journal.register_places({"portal": kernel_wording.place_of})
        journal.register_details(kernel_wording.DETAILS)
        journal.register_values(kernel_wording.VALUES)
        privacy.register_parts(
            *kernel_personal_data.PARTS,
            undisclosed=kernel_personal_data.UNDISCLOSED,
            retained=kernel_personal_data.RETAINED,
        )
        import_module(settings.CELERY_APPLICATION)  # every process knows the broker, the sweeper above all
