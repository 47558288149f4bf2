"""An archive that was cut, altered or written by another portal is found out before anything is done with it."""

import errno
import io
import os
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError

from portal.kernel.backups import Archive, BackupError, Manifest, backup
from portal.kernel.backups.archive import write_archive
from portal.kernel.monitoring import BackupRun, BackupRunKind, noting_backup_run
from tests.support.forged_archives import forge


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One with a single part."""
    manifest = Manifest("1", 180000, datetime(2027, 1, 1, tzinfo=UTC), [], 0, "", [], {})
    path = tmp_path / "portal.tar"
    with write_archive(path, manifest) as writer:
        writer.add("files/a", io.BytesIO(b"words"), 5)
    return path


def test_what_was_written_is_read(archive: Path) -> None:
    reader = Archive(archive)

    with reader.part("files/a") as source:
        assert source.read() == b"words"
    assert list(reader.manifest.files) == ["a"]


def test_nobody_else_may_read_it(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600


def test_every_byte_that_changes_is_found_out(archive: Path) -> None:
    """One bit of each block that holds something; the padding of tar holds nothing."""
    whole = archive.read_bytes()
    place = whole.index(b"words")
    for position in (place, whole.index(b"taken_at"), whole.index(b"files/a")):
        altered = bytearray(whole)
        altered[position] ^= 1
        archive.write_bytes(altered)
        with pytest.raises(BackupError):
            Archive(archive)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_a_cut_archive_is_refused(archive: Path, share: float) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole.rstrip(b"\0")) * share)])

    with pytest.raises(BackupError):
        Archive(archive)


def test_what_cannot_be_read_says_what_to_look_at(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:700])
    with pytest.raises(BackupError, match=r"unexpected end of data\. Was it copied to its end"):
        Archive(archive)
    with pytest.raises(BackupError, match="cannot be read as a backup: Is a directory"):
        Archive(archive.parent)
    archive.unlink()
    with pytest.raises(BackupError, match=r"^There is no file .*portal\.tar\.$"):
        Archive(archive)


def test_another_format_is_refused_by_its_number(archive: Path) -> None:
    with pytest.raises(BackupError, match="of format 2; this portal knows format 1"):
        Archive(forge(archive, lambda facts: facts.update(format=2)))


def test_a_part_that_leads_out_of_the_folder_is_refused(archive: Path) -> None:
    with tarfile.open(archive, "a") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))

    with pytest.raises(BackupError, match="which no backup does"):
        Archive(archive)


@pytest.mark.django_db
def test_verify_backup_says_that_it_is_whole_or_why_not(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_backup", str(archive))
    assert "The archive is whole." in capsys.readouterr().out

    archive.write_bytes(b"nothing of the sort")
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        call_command("verify_backup", str(archive))
    failed, good = BackupRun.objects.all()
    assert (good.kind, good.outcome, good.archive, good.detail) == ("verify", "good", "portal.tar", "")
    assert (failed.outcome, "cannot be read as a backup" in failed.detail) == ("failed", True)


@pytest.mark.django_db
def test_verify_backup_goes_on_where_no_database_takes_a_note(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_arguments: object, **_options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BackupRun, "save", away)

    call_command("verify_backup", str(archive))
    assert "The archive is whole." in capsys.readouterr().out
    with pytest.raises(CommandError, match="did not take the note"):
        call_command("note_backup", "copy", archive.name)


@pytest.mark.django_db
def test_what_was_done_elsewhere_is_noted_by_a_command(archive: Path) -> None:
    call_command("note_backup", "copy", str(archive))
    call_command("note_backup", "drill", "portal-1.tar", "--seconds", "2460")
    call_command("note_backup", "copy", "portal-1.tar", "--failed", "connection reset")

    noted = list(
        BackupRun.objects.order_by("pk").values_list("kind", "outcome", "archive", "seconds", "detail")
    )
    assert noted == [
        ("copy", "good", "portal.tar", None, ""),
        ("drill", "good", "portal-1.tar", 2460, ""),
        ("copy", "failed", "portal-1.tar", None, "connection reset"),
    ]
    assert BackupRun.objects.earliest("pk").bytes == archive.stat().st_size


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "portal-*.tar"])
def test_no_copy_is_noted_of_what_is_no_archive(name: str, archive: Path) -> None:
    """As a script has it whose variable is empty, or whose pattern fits no file."""
    with pytest.raises(CommandError, match="nothing was noted"):
        call_command("note_backup", "copy", str(archive.parent / name) if name else "")

    assert not BackupRun.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "No space left"), (errno.EACCES, "Permission")])
def test_backup_to_an_unwritable_place_is_refused_with_the_reason(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, keep: int, *, verify: bool) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(backup, "_take_backup", refuse)

    with pytest.raises(CommandError, match=f"the place {tmp_path} does not take it .{words}"):
        call_command("backup", str(tmp_path))

    run = BackupRun.objects.get()
    assert (run.kind, run.outcome, words in run.detail) == ("backup", "failed", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("terminating connection due to administrator command\n"),
        InterfaceError("connection already closed"),
    ],
)
def test_a_backup_whose_database_breaks_off_says_so_in_a_sentence(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(path: Path, keep: int, *, verify: bool) -> None:
        raise fault

    monkeypatch.setattr(backup, "_take_backup", break_off)

    with pytest.raises(
        CommandError, match=r"the database has broken off \((terminating|connection) [a-z ]+\)\. Nothing"
    ):
        call_command("backup", str(tmp_path))

    assert BackupRun.objects.get().outcome == "failed"


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_large_table_waits_beside_the_archive_and_on_no_other_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its refusals name the place of the archive: that is what has to have room."""
    monkeypatch.setattr(backup, "_IN_MEMORY", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))

    path, _manifest = backup.take_backup(tmp_path / "portal.tar", verify=True)

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.django_db
def test_an_act_that_is_interrupted_is_no_backup() -> None:
    with pytest.raises(KeyboardInterrupt), noting_backup_run(BackupRunKind.BACKUP, Path()):
        raise KeyboardInterrupt

    run = BackupRun.objects.get()
    assert (run.outcome, run.detail, run.archive) == ("failed", "KeyboardInterrupt", "")


def test_two_do_not_write_the_same_archive(archive: Path) -> None:
    manifest = Archive(archive).manifest

    with (
        write_archive(archive, manifest),
        pytest.raises(BackupError, match=r"Another backup writes portal.tar.partial"),
        write_archive(archive, manifest),
    ):
        pass

    assert list(archive.parent.iterdir()) == [archive]


def test_an_archive_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    manifest = Manifest("1", 180000, datetime(2027, 1, 1, tzinfo=UTC), [], 0, "", [], {})

    with (
        pytest.raises(OSError, match="unexpected end of data"),
        write_archive(tmp_path / "a.tar", manifest) as writer,
    ):
        writer.add("files/a", io.BytesIO(b"short"), 500)

    assert list(tmp_path.iterdir()) == []
