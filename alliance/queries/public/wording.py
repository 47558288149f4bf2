"""Values, changes, periods and kinds in the reader's words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, npgettext, pgettext
from django.utils.translation import gettext as _

from alliance.enums import FigureStatus, FindingState, Gap, Standing, TargetState, ValueType, VerdictValue
from alliance.figure_fields import FigureValues
from alliance.models import Charter, Cycle, Indicator
from alliance.queries.public.changes import ReadingChange
from alliance.queries.public.obligations import PublicObligation
from alliance.queries.public.readings import Reading
from alliance.queries.public.texts import in_reader_language
from alliance.validators.cells import is_period, whole_of
from portal.kernel.charts import Step
from portal.kernel.registry import publication_kind
from portal.kernel.text import NO_BREAK, format_figure
from portal.kernel.text import format_date as format_day

# the word for each type of publication, and the tone of its dot
KINDS: Mapping[str, tuple[str | Promise, str]] = {
    "charter": (gettext_lazy("Charter"), "accent"),
    "organisation": (gettext_lazy("Membership"), "4"),
    "accession": (gettext_lazy("Accession"), "4"),
    "signatures": (gettext_lazy("Accessions"), "4"),
    "pledge": (gettext_lazy("Pledge"), "5"),
    "report": (gettext_lazy("Report"), "accent"),
    "report_notice": (gettext_lazy("Notice"), "danger"),
    "response": (gettext_lazy("Reply"), "3"),
    "cycle": (gettext_lazy("Cycle"), "accent"),
    "reference_load": (gettext_lazy("Independent counts"), "2"),
    "correction": (gettext_lazy("Correction"), "warm"),
    "withdrawal": (gettext_lazy("Withdrawal"), "danger"),
}


def kind_of(type_: str, revision: int = 1, *, is_republished: bool = False) -> tuple[str, str]:
    """The word and the tone for a publication; a later revision of a report or cycle is a correction.

    Unless it repeats what had been withdrawn.
    """
    if is_republished:
        return pgettext("publication", "Published again"), "1"
    if type_ in ("report", "response", "cycle") and revision > 1:
        return _("Correction"), "warm"
    above = publication_kind(type_)
    word, tone = (above.name, above.tone) if above else KINDS.get(type_, (type_, "1"))
    return str(word), tone


def finding_title(row: Mapping[str, Any]) -> str:
    """Of a finding in a document: by when it is to be done, as of which day, or what became of it; and of which cycle.

    A finding of the report itself names no cycle, and is never a withdrawn one.
    """
    is_done, withdrawal, cycle = row["state"] == FindingState.DONE, row.get("withdrawal"), row.get("cycle")
    day = withdrawal["on"] if withdrawal else (row.get("done_on") if is_done else None) or row["due_on"]
    values = {
        "cycle": in_reader_language(cycle["title"]) if cycle else "",
        "day": format_day(date.fromisoformat(day)),
    }
    if withdrawal:
        return _("Finding of %(cycle)s, withdrawn on %(day)s") % values
    if is_done:
        return _("Finding of %(cycle)s, done on %(day)s") % values if cycle else _("Finding, done")
    text = (
        _("Finding of %(cycle)s, to be done by %(day)s") if cycle else _("Finding, to be done by %(day)s")
    ) % values
    if not (as_of := row.get("as_of")):
        return text
    return _("%(finding)s; as of %(day)s") % {
        "finding": text,
        "day": format_day(date.fromisoformat(as_of)),
    }


def unit_of(indicator: Indicator) -> str:
    """The unit after a number: only per cent, others are written once beside the name."""
    return "%" if indicator.value == ValueType.SHARE else ""


def rounded_value(indicator: Indicator, value: Decimal | None) -> Decimal | None:
    """A number as a page shows it: a share that was worked out is not given to the last digit.

    Two decimals, below one per cent two digits; files and documents have the whole number.
    """
    if value is None or indicator.value != ValueType.SHARE or not value:
        return value
    places = max(2, 1 - value.adjusted())
    return value.quantize(Decimal(1).scaleb(-places))


def value_text(indicator: Indicator, value: Decimal | None, choice: str = "") -> str:
    """A yes, a no or a choice in words; nothing for a number."""
    if indicator.value == ValueType.YES_NO and value is not None:
        return _("Yes") if value else _("No")
    if indicator.value == ValueType.CHOICE and choice:
        return choice_title(indicator, choice)
    return ""


def choice_title(indicator: Indicator, key: str) -> str:
    titles = {option["key"]: option["title"] for option in indicator.choices}
    return in_reader_language(titles.get(key)) or key


def cell_title(charter: Charter, cell: str) -> str:
    """A breakdown's cell in words: `harm=grooming` is "Grooming", `period=2026-07` is "July 2026"."""
    return " · ".join(_cell_part_title(charter, pair) for pair in cell.split(";"))


