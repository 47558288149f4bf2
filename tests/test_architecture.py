"""The architecture as a test: what import contracts cannot see."""

import gc
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from portal.kernel.access import append_only_tables
from portal.local.environment import ROOT
from tests.support.architecture import (
    broker_uses,
    mail_uses,
    other_actors_in_queries,
    rule_checks_in_interfaces,
    state_changes,
    storage_uses,
    unfiltered_reads,
)
from tests.support.days import days_at_import, days_of_moments
from tests.support.locked_rows import joins_of_locked_rows
from tests.support.names import (
    business_nouns,
    eager_texts,
    empty_names,
    empty_names_in_scripts,
    inner_imports,
    late_imports,
    modules_without_docstring,
    private_attributes,
    private_imports,
)
from tests.support.source import INTERFACES, LAYERS, Exceptions, interfaces, long_modules, parse_module

# In one process: each file is parsed once for all of them.
pytestmark = pytest.mark.xdist_group("architecture")

# A module, and the function or class in it that may do what its scan refuses everywhere else, and why. One that nothing
# needs any more is refused too.
READ_EXCEPTIONS: Exceptions = {
    ("portal/kernel/idempotency/api.py", "_take"): "adds a key that must be new, in one statement",
    (
        "portal/kernel/idempotency/api.py",
        "IdempotencyKeyMiddleware",
    ): "deletes the actor's own key after a refusal",
    ("portal/kernel/idempotency/forms.py", "_take"): "adds a key that must be new, in one statement",
    (
        "portal/kernel/idempotency/forms.py",
        "FormTokenMiddleware",
    ): "deletes the actor's own key after a refusal",
}
STORAGE_OWNERS = {
    "portal/kernel/files/": "the package",
    "portal/settings.py": "says which storage it is",
}
QUERY_EXCEPTIONS: Exceptions = {
    (
        "alliance/queries/absences.py",
        "_changes",
    ): "whose changes of access are public; gives their days alone, and those without a signatory",
    (
        "alliance/queries/absences.py",
        "signing_again_since",
    ): "whose changes of access are public; gives numbers alone",
    (
        "alliance/queries/access_return.py",
        "missed_without_access",
    ): "whose changes of access are public; gives the reports that the actor reads",
    (
        "alliance/queries/access_return.py",
        "reports_due_again",
    ): "whose changes of access are public; gives the reports that the actor reads",
    ("alliance/queries/files.py", "file_reader"): "who decides on files searches those of others too",
    (
        "alliance/queries/journal_export.py",
        "export_batches",
    ): "as the same actor, in a transaction for each batch",
    (
        "alliance/queries/review_queue.py",
        "row_portions",
    ): "as the same actor, in a transaction for each portion",
    (
        "alliance/queries/supporters.py",
        "supporter_portions",
    ): "as the same actor, in a transaction for each portion",
    (
        "alliance/queries/publication_audience.py",
        "cycle_audience",
    ): "who follows and whose programs listen is nobody's to read; gives how many alone",
    (
        "alliance/queries/charter_circumstances.py",
        "circumstances",
    ): "choices of letters are their person's; gives digests of numbers alone",
    ("alliance/queries/actors.py", "actor_for"): "finds out who somebody is, and gives that alone",
    ("alliance/queries/actors.py", "recipients_among"): "finds out who they are, and gives that alone",
    ("alliance/queries/personal_archives.py", "person_behind"): "who asked for the archive about themselves",
    (
        "alliance/queries/personal_data/__init__.py",
        "actors_of_person",
    ): "as whom the person may look, and no more",
    ("alliance/queries/identity_providers.py", "find_provider"): "who signs in acts for nobody yet",
    ("alliance/queries/identity_providers.py", "_domain_row"): "who signs in acts for nobody yet",
    ("alliance/queries/people.py", "freezer_names"): "who of them belongs to the secretariat, and that alone",
    (
        "alliance/queries/factors.py",
        "has_second_factor",
    ): "a yes or no about rows that are their owner's to see",
    ("alliance/queries/people.py", "own_email_change"): "as oneself, who need not belong to an organisation",
    ("alliance/queries/notice_choices.py", "own_paces"): "as the person whose letter has the link",
    (
        "alliance/queries/notice_choices.py",
        "_paces_by_person",
    ): "what colleagues have chosen, after the rule of their administrators",
    (
        "alliance/queries/personal_data/account.py",
        "_contact_messages",
    ): "one's own, by address; else nobody's to see",
    (
        "alliance/queries/personal_data/outside.py",
        "_public_questions",
    ): "one's own, by address; else the secretariat's to see",
    (
        "alliance/queries/personal_data/outside.py",
        "_subscriptions",
    ): "one's own, by address; else nobody's to see",
    (
        "alliance/queries/personal_data/account.py",
        "_supporters",
    ): "one's own, by address; else the secretariat's",
    (
        "alliance/queries/personal_data/account.py",
        "_applications",
    ): "one's own, by address; else the secretariat's",
    (
        "alliance/queries/personal_data/account.py",
        "_decisions",
    ): "what was decided on oneself, without the reasons",
    (
        "alliance/queries/personal_data/account.py",
        "_invited",
    ): "one's own, by address; its rows are the administrators'",
    (
        "alliance/queries/public_questions.py",
        "taken_back_on",
    ): "of a question that the organisation has read: the day on which it was taken back, nothing else",
    (
        "alliance/queries/report_history.py",
        "_events",
    ): "of a report that its reader sees: what was done and when, without the data of the entry",
    (
        "alliance/queries/correction_answers.py",
        "was_without_access",
    ): "of a correction that its reader sees: a yes or no, which both sides are told",
    (
        "alliance/queries/public/obligations.py",
        "_read_unpublished",
    ): "of a published cycle: state and days, nothing else",
    ("alliance/queries/texts.py", "must_consent"): "as the person who signs in, and acts for nobody yet",
    (
        "practices/queries/citations.py",
        "citations_for",
    ): "the evidence is its reader's; each practice is read as them",
    ("practices/queries/directory.py", "_people_by_group"): "who names a group need not be in it",
    ("practices/queries/directory.py", "groups_named"): "who names a group need not be in it",
    ("practices/queries/following.py", "follower_counts"): "who follows is nobody's to see; how many do, is",
    ("practices/queries/weekly.py", "_ending_alerts"): "which practices oneself has opened: their ids alone",
    ("practices/queries/weekly.py", "_widened_to"): "which practices have come to name oneself: ids alone",
    ("practices/queries/personal_data.py", "_access_log"): "what sources keep of oneself",
    ("practices/queries/public.py", "stored_file_path"): "a published file outlives its practice",
    (
        "practices/queries/affiliations.py",
        "affiliations_in_effect",
    ): "a source may know who reads as an affiliate",
    ("practices/queries/affiliations.py", "affiliations_at_times"): "and who did, of those in its access log",
    (
        "practices/queries/affiliations.py",
        "_tokens_by_affiliate",
    ): "what an affiliate reads in another way is not opened",
    (
        "practices/queries/affiliations.py",
        "opened_records",
    ): "how many of whose, for who decides about an affiliation",
    ("practices/queries/changes.py", "end_of_changes"): "a number and a mark of a feed, sealed",
    ("practices/queries/changes.py", "is_known_position"): "whether a cursor of theirs is one of the feed",
    ("practices/queries/readership.py", "_affiliates"): "for recipients; each is asked again as who they are",
    ("practices/queries/readership.py", "_members"): "for recipients; each is asked again as who they are",
    ("practices/queries/recalls.py", "_reading_histories"): "one's own entries of logs that sources read",
    (
        "practices/queries/recalls.py",
        "recalled_practices",
    ): "who knew it sees it no more, but must be notified",
    (
        "practices/queries/searches.py",
        "searches_matching",
    ): "for recipients; each is asked again as who they are",
}
RULE_CHECK_EXCEPTIONS: Exceptions = {
    ("portal/kernel/web/requests.py", "get_visible_or_404"): "finds an object and asks the rule of its view",
    ("portal/kernel/web/requests.py", "requires"): "asks the rule of a view that is about no object",
    ("portal/kernel/web/requests.py", "permissions"): "tells a template which buttons to offer",
    (
        "portal/kernel/api/views.py",
        "require_scope",
    ): "asks whether the token may at all: 401, or 403 by its scope",
    ("alliance/web/confirm.py", "confirm"): "the page before an act: its rule stands in the Confirmation",
    ("alliance/api/views/secretariat.py", "SecretariatEndpoint"): "does not exist for others, like its pages",
    (
        "practices/documents/archive.py",
        "collect",
    ): "an archive, made in a job, is of one's own organisation alone",
}
STATE_EXCEPTIONS: Exceptions = {
    ("alliance/notify/site.py", "send_test_mail"): "a test letter has an outcome, and no steps",
}
DAY_EXCEPTIONS: Exceptions = {
    ("portal/kernel/text/dates.py", "_date_of"): "of a moment without a zone, which has but one day",
    ("portal/kernel/privacy/partitions.py", "enqueue_partitions"): "a key: one job for each day of the clock",
    ("portal/kernel/privacy/retention.py", "enqueue_purge"): "a key: one job for each day of the clock",
    ("alliance/services/retention.py", "_day_before"): "the purge gives the moment in the alliance's zone",
    ("alliance/services/supporter_file.py", "_cell_text"): "a cell of a spreadsheet, without a zone",
    ("alliance/services/upload_reading.py", "date_text"): "a cell of a spreadsheet, without a zone",
    ("bench/results_page.py", "today"): "of a result: the day of the machine that measured it",
    ("client/alliance_client/portal.py", "Portal"): "in the portal's zone, which it has asked for",
}
# What hints the workers: the sweeper, and a worker that hands on what it has no time for; and what runs in jobs.
HINTS = ("portal/kernel/jobs/sweeper.py", "portal/kernel/jobs/tasks.py")
MAIL_SENDERS = {
    "portal/kernel/mail/": "the connection itself",
    "portal/kernel/notices/": "letters and digests, by jobs",
    "alliance/notify/": "letters to one person, by jobs",
    "portal/mailbox.py": "the demonstration's mailbox, a backend",
}
LATE_IMPORTS = {"portal/local/": "the launcher runs before anything is installed"}
INNER_IMPORTS = {
    "portal/kernel/apps.py": "puts the platform together",
    "portal/kernel/models.py": "names the tables of all its packages to Django",
}
MOST_LINES = 400


