"""Large uploads while they are received: Django's temporary file, which gives its room back when the disk is full."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class TemporaryUploadHandler(TemporaryFileUploadHandler):
    """Without this the part that was received would fill the disk for as long as the failed request is remembered."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._or_free(lambda: super(TemporaryUploadHandler, self).receive_data_chunk(raw_data, start))

    def file_complete(self, file_size: int) -> UploadedFile:
        file: UploadedFile = self._or_free(
            lambda: super(TemporaryUploadHandler, self).file_complete(file_size)
        )
        return file

    def _or_free(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except OSError:
            with suppress(
                OSError
            ):  # what is buffered cannot be written either; the file is removed all the same
                self.file.close()
            raise