def _cell_part_title(charter: Charter, pair: str) -> str:
    if is_period(pair):
        return period_title(pair)
    dimension, _equals, key = pair.partition("=")
    # a report names the cells of its charter thousands of times: they are looked through once for each that is read
    titles: dict[str, Mapping[str, str]] | None = charter.__dict__.get("_titles_by_pair")
    if titles is None:
        titles = {
            f"{breakdown['key']}={cell['key']}": cell["title"]
            for breakdown in charter.breakdowns
            for cell in breakdown["cells"]
        }
        charter.__dict__["_titles_by_pair"] = titles
    title = in_reader_language(titles.get(pair)) or key or dimension
    category = whole_of(pair)
    return f"{in_reader_language(titles.get(category)) or category}: {title}" if category else title


def period_title(cell: str) -> str:
    """A month or a quarter of a cycle in words: "July 2026", "Quarter 3 of 2026"."""
    year, _hyphen, number = cell.partition("=")[2].partition("-")
    if number.startswith("q"):
        return _("Quarter %(number)s of %(year)s") % {"number": number[1:], "year": year}
    return _("%(month)s %(year)s") % {"month": str(MONTHS[int(number)]), "year": year}


def breakdown_title(charter: Charter, cell: str) -> str:
    """What a cell's breakdown is by: "Kind of harm"."""
    titles = {breakdown["key"]: breakdown["title"] for breakdown in charter.breakdowns}
    if is_period(cell):
        return _("Quarter") if "-q" in cell else _("Month")
    keys = [pair.partition("=")[0] for pair in cell.split(";")]
    return ", ".join(in_reader_language(titles.get(key)) or key for key in keys)


def in_charter_order(charter: Charter, cells: Iterable[str]) -> list[str]:
    """Breakdown cells, those of one dimension first, each as the charter lists them."""
    pairs = [
        f"{breakdown['key']}={cell['key']}" for breakdown in charter.breakdowns for cell in breakdown["cells"]
    ]
    places = {pair: place for place, pair in enumerate(pairs)}

    def place(cell: str) -> tuple[int, list[int], str]:
        steps = cell.split(";") if cell else []
        # months and quarters are in no charter: their keys are in their order
        return len(steps), [places.get(step, len(places)) for step in steps], cell if is_period(cell) else ""

    return sorted(cells, key=place)


def change_text(change: ReadingChange | None) -> str:
    """A change since the period before, in a few signs: +8 %, −0.6 points, was 4.1."""
    if change is None or change.value is None:
        return ""
    if change.kind == "was":
        return _("was %(value)s") % {"value": format_figure(change.value)}
    if not change.value:
        return _("no change")
    if change.kind == "points":
        points = round(change.value, 1)
        # a broken number takes the plural of a few
        count = abs(int(points)) if points == int(points) else 2
        text = ngettext("%(value)s point", "%(value)s points", count) % {"value": _signed_text(points)}
        return text.replace(" ", NO_BREAK)
    if change.kind == "percent":
        # whole per cent; one decimal where the change is under one per cent
        return _signed_text(round(change.value, 1 if abs(change.value) < 1 else 0), "%")
    return _signed_text(change.value)


