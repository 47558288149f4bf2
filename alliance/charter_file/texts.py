"""The content of a valid charter file: frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

LANGUAGES = ("en", "ru")


@dataclass(frozen=True)
class TranslatedText:
    """One text in both languages."""

    en: str
    ru: str


@dataclass(frozen=True)
class SourceText:
    title: TranslatedText
    url: str


@dataclass(frozen=True)
class Identifier:
    """The name that somebody else's list has for a harm."""

    scheme: str
    id: str


@dataclass(frozen=True)
class HarmText:
    key: str
    title: TranslatedText
    note: TranslatedText | None
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True)
class OptionDefinition:
    """A cell of a breakdown, with its parts where it is a category; or an answer of a choice."""

    key: str
    title: TranslatedText
    parts: "tuple[OptionDefinition, ...]" = ()


@dataclass(frozen=True)
class BreakdownText:
    """How a figure is split; `of_harms` means that the cells are the charter's harms."""

    key: str
    title: TranslatedText
    cells: tuple[OptionDefinition, ...]
    of_harms: bool


@dataclass(frozen=True)
class IndicatorDefinition:
    """What a measure asks. For a narrative all after `disclosure` but `limit` is empty."""

    key: str
    code: str
    type: str
    title: TranslatedText
    guidance: TranslatedText | None
    disclosure: str
    limit: int | None
    value: str
    unit: str
    direction: str
    scope: str
    aggregation: str
    breakdowns: tuple[str, ...]
    exclusive: bool | None
    choices: tuple[OptionDefinition, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    part_of: str
    period: str = ""
    period_aggregation: str = ""
    explanation: TranslatedText | None = None


@dataclass(frozen=True)
class MeasureText:
    key: str
    code: str
    core: bool
    title: TranslatedText
    text: TranslatedText
    indicators: tuple[IndicatorDefinition, ...]


@dataclass(frozen=True)
class CommitmentText:
    key: str
    code: str
    short: TranslatedText
    title: TranslatedText
    text: TranslatedText
    measures: tuple[MeasureText, ...]


@dataclass(frozen=True)
class ChapterText:
    title: TranslatedText
    commitments: tuple[CommitmentText, ...]


@dataclass(frozen=True)
class KeyChange:
    """What `earlier` was in the version before is `later` here; a split or a merge takes several of these.

    Without `later` it is still to be decided, and what else is said of `earlier` is proposed. A reason says why the
    series breaks although one key became one.
    """

    earlier: str
    later: str
    reason: TranslatedText | None = None


@dataclass(frozen=True)
class LaterVersions:
    """How signatures carry over to later versions, as the signatories agree to it; days of notice where they do."""

    signatures: str
    notice_days: int | None


@dataclass(frozen=True)
class CharterText:
    key: str
    version: int
    title: TranslatedText
    summary: TranslatedText
    working_text: bool
    note: TranslatedText | None
    statement: TranslatedText | None
    sources: tuple[SourceText, ...]
    harms: tuple[HarmText, ...]
    breakdowns: tuple[BreakdownText, ...]
    chapters: tuple[ChapterText, ...]
    supersedes: int | None
    mapping: tuple[KeyChange, ...]
    later_versions: LaterVersions | None = None

    def decided_mapping(self) -> tuple[KeyChange, ...]:
        """The rows of the keys of which it is decided what they become."""
        undecided = {change.earlier for change in self.mapping if not change.later}
        return tuple(change for change in self.mapping if change.earlier not in undecided)

    def commitments(self) -> Iterator[CommitmentText]:
        return (commitment for chapter in self.chapters for commitment in chapter.commitments)

    def measures(self) -> Iterator[MeasureText]:
        return (measure for commitment in self.commitments() for measure in commitment.measures)

    def indicators(self) -> Iterator[IndicatorDefinition]:
        return (indicator for measure in self.measures() for indicator in measure.indicators)
