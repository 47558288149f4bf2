"""A backup comes back whole into an empty place, and into no other."""

import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from alliance.models import Person
from portal import health
from portal.kernel import files, monitoring
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import Archive, database_state, hold, take_backup
from portal.kernel.backups import restore as restoring
from portal.kernel.jobs import enqueue
from portal.kernel.journal import Event
from portal.kernel.monitoring import probes
from portal.kernel.publishing import publish
from portal.kernel.stored_secrets import encrypt
from portal.kernel.webhooks import Webhook, WebhookDelivery
from tests.support import database
from tests.support.database import DatabaseState
from tests.support.forged_archives import forge
from tests.support.restore_target import RestoreTarget, empty_restore_target

# the set-up of these tests takes long: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backups")]
LEAKED = files.stored_path("evidence", files.facts_of(b"leaked").sha256)


@pytest.fixture(scope="module")
def archive(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
    database_state: DatabaseState,
) -> Iterator[Path]:
    """A backup of the cast, a publication, a file, and two pieces of work for later; no test changes it.

    Taken by a portal of two years, whose journal has a part for each.
    """
    with django_db_blocker.unblock():
        database.renew()
        database_state.touched = True
        with database.owner_cursor() as cursor:
            cursor.execute("SELECT portal_make_partition('portal_event', now() - interval '1 year')")
        paths = [
            default_storage.save("evidence/ab/sheet", ContentFile("Таблица".encode())),
            default_storage.save(LEAKED, ContentFile(b"leaked")),
        ]
        with acting_as(SYSTEM):
            publish(
                SYSTEM,
                "note",
                "note/1",
                {"text": "Слово\\ и\tдело\n"},
                title={"en": "A note"},
                languages=["en"],
            )
            enqueue("send_delivery", key="delivery:1", payload={"delivery": 1})
            webhook = Webhook.objects.create(
                tenant_id=1,
                name="A",
                address="https://example.org/",
                kinds=[],
                created_by=Person.objects.all()[0],
                secret=encrypt("whsec_a"),
            )
            WebhookDelivery.objects.create(
                webhook=webhook, event=Event.objects.all()[0], kind="any", message_id="msg_1"
            )
        archive, _manifest = take_backup(tmp_path_factory.mktemp("backup") / "portal.tar")
        yield archive
        for path in paths:
            default_storage.delete(path)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RestoreTarget]:
    with empty_restore_target(tmp_path / "there") as place:
        yield place


def restore(restore_target: RestoreTarget, archive: Path) -> None:
    """What `manage.py restore` does there."""
    with restore_target.entered():
        call_command("restore", str(archive), stdout=io.StringIO())


def test_a_database_with_tables_is_refused_and_left_as_it_is(archive: Path, place: RestoreTarget) -> None:
    place.query("CREATE TABLE precious (id int); INSERT INTO precious VALUES (1); SELECT 1")

    with pytest.raises(CommandError, match="not empty: it has 1 tables, the largest are precious"):
        restore(place, archive)

    assert place.query("SELECT count(*) FROM precious") == [(1,)]
    assert not (place.folder / "files").exists()


def test_a_folder_with_files_is_refused(archive: Path, place: RestoreTarget) -> None:
    (place.folder / "files").mkdir()
    (place.folder / "files" / "kept").touch()

    with pytest.raises(CommandError, match="there is kept"):
        restore(place, archive)

    assert place.tables() == 0


def test_a_restore_that_fails_leaves_the_place_empty(archive: Path, place: RestoreTarget) -> None:
    """A manifest that counts another row is detected at the very end of the copying."""
    forged = forge(archive, lambda facts: facts["tables"]["portal_publication"].update(rows=2))

    with pytest.raises(CommandError, match="portal_publication has 1 rows and not the 2 of the archive"):
        restore(place, forged)

    assert place.tables() == 0
    assert [path for path in (place.folder / "files").rglob("*") if path.is_file()] == []


def test_an_archive_of_a_newer_portal_is_refused(archive: Path, place: RestoreTarget) -> None:
    forged = forge(archive, lambda facts: facts["migrations"].append(["portal", "9999_of_the_future"]))

    with pytest.raises(CommandError, match=r"unknown here \(portal.9999_of_the_future\)"):
        restore(place, forged)

    assert place.tables() == 0


def test_after_one_that_was_killed_a_restore_begins_anew_with_equal_digests_and_holds_messages_alone(
    archive: Path, place: RestoreTarget
) -> None:
    before = Archive(archive).manifest
    begun = place.folder / "files" / "evidence" / "cd" / "another"
    begun.parent.mkdir(parents=True)
    begun.write_text("half of a sh")
    (place.folder / "files" / ".restoring").touch()

    restore(place, archive)
    with place.entered():
        again, after = take_backup(place.folder.parent / "again.tar")

    # equal digests
    changed = {name for name, table in before.tables.items() if after.tables[name] != table}
    assert changed <= {"portal_job", "portal_restoration", "portal_webhookdelivery"}
    assert (after.publications_sha256, after.row_security) == (
        before.publications_sha256,
        before.row_security,
    )
    assert Archive(again).manifest.files == before.files
    # of what is divided by months, all parts that there were
    assert len(before.partitions["portal_event"]) >= 2
    assert all(set(days) <= set(after.partitions[table]) for table, days in before.partitions.items())
    assert (place.folder / "files/evidence/ab/sheet").read_text() == "Таблица"
    assert not begun.exists()

    # messages wait for somebody, other jobs go on
    jobs = dict(place.query("SELECT dedupe_key, state FROM portal_job"))
    numbers = place.query("SELECT max(id) + 999000 < nextval('portal_job_id_seq') FROM portal_job")
    assert jobs.pop("delivery:1") == "on_hold"
    assert set(jobs.values()) <= {"ready"}
    assert place.query("SELECT state, next_at FROM portal_webhookdelivery") == [("pending", None)]
    assert numbers == [(True,)]
    assert "send_delivery  delivery 1" in _release_messages(place, "--list")
    assert _release_messages(place).strip() == "1 messages are on their way."
    assert place.query("SELECT count(*) FROM portal_job WHERE state = 'on_hold'") == [(0,)]


