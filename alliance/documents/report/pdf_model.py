"""A member's report on paper: words ready to be printed, in the language of the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.services.site import DocumentLogo
from portal.kernel.charts import LineChart, SunMark


@dataclass(frozen=True, slots=True)
class PdfText:
    """What somebody wrote, in the language of the original; `language_note` names a foreign one, and a correction."""

    text: str
    language: str
    language_note: str = ""


@dataclass(frozen=True, slots=True)
class PdfCell:
    """One figure: its `kind` of cell, small words beside it, an older value, a note's sign."""

    kind: str = "value"
    text: str = ""
    aside: str = ""
    below: str = ""
    was: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class PdfFigureRow:
    """An indicator, or (`part`) one cell of its breakdown; without cells the name of a breakdown."""

    name: str
    unit: str
    cells: Sequence[PdfCell]
    part: bool = False


@dataclass(frozen=True, slots=True)
class PdfFigureTable:
    """A column for each service, then the total and the period before, which are named by their numbers."""

    header: Sequence[str]
    rows: Sequence[PdfFigureRow]
    total: int | None
    before: int | None
    notes: Sequence[tuple[str, PdfText]] = ()


@dataclass(frozen=True, slots=True)
class PdfAnswer:
    """A narrative; without words when it is withheld."""

    question: str
    text: PdfText | None


@dataclass(frozen=True, slots=True)
class PdfEvidence:
    """A file or a link in support of a measure."""

    title: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """A level from 0 (not due) to 5, its word, and why."""

    level: int
    word: str
    reason: PdfText | None = None
    difference: PdfText | None = None
    byline: str = ""


@dataclass(frozen=True, slots=True)
class PdfFinding:
    """What has to be done about a measure; `note` says by when, or what became of it, `withdrawal` why it is not."""

    text: PdfText
    note: str
    withdrawal: PdfText | None = None


@dataclass(frozen=True, slots=True)
class PdfMeasure:
    """One measure with what was answered to it."""

    code: str
    title: str
    answers: Sequence[PdfAnswer]
    tables: Sequence[PdfFigureTable]
    evidence: Sequence[PdfEvidence]
    evidence_withheld: str
    verdict: PdfVerdict | None
    findings: Sequence[PdfFinding]


@dataclass(frozen=True, slots=True)
class PdfTarget:
    """What is to be reached, and by when."""

    text: PdfText
    due: str


@dataclass(frozen=True, slots=True)
class PdfPledge:
    """What the member pledged to a commitment."""

    note: str
    text: PdfText
    targets: Sequence[PdfTarget]


@dataclass(frozen=True, slots=True)
class PdfChart:
    """A drawing of one indicator over the cycles; `file` is the name that the layout calls it by."""

    file: str
    title: str
    note: str
    words: str
    drawing: LineChart


@dataclass(frozen=True, slots=True)
class PdfReferenceCount:
    """The member's figure beside somebody else's: three numbers with their words, and the member's note."""

    title: str
    stats: Sequence[tuple[str, str]]
    far: bool
    note: PdfText | None
    source: str


@dataclass(frozen=True, slots=True)
class PdfReply:
    """The member's reply to a verdict, or to all of them."""

    text: PdfText
    signed: str


@dataclass(frozen=True, slots=True)
class PdfVerdictStep:
    """The verdict on a commitment after one cycle."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class PdfCommitment:
    """One commitment."""

    key: str
    number: str
    title: str
    lead: str
    pledge: PdfPledge | None
    measures: Sequence[PdfMeasure]
    charts: Sequence[PdfChart]
    counts: Sequence[PdfReferenceCount]
    verdict: PdfVerdict | None
    reply: PdfReply | None
    verdict_history: Sequence[PdfVerdictStep]


@dataclass(frozen=True, slots=True)
class PdfOwnPledge:
    """A pledge beyond the charter: the answer for the period, and the verdict on it."""

    title: str
    text: PdfText | None
    verdict: PdfVerdict | None


@dataclass(frozen=True, slots=True)
class PdfVerdictCount:
    """How many commitments reached one level."""

    level: int
    word: str
    count: str


@dataclass(frozen=True, slots=True)
class PdfImprint:
    """The head and foot of every page, and the digest that the document can be checked against."""

    site_name: str
    running_title: str
    revision: str
    record: str
    digest: str
    check: str
    url: str
    body_url: str
    check_file: str  # where the file itself is checked; empty of what is not published
    banner: str
    watermark: str


@dataclass(frozen=True, slots=True)
class PdfCover:
    """The first page."""

    kicker: str
    lead: str
    facts: Sequence[tuple[str, str]]
    notice: tuple[str, str] | None
    tally: Sequence[PdfVerdictCount]
    sun: SunMark | None


@dataclass(frozen=True, slots=True)
class PdfCorrection:
    """One correction: its publication, why, and each value with what it was and what it is."""

    publication: str
    reason: str
    values: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class PdfReport:
    """The content of the document."""

    language: str
    title: str
    file_name: str
    document_date: datetime
    member: str
    period: str
    rays: int
    imprint: PdfImprint
    cover: PdfCover
    statement: PdfText
    signed: str
    reply: PdfReply | None
    commitments: Sequence[PdfCommitment]
    own_pledges: Sequence[PdfOwnPledge]
    sources: Sequence[str]
    corrections: Sequence[PdfCorrection] = ()
    before: str = ""
    is_draft: bool = False  # of a working copy, which nobody has signed
    logo: DocumentLogo | None = None  # the site's own, in place of the sun
