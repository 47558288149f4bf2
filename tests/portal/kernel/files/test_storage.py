"""What every storage of files promises, in a folder and in a bucket: whole or not at all, compared when it is read."""

import hashlib
import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files import (
    CheckedFile,
    DamagedFile,
    FileDamage,
    ReadRefused,
    StorageError,
    StorageFull,
    StorageMissing,
    VerifiedFile,
    WriteRefused,
    bulk,
    storage,
)
from portal.kernel.files.backends import bucket
from portal.kernel.files.integrity import observations, reading
from portal.kernel.jobs import Job
from portal.kernel.publishing import revision_cache
from tests.support.jobs import run_all_jobs
from tests.support.s3_server import bucket_settings, misbehaving_s3

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("s3")]
BYTES = b"meeting,visitors\n1,38\n" * 10_000
CHECKED = CheckedFile("counts.csv", "text/csv", BYTES)
SHA256 = hashlib.sha256(BYTES).hexdigest()
PATH = files.stored_path("evidence", SHA256)
# a part, nothing, other bytes of the same length, more than there should be
DAMAGES = {"part": BYTES[:90_000], "empty": b"", "other": b"x" + BYTES[1:], "more": b"x" + BYTES}


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    """An empty storage of each kind."""
    if request.param == "folder":
        (tmp_path / "files").mkdir()
        chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    else:
        chosen = request.getfixturevalue("new_bucket")()
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    return str(request.param)


def put(content: bytes, path: str = PATH) -> None:
    """Bytes that are there whatever their digest, as a killed write or a failing disk leaves them."""
    default_storage.save(path, ContentFile(content))


def damages() -> list[tuple[str, bool]]:
    """How each damage was seen, and whether it is over."""
    observations.flush_observations()
    revision_cache.clear()
    return [(row.detected_by, row.ended_at is not None) for row in FileDamage.objects.order_by("pk")]


def paths() -> list[str]:
    return [entry.path for entry in default_storage.walk()]


def test_what_is_stored_is_read_and_the_same_bytes_are_stored_once(place: str) -> None:
    stored = [files.store("evidence", CHECKED) for _twice in range(2)]

    with acting_as(SYSTEM):
        assert [files.pin(each) for each in stored] == [PATH, PATH]
    assert (files.read(PATH), paths(), damages()) == (BYTES, [PATH], [])


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_stump_is_replaced_by_whoever_adds_the_same_file_and_noted(place: str, damage: str) -> None:
    put(DAMAGES[damage])

    files.store("evidence", CHECKED)

    assert (files.read(PATH), damages()) == (BYTES, [("upload", True)])


def test_two_who_add_the_same_file_at_once_have_it_whole(place: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _number: put(BYTES), range(8)))

    assert (files.read(PATH), paths()) == (BYTES, [PATH])


@pytest.mark.parametrize("damage", [*DAMAGES, "missing"])
def test_damaged_bytes_are_given_to_nobody_until_they_are_right(place: str, damage: str) -> None:
    if damage != "missing":
        put(DAMAGES[damage])

    with pytest.raises(DamagedFile) as refusal:
        files.read(PATH)
    during = damages()
    put(BYTES)
    content = files.read(PATH)

    assert (refusal.value.status, during) == (503, [("reading", False)])
    assert (content, damages()) == (BYTES, [("reading", True)])


