"""What has outlived its retention is deleted once a day; the record, the journal and submissions never do."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import checks
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape

from alliance.models import PersonSession
from portal.kernel import clock, privacy
from portal.kernel.access import SYSTEM, acting_as, append_only_tables, never_deleted_tables
from portal.kernel.documents import Document
from portal.kernel.idempotency import FormToken
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.monitoring import Heartbeat, last_backup
from portal.kernel.notices import Delivery
from portal.kernel.privacy import retention, tasks
from portal.kernel.publishing import Publication
from tests.support.jobs import run_all_jobs
from tests.support.world import World

pytestmark = pytest.mark.django_db
LONG = timedelta(days=4000)


def old_jobs(count: int, state: str = JobState.DONE) -> None:
    made = Job.objects.bulk_create(
        Job(kind="any", dedupe_key=f"{state}:{n}", state=state) for n in range(count)
    )
    Job.objects.filter(pk__in=[job.pk for job in made]).update(created_at=timezone.now() - LONG)


def purged() -> dict[str, int]:
    """What a purge queued by beat has removed, according to the journal."""
    tasks.daily_purge()
    run_all_jobs()
    counts: dict[str, int] = {}
    for event in Event.objects.filter(kind="retention.purge"):
        counts[event.data["rule"]] = counts.get(event.data["rule"], 0) + event.data["count"]
    return counts


def test_signs_of_processes_go_but_that_of_the_last_backup() -> None:
    """Else nobody would see how old it is."""
    for kind in ("worker", "backup"):
        Heartbeat.objects.create(name=kind, kind=kind, seen_at=timezone.now() - timedelta(days=8))

    assert purged() == {"heartbeats": 1}
    assert last_backup() is not None


def test_only_what_is_over_goes_and_the_journal_says_how_much() -> None:
    old_jobs(3)
    old_jobs(2, JobState.DEAD)
    FormToken.objects.create()
    old = FormToken.objects.create()
    FormToken.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=8))
    PersonSession.objects.create(
        session_key="over", session_data="", expire_date=timezone.now() - timedelta(hours=1)
    )
    PersonSession.objects.create(
        session_key="new", session_data="", expire_date=timezone.now() + timedelta(hours=1)
    )

    assert purged() == {"jobs": 3, "form-keys": 1, "sessions": 1}
    assert [session.pk for session in PersonSession.objects.all()] == ["new"]
    assert Job.objects.filter(state=JobState.DEAD).count() == 2


def test_two_schedules_queue_one_purge_a_day() -> None:
    assert [privacy.enqueue_purge(), privacy.enqueue_purge()] == [True, False]


def test_a_long_purge_works_in_batches_and_hands_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH_SIZE", 2)
    monkeypatch.setattr(retention, "_MAX_SECONDS", 0.0)
    old_jobs(5)

    assert purged() == {"jobs": 5}
    assert Job.objects.filter(kind="purge_expired").count() == 4


def test_a_dry_run_counts_and_removes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    old_jobs(4)

    call_command("purge", "--dry-run")

    assert "4  jobs\n" in capsys.readouterr().out
    assert Job.objects.count() == 4


def test_the_command_queues_a_purge_besides_the_daily_one() -> None:
    privacy.enqueue_purge()
    old_jobs(1)

    call_command("purge")

    assert run_all_jobs().count("purge_expired") == 2
    assert not Job.objects.filter(kind="any").exists()


def test_no_line_names_a_table_that_may_only_be_added_to() -> None:
    now = timezone.now()
    tables = {rows(now).model._meta.db_table for line in privacy.retention_table() for rows in line.rows}

    assert tables & {*append_only_tables(), *never_deleted_tables()} == set()
    assert len(tables) >= 7


def test_what_never_goes_the_application_cannot_delete() -> None:
    with connection.cursor() as cursor:
        for table in never_deleted_tables():
            cursor.execute("SELECT has_table_privilege(%s, 'DELETE')", [table])
            assert cursor.fetchone() == (False,), table
    assert set(never_deleted_tables()) == {
        "alliance_person", "alliance_membership", "portal_filecase", "practices_affiliation",
        "practices_adoptionresult",
    }  # fmt: skip


def test_a_file_of_the_record_stays_and_what_was_not_built_of_it_goes() -> None:
    ready = {"state": "ready", "file": "documents/any", "sha256": "0" * 64}
    public = {"target_id": 1, "language": "en", "title": "Report", "finished_at": timezone.now() - LONG}
    stays = Document.objects.create(kind="report.pdf", as_of=1, **public, **ready)
    Document.objects.create(kind="report.pdf", as_of=2, **public, state="failed")
    Document.objects.create(kind="report.preview", **public, **ready)

    assert purged() == {"public-documents": 2}
    assert list(Document.objects.all()) == [stays]
    assert privacy.document_expires_at(stays) is None


# --- In a world with everything in it --------------------------------------------------------

RECORD = (
    "alliance.submission",
    "alliance.verdict",
    "alliance.response",
    "alliance.membership",
    "practices.version",
)
"""What a purge must leave as it was, beside publications and the journal."""


def left() -> dict[str, Any]:
    """The record: digests, counts, and the journal's lines but those about purges."""
    with acting_as(SYSTEM):
        counts = {name: apps.get_model(name)._base_manager.count() for name in RECORD}
    publications = [(row.number, row.sha256, bytes(row.body)) for row in Publication.objects.order_by("pk")]
    lines = list(Event.objects.exclude(kind="retention.purge").order_by("pk").values_list("pk", "kind"))
    return {**counts, "publications": publications, "journal": lines}


@pytest.mark.usefixtures("rollback")
def test_ten_years_later_the_record_the_journal_and_submissions_stand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left()
    monkeypatch.setattr(clock, "database_now", lambda: timezone.now() + LONG)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE portal_job SET state = 'done' WHERE state = 'ready'")
    privacy.enqueue_purge()
    run_all_jobs()

    assert left() == before
    assert not Delivery.objects.exists()
    assert not Document.objects.filter(finished_at__isnull=False).exists()
    assert len(before["publications"]) > 3


# --- The table itself ------------------------------------------------------------------------


def unsaid() -> list[Any]:
    return [fault.obj._meta.label for fault in checks.run_checks() if fault.id == "portal.E004"]


def test_of_every_table_it_is_said_how_long_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unsaid() == []

    lines = {name: line for name, line in retention._RULES.items() if name != "access-log"}
    monkeypatch.setattr(retention, "_RULES", lines)

    assert unsaid() == ["practices.AccessLog"]


def test_no_line_speaks_of_a_table_that_is_not_there() -> None:
    assert privacy.models_with_rules() - {model._meta.label for model in apps.get_models()} == set()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_privacy_page_shows_every_line(client: Client, language: str) -> None:
    page = client.get(f"/{language}/about/privacy/").text

    with translation.override(language):
        missing = [
            line.name
            for line in privacy.retention_table()
            for words in map(str, (line.what, line.how_long, line.why))
            if escape(words) not in page
        ]
    assert missing == []
    assert len(privacy.retention_table()) > 30
