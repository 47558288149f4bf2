"""Registers the practices app with Django, and adds its parts to the registries of the kernel and the alliance app."""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from practices.notify import register_notices, register_webhook_kinds

        _register_rules_and_workflows()
        register_notices()
        register_webhook_kinds()
        _register_documents_and_files()
        _register_privacy()
        _register_journal_wording(self.get_models())
        _register_panels_and_citations()


def _register_rules_and_workflows() -> None:
    """Who may do what, what a token may read, what one may be at, and what publications are made into."""
    from django.utils.translation import gettext_lazy as _

    from portal.kernel import access
    from practices.rules import READERS_RULES, SHARING_RULES, WRITING_RULES, register_rules
    from practices.services import changes, projections, search_documents  # they register themselves
    from practices.services.handover_items import register_handovers

    del changes, projections, search_documents
    register_rules()
    register_handovers()
    access.register_scopes(
        access.Scope("practices:read", _("read the practices available to you"), for_host=True),
        access.Scope(
            "practices:write",
            _("write practices, record their use, ask and answer"),
            WRITING_RULES,
            for_host=True,  # who asks and answers
        ),
        access.Scope(
            "practices:share", _("share practices with the readers they name, in your name"), SHARING_RULES
        ),
        access.Scope(
            "readers:write",
            _("manage working groups and affiliations, through which people read practices"),
            READERS_RULES,
            for_host=True,
        ),
    )


def _register_documents_and_files() -> None:
    """What can be built, and where stored files stand."""
    from portal.kernel import files
    from practices.documents.kinds import register_kinds
    from practices.queries import file_usages
    from practices.services import attachments  # it registers itself

    del attachments
    register_kinds()
    files.register_holder(file_usages.ATTACHMENT_USAGES)
    files.register_holder(file_usages.IMPORT_USAGES)


def _register_privacy() -> None:
    """Retention rules, and what personal data is exported and erased."""
    from portal.kernel import privacy
    from practices.queries import personal_data
    from practices.services import erasure  # it registers itself
    from practices.services.retention import RETENTION_RULES

    del erasure
    privacy.register_rules(*RETENTION_RULES)
    privacy.register_parts(
        *personal_data.PERSONAL_DATA_PARTS,
        undisclosed=personal_data.NOT_EXPORTED,
        retained=personal_data.KEPT_AFTER_ERASURE,
    )


def _register_journal_wording(models: Iterable[Any]) -> None:
    """How the journal names what was done, where its entries link to, which names only its readers see."""
    from portal.kernel import journal
    from practices.access import entries_before_opening, file_entries_before_opening
    from practices.models import Attachment, Practice
    from practices.queries.journal_wording import DETAILS, SENTENCES, TARGET_LINKS, TARGET_NAMES, VALUES

    # what everybody may read, as projections, has no visibility policy
    journal.restrict_entries(*(model for model in models if hasattr(model.objects, "visible_to")))
    journal.hide_entries(Practice, entries_before_opening)
    journal.hide_entries(Attachment, file_entries_before_opening)
    journal.register_sentences(SENTENCES)
    journal.register_names(TARGET_NAMES)
    journal.register_details(DETAILS)
    journal.register_values(VALUES)
    journal.register_links(TARGET_LINKS)


def _register_panels_and_citations() -> None:
    """What practices show on pages of the alliance, cite in its reports, add to its open data and demonstration."""
    from alliance.demo.extensions import register_demo_extension
    from alliance.queries.access_loss import register_matters
    from alliance.queries.public.data_tables import register_data_table
    from alliance.queries.public.followed import register_subject_kind
    from alliance.queries.public.withdrawn_records import register_withdrawn_records
    from portal.kernel import registry
    from practices.queries import citations
    from practices.queries.access_loss import practice_matters
    from practices.queries.data_table import practices_table
    from practices.queries.followed import PRACTICES
    from practices.queries.public import withdrawn_practices
    from practices.web.panels import register_panels
    from practices.web.public.panels import register_public_panels

    registry.register_citable("adoption", registry.Citable(citations.citable_uses, citations.citations_for))
    register_public_panels()
    register_panels()
    register_demo_extension(_schedule_demo)
    register_data_table("practices", practices_table)
    register_withdrawn_records(withdrawn_practices)
    register_matters(practice_matters)
    register_subject_kind("practice", PRACTICES)


def _schedule_demo(cast: Any, calendar: Any, schedule: Any) -> None:
    """The demonstration's part about practices; its modules are imported only when it is loaded."""
    from practices.demo.timeline import schedule_practices

    schedule_practices(cast, calendar, schedule)
