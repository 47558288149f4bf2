"""What a working copy changes, in words: rows of figures, texts, evidence, warnings, withheld entries and verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import Direction
from alliance.figure_fields import FigureValues
from alliance.models import Figure, Indicator
from alliance.queries.last_verdicts import AnsweredVerdict, answered_verdicts
from alliance.queries.pledges import pledged_values
from alliance.queries.public.wording import cell_title, figure_text
from alliance.queries.report_differences import (
    Baseline,
    ChangeKind,
    FigureDifference,
    ReportDifferences,
    TextDifference,
    baselines,
    chosen_baseline,
    weight_between,
)
from alliance.queries.review_differences import Comparison
from alliance.queries.withheld import WithheldEntry, withheld_entries
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.figures import Finding
from alliance.web.workspace.editor_parts import text_prefix
from alliance.web.workspace.grid_cells import cell_change
from alliance.web.workspace.place_links import PlaceLinks, pledge_url
from alliance.workflows import REPORT_EDITABLE
from portal.kernel.access import Actor
from portal.kernel.text import format_figure

_QUOTED = 160  # characters of what is said anew to a verdict
FIGURE_KINDS: Mapping[ChangeKind, str | Promise] = {
    ChangeKind.ANSWER: gettext_lazy("Other answers"),
    ChangeKind.GONE: gettext_lazy("Figures no longer given"),
    ChangeKind.NUMBER: gettext_lazy("Changed numbers"),
    ChangeKind.BROKEN: gettext_lazy("Not compared"),
    ChangeKind.NEW: gettext_lazy("New figures"),
}
_STILL_EMPTY = gettext_lazy("Figures still empty")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure before and now."""

    url: str
    code: str
    title: str
    owner: str
    unit: str
    before: str
    now: str
    change: str
    kind: str
    trend: str
    is_rise: bool
    share: Decimal  # of the largest change in per cent
    notes: Sequence[str]
    break_reason: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text before and now."""

    url: str
    difference: TextDifference

    @property
    def code(self) -> str:
        required = self.difference.required
        return required.measure.code if required else ""


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning with the name of its place, and the note that answers it."""

    url: str
    place: str
    sentence: str
    note: str
    writer: str


