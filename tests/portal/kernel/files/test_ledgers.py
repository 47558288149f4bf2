"""What a restore must do again outlives the database: in the data folder, or beside the files in their bucket."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from portal.kernel import files
from portal.kernel.files import ledger
from tests.support.s3_server import bucket_settings, misbehaving_s3

pytestmark = [pytest.mark.xdist_group("s3"), pytest.mark.slow]
DIGESTS = [f"{number:064x}" for number in range(3)]
ERASED = "12 2027-01-18T02:15:00.123456+00:00"


@pytest.fixture
def purged(monkeypatch: pytest.MonkeyPatch) -> files.Ledger:
    """A ledger that no other test knows, and no other beside it."""
    monkeypatch.setattr(ledger, "_LEDGERS", [])
    return files.Ledger("purged.txt")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """A new machine whose files lie in each kind of storage."""
    settings.DATA_DIR = tmp_path / "data"
    chosen: dict[str, Any] = {
        **settings.STORAGES["default"],
        "OPTIONS": {"location": tmp_path / "data" / "files"},
    }
    if request.param == "bucket":
        chosen = request.getfixturevalue("new_bucket")()
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    return str(request.param)


def test_each_entry_is_listed_once(place: str, purged: files.Ledger) -> None:
    for entry in [DIGESTS[0], ERASED, DIGESTS[1], ERASED]:
        purged.add(entry)

    assert sorted(purged.entries()) == sorted([DIGESTS[0], ERASED, DIGESTS[1]])
    assert purged.path.exists() is (place == "folder")


def test_no_walk_finds_a_ledger_and_no_backup_takes_it(place: str, purged: files.Ledger) -> None:
    purged.add(DIGESTS[0])
    assert list(default_storage.walk()) == []  # type: ignore[attr-defined]  # of our own storage


@pytest.mark.parametrize("place", ["bucket"], indirect=True)
def test_machines_that_add_at_once_lose_nothing(place: str, purged: files.Ledger) -> None:
    entries = [f"{number:064x}" for number in range(20)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(purged.add, entries))
    assert sorted(purged.entries()) == entries


@pytest.mark.parametrize("place", ["bucket"], indirect=True)
def test_an_empty_machine_knows_what_another_has_added(
    place: str, purged: files.Ledger, settings: Any, tmp_path: Path
) -> None:
    purged.add(DIGESTS[0])
    settings.DATA_DIR = tmp_path / "another"
    assert list(purged.entries()) == [DIGESTS[0]]
    assert not settings.DATA_DIR.exists()


@pytest.mark.parametrize("place", ["bucket"], indirect=True)
def test_a_folder_that_is_brought_along_is_read_and_taken_over(
    place: str, purged: files.Ledger, settings: Any, tmp_path: Path
) -> None:
    purged.add(DIGESTS[2])
    purged.path.parent.mkdir(parents=True)
    purged.path.write_text(f"{DIGESTS[1]}\n{DIGESTS[2]}\n", encoding="ascii")
    assert list(purged.entries()) == [DIGESTS[1], DIGESTS[2]]

    purged.share()
    settings.DATA_DIR = tmp_path / "another"
    assert list(purged.entries()) == [DIGESTS[1], DIGESTS[2]]


def test_a_copy_only_ever_grows(place: str, purged: files.Ledger, tmp_path: Path, capsys: Any) -> None:
    copies = tmp_path / "kept"
    purged.add(DIGESTS[0])
    call_command("copy_ledgers", copies)
    with (copies / "purged.txt").open("a", encoding="ascii") as copy:
        copy.write(f"{DIGESTS[2]}\n")  # of a portal that is gone
    purged.add(DIGESTS[1])
    call_command("copy_ledgers", copies)

    assert (copies / "purged.txt").read_text().splitlines() == [DIGESTS[0], DIGESTS[2], DIGESTS[1]]
    assert capsys.readouterr().out == "purged.txt: 1\npurged.txt: 3\n"


def test_a_bucket_that_is_away_is_said(purged: files.Ledger, settings: Any, tmp_path: Path) -> None:
    with misbehaving_s3("broken") as address:
        settings.STORAGES = {**settings.STORAGES, "default": bucket_settings(address, "portal")}
        with pytest.raises(files.StorageError):
            purged.add(DIGESTS[0])
        with pytest.raises(CommandError, match="not copied"):
            call_command("copy_ledgers", tmp_path / "kept")


def test_every_ledger_of_the_portal_is_copied(
    tmp_path: Path, new_bucket: Callable[[], Any], settings: Any
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": new_bucket()}
    assert files.copy_ledgers(tmp_path).keys() == {"purged.txt", "erased.txt"}
