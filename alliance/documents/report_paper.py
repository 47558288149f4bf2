"""A member's report on paper: words ready to be printed, in the language of the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.services.site import PaperMark
from portal.kernel.charts import LineChart, SunMark


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote, in the language of the original; `aside` names a foreign one."""

    words: str
    language: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its `kind` in the house's table, small words beside it, an older value, a note's sign."""

    kind: str = "value"
    text: str = ""
    aside: str = ""
    below: str = ""
    was: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """An indicator, or (`part`) one cell of its breakdown; without cells the name of a breakdown."""

    name: str
    unit: str
    cells: Sequence[Cell]
    part: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A column for each service, then the total and the period before, which are named by their numbers."""

    header: Sequence[str]
    rows: Sequence[FigureRow]
    total: int | None
    before: int | None
    notes: Sequence[tuple[str, Said]] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A narrative; without words when it is withheld."""

    asked: str
    said: Said | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file or a link in support of a measure."""

    title: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A level from 0 (not due) to 5, its word, and why."""

    level: int
    word: str
    reason: Said | None = None
    difference: Said | None = None
    given: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with what was answered to it."""

    code: str
    title: str
    answers: Sequence[Answer]
    tables: Sequence[FigureTable]
    evidence: Sequence[Evidence]
    evidence_withheld: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached, and by when."""

    said: Said
    due: str


@dataclass(frozen=True, slots=True)
class Pledge:
    """What the member pledged to a commitment."""

    note: str
    said: Said
    targets: Sequence[Target]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of one indicator over the cycles; `file` is the name that the layout calls it by."""

    file: str
    title: str
    note: str
    words: str
    drawing: LineChart


@dataclass(frozen=True, slots=True)
class OtherCount:
    """The member's figure beside somebody else's: three numbers with their words, and the member's note."""

    title: str
    stats: Sequence[tuple[str, str]]
    far: bool
    note: Said | None
    source: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The member's reply to a verdict, or to all of them."""

    said: Said
    signed: str


@dataclass(frozen=True, slots=True)
class Step:
    """How a commitment stood after one cycle."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Opening:
    """One commitment."""

    key: str
    number: str
    title: str
    lead: str
    pledge: Pledge | None
    measures: Sequence[Measure]
    charts: Sequence[Chart]
    counts: Sequence[OtherCount]
    verdict: Verdict | None
    reply: Reply | None
    trail: Sequence[Step]


@dataclass(frozen=True, slots=True)
class OwnPledge:
    """A pledge beyond the charter: the answer for the period, and the verdict on it."""

    title: str
    said: Said | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many commitments reached one level."""

    level: int
    word: str
    count: str


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the head and foot of every page, and which bytes the document can be checked against."""

    house: str
    running: str
    revision: str
    record: str
    digest: str
    check: str
    url: str
    body_url: str
    banner: str
    watermark: str


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page."""

    kicker: str
    lead: str
    facts: Sequence[tuple[str, str]]
    notice: tuple[str, str] | None
    tally: Sequence[Tally]
    sun: SunMark | None


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """Everything that the document says."""

    language: str
    title: str
    file_name: str
    dated: datetime
    member: str
    period: str
    rays: int
    imprint: Imprint
    cover: Cover
    statement: Said
    signed: str
    reply: Reply | None
    openings: Sequence[Opening]
    own_pledges: Sequence[OwnPledge]
    sources: Sequence[str]
    before: str = ""
    mark: PaperMark | None = None  # the site's own, in place of the sun
