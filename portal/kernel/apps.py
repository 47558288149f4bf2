"""Registers the kernel with Django under the label `portal`."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class KernelConfig(AppConfig):
    name = "portal.kernel"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.kernel import (  # registers the system checks and the kernel's own job kinds
            checks,
            document_files,
            file_places,
            handlers,
            journal_of_kernel,
            journal_words,
            kept_things,
            personal,
            personal_things,
            retention,
        )

        del checks, handlers
        file_places.register(document_files.HOLDER)
        retention.keep(*kept_things.LINES)
        journal_words.speak(journal_of_kernel.SENTENCES)
        journal_words.name(journal_of_kernel.THINGS)
        journal_words.detail(journal_of_kernel.DETAILS)
        personal.hang(*personal_things.PARTS, untold=personal_things.UNTOLD, stays=personal_things.STAYS)
        import_module(settings.CELERY_APPLICATION)  # every process knows the broker, the sweeper above all
