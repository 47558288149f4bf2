"""Registers the alliance with Django, and its parts with the platform."""

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        _register_rules_and_workflows()
        _register_actors_and_clock()
        _register_notices_and_mail()
        _register_webhooks()
        _register_documents_and_files()
        _register_privacy()
        _register_stored_secrets()
        _register_journal_wording()


def _register_rules_and_workflows() -> None:
    """Who may do what, what one may be at, and what publications are made into."""
    from alliance.queries.last_steps import last_step_sentence
    from alliance.queries.public.followed import register_subject_kind
    from alliance.rules import register_rules
    from alliance.scopes import register_token_scopes

    # they register themselves
    from alliance.services import (
        projections,
        search_charters,
        search_documents,
        search_figures,
        search_pages,
        search_site,
    )
    from alliance.services.handover_items import register_handovers
    from alliance.web.public.search_address import SEARCHES
    from portal.kernel.workflow import register_step_wording

    del projections, search_charters, search_documents, search_figures, search_pages, search_site
    register_rules()
    register_step_wording("alliance", last_step_sentence)
    register_step_wording("portal", last_step_sentence)
    register_token_scopes()
    register_handovers()
    register_subject_kind("search", SEARCHES)


def _register_actors_and_clock() -> None:
    """From people to actors, the time zone, and what the portal calls itself when all else is away."""
    from allauth.account import signals as account_signals
    from allauth.mfa.signals import authentication_failed
    from django.contrib.auth.signals import user_logged_in, user_logged_out

    from alliance.queries.actors import actor_for
    from alliance.queries.local_dates import time_zone
    from alliance.queries.site import read_site
    from alliance.web.account.sign_in import log_sign_out, log_wrong_code, record_device, renew_session
    from alliance.web.sso.flow import remember_provider
    from portal.kernel import clock, documents, web

    user_logged_in.connect(record_device)
    user_logged_out.connect(log_sign_out)
    authentication_failed.connect(log_wrong_code)
    account_signals.authentication_step_completed.connect(renew_session)
    account_signals.user_logged_in.connect(remember_provider)
    documents.register_actor_source(actor_for)
    clock.register_zone_source(time_zone)
    web.register_site_source(read_site.last_known)


def _register_notices_and_mail() -> None:
    """Register notices, letterheads, and what happens when a letter bounces."""
    from alliance.notify import register_notices
    from alliance.queries.actors import recipients_among
    from alliance.queries.site import site_letterhead
    from alliance.services.notifications import record_address_fault, record_spam_report
    from portal.kernel import mail, notices

    register_notices()
    notices.register_recipient_source(recipients_among)
    notices.register_fault_handler(record_address_fault)
    notices.register_complainant_handler(record_spam_report)
    mail.register_letterhead_source(site_letterhead)


def _register_webhooks() -> None:
    """Register the events of which programs are notified, as whom an organisation reads, who sees its webhooks."""
    from alliance import access
    from alliance.notify import register_webhook_kinds
    from alliance.queries.webhooks import organisation_as_reader
    from portal.kernel import webhooks

    register_webhook_kinds()
    webhooks.register_reader_source(organisation_as_reader)
    webhooks.register_policy(access.webhooks)


def _register_documents_and_files() -> None:
    """Register documents, and the usages of stored files."""
    from alliance.documents.kinds import register_kinds
    from alliance.queries import evidence_files
    from alliance.services import (
        correction_files,
        evidence,
        working_files,
    )  # the first two register themselves
    from alliance.services.open_data import DATA_USAGES
    from alliance.services.site import LOGO_USAGES
    from portal.kernel import files

    del correction_files, evidence
    register_kinds()
    files.register_holder(evidence_files.EVIDENCE_USAGES)
    files.register_holder(evidence_files.CORRECTION_USAGES)
    files.register_holder(LOGO_USAGES)
    files.register_holder(working_files.REPORT_UPLOAD_USAGES)
    files.register_holder(working_files.SUPPORTER_IMPORT_USAGES)
    files.register_holder(DATA_USAGES)


def _register_privacy() -> None:
    """Register retention rules, the export of personal data, and erasure."""
    from alliance.queries import personal_data
    from alliance.services import erasure  # it registers itself
    from alliance.services.retention import RETENTION_RULES
    from portal.kernel import privacy

    del erasure
    privacy.register_rules(*RETENTION_RULES)
    privacy.register_parts(
        *personal_data.PERSONAL_DATA_PARTS,
        undisclosed=personal_data.NOT_EXPORTED,
        retained=personal_data.KEPT_AFTER_ERASURE,
    )


def _register_stored_secrets() -> None:
    """Register what is encrypted in the database, so that a restore beside other keys says so."""
    from alliance.services import client_secrets, factor_secrets  # they register themselves

    del client_secrets, factor_secrets


def _register_journal_wording() -> None:
    """Register the words and links of journal entries, where their targets belong, and who may not know of them."""
    from alliance.models import Delegation, MeasureComment
    from alliance.queries.journal_facts import DETAILS, VALUES
    from alliance.queries.journal_links import TARGET_LINKS, TARGET_NAMES
    from alliance.queries.journal_places import place_of
    from alliance.queries.journal_wording import SENTENCES
    from portal.kernel import journal

    journal.restrict_entries(Delegation, MeasureComment)  # among the people of one organisation
    journal.register_sentences(SENTENCES)
    journal.register_names(TARGET_NAMES)
    journal.register_details(DETAILS)
    journal.register_values(VALUES)
    journal.register_links(TARGET_LINKS)
    journal.register_places({"alliance": place_of})
