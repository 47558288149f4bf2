"""What a digest is of, and whether that still holds: a publication, an attachment, a file made of it, the open data."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Case, F, QuerySet, When

from alliance.models import DataRelease, PublicFile, WithdrawnPublication
from alliance.queries.public.certificates import CertificateEdition, certificate_edition
from alliance.queries.public.cycle_editions import cycle_edition, edition_on
from alliance.queries.public.later_publications import later_publications
from alliance.queries.public.open_data import latest_release, release_files
from alliance.queries.public.public_files import ATTACHMENT, OPEN_DATA
from alliance.queries.public.withdrawn_records import WithdrawnRecord, WithdrawnRecords
from portal.kernel.publishing import Publication, cached_for_revision, holds_up_to

SHORTEST_PREFIX = 2  # of a digest’s 64 characters, all that is asked for while the record is small
MOST_ALIKE = 128  # known digests that begin so, about: as many answers are worked out for one question


class DigestState(StrEnum):
    """Whether what the digest is of still holds."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    NOT_IN_FORCE = "not_in_force"  # an accession


@dataclass(frozen=True, slots=True)
class DigestMatch:
    """A publication or a file with this digest.

    `publication` is the one that it is, or is made of; None of the open data. `later` is what stands in its place: the
    last of `later_publications`, the last state of a cycle or of the open data, or `later_file`, a file that was made
    later of the same. `until` is when it ceased to hold. `withdrawal` is the first of its record, or of what is in the
    file. `edition` is the accession in force, where it is one that is, or carried over to one.
    """

    sha256: str
    state: DigestState
    publication: Publication | None = None
    file: PublicFile | None = None
    later: Publication | None = None
    later_file: PublicFile | None = None
    until: datetime | None = None
    withdrawal: WithdrawnPublication | WithdrawnRecord | None = None
    edition: CertificateEdition | None = None
    as_of: Publication | None = None  # the last publication that is in the open data
    # the publications beside that in the chain
    before: Publication | None = None
    after: Publication | None = None

    @property
    def chained(self) -> Publication | None:
        """The publication whose link of the chain stands for it."""
        return self.publication or self.as_of


def digests_beginning_with(prefix: str) -> list[DigestMatch]:
    """All that begin so, by digest; a whole digest is a prefix too.

    A dozen queries, and as many for each cycle or accession among them; one for their neighbours in the chain.
    """
    publications = list(_without_bytes().filter(sha256__startswith=prefix))
    files = list(PublicFile.objects.filter(sha256__startswith=prefix))
    record = _Record(publications, files)
    matches = {each.sha256: record.match_publication(each) for each in publications}
    for file in files:  # the newest first: where the same file came twice, the last counts
        if file.sha256 not in matches:
            matches[file.sha256] = record.match_file(file)
    return _with_neighbours([matches[digest] for digest in sorted(matches)])


def _with_neighbours(matches: Sequence[DigestMatch]) -> list[DigestMatch]:
    numbers = {match.chained.number + step for match in matches if match.chained for step in (-1, 1)}
    rows = {row.number: row for row in _without_bytes().filter(number__in=numbers)} if numbers else {}
    return [
        replace(match, before=rows.get(match.chained.number - 1), after=rows.get(match.chained.number + 1))
        if match.chained
        else match
        for match in matches
    ]


def match_of(digest: str) -> DigestMatch | None:
    """What this SHA-256 is of; None where nothing was published or made with it."""
    return next(iter(digests_beginning_with(digest)), None)


def publication_of_link(link: str) -> Publication | None:
    """The publication with this link, where the chain up to it holds; None where it does not, or there is none.

    Three queries, and at most as many digests as a part of the chain has.
    """
    publication = _without_bytes().filter(link=link).first()
    return publication if publication and holds_up_to(publication.number) else None


def last_link() -> Publication | None:
    """The publication whose link stands for the whole record, if that holds; None before the first. One query."""
    return _without_bytes().first()


