"""The sheets that compare: who filed, the matrix of verdicts, one sheet for each chapter with its charts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.documents.cells import MUTED_STYLE, reading_cell, reading_text, remarks, tick_cell
from alliance.documents.charter import CharterIndicator
from alliance.documents.cycle.detail_sheets import MemberFiling
from alliance.documents.cycle.facts import CycleFacts
from alliance.enums import ValueType, VerdictValue
from alliance.models import Chapter
from alliance.queries.public.readings import Reading
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS, VERDICT_ORDER
from alliance.queries.public.wording import correction_of_verdict
from portal.kernel.charts import MARK_PRINT, TILE_PRINT
from portal.kernel.documents.workbooks import Bars, Cell, Column, Group, Series, Sheet, chart_rows

MAX_BARS = 40  # of one chart; beyond that nobody compares by eye
_AXIS = {ValueType.SHARE: "share", ValueType.COUNT: "count", ValueType.DURATION: "count"}


def filings_sheet(facts: CycleFacts, *, number: str) -> Sheet:
    """Every member that had to report; `number` says what its reports are numbered by: publications or submissions."""
    columns = [
        Column(_("Member"), 30, "strong"), Column(_("State"), 20), Column(_("Late"), 10, "truth"),
        Column(_("Submitted"), 18, "moment"), Column(_("Signed by"), 36), Column(_("Reason"), 40),
        Column(number, 14, "count"), Column(_("Digest (SHA-256)"), 68, "line"), Column(_("Member’s key"), 22, "line"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (
            filing.name, filing.state, tick_cell(filing.late), filing.submitted_at, filing.signed_by or None,
            filing.reason or None, filing.number, filing.sha256 or None, filing.slug,
        )
        for filing in facts.filings
    ]  # fmt: skip
    return Sheet(_("Who submitted a report"), _("Who submitted a report"), columns, rows)


# --- Verdicts --------------------------------------------------------------------------------


def matrix_sheet(facts: CycleFacts) -> Sheet:
    """Members by commitments, each verdict as a word on its colour."""
    commitments = facts.charter.commitments
    columns = [Column(_("Member"), 30, "strong"), Column(_("Report"), 18)]
    columns += [Column(f"{commitment.code} {commitment.short}", 16) for commitment in commitments]
    rows: list[Sequence[Cell]] = []
    for filing in facts.filings:
        cells: list[Cell] = [filing.name, filing.state]
        for commitment in commitments:
            value = facts.verdicts.get((filing.slug, commitment.key))
            label = str(VerdictValue(value).label) if value else "–"
            if correction := facts.corrected.get((filing.slug, commitment.key)):
                label = f"{label} ({correction_of_verdict(value, correction.before)})"
            cells.append((label, f"level{VERDICT_LEVELS[value]}" if value else MUTED_STYLE))
        rows.append(cells)
    return Sheet(_("Verdicts"), _("Members by commitment"), columns, rows, fixed=1)


def tally_sheet(facts: CycleFacts) -> Sheet:
    """How many verdicts of each kind a commitment has, and the same drawn."""
    values = [str(value) for value in VERDICT_ORDER]
    columns = [Column(_("Commitment"), 46, "strong")]
    columns += [Column(str(value.label), 13, "count") for value in VERDICT_ORDER]
    counts_by_key: dict[str, Counter[str]] = {}
    for (_member, commitment), value in facts.verdicts.items():
        counts_by_key.setdefault(commitment, Counter())[value] += 1
    rows: list[Sequence[Cell]] = [
        (f"{each.code} {each.title}", *(counts_by_key.get(each.key, Counter())[value] for value in values))
        for each in facts.charter.commitments
    ]
    colours = {value: TILE_PRINT[VERDICT_LEVELS[value]] for value in VERDICT_ORDER}
    # the tile of this one is white: its mark is seen on white paper
    colours[VerdictValue.NO_EVIDENCE] = MARK_PRINT[1]
    series = [Series(str(value.label), place, colours[value]) for place, value in enumerate(VERDICT_ORDER, 1)]
    title = _("Verdicts by commitment")
    note = _(
        "Stacked bars: number of verdicts of each kind for every commitment. The numbers are "
        "beside the chart."
    )
    chart = Bars(title, note, 0, series, 0, len(rows) - 1, column=len(columns) + 1)
    charts = [chart] if counts_by_key else []
    return Sheet(_("Number of verdicts"), title, columns, rows, charts=charts)


# --- Chapters --------------------------------------------------------------------------------


def chapter_sheet(
    facts: CycleFacts, position: int, chapter: Chapter, entries: Sequence[CharterIndicator]
) -> Sheet:
    """Members by the chapter's figures; beside each number what must be known of it."""
    columns = [Column(_("Member"), 30, "strong")]
    groups = [Group("", 1)]
    for entry in entries:
        columns += [Column(entry.heading, 20, "number"), Column(_("Remarks"), 26, MUTED_STYLE)]
    for code_and_title in dict.fromkeys(
        f"{each.commitment.code} {each.commitment.title}" for each in entries
    ):
        own = [
            each for each in entries if f"{each.commitment.code} {each.commitment.title}" == code_and_title
        ]
        groups.append(Group(code_and_title, 2 * len(own)))
    rows = (
        [
            filing.name,
            *chain.from_iterable(_value_and_remarks(facts, entry, filing) for entry in entries),
        ]
        for filing in _filed(facts)
    )
    lead = [_("For each member, the figure as a whole: the total of its services where there is one.")]
    return Sheet(f"{position} {chapter.title}", chapter.title, columns, rows, lead=lead, groups=groups)


