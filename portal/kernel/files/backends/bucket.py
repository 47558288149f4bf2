"""The storage in a bucket of an S3-compatible store."""

import hashlib
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from portal.kernel.files.backends.stored import StoredObject
from portal.kernel.files.errors import (
    ReadRefused,
    StorageError,
    StorageFull,
    StorageMissing,
    WriteRefused,
)

# a page waits for it: an answer that has not begun by then does not come
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 5, 2
# nor does one that trickles end, which would hold a thread of the web server for hours
_SLOWEST, _SLOW_AFTER = 50_000, 20.0  # bytes a second, once so many seconds are over
_IN_MEMORY = 1024 * 1024  # what is larger lies in a temporary file while it is read
_NO_ROOM = ("QuotaExceeded", "EntityTooLarge", "StorageFull", "XMinioStorageFull", "InsufficientStorage")
_NOT_THERE = ("NoSuchKey", "404")
_NO_VERSIONS = ("NotImplemented", "MethodNotAllowed")  # the answers of a store that knows none
_PIECE = 1024 * 1024
_PART = 16 * 1024  # of an answer, waited for at once


class BucketStorage(S3Storage):
    """Files in one bucket, below a prefix; nobody reaches them but through the portal."""

    is_shared = True  # by every machine

    def __init__(self, **options: Any) -> None:
        style = options.pop("addressing_style", None) or "auto"
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _TRIES, "mode": "standard"},
            s3={"addressing_style": style},
            # the stores that are only compatible do not all know the newer checksums: see _save
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            **options,
            client_config=config,
            default_acl=None,
            file_overwrite=True,
            max_memory_size=_IN_MEMORY,
        )

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    @property
    def place(self) -> str:
        """Where it is, for an operator."""
        below = self.location.strip("/")
        return f"the bucket {self.bucket_name}{f' below {below}/' if below else ''}"

    def _key(self, name: str) -> str:
        return str(self._normalize_name(name))

    def _save(self, name: str, content: File) -> str:
        """Send it in one request, which the store takes whole or not at all. Raises StorageFull or WriteRefused."""
        digest = hashlib.md5(usedforsecurity=False)  # the store compares it with what has arrived
        size = 0
        for piece in content.chunks(_PIECE):
            digest.update(piece)
            size += len(piece)
        content.seek(0)
        with _errors(WriteRefused):
            self._client.put_object(
                Bucket=self.bucket_name,
                Key=self._key(name),
                Body=content.file,
                ContentMD5=b64encode(digest.digest()).decode(),
                ContentType=self.default_content_type,
            )
            answer = self._client.head_object(Bucket=self.bucket_name, Key=self._key(name))
            if answer["ContentLength"] != size:
                raise WriteRefused
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        """The whole file, fetched at once: a store that breaks off does it here, and is asked once more."""
        if mode != "rb":
            raise ValueError("Files of a bucket are opened to be read.")
        spool: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the reader closes it
        try:
            self._fetch(name, spool)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return File(spool, name)

    def _fetch(self, name: str, spool: IO[bytes]) -> None:
        for is_last in (False, True):
            with self._reading():
                answer = self._client.get_object(Bucket=self.bucket_name, Key=self._key(name))
            try:
                with _errors(ReadRefused):
                    _copy(answer["Body"], spool)
            except ReadRefused as refusal:
                if is_last or isinstance(refusal, _Trickling):
                    raise
                spool.seek(0)
                spool.truncate()
            else:
                return

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Raises FileNotFoundError for a file that is not there, and ReadRefused where the bucket itself is not."""
        try:
            with _errors(ReadRefused):
                yield
        except FileNotFoundError:
            self.probe()
            raise

    def exists(self, name: str) -> bool:
        try:
            with self._reading():
                self._client.head_object(Bucket=self.bucket_name, Key=self._key(name))
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with self._reading():
            answer = self._client.head_object(Bucket=self.bucket_name, Key=self._key(name))
            return int(answer["ContentLength"])

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _errors(ReadRefused):
            folders, names = super().listdir(name)
            return list(folders), list(names)

    def delete(self, name: str) -> None:
        with _errors(WriteRefused):
            super().delete(name)

    def erase(self, name: str) -> bool:
        """Remove the bytes, and their earlier versions where the bucket keeps those; whether there were any.

        Versions whether or not the file is there: behind a deletion it looks as if it were gone. Raises WriteRefused or
        ReadRefused where nobody knows whether all of it is removed; what anybody could download is by then.
        """
        key, is_there = self._key(name), self.exists(name)
        if is_there:
            self.delete(name)
        with _errors(WriteRefused):
            pages = self._version_pages(Prefix=key)
            versions = [row for page in pages for row in _versions(page) if row["Key"] == key]
            for version in versions:
                self._client.delete_object(Bucket=self.bucket_name, Key=key, VersionId=version["VersionId"])
        return is_there or bool(versions)

    def listdir_ever(self, name: str) -> tuple[list[str], list[str]]:
        """As `listdir`, with what has left nothing but earlier versions."""
        prefix = self._key(name)
        if prefix and not prefix.endswith("/"):
            prefix += "/"
        now = self.listdir(name)
        folders, names = set(now[0]), set(now[1])
        with _errors(ReadRefused):
            for page in self._version_pages(Prefix=prefix, Delimiter="/"):
                folders |= {row["Prefix"][len(prefix) : -1] for row in page.get("CommonPrefixes", ())}
                names |= {row["Key"][len(prefix) :] for row in _versions(page)}
        return sorted(folders), sorted(names - {""})

    def _version_pages(self, **narrowed: str) -> Sequence[Any]:
        """The list of all versions, page by page; empty in a store that knows none."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket_name, **narrowed
        )
        try:
            return list(pages)
        except ClientError as error:
            if _code_and_status(error)[0] not in _NO_VERSIONS:
                raise  # nobody knows what is there: a purge is not done, and tried again
            return ()

    def clear_drafts(self) -> int:
        """Nothing: a request that breaks off leaves nothing behind."""
        return 0

    def walk(self, after: str = "") -> Iterator[StoredObject]:
        """Every file behind this path, in the order of the store."""
        prefix = f"{self.location.strip('/')}/" if self.location else ""
        start = {"StartAfter": f"{prefix}{after}"} if after else {}
        with _errors(ReadRefused):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=prefix, **start
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    path = entry["Key"].removeprefix(prefix)
                    if not path.startswith("."):
                        yield StoredObject(path, entry["Size"], entry["LastModified"])

    def probe(self) -> None:
        """Ask for the bucket. Raises StorageMissing where there is none, and ReadRefused."""
        try:
            with _errors(ReadRefused):
                self._client.head_bucket(Bucket=self.bucket_name)
        except FileNotFoundError as error:
            raise StorageMissing from error


class _Trickling(ReadRefused):
    """The store gives bytes, and too few."""


def _copy(body: Any, spool: IO[bytes]) -> None:
    """Everything that the store sends. Raises ReadRefused where that takes too long for what it is."""
    ends_at = time.monotonic() + _SLOW_AFTER
    while part := body.read(_PART):
        spool.write(part)
        ends_at += len(part) / _SLOWEST
        if time.monotonic() > ends_at:
            body.close()
            raise _Trickling


@contextmanager
def _errors(refusal: type[StorageError]) -> Iterator[None]:
    """Turn what store and network refuse into the portal's own; FileNotFoundError for a key that is not there."""
    try:
        yield
    except ClientError as error:
        code, status = _code_and_status(error)
        if code in _NO_ROOM or status == 507:
            raise StorageFull from error
        if code in _NOT_THERE:
            raise FileNotFoundError(code) from error
        raise refusal from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise refusal from error


def _versions(page: Any) -> Sequence[Any]:
    return (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))


def _code_and_status(error: ClientError) -> tuple[str, int]:
    response: Any = error.response
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return str(response.get("Error", {}).get("Code", "")), status
