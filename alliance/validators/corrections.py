"""Corrections of plain documents: where a value is, the document with it replaced, what stood there before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from alliance.enums import CorrectionSubject
from alliance.figure_fields import FigurePlace

Content = Mapping[str, Any]
Values = Mapping[str, Any]
_SEPARATOR = "~"  # in no key of a charter


class CorrectionPlace(NamedTuple):
    """The place of a value in a report, in permanent keys."""

    subject: str
    commitment: str = ""
    measure: str = ""
    indicator: str = ""
    service: str = ""
    cell: str = ""
    pledge: str = ""

    @property
    def key(self) -> str:
        """As an address names it."""
        return _SEPARATOR.join(self)

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """The place that `key` names; None where it names none."""
        parts = key.split(_SEPARATOR)
        is_place = len(parts) == len(cls._fields) and parts[0] in CorrectionSubject.values
        return cls(*parts) if is_place else None

    @classmethod
    def of_figure(cls, place: FigurePlace) -> Self:
        return cls(
            CorrectionSubject.FIGURE, indicator=place.indicator, service=place.service or "", cell=place.cell
        )

    @classmethod
    def of_text(cls, indicator: str = "", pledge: str = "") -> Self:
        """A narrative answer, or that on a pledge beyond the charter."""
        return cls(CorrectionSubject.TEXT, indicator=indicator, pledge=pledge)

    @classmethod
    def of_verdict(cls, row: Values) -> Self:
        """The place of a verdict of a document."""
        return cls(CorrectionSubject.VERDICT, row["commitment"], row["measure"], pledge=row["pledge"] or "")

    @classmethod
    def of_response(cls, commitment: str) -> Self:
        """A reply to the verdict on one commitment, or to all of them."""
        return cls(CorrectionSubject.RESPONSE, commitment)

    @classmethod
    def of_target(cls, record: str, number: int, commitment: str = "") -> Self:
        """A target of a pledge: the first of its revision that holds has number 1."""
        return cls(CorrectionSubject.TARGET, commitment, cell=str(number), pledge=record)

    @classmethod
    def of_standing(cls) -> Self:
        """How the report was filed, or that it was not: there is one such statement."""
        return cls(CorrectionSubject.STANDING)

    @classmethod
    def of_item(cls, item: Values) -> Self:
        """The place that a published correction writes."""
        return cls(*(item[name] or "" for name in cls._fields))

    @property
    def figure(self) -> FigurePlace:
        """The place of a figure, as the other checks name it."""
        return FigurePlace(self.indicator, self.service or None, self.cell)

    @property
    def is_of_report(self) -> bool:
        """Whether the value stands in the report itself, and not in a record of its own beside it."""
        return self.subject not in (CorrectionSubject.RESPONSE, CorrectionSubject.TARGET)

    def to_document(self) -> dict[str, str]:
        return self._asdict()


Changes = Mapping[CorrectionPlace, Values]


def has_figures(changes: Changes) -> bool:
    """Whether a figure is among the values: then totals may follow, and what is withheld may be given away."""
    return any(place.subject == CorrectionSubject.FIGURE for place in changes)


# --- The values of a document ----------------------------------------------------------------


def values_in(content: Content, verdicts: Iterable[Values] = ()) -> dict[CorrectionPlace, Values]:
    """Every value of a submission, or of a published report, that can be corrected, in its order."""
    values: dict[CorrectionPlace, Values] = {}
    for measure in content["measures"]:
        for answer in measure["answers"]:
            values[CorrectionPlace.of_text(answer["indicator"])] = answer
        for row in measure["figures"]:
            place = FigurePlace(row["indicator"], row["service"], row["cell"])
            values[CorrectionPlace.of_figure(place)] = row
    for pledge in content["pledges"]:
        values[CorrectionPlace.of_text(pledge=pledge["record"])] = pledge
    for verdict in verdicts:
        values[CorrectionPlace.of_verdict(verdict)] = verdict
    return values


def corrected_content(content: Content, changes: Changes) -> dict[str, Any]:
    """The content of a submission with these figures and texts in the place of the old ones; the rest is as it was."""
    if not changes:
        return dict(content)
    return {
        **content,
        "measures": [
            {
                **measure,
                "answers": [
                    {**row, **changes.get(CorrectionPlace.of_text(row["indicator"]), {})}
                    for row in measure["answers"]
                ],
                "figures": corrected_figures(measure["figures"], changes),
            }
            for measure in content["measures"]
        ],
        "pledges": [
            {**row, **changes.get(CorrectionPlace.of_text(pledge=row["record"]), {})}
            for row in content["pledges"]
        ],
    }


def corrected_figures(rows: Sequence[Values], changes: Changes) -> list[dict[str, Any]]:
    """The figures of a submission with the new values in their places."""
    return [
        {
            **row,
            **changes.get(
                CorrectionPlace.of_figure(FigurePlace(row["indicator"], row["service"], row["cell"])), {}
            ),
        }
        for row in rows
    ]


def corrected_verdicts(verdicts: Sequence[Values], changes: Changes) -> list[dict[str, Any]]:
    """The verdicts of a document with the new values and reasons in their places."""
    return [{**row, **changes.get(CorrectionPlace.of_verdict(row), {})} for row in verdicts]


def targets_in(pledge: Content) -> dict[CorrectionPlace, Values]:
    """The targets of a published pledge, in its order."""
    return {
        CorrectionPlace.of_target(pledge["record"], number, pledge["commitment"]): target
        for number, target in enumerate(pledge["targets"], start=1)
    }


# --- What a published document says of its corrections ---------------------------------------


class PublishedCorrection(NamedTuple):
    """The last correction of one value: the entry of the document, and what stood there before it."""

    entry: Values
    old: Values | None  # None where the value is withheld


def numbered_corrections(document: Content, number: int) -> list[dict[str, Any]]:
    """The corrections of a document for the revision after it: the one that made it, number `number`, is named now."""
    return [
        {**entry, "publication": entry["publication"] or number} for entry in document.get("corrections", ())
    ]


def last_corrections(document: Content) -> dict[CorrectionPlace, PublishedCorrection]:
    """The last correction of each value of a published document."""
    return {
        CorrectionPlace.of_item(item): PublishedCorrection(entry, item["old"])
        for entry in document.get("corrections", ())
        for item in entry["items"]
    }


def corrected_verdicts_of(document: Content, number: int) -> dict[str, int]:
    """By commitment the last publication that corrected a verdict on it or its measures.

    `number` is that of the document. Under an empty key those on pledges beyond the charter.
    """
    return {
        item["commitment"] or "": entry["publication"] or number
        for entry in document.get("corrections", ())
        for item in entry["items"]
        if item["subject"] == CorrectionSubject.VERDICT
    }


def last_total_corrections(document: Content) -> dict[tuple[str, str], PublishedCorrection]:
    """The last change of each total that followed from a correction, by indicator and cell."""
    return {
        (total["indicator"], total["cell"]): PublishedCorrection(entry, total["old"])
        for entry in document.get("corrections", ())
        for total in entry["totals"]
    }


def before_corrections(document: Content) -> dict[str, Any]:
    """The document with the value before its last correction in every place; a withheld one stays as it is."""
    olds = {place: last.old for place, last in last_corrections(document).items() if last.old is not None}
    totals = last_total_corrections(document)
    content = corrected_content(document, olds)
    return {
        **content,
        "verdicts": corrected_verdicts(document.get("verdicts", ()), olds),
        "totals": [
            {**row, **(totals[key].old or {})}
            if (key := (row["indicator"], row["cell"])) in totals
            else dict(row)
            for row in document.get("totals", ())
        ],
    }
