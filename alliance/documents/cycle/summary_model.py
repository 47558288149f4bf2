"""The summary and the matrix of a cycle on paper: words ready to be printed, in the language of the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.services.site import DocumentLogo
from portal.kernel.charts import BarChart


@dataclass(frozen=True, slots=True)
class CycleImprint:
    """The head and foot of every page, and the digest that the document can be checked against.

    A draft has a watermark, and neither digest nor addresses.
    """

    site_name: str
    running_title: str
    revision: str
    record: str
    source: str  # of what it was made, and when: beside the file, where it is fetched
    digest: str
    check: str
    url: str
    body_url: str
    check_file: str  # where the file itself is checked
    banner: str
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many verdicts of one level."""

    level: int
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class CommitmentTally:
    """A commitment with its verdicts, from complete to not due."""

    code: str
    title: str
    counts: Sequence[LevelCount]
    given: int


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One verdict: its level and its word; of one that was corrected the sign under which the band says what it was."""

    level: int
    word: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One member: what became of its report, its verdicts in the order of the columns, None where there is none."""

    name: str
    state: str
    cells: Sequence[MatrixCell | None]


@dataclass(frozen=True, slots=True)
class MatrixBand:
    """As many commitments as fit beside one another, and every member below them."""

    header: Sequence[tuple[str, str]]  # code and short title
    rows: Sequence[MatrixRow]
    note: str = ""
    corrections: Sequence[tuple[str, str]] = ()  # the sign in a cell, and what its verdict was


@dataclass(frozen=True, slots=True)
class FilingGroup:
    """Members of whose reports the same became: by name, each with what must be said of it."""

    title: str
    members: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ReportChangeEntry:
    """A correction or a withdrawal: whose report, when and under which number, and why; each value, old and new."""

    member: str
    when: str
    reason: str
    values: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """A chapter: for each of its figures how many members gave it, and how many did not and why."""

    title: str
    rows: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class MemberChart:
    """One figure over the members, the largest first."""

    file: str
    title: str
    note: str
    alt: str
    drawing: BarChart


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A published report: when it was submitted and by whom, its publication, how its digest begins."""

    name: str
    submitted: str
    signed_by: str
    number: str
    digest: str


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """The content of the document."""

    language: str
    title: str
    file_name: str
    document_date: datetime
    rays: int
    imprint: CycleImprint
    kicker: str
    lead: str
    facts: Sequence[tuple[str, str]]
    stats: Sequence[tuple[str, str]]
    tally: Sequence[LevelCount]
    commitments: Sequence[CommitmentTally]
    matrix: Sequence[MatrixBand]
    groups: Sequence[FilingGroup]
    corrections: Sequence[ReportChangeEntry]
    withdrawals: Sequence[ReportChangeEntry]
    coverage_header: Sequence[str]
    coverage: Sequence[CoverageTable]
    charts: Sequence[MemberChart]
    method: Sequence[tuple[str, str]]
    register: Sequence[RegisterRow]
    logo: DocumentLogo | None = None  # the site's own, in place of the sun


@dataclass(frozen=True, slots=True)
class CycleMatrix:
    """The content of the matrix as a document of its own."""

    language: str
    title: str
    file_name: str
    document_date: datetime
    rays: int
    imprint: CycleImprint
    lead: str
    tally: Sequence[LevelCount]
    matrix: Sequence[MatrixBand]
    logo: DocumentLogo | None = None
