"""What differs between two revisions of a published report: its values, texts, verdicts and totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.validators.corrections import CorrectionPlace, Values, values_in
from portal.kernel.text import DiffMark, DiffPiece, compare_words

Content = Mapping[str, Any]
_OF_VALUES = (
    "measures",
    "pledges",
    "verdicts",
    "totals",
    "corrections",
)  # compared value by value, or said elsewhere


@dataclass(frozen=True, slots=True)
class RevisionDifference:
    """One value as each revision has it; a text in pieces, each side without the words that the other alone has."""

    title: str
    anchor: str  # the part of the report's page in which it stands
    old: str
    new: str
    old_pieces: tuple[DiffPiece, ...] = ()
    new_pieces: tuple[DiffPiece, ...] = ()
    language: str = ""
    has_other_details: bool = False  # the value is the same, and what is said of it differs


@dataclass(frozen=True, slots=True)
class RevisionDifferences:
    """All that differs: values in the order of the report, and the names of other parts that are not the same."""

    rows: tuple[RevisionDifference, ...]
    other_parts: tuple[str, ...]


def revision_differences(old: CorrectionWords, new: CorrectionWords) -> RevisionDifferences:
    """Compare two revisions of one report, each with the words for its values. No queries but those of the words."""
    rows = (*_value_differences(old, new), *_total_differences(old, new), *_statement(old, new))
    parts = {"evidence": _("evidence"), "findings": _("findings")}
    names = {
        "services": _("the list of services"),
        "references": _("counts by others"),
        "signatory": _("who signed"),
        "late": _("whether it was filed late"),
        "submission": _("the submission that it rests on"),
    }
    others = [
        *(
            name
            for key, name in parts.items()
            if _of_measures(old.document, key) != _of_measures(new.document, key)
        ),
        *(name for key, name in names.items() if old.document.get(key) != new.document.get(key)),
    ]
    return RevisionDifferences(rows, tuple(others))


def _of_measures(document: Content, key: str) -> list[Any]:
    """A part of all measures; of a finding its text and state, not the day on which that was read."""
    rows = [measure.get(key) or [] for measure in document["measures"]]
    return [
        [{name: value for name, value in row.items() if name != "as_of"} for row in part] for part in rows
    ]


def _value_differences(old: CorrectionWords, new: CorrectionWords) -> Iterator[RevisionDifference]:
    before, after = (values_in(words.document, words.document["verdicts"]) for words in (old, new))
    for place in [*after, *(place for place in before if place not in after)]:
        one, other = before.get(place), after.get(place)
        if one == other:
            continue
        words = new if other is not None else old
        texts = _text_of(old, place, one), _text_of(new, place, other)
        title, anchor = words.title(place), words.anchor(place)
        if place.subject == CorrectionSubject.FIGURE:
            yield RevisionDifference(title, anchor, *texts, has_other_details=texts[0] == texts[1])
        elif place.subject == CorrectionSubject.VERDICT:
            if texts[0] != texts[1]:
                yield RevisionDifference(title, anchor, *texts)
            yield from _text_difference(
                _("%(verdict)s: the reason") % {"verdict": title}, anchor, one, other, "reason"
            )
        else:
            yield from _text_difference(title, anchor, one, other, "text")


def _text_of(words: CorrectionWords, place: CorrectionPlace, values: Values | None) -> str:
    """The value as its revision has it; a dash where the revision does not have it."""
    if values is None:
        return "–"
    return words.text(place, None if values.get("withheld") else values)


def _text_difference(
    title: str, anchor: str, one: Values | None, other: Values | None, key: str
) -> Iterator[RevisionDifference]:
    old, new = ("" if values is None else str(values[key] or "") for values in (one, other))
    if old == new:
        return
    pieces = compare_words(old, new)
    yield RevisionDifference(
        title,
        anchor,
        old,
        new,
        tuple(piece for piece in pieces if piece.mark != DiffMark.ADDED),
        tuple(piece for piece in pieces if piece.mark != DiffMark.REMOVED),
        (other or one or {}).get("language") or "",
    )


def _total_differences(old: CorrectionWords, new: CorrectionWords) -> Iterator[RevisionDifference]:
    before, after = (
        {(row["indicator"], row["cell"]): row for row in words.document["totals"]} for words in (old, new)
    )
    for key in [*after, *(key for key in before if key not in after)]:
        one, other = before.get(key), after.get(key)
        texts = (
            old.total_text(key[0], one) if one else "–",
            new.total_text(key[0], other) if other else "–",
        )
        if texts[0] == texts[1]:
            continue
        words = new if other else old
        place = CorrectionPlace(CorrectionSubject.FIGURE, indicator=key[0])
        yield RevisionDifference(words.total_title(*key), words.anchor(place), *texts)


def _statement(old: CorrectionWords, new: CorrectionWords) -> Iterator[RevisionDifference]:
    yield from _text_difference(
        _("Statement of the signatory"), "statement-title", old.document, new.document, "statement"
    )