def _filed(facts: CycleFacts) -> list[MemberFiling]:
    return [filing for filing in facts.filings if filing.has_filed]


def _value_and_remarks(facts: CycleFacts, entry: CharterIndicator, filing: MemberFiling) -> tuple[Cell, Cell]:
    """The value and its remarks; of medians, which have no total, the services' own values.

    Where a report on an earlier version of the charter has none, the remark says that it is on that.
    """
    whole = facts.readings.get((filing.slug, entry.indicator.key))
    if whole is None:
        version = filing.earlier_version
        remark = _("report on version %(version)s") % {"version": version} if version is not None else None
        return ("–", MUTED_STYLE), remark
    if whole.services:
        texts = []
        for name, reading in whole.services:
            text, more = reading_text(entry.indicator, reading), remarks(reading)
            texts.append(f"{name}: {text} ({more})" if more else f"{name}: {text}")
        return (_("by service"), MUTED_STYLE), "; ".join(texts)
    cell = reading_cell(facts.charter, entry.indicator, whole.total)
    return cell, remarks(whole.total) or None


# --- Charts ----------------------------------------------------------------------------------


def chart_sheet(
    facts: CycleFacts, position: int, chapter: Chapter, entries: Sequence[CharterIndicator]
) -> Sheet | None:
    """For each of the chapter's numbers the members side by side, largest first; None where there are none."""
    blocks = [block for entry in entries if entry.is_quantity and (block := _ChartBlock(facts, entry)).bars]
    if not blocks:
        return None
    columns = [
        Column(_("Member"), 40, "line"),
        Column(_("Value"), 16, "number"),
        Column(_("Remarks"), 36, MUTED_STYLE),
    ]
    begins = list(accumulate((block.height for block in blocks), initial=0))
    charts = [block.chart(begin) for block, begin in zip(blocks, begins, strict=False)]
    rows = (row for block in blocks for row in block.rows())
    title = _("%(chapter)s: members compared") % {"chapter": chapter.title}
    lead = [_("Only known numbers are shown. A longer bar is not better in itself: see the data dictionary.")]
    return Sheet(
        f"{position} {_('Charts')}", title, columns, rows, lead=lead, charts=charts, is_filtered=False
    )


class _ChartBlock:
    """One indicator: its name, a row for each bar, and rows left free for the chart beside them."""

    def __init__(self, facts: CycleFacts, entry: CharterIndicator) -> None:
        self.facts, self.entry = facts, entry
        known = [(name, reading) for filing in _filed(facts) for name, reading in _bars(facts, entry, filing)]
        known.sort(key=lambda named_reading: named_reading[1].value or 0, reverse=True)
        self.known = len(known)
        self.bars = known[:MAX_BARS]

    @property
    def height(self) -> int:
        return max(len(self.bars) + 3, chart_rows(len(self.bars)) + 1)

    def rows(self) -> Iterator[Sequence[Cell]]:
        yield (self.title, "name"), None, (self._member_count_text(), MUTED_STYLE)
        for name, reading in self.bars:
            named = f"≈ {name}" if reading.estimate else name
            yield (
                named,
                reading_cell(self.facts.charter, self.entry.indicator, reading),
                remarks(reading) or None,
            )
        for _blank in range(self.height - len(self.bars) - 1):
            yield ()

    @property
    def title(self) -> str:
        return self.entry.heading

    def _member_count_text(self) -> str:
        if self.known > MAX_BARS:
            return _("the %(shown)d largest of %(known)d") % {"shown": MAX_BARS, "known": self.known}
        return ngettext("%(known)d number is known", "%(known)d numbers are known", self.known) % {
            "known": self.known
        }

    def chart(self, begin: int) -> Bars:
        note = _("Bars: %(title)s, largest first. The numbers are in the columns to the left.")
        series = [Series(self.title, 1, MARK_PRINT[4])]
        last = begin + len(self.bars)
        description = note % {"title": self.title}
        axis = _AXIS.get(ValueType(self.entry.indicator.value), "number")
        return Bars(self.title, description, 0, series, begin + 1, last, axis)


def _bars(facts: CycleFacts, entry: CharterIndicator, filing: MemberFiling) -> list[tuple[str, Reading]]:
    """The bars of one member: one for itself, or one for each service of a number that has no total."""
    whole = facts.readings.get((filing.slug, entry.indicator.key))
    if whole is None:
        return []
    named_readings = [(f"{service} ({filing.name})", reading) for service, reading in whole.services] or [
        (filing.name, whole.total)
    ]
    return [named_reading for named_reading in named_readings if named_reading[1].has_value]