@pytest.fixture(scope="module", autouse=True)
def parsed_files() -> Iterator[None]:
    """Parsed for these tests; nobody needs them afterwards.

    Without the garbage collector, which would look through all syntax trees for each new one.
    """
    gc.disable()
    yield
    gc.enable()
    parse_module.cache_clear()


def test_the_kernel_knows_no_business_noun() -> None:
    assert business_nouns(ROOT) == []


def test_every_module_opens_with_a_docstring() -> None:
    assert modules_without_docstring(ROOT) == []


def test_a_module_that_has_grown_is_parted() -> None:
    assert long_modules(ROOT, MOST_LINES, *LAYERS, "bench", "client", "tests", ".ci") == set()


def test_a_name_says_what_it_is_the_name_of() -> None:
    assert empty_names(ROOT, *LAYERS, "bench", "client", "tests", ".ci") == []
    assert empty_names_in_scripts(ROOT) == []


def test_a_package_of_the_platform_is_entered_by_its_public_names() -> None:
    """Its inner modules are its own; only tests look inside."""
    assert inner_imports(ROOT, INNER_IMPORTS, *LAYERS, "bench", ".ci") == []


def test_only_the_engine_assigns_a_state() -> None:
    """Documents and jobs have a life of their own in the kernel; everything else walks a state table."""
    assert state_changes(ROOT, STATE_EXCEPTIONS) == []


