"""The open data as it was built last: its files, how far they are behind the record, what changed in them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from alliance.models import DataFile, DataRelease
from alliance.queries.public.data_tables import data_tables
from alliance.queries.public.withdrawn_records import WithdrawnRecord, WithdrawnRecords

PACKAGE, DESCRIPTOR, CATALOGUE, SUMS = "datapackage.zip", "datapackage.json", "catalog.jsonld", "SHA256SUMS"
KEPT_PACKAGES = 12  # releases whose package stays
KEPT_RELEASES = 100  # of which the feed says what changed


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of the record, by its SPDX identifier."""

    key: str
    title: str
    url: str


_LICENCES = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": ("ODC-By 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "ODbL-1.0": ("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}


def data_licence() -> Licence:
    """The licence that the settings file names."""
    key = settings.OPEN_DATA_LICENCE
    return Licence(key, *_LICENCES[key])


def latest_release() -> DataRelease | None:
    """The last release that was built, with its files. Two queries."""
    return DataRelease.objects.prefetch_related("files").first()


def release_files(release: DataRelease) -> Mapping[str, DataFile]:
    """Its files by their names."""
    return {file.name: file for file in release.files.all()}


def files_of_every_release() -> set[str]:
    """The names of the files that each release has: a workbook only where the table is short enough for one."""
    tables = {f"{table.name}.{suffix}" for table in data_tables() for suffix in ("csv", "json")}
    return tables | {PACKAGE, DESCRIPTOR, CATALOGUE, SUMS}


def latest_file(name: str) -> DataFile | None:
    """The file of this name in the last release, with that. Two queries."""
    release = DataRelease.objects.first()
    return release.files.filter(name=name).select_related("release").first() if release else None


def package_of(number: int) -> DataFile | None:
    """The package as of a publication, the last one where there were several. One query."""
    rows = DataFile.objects.filter(name=PACKAGE, release__number=number).select_related("release")
    return rows.order_by("-release_id").first()


@dataclass(frozen=True, slots=True)
class EarlierPackage:
    """A package of an earlier release; with the first withdrawal since of what is in it, it is given to nobody."""

    file: DataFile
    withdrawal: WithdrawnRecord | None


def earlier_packages() -> list[EarlierPackage]:
    """The packages but the last one, the last first; of those as of one publication the last (`package_of`).

    Three queries, and those of upper layers.
    """
    rows = DataFile.objects.filter(name=PACKAGE).select_related("release")
    packages = rows.order_by("-release__number", "-release_id").distinct("release__number")
    withdrawn = WithdrawnRecords()
    return [
        EarlierPackage(row, next(iter(withdrawn.in_release(row.release.number)), None))
        for row in packages[1:]
    ]


def withdrawn_in(release: DataRelease) -> list[WithdrawnRecord]:
    """What is in this release and was withdrawn since, the first withdrawn first.

    Two queries, and those of upper layers.
    """
    return WithdrawnRecords().in_release(release.number)


def releases(limit: int) -> list[DataRelease]:
    """The last releases, the last one first."""
    return list(DataRelease.objects.all()[:limit])


def outdated_files() -> QuerySet[DataFile]:
    """Files of earlier releases that are not kept: their tables, and the packages beyond the last ones."""
    last_releases = list(DataRelease.objects.values_list("pk", flat=True)[:KEPT_PACKAGES])
    return DataFile.objects.exclude(
        Q(release__in=last_releases[:1]) | Q(release__in=last_releases, name=PACKAGE)
    )