@dataclass(frozen=True, slots=True)
class WithheldRow:
    """What the public will not read, why, and where that is changed; `value` is what it would read."""

    entry: WithheldEntry
    value: str
    change_url: str


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A verdict that asks for more, and what this report answers."""

    url: str
    answered: AnsweredVerdict
    quote: str


class DifferenceRows:
    """Everything that has changed in one working copy, as one person reads it."""

    def __init__(self, actor: Actor, copy: WorkingCopy, against: str = "") -> None:
        self.actor, self.copy = actor, copy
        self.links = PlaceLinks(copy.frame)
        self.available = baselines(actor, copy)
        self.baseline: Baseline | None = chosen_baseline(self.available, against)
        self.differences = ReportDifferences(copy, self.baseline)

    # --- figures ---

    @cached_property
    def changed_figures(self) -> list[FigureDifference]:
        return self.differences.changed_figures

    @cached_property
    def same_figures(self) -> list[FigureDifference]:
        return self.differences.figures_of(ChangeKind.SAME)

    @property
    def figure_kinds(self) -> list[tuple[str, str | Promise, int]]:
        """What became of the changed figures, in their order: each kind that there is, its name, of how many."""
        counts = Counter(row.kind for row in self.changed_figures)
        names = dict(FIGURE_KINDS)
        if self.is_unfinished:
            names[ChangeKind.GONE] = _STILL_EMPTY
        return [(kind.value, name, counts[kind]) for kind, name in names.items() if counts[kind]]

    @cached_property
    def is_unfinished(self) -> bool:
        """Whether the report is still being written: what the last period had and it has not is then merely empty."""
        is_written = self.copy.frame.report.state in REPORT_EDITABLE and not self.copy.is_ready
        return is_written and self.baseline is not None and self.baseline.comparison == Comparison.PERIOD

    def first_figures(self, answers: int, others: int) -> list[FigureDifference]:
        """The first of the changed figures, so that many other answers hide no number: at most so many of each."""
        in_words = self.differences.figures_of(ChangeKind.ANSWER, ChangeKind.GONE)
        compared = self.differences.figures_of(ChangeKind.NUMBER, ChangeKind.BROKEN, ChangeKind.NEW)
        return [*in_words[:answers], *compared[:others]]

    @cached_property
    def _largest(self) -> Decimal:
        sizes = [row.size for row in self.changed_figures if row.size.is_finite()]
        return min(max(sizes, default=Decimal(0)), Decimal(100)) or Decimal(100)

    @cached_property
    def _pledged(self) -> Mapping[str, Decimal]:
        return pledged_values(self.actor, self.copy.frame.report)

    def figure_rows(self, figures: Sequence[FigureDifference]) -> list[FigureRow]:
        """The figures in words."""
        return [self._figure_row(row) for row in figures]

    def _figure_row(self, row: FigureDifference) -> FigureRow:
        frame, indicator = self.copy.frame, row.indicator
        service = frame.service(row.place.service)
        owner = service.name if service else _("whole organisation")
        if row.place.cell:
            owner = f"{owner}, {cell_title(frame.report.charter, row.place.cell)}"
        is_broken = row.kind == ChangeKind.BROKEN
        change = cell_change(indicator, row.now, row.before, is_broken=is_broken)
        return FigureRow(
            url=self.links.figure_url(row.place),
            code=row.required.measure.code,
            title=indicator.title,
            owner=owner,
            unit=str(indicator.get_unit_display()),
            before=_text_of(row.indicator, row.before.values) if row.before else "",
            now=_text_of(row.indicator, row.now) if row.now else "",
            change="" if is_broken else change.text,
            kind=row.kind.value,
            trend=row.trend,
            is_rise=row.is_rise,
            share=min(row.size, self._largest) * 100 / self._largest,
            notes=self._notes(row),
            break_reason=self._break_reason(row) if is_broken else "",
        )

    def _notes(self, row: FigureDifference) -> list[str]:
        notes = []
        if row.kind == ChangeKind.NUMBER and row.indicator.direction != Direction.NEUTRAL:
            notes.append(str(Direction(row.indicator.direction).label).lower())
        if (
            row.now is not None
            and (pledged := self._pledged.get(row.indicator.key)) is not None
            and not row.place.cell
        ):
            notes.append(_("pledged: %(value)s") % {"value": format_figure(pledged)})
        note = row.now.note.strip() if row.now else ""
        return [*notes, note] if note else notes

    def _break_reason(self, row: FigureDifference) -> str:
        """The member's own words, else those of the charter."""
        own = row.now.definition_note.strip() if row.now and row.now.definition_changed else ""
        reason = self.differences.break_reasons.get(row.indicator.key, "") if row.is_broken_by_charter else ""
        return own or reason or _("The charter has changed the definition.")

    # --- texts ---

    @cached_property
    def changed_texts(self) -> list[TextDifference]:
        return self.differences.texts_of(ChangeKind.ANSWER, ChangeKind.GONE)

    @cached_property
    def new_texts(self) -> list[TextDifference]:
        return self.differences.texts_of(ChangeKind.NEW)

    @cached_property
    def same_texts(self) -> list[TextDifference]:
        return self.differences.texts_of(ChangeKind.SAME)

    def text_rows(self, texts: Sequence[TextDifference]) -> list[TextRow]:
        return [TextRow(self._text_url(row), row) for row in texts]

    def _text_url(self, row: TextDifference) -> str:
        report = self.copy.frame.report.pk
        if isinstance(row.subject, UUID):
            return pledge_url(report, row.subject)
        assert row.required is not None, "what is not a pledge's is a measure's"
        prefix = text_prefix(self.copy.frame.narratives[row.subject])
        page = self._measure_url(row.required.measure.key)
        return f"{page}?at={prefix}#id_{prefix}-text"

    def _measure_url(self, key: str) -> str:
        return reverse("workspace:report-measure", args=[self.copy.frame.report.pk, key])

    # --- warnings, what is withheld ---

    @cached_property
    def warnings(self) -> list[Finding]:
        """Those without a note first, and of both the largest difference first."""
        return sorted(self.copy.warnings, key=self._warning_order)

    def _warning_order(self, warning: Finding) -> tuple[bool, Decimal, Decimal]:
        figure = self.copy.values[warning.place]
        # those that the sentence compares; of another's count that one alone
        numbers = list(warning.values.values())
        numbers += [figure.value] if len(numbers) == 1 and figure.value is not None else []
        if len(numbers) != 2:
            return bool(figure.note.strip()), Decimal(0), Decimal(0)
        share, difference = weight_between(self.copy.frame.rules[warning.place.indicator].value, *numbers)
        return bool(figure.note.strip()), -share, -difference

    def warning_rows(self, warnings: Sequence[Finding]) -> list[WarningRow]:
        """The warnings, each with its note."""
        return [self._warning_row(warning) for warning in warnings]

    def _warning_row(self, warning: Finding) -> WarningRow:
        figure = self.copy.figures[warning.place]
        required = self.copy.frame.measure_of(warning.place.indicator)
        code = required.measure.code if required else ""
        place = f"{code} {self.copy.frame.words_of(warning.place)}".strip()
        writer = figure.updated_by.name if figure.updated_by else ""
        return WarningRow(
            self.links.figure_url(warning.place), place, str(warning), figure.note.strip(), writer
        )

    @cached_property
    def withheld(self) -> list[WithheldEntry]:
        return withheld_entries(self.copy)

    @property
    def withheld_evidence(self) -> int:
        """How many pieces of evidence only the secretariat reads."""
        return sum(row.disclosure != "public" for row in self.copy.evidence)

    def withheld_rows(self, entries: Sequence[WithheldEntry]) -> list[WithheldRow]:
        report = self.copy.frame.report.pk
        rows = []
        for entry in entries:
            row = entry.row
            kind = "figure" if isinstance(row, Figure) else "text"
            value = _text_of(row.indicator, FigureValues.of(row)) if isinstance(row, Figure) else ""
            url = reverse("workspace:report-disclose", args=[report, kind, row.pk])
            rows.append(WithheldRow(entry, value, "" if entry.follows else url))
        return rows

    # --- verdicts ---

    @cached_property
    def verdicts(self) -> list[AnsweredVerdict]:
        """What the last verdicts asked for; compared with the last period, whatever else is."""
        period = chosen_baseline(self.available, Comparison.PERIOD)
        is_shown = period is self.baseline
        differences = self.differences if is_shown else ReportDifferences(self.copy, period)
        return answered_verdicts(self.actor, differences)

    def verdict_rows(self, verdicts: Sequence[AnsweredVerdict]) -> list[VerdictRow]:
        rows = []
        for answered in verdicts:
            words = next((text.added_words for text in answered.texts), "")
            quote = f"{words[:_QUOTED].rstrip()}…" if len(words) > _QUOTED else words
            rows.append(VerdictRow(self._measure_url(answered.required.measure.key), answered, quote))
        return rows


def _text_of(indicator: Indicator, values: FigureValues) -> str:
    return figure_text(indicator, values.status, values.value, values.choice, estimate=values.estimate)
