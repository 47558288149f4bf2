"""Uploads of which nothing but the digest is wanted: read as they come, stored nowhere."""

import hashlib
import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

MAX_DIGESTED = 200_000_000  # of one file; the rest of a larger one is received and not read

Admission = Callable[[HttpRequest], None]
View = Callable[..., HttpResponseBase]


class DigestedFile(UploadedFile):
    """A file that was received and is gone: its name, its size, its SHA-256; that is empty where it was too large."""

    def __init__(self, name: str, size: int, sha256: str) -> None:
        super().__init__(io.BytesIO(), name, size=size)
        self.sha256 = sha256


def digests_uploads(admit: Admission) -> Callable[[View], View]:
    """Mark a view whose files are read for their digest alone.

    `admit` is called once for each post, before any of its files is read; what it raises is raised by the view, and
    nothing is read.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and (refusal := _refusal(request, admit)):
                raise refusal
            return view(request, *args, **kwargs)

        answer.admit_upload = admit  # type: ignore[attr-defined]  # read by the handler below
        return answer

    return mark


def _refusal(request: HttpRequest, admit: Admission) -> Exception | None:
    """Why nothing of this post is read; asked once, also where a middleware has read the form before the view."""
    if not hasattr(request, "upload_refusal"):
        request.upload_refusal = None  # type: ignore[attr-defined]  # read by the view
        try:
            admit(request)
        except Exception as refusal:
            request.upload_refusal = refusal  # type: ignore[attr-defined]  # read by the view
    refused: Exception | None = getattr(request, "upload_refusal")  # noqa: B009 - mypy knows no such attribute
    return refused


class DigestUploadHandler(FileUploadHandler):
    """Takes the files of a marked view before any other handler; leaves those of all others to them."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        admit = self._admission()
        self._is_wanted = admit is not None
        if admit and self.request and _refusal(self.request, admit):
            raise StopUpload(connection_reset=True)  # what is left of the body is not read either
        self._digest = hashlib.sha256()
        self._size = 0
        if self._is_wanted:
            raise StopFutureHandlers  # the next ones would open a file for it

    def _admission(self) -> Admission | None:
        """Of a marked view, by the address: a middleware may read the form before the view is looked up."""
        try:
            view = resolve(self.request.path_info).func if self.request else None
        except Resolver404:
            return None
        return getattr(view, "admit_upload", None)

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