@pytest.mark.parametrize("damage", ["part", "other", "more"])
def test_a_large_file_that_is_damaged_is_never_given_to_its_end(
    place: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is compared on the way: whoever was promised its length gets less."""
    monkeypatch.setattr(reading, "VERIFIED_FIRST", 1000)
    put(DAMAGES[damage])
    received: list[bytes] = []

    with files.open_file(PATH) as stored, pytest.raises(DamagedFile):
        received.extend(stored)

    assert 0 < len(b"".join(received)) < stored.size
    assert damages() == [("reading", False)]
    with pytest.raises(DamagedFile):  # known by now, and not even begun
        files.open_file(PATH)


def test_a_file_that_grows_while_it_is_read_is_not_given_to_the_length_that_was_announced() -> None:
    stored = VerifiedFile(io.BytesIO(DAMAGES["more"] * 2), PATH, SHA256, len(BYTES))
    received: list[bytes] = []

    with pytest.raises(DamagedFile):
        received.extend(stored)

    assert len(b"".join(received)) < len(BYTES)


def test_pieces_of_any_length_are_all_of_it(place: str) -> None:
    files.store("evidence", CHECKED)
    with files.open_file(PATH) as stored:
        pieces = list(iter(lambda: stored.read(70_001), b""))
    assert (b"".join(pieces), {len(piece) for piece in pieces[:-1]}) == (BYTES, {70_001})


def test_the_walk_goes_on_behind_a_path_and_knows_nothing_of_the_storages_own_files(place: str) -> None:
    for name in ("b/2", "a/1/x", "a/1.y", "b/10", ".restoring"):
        put(b"1", name)

    everything = paths()

    assert sorted(everything) == ["a/1.y", "a/1/x", "b/10", "b/2"]
    for number, path in enumerate(everything):
        assert [entry.path for entry in default_storage.walk(path)] == everything[number + 1 :]


def test_files_without_a_row_are_listed_as_foreign(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_BATCH", 2)
    monkeypatch.setattr(bulk, "digests_of", lambda paths: {path: SHA256 for path in paths if path == PATH})
    assert bulk.unreferenced_files(2, besides="made") == []
    for path in (PATH, "made/0", "z/1", "z/2", "z/3"):
        put(b"1", path)

    assert bulk.unreferenced_files(9, besides="made") == ["z/1", "z/2", "z/3"]
    assert bulk.unreferenced_files(2, besides="made") == ["z/1", "z/2"]
    assert files.storage_place().startswith(f"the {place} ")


def test_purged_bytes_are_gone_wherever_they_lie(place: str) -> None:
    for path in (PATH, files.stored_path("practices", SHA256), "imports/1/copy"):
        put(BYTES, path)

    assert storage.erase_bytes(SHA256, ["imports/1/copy", "imports/1/gone"]) == 3

    assert paths() == []


@pytest.mark.slow
def test_purged_bytes_leave_no_version_in_a_bucket_that_keeps_them(versioned: Any) -> None:
    deleted, folder = files.stored_path("practices", SHA256), "documents/1"
    for path in (PATH, PATH, deleted, f"{folder}/part"):
        put(BYTES, path)
    put(b"another", f"{PATH}0")
    for path in (deleted, f"{folder}/part"):
        default_storage.delete(path)
    assert (files.paths_below(folder), files.paths_below(folder, ever=True)) == ([], [f"{folder}/part"])

    count = storage.erase_bytes(SHA256, files.paths_below(folder, ever=True))

    assert (count, versions_in(versioned)) == (3, [f"portal/files/{PATH}0"])
    assert storage.erase_bytes(SHA256, []) == 0


@pytest.mark.slow
def test_a_bucket_that_does_not_list_its_versions_refuses_a_purge_until_it_does(versioned: Any) -> None:
    put(BYTES)
    refusals = ["SlowDown", "AccessDenied", "InternalError"]

    for code in refusals:
        with answering_with(versioned, code), pytest.raises(StorageError):
            storage.erase_bytes(SHA256, [PATH])
        with answering_with(versioned, code), pytest.raises(WriteRefused):
            versioned.erase(PATH)
        with answering_with(versioned, code), pytest.raises(ReadRefused):
            files.probe_erasing()
    assert paths() == []  # what anybody could download is gone at once
    assert versions_in(versioned) != []

    assert storage.erase_bytes(SHA256, []) == 1
    assert versions_in(versioned) == []


@pytest.mark.slow
@pytest.mark.parametrize("code", ["NotImplemented", "MethodNotAllowed"])
def test_a_store_that_knows_no_versions_is_purged_without(new_bucket: Any, settings: Any, code: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": new_bucket()}
    put(BYTES)

    with answering_with(default_storage, code):
        assert (storage.erase_bytes(SHA256, []), storage.erase_bytes(SHA256, [])) == (1, 0)

    assert paths() == []


@pytest.fixture
def versioned(new_bucket: Any, settings: Any) -> Any:
    """The storage in a bucket that keeps earlier versions."""
    settings.STORAGES = {**settings.STORAGES, "default": new_bucket()}
    default_storage._client.put_bucket_versioning(
        Bucket=default_storage.bucket_name, VersioningConfiguration={"Status": "Enabled"}
    )
    return default_storage


def versions_in(bucket: Any) -> list[str]:
    """The keys of which there is a version, or a mark of a deletion."""
    listed = bucket._client.list_object_versions(Bucket=bucket.bucket_name)
    return [row["Key"] for row in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ()))]


@contextmanager
def answering_with(bucket: Any, code: str) -> Iterator[None]:
    """The store refuses to list versions with this code, and does all else."""
    answer = SimpleNamespace(status_code=503), {"Error": {"Code": code}, "ResponseMetadata": {}}
    event = "before-call.s3.ListObjectVersions"
    bucket._client.meta.events.register(event, lambda **_call: answer, unique_id="refusal")
    try:
        yield
    finally:
        bucket._client.meta.events.unregister(event, unique_id="refusal")


def test_a_folder_is_discarded_whole_and_nothing_beside_it(place: str) -> None:
    for path in ("documents/1/7/first", "documents/1/7/second", "documents/1/8/first", "documents/1/whole"):
        put(b"part", path)
    assert sorted(files.paths_below("documents/1/7")) == ["documents/1/7/first", "documents/1/7/second"]
    files.discard_folder("documents/1/7", key="parts")
    files.discard_folder("documents/2", key="nothing")
    with acting_as(SYSTEM):
        Job.objects.update(next_at="2026-01-01T00:00:00Z")
    run_all_jobs()
    assert sorted(files.paths_below("documents/1")) == ["documents/1/8/first", "documents/1/whole"]


def test_bytes_that_were_discarded_between_storing_and_pinning_are_stored_again(place: str) -> None:
    with acting_as(SYSTEM):
        stored = files.store("evidence", CHECKED)
        files.discard(PATH)
        assert not files.exists(PATH)

        files.pin(stored)

    assert files.read(PATH) == BYTES


def test_health_asks_the_storage(place: str) -> None:
    files.probe_storage()


# --- A store that misbehaves -----------------------------------------------------------------


@pytest.fixture
def conduct(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(bucket, "_READ_SECONDS", 0.2)
    monkeypatch.setattr(bucket, "_TRIES", 1)
    with misbehaving_s3(request.param) as address:
        settings.STORAGES = {**settings.STORAGES, "default": bucket_settings(address, "portal")}
        yield request.param


@pytest.mark.parametrize("conduct", ["slow", "full", "broken"], indirect=True)
def test_a_store_that_takes_nothing_is_a_sentence(conduct: str) -> None:
    with pytest.raises(
        StorageFull if conduct == "full" else WriteRefused, match="Nothing was saved"
    ) as refusal:
        put(BYTES)
    assert refusal.value.field == "file"
    with pytest.raises(StorageError, match="Nothing was saved"):
        files.store("evidence", CHECKED)


@pytest.mark.parametrize("conduct", ["slow", "broken", "cut"], indirect=True)
def test_a_store_that_gives_nothing_has_damaged_nothing(conduct: str) -> None:
    for ask in (files.read, files.open_file):
        with pytest.raises(ReadRefused, match="Try again"):
            ask(PATH)
    assert damages() == []


@pytest.mark.parametrize("conduct", ["trickling"], indirect=True)
def test_a_store_that_trickles_holds_nobody_for_hours(conduct: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "_SLOW_AFTER", 0.5)
    monkeypatch.setattr(bucket, "_SLOWEST", 10_000_000)
    begun = time.monotonic()
    with pytest.raises(ReadRefused, match="Try again"):
        files.read(PATH)
    assert time.monotonic() - begun < 10  # all of it would take 100 seconds
    assert damages() == []


@pytest.mark.slow
def test_a_bucket_that_is_not_there_has_damaged_nothing(s3_address: str, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": bucket_settings(s3_address, "another")}
    for ask in (lambda: files.read(PATH), lambda: files.exists(PATH), files.probe_storage):
        with pytest.raises(ReadRefused):
            ask()
    assert damages() == []


def test_a_disk_that_is_away_is_not_taken_for_an_empty_storage(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    files.prepare_storage()  # of a new installation
    assert (tmp_path / "files").is_dir()
    (tmp_path / "files").rename(tmp_path / "away")
    monkeypatch.setattr(storage, "is_anything_referenced", lambda: True)

    for ask in (files.probe_storage, files.prepare_storage):
        with pytest.raises(StorageMissing):
            ask()
    with pytest.raises(WriteRefused):
        files.store("evidence", CHECKED)

    assert not (tmp_path / "files").exists()
    monkeypatch.setattr(storage, "is_anything_referenced", lambda: False)
    files.store("evidence", CHECKED)  # the first file ever makes it, too
    files.probe_storage()


def test_a_disk_that_is_not_there_has_damaged_nothing(settings: Any, tmp_path: Any) -> None:
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "unmounted"}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    with pytest.raises(ReadRefused):
        files.read(PATH)
    assert damages() == []