def test_interfaces_and_documents_read_rows_through_visible_to_alone() -> None:
    assert unfiltered_reads(ROOT, READ_EXCEPTIONS) == []


def test_a_query_reads_as_who_asks_it() -> None:
    assert other_actors_in_queries(ROOT, QUERY_EXCEPTIONS) == []


def test_views_decide_nothing() -> None:
    assert rule_checks_in_interfaces(ROOT, RULE_CHECK_EXCEPTIONS) == []


def test_nothing_imports_what_another_package_keeps_to_itself() -> None:
    assert private_imports(ROOT, *LAYERS, "bench", "client", "tests", ".ci") == []


def test_nothing_uses_a_private_name_of_another_module() -> None:
    """Tests do: they replace what they cannot wait for, and put registers back."""
    assert private_attributes(ROOT, *LAYERS, "bench", "client", ".ci") == []


def test_a_text_is_translated_for_its_reader_and_not_when_its_module_is_imported() -> None:
    assert eager_texts(ROOT) == []


def test_a_day_is_that_of_the_alliance() -> None:
    """`day_of` and `today` of `alliance.queries.local_dates`; in the platform `timezone.localdate` with its zone."""
    assert days_of_moments(ROOT, DAY_EXCEPTIONS, *LAYERS, "bench", "client") == []