def figure_text(
    indicator: Indicator, status: str, value: Decimal | None, choice: str = "", *, estimate: bool = False
) -> str:
    """A figure in words or digits, or why there is none; empty where it has neither."""
    if status != FigureStatus.REPORTED:
        return status_text(status)
    words = value_text(indicator, value, choice)
    if words or value is None:
        return words
    return (f"≈{NO_BREAK}" if estimate else "") + format_figure(
        rounded_value(indicator, value), unit_of(indicator)
    )


def figure_texts(indicator: Indicator, old: FigureValues, new: FigureValues) -> tuple[str, str]:
    """What a figure was and what it is, in words or digits; the two differ wherever a number of it or its series does.

    Behind the value stand its part and whole, its bounds, and that the definition changed, if they are not the same.
    """
    differing = set(new.changed_from(old))
    before, after = (
        figure_text(indicator, each.status, each.value, each.choice, estimate=each.estimate)
        for each in (old, new)
    )
    if before == after and "value" in differing and None not in (old.value, new.value):  # rounded to the same
        before, after = (format_figure(each.value, unit_of(indicator)) for each in (old, new))
    return _with_details(before, old, differing), _with_details(after, new, differing)


def _with_details(text: str, values: FigureValues, differing: set[str]) -> str:
    details = []
    if not differing.isdisjoint(("numerator", "denominator")) and values.denominator is not None:
        numbers = {"part": format_figure(values.numerator), "whole": format_figure(values.denominator)}
        details.append(_("%(part)s of %(whole)s") % numbers)
    bounds = [values.lower, values.upper]
    if not differing.isdisjoint(("lower", "upper")) and bounds != [None, None]:
        details.append("–".join("…" if each is None else format_figure(each) for each in bounds))
    if "definition_changed" in differing and values.definition_changed:
        details.append(_("definition changed"))
    return f"{text} ({'; '.join(details)})" if details else text


def text_before_correction(indicator: Indicator, now: Reading, before: Reading | None) -> str:
    """What stood in the place of a corrected figure; empty where it reads the same, or where either is withheld."""
    if before is None or before.withheld or now.withheld:
        return ""
    was, is_now = figure_texts(indicator, *(_values_of(each) for each in (before, now)))
    return was if was != is_now else ""


def _values_of(reading: Reading) -> FigureValues:
    """What a reading has of a figure."""
    return FigureValues(
        reading.status, reading.value, reading.choice, lower=reading.lower, upper=reading.upper,
        estimate=reading.estimate, definition_changed=reading.broken,
    )  # fmt: skip


def correction_mark(before: str) -> str:
    """That a figure was corrected, with what it was, which may be empty."""
    return _("corrected, was %(value)s") % {"value": before} if before else _("corrected")


def correction_of_verdict(value: str | None, before: str) -> str:
    """What a corrected verdict was: another one, or the same with another reason."""
    if before == value:
        return _("corrected: its reason")
    return _("corrected, was %(value)s") % {"value": VerdictValue(before).label}


def correction_of_filing(was: Mapping[str, str] | None) -> str:
    """What was said of a report's filing before that was corrected; empty where it was not."""
    if not was:
        return ""
    return _("corrected, was %(value)s") % {"value": str(Standing(was["standing"]).label)}


def earlier_text(indicator: Indicator, periods: int, reading: Reading) -> str:
    """The last figure before a gap, with how far back it lies: nothing is subtracted across a missing period."""
    value = value_text(indicator, reading.value, reading.choice) or format_figure(
        rounded_value(indicator, reading.value), unit_of(indicator)
    )
    return ngettext("%(periods)d period ago: %(value)s", "%(periods)d periods ago: %(value)s", periods) % {
        "periods": periods,
        "value": value,
    }


def _signed_text(value: Decimal, unit: str = "") -> str:
    text = format_figure(value, unit)
    return f"+{text}" if value > 0 else text


def deviation_text(distance: Decimal | None) -> str:
    """How far two counts are apart, in per cent of the reference."""
    if distance is None:
        return ""
    rounded = round(distance, 1)
    return (
        f"<{NO_BREAK}{format_figure(Decimal('0.1'), '%')}"
        if distance and not rounded
        else format_figure(rounded, "%")
    )


