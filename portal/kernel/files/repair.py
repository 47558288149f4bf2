"""Putting damaged files right: by an upload or from a backup whose bytes have the digest, or by reading them again."""

from collections import defaultdict
from collections.abc import Iterator
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError
from portal.kernel.files.integrity.damage import end_damage, open_damages
from portal.kernel.files.integrity.measure import measure
from portal.kernel.files.integrity.observations import note_damage
from portal.kernel.files.models import FileDamage
from portal.kernel.files.storage import digest_of_bytes, replace
from portal.kernel.files.uploads.upload_check import check_upload


def repair_file(actor: Actor, sha256: str, upload: UploadedFile) -> None:
    """Put the uploaded bytes in the place of the damaged ones, if they have the digest: as sent, or as made on upload.

    Raises Forbidden, StorageError, or DomainError for another file and for one that is not damaged.
    """
    require(actor, "file.repair")
    damages = list(open_damages().filter(sha256=sha256))
    if not damages:
        raise DomainError(_("This file is whole: there is nothing to restore."))
    content = _matching_content(upload, sha256)
    for damage in damages:
        _write(damage, content, actor)


def _matching_content(upload: UploadedFile, sha256: str) -> bytes:
    """The bytes with this digest. Pictures are encoded anew when they are added, so that the original has another."""
    content: bytes = upload.read()
    if digest_of_bytes(content) == sha256:
        return content
    upload.seek(0)
    try:
        content = check_upload(upload).content
    except DomainError:
        content = b""
    if digest_of_bytes(content) != sha256:
        raise DomainError(
            _(
                "This is another file: its SHA-256 is not %(digest)s… Nothing was changed. Upload the file exactly "
                "as it was."
            )
            % {"digest": sha256[:12]},
            field="file",
        )
    return content


@transaction.atomic
def _write(damage: FileDamage, content: bytes, actor: Actor) -> None:
    replace(damage.path, content)
    end_damage(damage.path, actor=actor)


def recheck_file(actor: Actor, sha256: str) -> bool:
    """Read the damaged file again; returns whether it is whole by now. Raises Forbidden or ReadRefused."""
    require(actor, "file.repair")
    for damage in open_damages().filter(sha256=sha256):
        actual = measure(damage.path)
        if actual.sha256 == sha256:
            end_damage(damage.path, actor=actor)
        else:
            note_damage(damage.path, sha256, actual)
    return not open_damages().filter(sha256=sha256).exists()


def repair_from(sources: Iterator[tuple[str, IO[bytes]]]) -> list[str]:
    """Repair damaged files from sources that are named by their digest; returns the paths that are whole now."""
    repaired = []
    damages_by_digest = defaultdict(list)
    with acting_as(SYSTEM):
        for damage in open_damages():
            damages_by_digest[damage.sha256].append(damage.path)
    for sha256, source in sources:
        paths = damages_by_digest.pop(sha256, [])
        content = source.read() if paths else b""
        if paths and digest_of_bytes(content) == sha256:
            for path in paths:
                replace(path, content)
                end_damage(path)
            repaired += paths
    return repaired