def known_digests() -> list[tuple[str, int, str]]:
    """Each digest once: with the publication that it is of, or is made of, and the name of the file; by number.

    A publication itself has no name. Of the open data the number is of the last publication in it. Two queries.
    """
    number = Case(When(number=0, then=F("as_of")), default=F("number"))
    files = PublicFile.objects.order_by("pk").values_list("sha256", number, "name")
    # the last counts, and a publication before all
    rows = {digest: (number, name) for digest, number, name in files}
    rows |= {digest: (number, "") for digest, number in Publication.objects.values_list("sha256", "number")}
    return sorted(
        ((digest, *place) for digest, place in rows.items()), key=lambda row: (row[1], row[2], row[0])
    )


def prefix_length() -> int:
    """How many characters of a digest are asked for: as few as have no more known digests than may be answered."""
    length, count = SHORTEST_PREFIX, digest_count()
    while count > MOST_ALIKE * 16**length:
        length += 1
    return length


@cached_for_revision
def digest_count() -> int:
    """How many digests there are in all, counted once for each revision of the public record. Two queries."""
    return Publication.objects.count() + PublicFile.objects.values("sha256").distinct().count()


def _without_bytes() -> QuerySet[Publication]:
    return Publication.objects.defer("body", "salt")


class _Record:
    """What the record says of these publications and files, read at once."""

    def __init__(self, publications: Sequence[Publication], files: Sequence[PublicFile]) -> None:
        numbers = {file.number for file in files} | {file.as_of for file in files}
        rows = {row.number: row for row in _without_bytes().filter(number__in=numbers)}
        self._publications = rows | {row.number: row for row in publications}
        self._later = later_publications(self._publications.values())
        self._withdrawals = _withdrawals(self._publications.values())
        self._later_files = _files_in_place(files)
        self._withdrawn_parts = WithdrawnRecords()
        self._data: Mapping[str, str] | None = None
        self._release: DataRelease | None = None

    def match_publication(self, publication: Publication, file: PublicFile | None = None) -> DigestMatch:
        """Of the publication itself, or of a file that holds as long as it does."""
        digest = file.sha256 if file else publication.sha256
        place = (publication.type, publication.record)
        report = ("report", _report_record(publication))
        withdrawal = self._withdrawals.get(place) or self._withdrawals.get(report)
        if withdrawal:  # whichever revision it is
            return DigestMatch(
                digest, DigestState.WITHDRAWN, publication, file, until=withdrawal.at, withdrawal=withdrawal
            )
        later = self._later[publication.number]
        if later:
            return DigestMatch(
                digest,
                DigestState.SUPERSEDED,
                publication,
                file,
                later=later[-1],
                until=min(row.published_at for row in later),
            )
        if publication.type == "accession":
            return _match_accession(digest, publication, file)
        return DigestMatch(digest, DigestState.CURRENT, publication, file)

    def match_file(self, file: PublicFile) -> DigestMatch:
        if file.kind == OPEN_DATA:
            return self._match_data(file)
        publication = self._publications[file.number]
        if file.kind.startswith("cycle."):
            return self._match_cycle(file, publication)
        match = self.match_publication(publication, file)
        if match.state == DigestState.WITHDRAWN:
            return match
        later = self._later_file(file)
        if parts := self._withdrawn_parts.in_file(file, publication):
            return DigestMatch(
                file.sha256,
                DigestState.WITHDRAWN,
                publication,
                file,
                later=match.later,
                later_file=None if match.later else later,
                until=parts[0].at,
                withdrawal=parts[0],
            )
        if match.state != DigestState.CURRENT or later is None:
            return match
        return DigestMatch(
            file.sha256,
            DigestState.SUPERSEDED,
            publication,
            file,
            later_file=later,
            until=later.made_at,
            edition=match.edition,
        )

    def _later_file(self, file: PublicFile) -> PublicFile | None:
        """The last file of the same kind and language that was made of the same publication, if it is another."""
        if file.kind == ATTACHMENT:
            return None
        rows = self._later_files[file.number, file.kind, file.language]
        last = max(rows, key=lambda row: (row.as_of, row.pk))
        return last if last.sha256 != file.sha256 else None

    def _match_cycle(self, file: PublicFile, publication: Publication) -> DigestMatch:
        """The files of a cycle hold until anything of the cycle changes."""
        made_of = edition_on(file.as_of)
        now = cycle_edition(made_of.cycle.slug) if made_of else None
        if now is None or now.number == file.as_of:
            return DigestMatch(file.sha256, DigestState.CURRENT, publication, file)
        withdrawn = next(iter(self._withdrawn_parts.in_file(file, publication)), None)
        return DigestMatch(
            file.sha256,
            DigestState.WITHDRAWN if withdrawn else DigestState.SUPERSEDED,
            publication,
            file,
            later=_without_bytes().filter(number=now.number).first(),
            until=withdrawn.at if withdrawn else now.at,
            withdrawal=withdrawn,
            as_of=self._publications.get(file.as_of),
        )

    def _match_data(self, file: PublicFile) -> DigestMatch:
        if self._data is None:
            self._release = latest_release()
            stored = release_files(self._release) if self._release else {}
            self._data = {name: each.sha256 for name, each in stored.items()}
        as_of = self._publications.get(file.as_of)
        is_last = self._data.get(file.name) == file.sha256
        release = self._release
        if is_last and release and not self._withdrawn_parts.in_release(release.number, file.name):
            return DigestMatch(file.sha256, DigestState.CURRENT, None, file, as_of=as_of)
        if parts := self._withdrawn_parts.in_release(file.as_of, file.name):
            is_replaced = release is not None and not self._withdrawn_parts.in_release(
                release.number, file.name
            )
            return DigestMatch(
                file.sha256,
                DigestState.WITHDRAWN,
                None,
                file,
                later=_without_bytes().filter(number=release.number).first()
                if release and is_replaced
                else None,
                until=parts[0].at,
                withdrawal=parts[0],
                as_of=as_of,
            )
        if is_last:
            return DigestMatch(file.sha256, DigestState.CURRENT, None, file, as_of=as_of)
        rows = [row for row in self._later_files[0, OPEN_DATA, file.name] if row.pk > file.pk]
        until = min((row.made_at for row in rows), default=None)
        return DigestMatch(file.sha256, DigestState.SUPERSEDED, None, file, until=until, as_of=as_of)