def test_no_module_keeps_the_day_on_which_it_was_imported() -> None:
    """A program, and a run of the tests, goes on after midnight."""
    assert days_at_import(ROOT, *LAYERS, "bench", "client", "tests", ".ci") == []


def test_what_a_locked_row_leads_to_is_read_once_it_is_locked() -> None:
    """By `prefetch_related`: who has waited for the lock would read by a join what the row led to before."""
    addresses = (
        "the person and the organisation of an address never change; whether they belong is asked after"
    )
    exceptions = {("alliance/services/secret_addresses.py", "lock_address"): addresses}
    assert joins_of_locked_rows(ROOT, exceptions, *LAYERS) == []


def test_only_apps_import_inside_functions() -> None:
    assert late_imports(ROOT, LATE_IMPORTS) == []


def test_links_are_built_from_the_configured_origin_alone() -> None:
    """A forged Host header must never reach a letter, a feed or a cached page."""
    sources = [
        path
        for layer in ("portal", "alliance", "practices", "templates")
        for path in (ROOT / layer).rglob("*.*")
    ]
    texts = {
        path: path.read_text(encoding="utf-8") for path in sources if path.suffix in {".py", ".html", ".xml"}
    }
    assert [
        path for path, text in texts.items() if "build_absolute_uri" in text or "get_current_site" in text
    ] == []


def test_no_request_uses_the_broker_or_sends_mail() -> None:
    assert broker_uses(ROOT, *HINTS) == []
    assert mail_uses(ROOT, MAIL_SENDERS) == []


def test_nothing_but_its_package_uses_the_storage() -> None:
    assert storage_uses(ROOT, STORAGE_OWNERS) == []


def test_every_scanned_folder_holds_modules() -> None:
    """A folder that was renamed would be scanned no more, in silence."""
    scanned = {module.name for module in interfaces(ROOT)}
    silent = [folder for folder in INTERFACES if not any(name.startswith(f"{folder}/") for name in scanned)]
    assert silent == []
    assert {"portal/health.py", "portal/crawlers.py", "portal/display.py"} <= scanned
    assert [name for name in scanned if name.startswith("portal/kernel/api/")]


@pytest.mark.django_db
def test_the_application_may_only_add_to_append_only_tables() -> None:
    tables = append_only_tables()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE')", [table] * 2
            )
            assert cursor.fetchone() == (False, False), table
    assert set(tables) == {
        "portal_event", "portal_publication", "alliance_submission", "practices_version", "practices_accesslog",
        "practices_adoptionstep", "portal_casenote", "alliance_sitetext", "alliance_agreement",
        "alliance_reviewassignment",
        "alliance_reportdecision", "alliance_earlierverdict", "alliance_reportexemption",
    }  # fmt: skip


def test_django_uses_psycopg_2() -> None:
    """Were psycopg 3 installed, Django would take it instead, with other threads and other pitfalls."""
    with pytest.raises(ImportError):
        __import__("psycopg")
    assert apps.ready
