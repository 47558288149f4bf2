"""What the portal answers. States and kinds are texts: a later portal may have more of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

Texts = Mapping[str, str]  # by language

# states in which the organisation has to do something
_DUE_STATES = ("draft", "awaiting_sign_off", "changes_requested")


def in_language(texts: Texts, language: str) -> str:
    """The text in this language, else in any in which it is there."""
    return texts.get(language) or next(filter(None, texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Whose token it is, for which organisation, and what it opens."""

    name: str
    person: str
    organisation: str
    organisation_name: Texts
    scopes: tuple[str, ...]
    expires_at: datetime


# --- Reports ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step that the token's owner may take; `blocked` says why not yet. None: nobody looked, as in a list."""

    action: str
    label: str
    blocked: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Required answers that are given, of all."""

    done: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that the organisation has to file, or has filed."""

    id: int
    organisation: str
    cycle: str
    cycle_title: Texts
    state: str
    due_on: date
    late: bool = False
    changes_due_on: date | None = None
    submitted_at: datetime | None = None
    may_edit: bool = False
    actions: tuple[Action, ...] = ()

    @property
    def is_due(self) -> bool:
        """Whether the organisation has to do something."""
        return self.state in _DUE_STATES

    @property
    def deadline(self) -> date:
        """The last day to submit, or to submit again."""
        return self.changes_due_on or self.due_on

    def days_left(self, today: date) -> int:
        """Days until the deadline; below 0 once it has passed."""
        return (self.deadline - today).days

    def action(self, name: str) -> Action | None:
        """The step of this name, if the token's owner may take it."""
        return next((each for each in self.actions if each.action == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedFigure:
    """A figure that the report asks for: for each of its services (None: the whole organisation), with its parts."""

    key: str
    title: Texts
    value: str = ""
    unit: str = ""
    services: tuple[str | None, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedText:
    """A text that the report asks for, as it stands."""

    key: str
    title: Texts
    version: int = 0
    text: str = ""
    limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredMeasure:
    """A measure on which to report."""

    key: str
    code: str
    title: Texts
    answers: tuple[RequestedText, ...] = ()
    figures: tuple[RequestedFigure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeReport(Report):
    """A report with all that it asks for. `statement` is what a signatory signs.

    `carried_from` names the submission from which it carries over, 0 for none; None of a portal that does not say it.
    """

    progress: Progress
    statement: str = ""
    measures: tuple[RequiredMeasure, ...] = ()
    carried_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionItem:
    """One thing that needs a person's eyes; `blocks` says whether it stops sign-off."""

    kind: str
    blocks: bool
    where: str
    detail: str
    measure: str | None = None
    indicator: str | None = None
    service: str | None = None
    cell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What is missing before sign-off, and what else needs eyes; `shown` names the report that was checked."""

    is_ready: bool
    shown: str = ""
    items: tuple[AttentionItem, ...] = ()

    @property
    def blocking(self) -> tuple[AttentionItem, ...]:
        """What stops sign-off."""
        return tuple(item for item in self.items if item.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the portal finds in a figure that it has saved."""

    indicator: str
    service: str | None
    cell: str
    kind: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How many answers were changed, and what is found in all of them."""

    changed: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was filed, when and by whom; `sha256` is of the exact bytes."""

    number: int
    sha256: str
    submitted_at: datetime
    signatory_name: str
    signatory_office: str
    statement: str
    recalled_at: datetime | None = None


# --- Files -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of a report: a worker builds it, and says how far it is."""

    key: str
    kind: str
    title: str
    language: str
    state: str
    progress: int = 0
    error: str = ""
    file_name: str = ""
    size: int = 0
    sha256: str = ""
    created_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still being built."""
        return self.state in ("queued", "building")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCell:
    """One cell of a file that cannot be taken."""

    field: str
    address: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedField:
    """One field of an answer, in the report and as the file has it."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One answer of a file that would change the report, or cannot be taken. `choice` says what becomes of it."""

    number: int
    kind: str
    address: str
    where: str
    choice: str
    indicator: str | None = None
    service: str | None = None
    cell: str = ""
    pledge: str | None = None
    changes: tuple[ChangedField, ...] = ()
    refusals: tuple[RefusedCell, ...] = ()
    warnings: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file with answers, and what it would change; nothing of it is saved before that is asked for.

    `is_new` of one that was sent: not where the same file waited already.
    """

    id: int
    report: int
    kind: str
    state: str
    name: str
    rows_done: int = 0
    rows_total: int = 0
    refusal: str = ""
    remarks: tuple[str, ...] = ()
    left_empty: int = 0
    saved_count: int = 0
    digest: str = ""
    unchanged: int = 0
    is_new: bool = False
    differences: tuple[Difference, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still being read."""
        return self.state == "reading"

    def of_kind(self, kind: str) -> tuple[Difference, ...]:
        """The differences of this kind: `conflict`, `refused`, `changed`, `new`."""
        return tuple(row for row in self.differences if row.kind == kind)

    @property
    def taken(self) -> tuple[Difference, ...]:
        """What is saved when the file is."""
        return tuple(row for row in self.differences if row.kind != "refused" and row.choice != "leave")

    @property
    def left(self) -> tuple[Difference, ...]:
        """What could be saved and is not, unless somebody chooses so."""
        return tuple(row for row in self.differences if row.kind != "refused" and row.choice == "leave")


# --- The public record -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a publication."""

    name: str
    sha256: str
    bytes: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An entry of the public record; `sha256` is of the exact bytes at `body`."""

    number: int
    type: str
    record: str
    revision: int
    published_at: datetime
    title: Texts
    sha256: str
    body: str
    page: str = ""
    link: str = ""  # of the chain
    attachments: tuple[Attachment, ...] = ()

    @property
    def place(self) -> str:
        """Where the feed of changes goes on after it: its number, and the beginning of its link of the chain."""
        return f"{self.number}-{self.link[:16]}" if self.link else str(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of what is public; `cursor` is the place after it. Counts are 0 where the portal does not say them."""

    cursor: str
    at: datetime
    kind: str
    title: str
    url: str
    number: int
    record: str
    sha256: str
    figures_given: int = 0
    figures_ended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A page of changes, oldest first; `cursor` is where to go on after it, now or later."""

    rows: tuple[Change, ...] = ()
    cursor: str
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A row of the feed of changes as the portal has it."""

    publication: Publication
    figures_given: int = 0
    figures_ended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFeed:
    """A page of the feed of changes as the portal has it."""

    results: tuple[FeedRow, ...]
    cursor: str
    has_more: bool
