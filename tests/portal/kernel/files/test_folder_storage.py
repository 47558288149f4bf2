"""The storage in a folder: full disks, killed writers, and what must be on the disk before anybody is told."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.kernel.files import ReadRefused, StorageFull, WriteRefused
from portal.kernel.files.backends.folder import FolderStorage
from portal.kernel.files.storage import erase_bytes, paths_below
from portal.kernel.files.temporary_uploads import TemporaryUploadHandler
from tests.support.packages import unavailable


def every_file(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if os.geteuid() != 0:
        unavailable("only root may mount a small file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        unavailable(f"mounting is not allowed here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_refuses_with_a_sentence_and_is_left_as_it_was(small_disk: Path) -> None:
    storage = FolderStorage(location=small_disk / "files")
    storage.save("evidence/ab/small", ContentFile(b"s" * 300_000))

    for name in ("evidence/ab/large", "evidence/ab/small"):  # a new file, and one in the place of another
        with pytest.raises(StorageFull, match="Nothing was saved"):
            storage.save(name, ContentFile(b"l" * 3_000_000))

    assert every_file(small_disk) == ["files/evidence/ab/small"]
    assert storage.size("evidence/ab/small") == 300_000
    storage.save("evidence/ab/another", ContentFile(b"a" * 300_000))  # there is as much room as before


def test_a_folder_whose_disk_is_away_is_not_an_empty_one(tmp_path: Path, settings: Any) -> None:
    root = tmp_path / "files"
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": root}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    default_storage.save("documents/1/part", ContentFile(b"part"))  # the first file ever makes the root
    assert (paths_below("documents/1"), paths_below("documents/2")) == (["documents/1/part"], [])

    root.rename(tmp_path / "away")

    for look in (lambda: paths_below("documents/1"), lambda: erase_bytes("0" * 64, ["documents/1/part"])):
        with pytest.raises(ReadRefused):
            look()


def test_an_upload_for_which_the_disk_has_no_room_gives_back_what_it_took(
    small_disk: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(small_disk)
    handler = TemporaryUploadHandler()
    handler.new_file("file", "counts.csv", "text/csv", 3_000_000)

    with pytest.raises(OSError, match="No space left"):
        handler.receive_data_chunk(b"c" * 3_000_000, 0)

    assert every_file(small_disk) == []


def test_what_a_killed_writer_left_goes_with_the_next_write_and_a_living_one_is_left_alone(
    tmp_path: Path,
) -> None:
    storage = FolderStorage(location=tmp_path)
    with storage._draft() as (path, descriptor):
        os.write(descriptor, b"the first part")
        (tmp_path / ".drafts" / "abandoned").write_bytes(
            b"of a process that was killed: nobody holds its lock"
        )

        storage.save("evidence/ab/other", ContentFile(b"o"))

        assert every_file(tmp_path) == [Path(path).relative_to(tmp_path).as_posix(), "evidence/ab/other"]
    assert every_file(tmp_path) == ["evidence/ab/other"]


def test_a_file_is_acknowledged_once_bytes_and_names_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are synced before they get their name, and every folder on the way afterwards, new or not."""
    synced: list[str] = []
    sync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).relative_to(tmp_path).as_posix())
        sync(descriptor)

    def note_replace(source: str, target: Path) -> None:
        synced.append(f"renamed to {target.relative_to(tmp_path).as_posix()}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)

    FolderStorage(location=tmp_path / "files").save("evidence/ab/file", ContentFile(b"words"))

    assert synced[0].startswith("files/.drafts/")
    assert synced[1:] == [
        "renamed to files/evidence/ab/file",
        "files/evidence/ab",
        "files/evidence",
        "files",
        ".",
    ]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    storage = FolderStorage(location=tmp_path)

    def fail(*_arguments: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(WriteRefused):
        storage.save("evidence/ab/file", ContentFile(b"words"))

    assert every_file(tmp_path) == []


def test_a_reader_sees_the_old_bytes_or_the_new_ones(tmp_path: Path) -> None:
    storage = FolderStorage(location=tmp_path)
    storage.save("a/b", ContentFile(b"old" * 100_000))
    with storage.open("a/b") as before:
        storage.save("a/b", ContentFile(b"new" * 100_000))
        assert before.read() == b"old" * 100_000
    with storage.open("a/b") as after:
        assert after.read() == b"new" * 100_000