def _match_accession(digest: str, publication: Publication, file: PublicFile | None) -> DigestMatch:
    """A signature holds as long as its member stands by it; a certificate until the signature carries over."""
    edition = certificate_edition(publication.number)
    if edition is None:
        return DigestMatch(digest, DigestState.NOT_IN_FORCE, publication, file)
    carried = edition.carried
    if file is not None and carried is not None and file.as_of < carried.number:
        return DigestMatch(
            digest, DigestState.SUPERSEDED, publication, file, later=carried, until=carried.published_at
        )
    return DigestMatch(digest, DigestState.CURRENT, publication, file, edition=edition)


def _withdrawals(publications: Iterable[Publication]) -> Mapping[tuple[str, str], WithdrawnPublication]:
    """What is withdrawn now of these records, and of the reports to which these replies belong."""
    records = {record for row in publications for record in (row.record, _report_record(row))}
    rows = WithdrawnPublication.objects.current().filter(record__in=records)
    return {(row.type, row.record): row for row in rows}


def _report_record(publication: Publication) -> str:
    """The record of the report that a reply answers; empty for anything else."""
    return "/".join(publication.record.split("/")[:2]) if publication.type == "response" else ""


def _files_in_place(
    files: Sequence[PublicFile],
) -> Mapping[tuple[int, str, str], Sequence[PublicFile]]:
    """The files of the same publications by kind and language; those of the open data by their names."""
    rows: dict[tuple[int, str, str], list[PublicFile]] = defaultdict(list)
    numbers = {file.number for file in files if file.number}
    for row in PublicFile.objects.filter(number__in=numbers):
        rows[row.number, row.kind, row.language].append(row)
    names = {file.name for file in files if file.kind == OPEN_DATA}
    for row in PublicFile.objects.filter(number=0, kind=OPEN_DATA, name__in=names):
        rows[0, OPEN_DATA, row.name].append(row)
    return rows