@pytest.mark.parametrize("is_marked_as_filling", [True, False])
def test_a_restore_killed_before_its_commit_goes_on_by_itself_in_its_own_database_alone(
    archive: Path, place: RestoreTarget, monkeypatch: pytest.MonkeyPatch, is_marked_as_filling: bool
) -> None:
    folder, filled = place.folder / "files", restoring._restore_portal

    def fill_and_be_killed(*arguments: Any) -> None:
        filled(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr(restoring, "_restore_portal", fill_and_be_killed)
        with pytest.raises(KeyboardInterrupt):
            restore(place, archive)
    if is_marked_as_filling:  # killed between the two markers
        (folder / ".restoring").touch()
    assert (place.tables(), (folder / "evidence/ab/sheet").exists(), (folder / ".restored").exists()) == (
        0, True, True,
    )  # fmt: skip

    # the files may be of committed rows elsewhere: as much as another empty database knows
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(database_state, "identity", lambda _cursor: "1/2")
        with pytest.raises(CommandError, match="start that again, with its archive and its database"):
            restore(place, archive)
    assert (folder / "evidence/ab/sheet").exists()

    (folder / "evidence/ab/begun").touch()
    restore(place, archive)
    assert place.query("SELECT count(*) FROM portal_restoration") == [(1,)]
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == []
    assert (folder / "evidence/ab/sheet").exists()
    assert not (folder / "evidence/ab/begun").exists()


def test_a_restore_whose_database_breaks_off_says_that_the_same_command_goes_on(
    archive: Path, place: RestoreTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_connection(*_arguments: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(restoring, "_fill", lose_connection)
        with pytest.raises(
            CommandError, match=r"closed the connection unexpectedly\)\. Put that right, and start"
        ):
            restore(place, archive)
    assert [path for path in (place.folder / "files").rglob("*") if path.is_file()] == []
    restore(place, archive)


def test_full_disk_is_named_with_its_reason_and_no_file_remains(
    archive: Path, place: RestoreTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, sizes = os.write, []

    def write_the_first(descriptor: int, piece: bytes) -> int:
        sizes.append(len(piece))
        if len(sizes) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written(descriptor, piece)

    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "write", write_the_first)
        with pytest.raises(
            CommandError, match=rf"the folder {place.folder}/files, takes no files \(No space left"
        ):
            restore(place, archive)

    assert place.tables() == 0
    assert [path for path in (place.folder / "files").rglob("*") if path.is_file()] == []
    restore(place, archive)


def test_a_storage_that_a_killed_restore_has_begun_to_fill_is_unavailable(
    place: RestoreTarget, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    (place.folder / "files").mkdir()
    (place.folder / "files" / ".restoring").touch()
    with place.entered():
        assert storage_said_by_health(client, monkeypatch) == (503, "unavailable", "restoring")


def test_a_restore_that_broke_off_before_its_last_acts_is_unavailable_and_ends_them_when_it_is_started_again(
    archive: Path, place: RestoreTarget, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    marker, leaked = place.folder / "files" / ".restored", place.folder / "files" / LEAKED
    (place.folder / "ledgers").mkdir()
    (place.folder / "ledgers" / "purged.txt").write_text(f"{leaked.name}\n")

    with monkeypatch.context() as broken:
        broken.setattr(files, "run_after_restore", _no_connection)
        with pytest.raises(CommandError, match=r"\(permission denied for database\)"):
            restore(place, archive)
    assert (marker.exists(), leaked.exists()) == (True, True)
    with place.entered():
        assert storage_said_by_health(client, monkeypatch) == (503, "unavailable", "restoring")

    # neither another archive nor another database takes its place
    other = forge(archive, lambda facts: facts.update(taken_at="2026-01-01T00:00:00+00:00"))
    with pytest.raises(CommandError, match="start that again, with its archive and its database"):
        restore(place, other)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(hold, "is_restored", lambda *_place: False)  # as an empty database says
        with pytest.raises(CommandError, match="start that again, with its archive and its database"):
            restore(place, archive)
    assert (marker.exists(), leaked.exists()) == (True, True)

    restore(place, archive)
    assert (marker.exists(), leaked.exists()) == (False, False)
    assert place.query("SELECT state FROM portal_filecase") == [("purged",)]
    assert place.query("SELECT count(*) FROM portal_restoration") == [(1,)]
    with place.entered():
        assert storage_said_by_health(client, monkeypatch)[2] == "ok"
    with pytest.raises(CommandError, match="storage of files is not empty"):
        restore(place, archive)


def _no_connection() -> None:
    raise OperationalError("permission denied for database")


def storage_said_by_health(client: Client, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    health._cached_health.forget()
    monkeypatch.setattr(probes, "_STORAGE", monitoring.PatientProbe())
    answer = client.get("/health/ready")
    health._cached_health.forget()
    return answer.status_code, answer.json()["status"], answer.json()["checks"]["storage"]


def _release_messages(restore_target: RestoreTarget, *arguments: str) -> str:
    output = io.StringIO()
    with restore_target.entered():
        call_command("release_messages", *arguments, stdout=output)
    return output.getvalue()
