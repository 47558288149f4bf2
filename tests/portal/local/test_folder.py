"""The data folder: whose it is, and what it keeps."""

import os
from pathlib import Path

import pytest

from portal.local.environment import LauncherError
from portal.local.folder import DataFolder, running_environment
from portal.local.identity import Identity


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "var")


def test_a_folder_with_other_files_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(LauncherError, match="holds something else"):
        DataFolder(tmp_path)


def test_a_folder_in_use_is_refused(folder: DataFolder) -> None:
    with pytest.raises(LauncherError, match="already running"):
        DataFolder(folder.path)


def test_a_folder_let_go_of_can_be_opened_again(folder: DataFolder) -> None:
    folder.close()
    assert DataFolder(folder.path).path == folder.path


def test_reset_deletes_everything_but_keeps_the_folder_ours(folder: DataFolder) -> None:
    folder.save_facts("loaded.json", {"empty": True})
    (folder.path / "files" / "deep").mkdir(parents=True)
    folder.reset()
    assert [path.name for path in folder.path.iterdir()] == [".portal-data"]


def test_the_secret_key_is_made_once_and_private(folder: DataFolder) -> None:
    assert folder.secret_key() == folder.secret_key()
    assert (folder.path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_the_environment_is_shown_only_while_something_runs(folder: DataFolder) -> None:
    folder.save_facts("environment.json", {"REDIS_URL": "redis+socket:///x"})
    assert running_environment(folder.path) == {"REDIS_URL": "redis+socket:///x"}
    folder.close()
    assert running_environment(folder.path) is None


def test_the_sockets_lie_in_a_short_place_however_long_the_path(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / ("длинное имя " * 8) / "var")
    assert len(bytes(folder.sockets / ".s.PGSQL.5432.lock")) < 107


def test_a_start_after_a_kill_is_known_and_finds_no_sockets(tmp_path: Path) -> None:
    """The number in a socket's lock may be another program's by now: PostgreSQL would take that for a server."""
    folder = DataFolder(tmp_path / "var")
    folder.prepare(Identity.SELF)
    folder.save_facts("environment.json", {})
    lock = folder.sockets / ".s.PGSQL.5432.lock"
    lock.write_text("1")
    os.close(folder._lock)  # as the kernel does when the launcher is killed

    again = DataFolder(tmp_path / "var")
    again.prepare(Identity.SELF)

    assert (folder.was_killed, again.was_killed, lock.exists()) == (False, True, False)
    again.close()
