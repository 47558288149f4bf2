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
        from portal.kernel import (
            checks,
            document_files,
            documents,
            file_cases,
            file_places,
            journal,
            journal_of_kernel,
            journal_words,
            kept_things,
            mail,
            personal,
            personal_things,
            retention,
            stored_files,
        )
        from portal.kernel.models import Document
        from portal.kernel.notices import digests, returns, routing, sending

        del checks, digests, file_cases, mail, returns, routing, sending, stored_files
        file_places.register(document_files.HOLDER)
        journal.shade_by(Document, documents.known_to)
        retention.keep(*kept_things.LINES)
        journal_words.speak(journal_of_kernel.SENTENCES)
        journal_words.name(journal_of_kernel.THINGS)
        journal_words.detail(journal_of_kernel.DETAILS)
        personal.hang(*personal_things.PARTS, untold=personal_things.UNTOLD, stays=personal_things.STAYS)
        import_module(settings.CELERY_APPLICATION)  # every process knows the broker, the sweeper above all
