"""What is stored beside the body of a submission: its counts and totals, for pages that are about many submissions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from alliance.enums import Disclosure, IndicatorType, ValueType
from alliance.figure_fields import FiledFigure, filed_figures
from alliance.models import Indicator
from alliance.queries.charter_contents import indicators_of
from alliance.queries.submitted_readings import submitted_organisation_reading
from alliance.validators.disclosure import DerivedTotals

_COUNTED = ("figures", "texts", "evidence")  # each with those of them that are withheld


def submission_extracts(charter_id: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a submission that follow from its content, as the charter has it that it answers to.

    They are never written without the body: what they say can be made of it again at any time.
    """
    indicators = [row for rows in indicators_of(charter_id).values() for row in rows]
    figures = filed_figures(content)
    return {
        "content_counts": _content_counts(content, figures, indicators),
        "organisation_totals": _organisation_totals(figures, indicators),
    }


def _content_counts(
    content: Mapping[str, Any], figures: Sequence[FiledFigure], indicators: Sequence[Indicator]
) -> dict[str, int]:
    """How much publishing the submission makes public, and how much of it stays with the secretariat."""
    derived = DerivedTotals.of(indicators)
    counts: Counter[str] = Counter()
    counts["figures_withheld"] = len(derived.withheld_places(figures))
    counts["figures"] = len(figures) - counts["figures_withheld"]
    texts = [answer for part in content["measures"] for answer in part["answers"]]
    _count_disclosures(counts, "texts", [*texts, *content["pledges"]])
    evidence = [item for part in content["measures"] for item in part["evidence"]]
    _count_disclosures(counts, "evidence", evidence)
    return {name: counts[name] for kind in _COUNTED for name in (kind, f"{kind}_withheld")}


def _count_disclosures(counts: Counter[str], kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
    withheld_count = sum(row["disclosure"] == Disclosure.SECRETARIAT for row in rows)
    counts[kind] += len(rows) - withheld_count
    counts[f"{kind}_withheld"] += withheld_count


def _organisation_totals(figures: Sequence[FiledFigure], indicators: Sequence[Indicator]) -> dict[str, str]:
    """The whole organisation's number by the key of its indicator, as decimal strings; none where none was measured."""
    by_indicator: dict[str, list[FiledFigure]] = {}
    for figure in figures:
        by_indicator.setdefault(figure.place.indicator, []).append(figure)
    totals = {}
    for indicator in indicators:
        if indicator.type == IndicatorType.FIGURE and indicator.value not in (
            ValueType.YES_NO,
            ValueType.CHOICE,
        ):
            reading = submitted_organisation_reading(indicator, by_indicator.get(indicator.key, ()))
            if reading is not None and reading.has_value:
                totals[indicator.key] = str(reading.value)
    return totals