def status_text(status: str, *, withheld: bool = False) -> str:
    """Why there is no number."""
    if withheld:
        return _("Withheld")
    if status in Gap.values:
        return str(Gap(status).label)
    return str(FigureStatus(status).label) if status in FigureStatus.values else ""


_STATE_COUNTS: Mapping[str, Callable[[int], str]] = {
    TargetState.KEPT: lambda n: npgettext("targets", "%(n)s kept", "%(n)s kept", n),
    TargetState.MISSED: lambda n: npgettext("targets", "%(n)s missed", "%(n)s missed", n),
    TargetState.LATE: lambda n: npgettext("targets", "%(n)s overdue", "%(n)s overdue", n),
    TargetState.DUE: lambda n: npgettext("targets", "%(n)s due", "%(n)s due", n),
    TargetState.WITHDRAWN: lambda n: npgettext("targets", "%(n)s withdrawn", "%(n)s withdrawn", n),
}


def count_of_state(state: TargetState, count: int) -> str:
    """How many targets became so: "3 kept"."""
    return _STATE_COUNTS[state](count) % {"n": format_figure(count)}


def standing_text(obligation: PublicObligation) -> str:
    """What became of a report, with the day on which it is due, or on which the membership ended before that."""
    if obligation.standing == Standing.DUE and obligation.due_on is not None:
        return _("Due %(day)s") % {"day": format_day(obligation.due_on)}
    if obligation.standing == Standing.ENDED and obligation.ended_on is not None:
        return end_of_membership(obligation.ended_on)
    if obligation.standing == Standing.IN_REVIEW and obligation.late:
        return _("In review, filed late")
    return str(Standing(obligation.standing).label)


def end_of_membership(day: date) -> str:
    """That a membership ended, and when."""
    return _("Membership ended %(day)s") % {"day": format_day(day)}


def period_labels(starts_on: date, ends_on: date) -> tuple[str, str]:
    """A period in two short words, for a chart's axis and the sun's centre: its part, and its year."""
    year = str(ends_on.year)
    first, last = (starts_on.month, starts_on.day), (ends_on.month, ends_on.day)
    if starts_on.year == ends_on.year and (first, last) == ((1, 1), (12, 31)):
        return "", year
    if starts_on.year == ends_on.year and starts_on.day == 1:
        halves = {((1, 1), (6, 30)): "I", ((7, 1), (12, 31)): "II"}
        return halves.get((first, last)) or month_range(starts_on, ends_on), year
    return month_range(starts_on, ends_on), year


def month_range(starts_on: date, ends_on: date) -> str:
    """Jan–Jun; the month alone when it is one. Russian writes months small."""
    short = "b" if get_language() == "ru" else "M"
    begin, end = format_date(starts_on, short), format_date(ends_on, short)
    return begin if begin == end else f"{begin}–{end}"


def short_cycle(cycle: Cycle) -> str:
    """A cycle as a column's head: 2026-I."""
    part, year = period_labels(cycle.starts_on, cycle.ends_on)
    return f"{year}-{part}" if part in ("I", "II") else f"{part} {year}".strip()


def excerpt(text: str, limit: int = 140) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",;:.–—") + "…"


def differing_excerpts(old: str, new: str, limit: int) -> tuple[str, str]:
    """Both texts from the same place, the beginning or shortly before they differ, so that what differs is seen."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    if max(len(old), len(new)) <= limit or same <= limit // 2:
        return excerpt(old, limit), excerpt(new, limit)
    start = same - limit // 4
    start = new.find(" ", start, same) + 1 or start
    return f"… {excerpt(old[start:], limit)}", f"… {excerpt(new[start:], limit)}"


def name_in_language(names: Mapping[str, Any]) -> str:
    """A name that a publication has in several languages."""
    return in_reader_language(names.get("name") or names.get("title"))


def chart_step(cycle: Cycle) -> Step:
    """The cycle as a step of a chart's axis: half-year over year."""
    part, year = period_labels(cycle.starts_on, cycle.ends_on)
    return Step(part, year, cycle.title) if part else Step(year, full=cycle.title)
