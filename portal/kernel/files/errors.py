"""Refusals of the storage: it is full, it does not answer, or a file in it is not what it was."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import DomainError


class StorageError(DomainError):
    """The storage takes or gives no bytes at the moment; whoever asked may try again."""

    status = 503

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message, field="file")


class StorageFull(StorageError):
    """There is no room for the bytes."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no room left for files. Nothing was saved. Try again later; if this continues, "
                "contact us."
            )
        )


class WriteRefused(StorageError):
    """The bytes could not be written, or nobody knows whether they were."""

    def __init__(self) -> None:
        super().__init__(
            _("Files cannot be stored at the moment. Nothing was saved; try again in a few minutes.")
        )


class ReadRefused(StorageError):
    """The storage does not answer."""

    def __init__(self) -> None:
        super().__init__(_("Files cannot be opened at the moment. Try again in a few minutes."))


class StorageMissing(ReadRefused):
    """The folder or bucket itself is not there, such as that of a disk that is not mounted: nothing of it is lost."""


class RestoreUnfinished(StorageError):
    """A restore has not ended: files without rows lie there, or what was purged or erased since the backup is back."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A restore into the storage of files has not ended. Start it again, with the same archive. For a new "
                "portal in its place empty the storage first, “.restoring” and “.restored” too."
            )
        )


class DamagedFile(DomainError):
    """The stored bytes are missing or differ from their digest: they are given to nobody until they are whole."""

    status = 503

    def __init__(self, path: str, sha256: str) -> None:
        super().__init__(_("This file is damaged and is being restored. Try again later."))
        self.path = path
        self.sha256 = sha256
