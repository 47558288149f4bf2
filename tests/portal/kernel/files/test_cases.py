"""A prohibited file: withheld on every channel at once, or purged for good, and never accepted again."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.kernel import documents, files
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as
from portal.kernel.documents import Document, DocumentState, kinds
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.files import (
    CaseNote,
    DamagedFile,
    FileCase,
    FileState,
    Withheld,
    check_upload,
    storage,
    withheld_files,
)
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
BYTES = b"meeting,visitors\n1,38\n"
WHY = {"concern": "illegal", "reason": "It may not stand here."}


@pytest.fixture(autouse=True)
def ledger() -> Iterator[Path]:
    """The list of what was purged, empty before and after."""
    path = files.PURGED_FILES.path
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def sent() -> SimpleUploadedFile:
    return SimpleUploadedFile("counts.csv", BYTES, "text/csv")


def store_file() -> tuple[str, str]:
    """The path and the digest of a file in the storage."""
    checked = check_upload(sent())
    stored = files.store("evidence", checked)
    return stored.path, stored.sha256


def purge(cast: Cast, sha256: str) -> FileCase:
    case = files.purge_file(cast.actor("mona"), sha256, **WHY)
    run_all_jobs()
    return case


def test_what_is_withheld_is_read_by_nobody_and_can_be_released(cast: Cast) -> None:
    path, sha256 = store_file()
    case = files.quarantine_file(cast.actor("mona"), sha256, **WHY)
    with pytest.raises(Withheld) as refusal:
        files.read(path)
    assert (refusal.value.status, set(withheld_files())) == (451, {sha256})

    files.release_file(cast.actor("mona"), case, "It is harmless.")

    assert files.read(path) == BYTES


def test_what_is_withheld_is_not_taken_again_until_it_is_released(cast: Cast) -> None:
    _path, sha256 = store_file()
    files.quarantine_file(cast.actor("mona"), sha256, **WHY)

    with pytest.raises(DomainError, match="being checked") as refusal:
        check_upload(sent())

    assert refusal.value.field == "file"


def test_purged_bytes_are_gone_from_every_folder_and_never_taken_again(cast: Cast) -> None:
    path, sha256 = store_file()
    other = files.stored_path("practices", sha256)
    default_storage.save(other, ContentFile(BYTES))

    case = purge(cast, sha256)

    assert [default_storage.exists(name) for name in (path, other)] == [False, False]
    assert (case.state, case.concern) == (FileState.PURGED, "illegal")
    with pytest.raises(DomainError, match="was purged"):
        check_upload(sent())


def test_a_person_who_fetches_it_at_that_moment_gets_no_more_of_it(cast: Cast) -> None:
    content = b"secret " * 100_000
    path = files.store_at("streams/one", content)
    with files.open_file(path) as download:
        first = download.read(7)

        storage.erase_bytes("0" * 64, [path])

        assert first == b"secret "
        with pytest.raises(DamagedFile):
            download.read()


def test_an_upload_that_was_checked_before_is_refused_when_it_is_kept(cast: Cast) -> None:
    checked = check_upload(sent())
    purge(cast, checked.sha256)

    with pytest.raises(DomainError, match="was purged"):
        files.pin(files.store("evidence", checked))


def test_an_image_is_known_by_what_was_sent_and_by_what_it_was_made_into(cast: Cast) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG", comment="from a camera")
    checked_file = check_upload(SimpleUploadedFile("picture.png", stream.getvalue()))
    purge(cast, checked_file.sha256)

    for content in (stream.getvalue(), checked_file.content):
        with pytest.raises(DomainError, match="was purged"):
            check_upload(SimpleUploadedFile("other.png", content))


def test_a_generated_document_with_these_bytes_goes_with_them(cast: Cast) -> None:
    path, sha256 = store_file()
    file = files.store_at("documents/1", BYTES)
    document = Document.objects.create(
        kind="report.preview", target_id=1, language="en", title="Copy", state=DocumentState.READY, file=file,
        sha256=sha256,
    )  # fmt: skip

    purge(cast, sha256)

    document.refresh_from_db()
    assert (document.state, document.file, default_storage.exists(file)) == ("failed", "", False)
    assert not default_storage.exists(path)


def reading(path: str, meanwhile: Callable[[], object]) -> documents.DocumentKind:
    """A kind of document that packs a stored file into itself; something happens before it is finished."""

    def render(content: bytes, progress: documents.Progress) -> documents.Built:
        meanwhile()
        return documents.Built(b"packed: " + content, "packed.bin", "application/octet-stream")

    return documents.DocumentKind("packing", lambda actor, document: files.read(path), render)


def request_document(cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: documents.DocumentKind) -> Document:
    """A document of the kind, built as alice."""
    monkeypatch.setitem(kinds.KINDS, kind.name, kind)
    document = documents.request_document(cast.actor("alice"), kind.name, 1, title="Packed", language="en")
    run_all_jobs()
    document.refresh_from_db()
    return document


def test_a_document_knows_the_files_that_were_read_for_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sha256 = store_file()

    document = request_document(cast, monkeypatch, reading(path, lambda: None))

    assert (document.state, document.source_digests) == (DocumentState.READY, [sha256])
    with documents.open_document(document) as content:
        assert content.read() == b"packed: " + BYTES


def quarantine_as(actor: Actor, sha256: str) -> None:
    with acting_as(actor):
        files.quarantine_file(actor, sha256, **WHY)


def test_a_document_is_not_finished_with_a_file_that_was_withheld_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sha256 = store_file()
    mona = cast.actor("mona")

    document = request_document(
        cast,
        monkeypatch,
        reading(path, lambda: quarantine_as(mona, sha256)),
    )

    assert (document.state, document.file) == (DocumentState.FAILED, "")
    assert document.error == "This file is being checked"


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_what_a_file_went_into_is_withheld_released_and_purged_with_it(cast: Cast, kind: str) -> None:
    _path, sha256 = store_file()
    file = files.store_at("documents/1", b"packed: " + BYTES)
    document = Document.objects.create(
        kind=kind, target_id=1, language="en", title="Packed", state=DocumentState.READY, file=file,
        sha256=files.find_digest(file), source_digests=[sha256],
    )  # fmt: skip

    case = files.quarantine_file(cast.actor("mona"), sha256, **WHY)
    with pytest.raises(Withheld) as refusal:
        documents.open_document(document)
    files.release_file(cast.actor("mona"), case, "It is harmless.")
    documents.open_document(document).close()
    purge(cast, sha256)

    document.refresh_from_db()
    assert refusal.value.status == 451
    assert (document.state, document.file, default_storage.exists(file)) == ("failed", "", False)


def test_an_address_of_a_document_names_its_file(cast: Cast) -> None:
    document = Document.objects.create(
        kind="report.preview", target_id=1, language="en", title="Copy", state=DocumentState.READY,
        sha256="ab" * 32, requested_by=cast.alice, tenant_id=cast.aurora.pk,
    )  # fmt: skip
    alice = cast.actor("alice")

    [place] = files.usages_of(alice, document.sha256)

    assert place.url == f"/documents/{document.key}/"
    assert files.digest_named_in(alice, f"{place.url}file/") == document.sha256
    assert files.digest_named_in(cast.actor("carol"), place.url) == ""


@pytest.mark.parametrize("name", ["sven", "rita", "bob"])
def test_withholding_and_purging_are_the_managers(cast: Cast, name: str) -> None:
    _path, sha256 = store_file()
    for act in (files.quarantine_file, files.purge_file):
        with pytest.raises(Forbidden):
            act(cast.actor(name), sha256, **WHY)
    with pytest.raises(Forbidden):
        files.flag_file(ANYONE, sha256, **WHY)
    assert not FileCase.objects.exists()


def test_every_step_needs_a_reason_and_is_journalled_without_it(cast: Cast) -> None:
    _path, sha256 = store_file()
    with pytest.raises(DomainError) as refusal:
        files.purge_file(cast.actor("mona"), sha256, concern="illegal", reason=" ")
    files.flag_file(cast.actor("bob"), sha256, **WHY)
    files.quarantine_file(cast.actor("mona"), sha256, **WHY)
    purge(cast, sha256)

    lines = Event.objects.filter(target_type="portal.filecase").order_by("pk")
    assert [line.kind for line in lines] == ["file.flag", "file.quarantine", "file.purge"]
    assert refusal.value.field == "reason"
    assert "stand here" not in str([line.data for line in lines])


def test_the_reasons_are_the_secretariats_alone(cast: Cast) -> None:
    files.flag_file(cast.actor("bob"), "0" * 64, **WHY)
    seen = {}
    for name in ("bob", "sven", "mona"):
        with acting_as(cast.actor(name)):
            seen[name] = CaseNote.objects.count()
    assert seen == {"bob": 0, "sven": 0, "mona": 1}


def test_a_second_report_is_noted_and_changes_nothing(cast: Cast) -> None:
    case = files.quarantine_file(cast.actor("mona"), "0" * 64, **WHY)

    files.flag_file(cast.actor("bob"), "0" * 64, **WHY)

    case.refresh_from_db()
    with acting_as(SYSTEM):
        assert (case.state, case.notes.count()) == (FileState.QUARANTINED, 2)


def test_a_file_is_withheld_and_purged_once(cast: Cast) -> None:
    purge(cast, "0" * 64)
    for act in (files.quarantine_file, files.purge_file):
        with pytest.raises(WrongState):
            act(cast.actor("mona"), "0" * 64, **WHY)


def test_a_restored_backup_is_purged_of_what_it_brought_back(cast: Cast, ledger: Path) -> None:
    _path, sha256 = store_file()
    purge(cast, sha256)
    assert ledger.read_text() == f"{sha256}\n"
    FileCase.objects.filter(sha256=sha256).update(
        state=FileState.FETCHED
    )  # the backup is older than the purge
    back = default_storage.save(files.stored_path("evidence", sha256), ContentFile(BYTES))

    assert files.run_after_restore()["purged files"] == 1

    assert (default_storage.exists(back), FileCase.objects.get().state) == (False, "purged")
    assert ledger.read_text() == f"{sha256}\n"


def test_the_list_lies_outside_of_what_is_served(ledger: Path) -> None:
    assert ledger.is_relative_to(settings.DATA_DIR)
    assert not ledger.is_relative_to(Path(default_storage.path("")))
