"""Open data: when its files are built, and what is kept of them."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.models import DataFile, DataRelease
from alliance.queries.local_dates import today
from alliance.queries.public.data_tables import VERSION
from alliance.queries.public.open_data import KEPT_RELEASES, data_licence, outdated_files
from alliance.queries.public.record import publication_log
from alliance.services.public_files import record_data_files
from portal.kernel import files
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.files import FileHolder, FileUsage, StorageError, StoredBytes
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import touch_public_revision

FOLDER = "open-data"  # of the storage


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file of a release: its name, where it is stored, its digest and size."""

    name: str
    path: str
    facts: StoredBytes


def enqueue_open_data() -> None:
    """Queue a job that builds the tables, once for each state of the record.

    A day is a state: promises fall due at its end. Columns and licence stand in the files too.
    """
    number = publication_log().values_list("number", flat=True).first() or 0
    key = f"open_data:{number}:{today()}:{VERSION}:{data_licence().key}"
    enqueue("build_open_data", key=key, payload={})


def release_folder() -> str:
    """A new folder for the files of a release."""
    return f"{FOLDER}/{uuid.uuid4()}"


def record_release(
    *,
    number: int,
    as_of: datetime | None,
    rows: Mapping[str, int],
    changes: Sequence[Any],
    built: Sequence[BuiltFile],
) -> DataRelease:
    """Make this the release that everybody gets; the files of earlier ones that are not kept go a day later."""
    release: DataRelease = DataRelease.objects.create(
        number=number, as_of=as_of, version=VERSION, rows=dict(rows), changes=list(changes)
    )
    DataFile.objects.bulk_create(
        DataFile(
            release=release,
            name=each.name,
            file=each.path,
            sha256=each.facts.sha256,
            size=each.facts.size or 0,
        )
        for each in built
    )
    record_data_files(number, ((each.name, each.facts) for each in built))
    outdated = list(outdated_files())
    DataFile.objects.filter(pk__in=[row.pk for row in outdated]).delete()
    for row in outdated:
        files.discard_later(row.file, key=f"open_data:{row.pk}")
    old = DataRelease.objects.values_list("pk", flat=True)[KEPT_RELEASES:]
    DataRelease.objects.filter(pk__in=list(old)).delete()
    touch_public_revision()
    return release


def discard_files(paths: Sequence[str]) -> None:
    """Remove what a build that failed has stored; where that fails too, why it failed matters more."""
    with suppress(StorageError), acting_as(SYSTEM):
        for path in paths:
            files.discard(path)


def _usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    """Everybody may know of them."""
    del actor
    rows = DataFile.objects.filter(sha256=sha256)
    return [FileUsage(_("Open data"), row.name, f"/data/v1/{row.name}") for row in rows]


files.register_reference("open-data", DataFile.objects.all)
DATA_USAGES = FileHolder(
    "open-data",
    _usages,
    paths=lambda sha256: list(DataFile.objects.filter(sha256=sha256).values_list("file", flat=True)),
    on_purge=lambda sha256: DataFile.objects.filter(sha256=sha256).delete(),
)
