"""Uploads of which nothing but the digest is wanted: read as they come, stored nowhere."""

import hashlib
import io
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.urls import Resolver404, resolve

MAX_DIGESTED = 200_000_000  # of one file; the rest of a larger one is received and not read

View = TypeVar("View", bound=Callable[..., Any])


class DigestedFile(UploadedFile):
    """A file that was received and is gone: its name, its size, its SHA-256; that is empty where it was too large."""

    def __init__(self, name: str, size: int, sha256: str) -> None:
        super().__init__(io.BytesIO(), name, size=size)
        self.sha256 = sha256


def digests_uploads(view: View) -> View:
    """Mark a view whose files are read for their digest alone."""
    view.digests_uploads = True  # type: ignore[attr-defined]  # read by the handler below
    return view


class DigestUploadHandler(FileUploadHandler):
    """Takes the files of a marked view before any other handler; leaves those of all others to them."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._is_wanted = self._is_for_marked_view()
        self._digest = hashlib.sha256()
        self._size = 0
        if self._is_wanted:
            raise StopFutureHandlers  # the next ones would open a file for it

    def _is_for_marked_view(self) -> bool:
        """By the address: a middleware may read the form before the view is looked up."""
        try:
            view = resolve(self.request.path_info).func if self.request else None
        except Resolver404:
            return False
        return getattr(view, "digests_uploads", False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self._is_wanted:
            return raw_data
        self._size += len(raw_data)
        if self._size <= MAX_DIGESTED:
            self._digest.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        del file_size  # of what the handlers before left
        if not self._is_wanted:
            return None
        sha256 = self._digest.hexdigest() if self._size <= MAX_DIGESTED else ""
        return DigestedFile(self.file_name or "", self._size, sha256)
