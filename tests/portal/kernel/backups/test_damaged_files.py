"""A backup of a storage with a damaged file is made and says so, as a restore does; an older archive repairs it."""

import fcntl
import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from alliance.models import Evidence, Measure
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import Archive, backup
from portal.kernel.files import CheckedFile, FileDamage
from portal.kernel.monitoring import BackupRun
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support import database
from tests.support.database import DatabaseState
from tests.support.restore_target import empty_restore_target

pytestmark = pytest.mark.xdist_group("s3")


@pytest.fixture(scope="module")
def evidence(
    django_db_setup: None, django_db_blocker: Any, database_state: DatabaseState
) -> Iterator[dict[str, Evidence]]:
    """Files of a report, committed: one that stays whole, one that loses its end, one that goes."""
    with django_db_blocker.unblock():
        database.renew()
        database_state.touched = True
        report = make_report(make_cycle(read_charter()), read_cast().aurora)
        rows = {name: _attach(report, name) for name in ("whole", "stump", "gone")}
        yield rows
        for row in rows.values():
            default_storage.delete(row.file)


def _attach(report: Any, name: str) -> Evidence:
    content = f"the content of {name}".encode()
    stored = files.store("evidence", CheckedFile(f"{name}.csv", "text/csv", content))
    with acting_as(SYSTEM):
        row: Evidence = Evidence.objects.create(
            report=report, organisation=report.organisation, measure=Measure.objects.first(), kind="file", title=name,
            file=stored.path, file_name=f"{name}.csv", media_type="text/csv", size=len(content), sha256=stored.sha256,
        )  # fmt: skip
    return row


def run(command: str, *arguments: str) -> tuple[int, str]:
    """The exit code, and all that the command says."""
    output = io.StringIO()
    try:
        call_command(command, *arguments, stdout=output)
    except CommandError as failure:
        return failure.returncode, f"{output.getvalue()}{failure}"
    return 0, output.getvalue()


def repair(evidence: dict[str, Evidence]) -> None:
    for name, row in evidence.items():
        default_storage.save(row.file, ContentFile(f"the content of {name}".encode()))
    run("scrub")
    FileDamage.objects.all().delete()


def _refuse(*_arguments: object) -> None:
    raise OSError("Input/output error")


@pytest.mark.parametrize(
    ("step", "options", "left"),
    [("_add_files", [], "portal-*Z.tar.partial"), ("Archive", ["--verify"], "portal-*Z.tar")],
)
def test_a_backup_that_a_signal_ends_leaves_nothing_and_is_noted(
    evidence: dict[str, Evidence],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    options: list[str],
    left: str,
) -> None:
    """While it is written, or while it is read back."""

    def end(*_arguments: object) -> None:
        assert len(list(tmp_path.glob(left))) == 1
        for _again in range(2):
            os.kill(os.getpid(), signal.SIGTERM)

    earlier = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(backup, step, end)
    BackupRun.objects.all().delete()

    with pytest.raises(SystemExit, match="It was ended by SIGTERM"):
        run("backup", str(tmp_path), *options)

    assert list(tmp_path.iterdir()) == []
    assert list(BackupRun.objects.values_list("kind", "outcome", "detail")) == [
        ("backup", "failed", "It was ended by SIGTERM.")
    ]
    assert signal.getsignal(signal.SIGTERM) == earlier


def test_a_backup_removes_what_killed_ones_have_left_and_nothing_that_is_being_written(
    evidence: dict[str, Evidence], tmp_path: Path
) -> None:
    abandoned, alive = (tmp_path / f"portal-2020010{day}T000000Z.tar.partial" for day in (1, 2))
    foreign = tmp_path / "notes.tar.partial"
    for path in (abandoned, alive, foreign):
        path.write_bytes(b"half of a")

    with alive.open("rb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        run("backup", str(tmp_path))

        assert (abandoned.exists(), alive.exists(), foreign.exists()) == (False, True, True)
    run("backup", str(tmp_path / "whole.tar"))
    assert (alive.exists(), foreign.exists()) == (False, True)


def damage(evidence: dict[str, Evidence]) -> None:
    default_storage.save(evidence["stump"].file, ContentFile(b"the con"))
    default_storage.delete(evidence["gone"].file)


@pytest.mark.parametrize("target", ["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def test_damage_is_named_by_backup_and_restore_and_repaired_from_an_older_archive(
    evidence: dict[str, Evidence],
    tmp_path: Path,
    target: str,
    new_bucket: Callable[[], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repair(evidence)
    BackupRun.objects.all().delete()
    stump, gone = (f"damaged: {evidence['stump'].file}", f"missing: {evidence['gone'].file}")
    folder = tmp_path / "backups"
    assert run("backup", str(folder), "--verify")[0] == 0
    older = next(folder.iterdir()).rename(folder / "portal-20200101T000000Z.tar")
    # a disk that does not give back what was written: there was no backup, and the older one is left
    with monkeypatch.context() as bad_disk:
        bad_disk.setattr(Archive, "_manifest", _refuse)
        assert (
            "It was removed; no older archive was."
            in run("backup", str(folder), "--keep", "1", "--verify")[1]
        )
    assert list(folder.iterdir()) == [older]
    damage(evidence)

    code, words = run("backup", str(tmp_path / "newer.tar"), "--keep", "1", "--verify")
    assert (code, stump in words, gone in words, evidence["whole"].file in words) == (2, True, True, False)
    assert sorted(FileDamage.objects.values_list("path", "detected_by")) == sorted(
        [(evidence["stump"].file, "backup"), (evidence["gone"].file, "backup")]
    )

    # whatever is done with the archive says so, too; and older ones are left
    code, words = run("verify_backup", str(tmp_path / "newer.tar"))
    assert (code, stump in words, gone in words) == (2, True, True)
    assert run("verify_backup", str(older), "--copy")[0] == 0
    noted = list(BackupRun.objects.order_by("pk").values_list("kind", "outcome"))
    assert noted == [
        ("backup", "good"), ("verify", "good"), ("backup", "failed"), ("backup", "damaged"), ("verify", "damaged"),
        ("verify", "damaged"), ("copy", "good"),
    ]  # fmt: skip
    assert (run("backup", str(folder), "--keep", "1")[0], older.exists()) == (2, True)

    storage = new_bucket() if target == "bucket" else None
    with empty_restore_target(tmp_path / "there", storage) as place, place.entered():
        code, words = run("restore", str(tmp_path / "newer.tar"))
        assert (code, stump in words, gone in words, "Restored. Start the portal" in words) == (
            2,
            True,
            True,
            True,
        )
        assert FileDamage.objects.filter(ended_at=None).count() == 2
        assert files.read(evidence["whole"].file) == b"the content of whole"

        # and there it is repaired from the older one
        code, words = run("repair_files", str(tmp_path / "newer.tar"))
        assert (code, "2 files are still damaged" in words) == (2, True)
        assert run("repair_files", str(older))[0] == 0
        for name in ("stump", "gone"):
            assert files.read(evidence[name].file) == f"the content of {name}".encode()
        assert not FileDamage.objects.filter(ended_at=None).exists()
        assert run("backup", str(tmp_path / "whole.tar"))[0] == 0
    assert set(Archive(tmp_path / "whole.tar").manifest.files) >= {row.file for row in evidence.values()}
