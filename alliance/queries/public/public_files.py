"""The files that were made of publications: what is there of each, and where it is in its making."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from alliance.models import PublicFile
from alliance.queries.public.withdrawn_records import REPORT_PDF, WithdrawnRecords
from portal.kernel.documents import Document, DocumentState
from portal.kernel.publishing import Publication

ATTACHMENT, OPEN_DATA = "attachment", "open-data"  # the kinds of what is no generated document
REPORT_KINDS = (REPORT_PDF, "report.xlsx", "report.json")
_MADE_OF_PUBLICATIONS = Q(requested_by__isnull=True, tenant_id__isnull=True, as_of__isnull=False)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file of a publication. `state` is `ready`, `gone`, or that of its document while there is none yet.

    `is_replaced`: a later one was made of the same publication, for example after a reply. `is_withdrawn`: it contains
    what was withdrawn since.
    """

    kind: str
    language: str
    state: str
    number: int
    as_of: int
    name: str = ""
    size: int = 0
    sha256: str = ""
    is_replaced: bool = False
    is_withdrawn: bool = False

    @property
    def is_ready(self) -> bool:
        return self.state == DocumentState.READY

    @property
    def format(self) -> str:
        """As it is named on pages: PDF."""
        return (self.name or self.kind).rpartition(".")[2].upper()


def files_of(number: int) -> list[MadeFile]:
    """The files of a publication by kind and language, the last before those that it replaces.

    Two queries; three more, and those of upper layers, where one is gone.
    """
    rows = list(PublicFile.objects.filter(number=number).exclude(kind=ATTACHMENT))
    digests = Q(sha256__in=[row.sha256 for row in rows])
    documents = Document.objects.filter(
        _MADE_OF_PUBLICATIONS, digests | Q(target_id=number, kind__in=REPORT_KINDS)
    )
    return [*_known_files(rows, documents), *_files_to_come(number, rows, documents)]


def _known_files(rows: Sequence[PublicFile], documents: Iterable[Document]) -> list[MadeFile]:
    ready = {document.sha256 for document in documents if document.state == DocumentState.READY}
    last: dict[tuple[str, str], int] = {}
    for row in rows:
        place = (row.kind, row.language)
        last[place] = max(last.get(place, 0), row.as_of)
    withdrawn = _with_withdrawn_parts([row for row in rows if row.sha256 not in ready])
    files = [
        MadeFile(
            row.kind,
            row.language,
            "ready" if row.sha256 in ready else "gone",
            row.number,
            row.as_of,
            row.name,
            row.size,
            row.sha256,
            is_replaced=row.as_of < last[row.kind, row.language],
            is_withdrawn=row.pk in withdrawn,
        )
        for row in rows
    ]
    return sorted(files, key=lambda file: (-file.as_of, _kind_place(file.kind), file.language))


def _with_withdrawn_parts(rows: Sequence[PublicFile]) -> set[int]:
    """Which of these files of one publication contain what was withdrawn since."""
    if not rows:
        return set()
    publication = Publication.objects.only("type", "record").get(number=rows[0].number)
    records = WithdrawnRecords()
    return {row.pk for row in rows if records.in_file(row, publication)}


def _files_to_come(number: int, rows: Sequence[PublicFile], documents: Iterable[Document]) -> list[MadeFile]:
    """What is being built or could not be: of the last state of the record that anything was asked of."""
    known = {row.sha256 for row in rows}
    latest = max((document.as_of or 0 for document in documents), default=0)
    waiting = [
        MadeFile(row.kind, row.language, row.state, number, row.as_of or 0)
        for row in documents
        if row.as_of == latest and row.sha256 not in known and row.state != DocumentState.READY
    ]
    return sorted(waiting, key=lambda file: (_kind_place(file.kind), file.language))


def _kind_place(kind: str) -> tuple[int, str]:
    return (REPORT_KINDS.index(kind), kind) if kind in REPORT_KINDS else (len(REPORT_KINDS), kind)


def public_document(number: int, sha256: str) -> tuple[PublicFile, Document | None] | None:
    """The file of this publication with this digest, and its bytes’ document while there is one. Two queries."""
    row = PublicFile.objects.filter(number=number, sha256=sha256).exclude(kind=ATTACHMENT).first()
    if row is None:
        return None
    document = Document.objects.filter(
        _MADE_OF_PUBLICATIONS, sha256=sha256, state=DocumentState.READY
    ).first()
    return row, document


def cycle_documents(slug: str) -> list[Document]:
    """The documents that were ever asked for of the editions of a cycle. One query."""
    # the key of each names its kind, then the cycle and the edition
    rows = Document.objects.filter(
        _MADE_OF_PUBLICATIONS, kind__startswith="cycle.", cache_key__contains=f":{slug}."
    )
    return list(rows)


def quoting_documents(slug: str) -> list[tuple[str, Document]]:
    """The documents that quote a member's pledges, each with the record of its report. Two queries."""
    reports = Publication.objects.filter(type="report", record__startswith=f"{slug}/")
    records = dict(reports.values_list("number", "record"))
    rows = Document.objects.filter(_MADE_OF_PUBLICATIONS, kind=REPORT_PDF, target_id__in=records)
    return [(records[row.target_id], row) for row in rows]


def report_documents(record: str) -> list[Document]:
    """The documents that were ever asked for of a report’s publications. One query."""
    numbers = Publication.objects.filter(type="report", record=record).values("number")
    rows = Document.objects.filter(_MADE_OF_PUBLICATIONS, kind__in=REPORT_KINDS, target_id__in=numbers)
    return list(rows)
