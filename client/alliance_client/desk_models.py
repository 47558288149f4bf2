"""What the portal answers to the secretariat about supporters, and to administrators about webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

# --- Supporters ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter:
    """An entry of the directory of supporters, in whichever state; without its e-mail."""

    id: int
    name: str
    kind: str
    region: str
    state: str
    acceded_on: date
    town: str = ""
    website: str = ""
    charter: str = ""
    charter_version: int = 0
    state_reason: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCount:
    """How many rows of a file have the same fault in the same column."""

    column: str
    fault: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupporterImport:
    """A file of supporters; nothing of it is imported before somebody confirms.

    `counts` are its rows by what they would become, `importable` the entries that it would make; `shown` names what was
    read, for the confirmation.
    """

    id: int
    name: str
    stage: str
    rows_done: int = 0
    rows_total: int = 0
    counts: Mapping[str, int]
    left_columns: tuple[str, ...] = ()
    refusal: str = ""
    waits_until: date | None = None
    importable: int = 0
    undecided: int = 0
    faults: tuple[FaultCount, ...] = ()
    shown: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the portal is at work on it."""
        return self.stage in ("checking", "importing") and not self.refusal

    @property
    def is_whole(self) -> bool:
        """Whether no row stays out over a fault, or since nobody has decided what it is."""
        return not (self.refusal or self.undecided or self.counts.get("faulty", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class SupporterRow:
    """A row of a file of supporters, as a spreadsheet numbers it."""

    number: int
    outcome: str
    values: Mapping[str, str]
    fault_column: str = ""
    fault: str = ""
    twin: int | None = None


# --- Webhooks --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook of the organisation; nobody is shown its secret again."""

    id: int
    name: str
    address: str
    state: str
    state_at: datetime
    kinds: tuple[str, ...] = ()
    scope: str = ""
    members: tuple[str, ...] = ()
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """A message to a webhook, by its number (`webhook-id`), and what became of it."""

    message: str
    type: str
    state: str
    attempts: int
    created_at: datetime
    status: int | None = None
    fault: str = ""
    milliseconds: int | None = None
    tried_at: datetime | None = None
