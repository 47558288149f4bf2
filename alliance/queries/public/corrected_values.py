"""The values that publications have corrected, one by one as a file has them: what each was and is, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from alliance.enums import CorrectionSubject
from alliance.figure_fields import FigureValues
from alliance.models import Charter, TimelineEntry
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.summary_facts import documents_of_publications
from alliance.queries.public.value_differences import value_difference
from alliance.validators.corrections import CorrectionPlace, Values

_AT_ONCE = 50  # publications, whose whole documents are read


@dataclass(frozen=True, slots=True)
class CorrectedValue:
    """One value: the service that it is of (a slug, or empty), what it is called, what it was and is."""

    service: str
    title: str
    before: str | Decimal
    now: str | Decimal


def corrected_values(entries: Sequence[TimelineEntry]) -> dict[int, list[CorrectedValue]]:
    """By publication, the values that these corrections changed. A query for fifty, and four for each charter."""
    charters: dict[tuple[str, int], Charter] = {}
    values = {}
    for start in range(0, len(entries), _AT_ONCE):
        some = entries[start : start + _AT_ONCE]
        documents = documents_of_publications([entry.valid_from for entry in some])
        for entry in some:
            document = documents.get(entry.valid_from, {})
            values[entry.valid_from] = _values(document, _charter_of(entry, document, charters))
    return values


def _charter_of(
    entry: TimelineEntry, document: Mapping[str, Any], charters: dict[tuple[str, int], Charter]
) -> Charter:
    """That of the document; of one that names none, such as a reply, that of its cycle."""
    named, cycle = document.get("charter"), entry.cycle
    if named:
        place = named["key"], named["version"]
    elif cycle:
        place = cycle.charter.key, cycle.charter.version
    else:
        return Charter()
    if place not in charters:
        charters[place] = public_charter_tree(*place) or Charter()
    return charters[place]


def _values(document: Mapping[str, Any], charter: Charter) -> list[CorrectedValue]:
    made = [each for each in document.get("corrections", ()) if each["publication"] is None]
    if not made:
        return []
    words = CorrectionWords(charter, document)
    return [
        CorrectedValue(place.service, words.title(place), *_sides(words, place, item["old"], item["new"]))
        for item in made[-1]["items"]
        for place in (CorrectionPlace.of_item(item),)
    ]


def _sides(
    words: CorrectionWords, place: CorrectionPlace, old: Values | None, new: Values | None
) -> tuple[str | Decimal, str | Decimal]:
    """What it was and is; in words, with the parts that differ, where the value itself is the same."""
    before, now = _value(words, place, old), _value(words, place, new)
    if before != now:
        return before, now
    return value_difference(words, place, old, new).in_words


def _value(words: CorrectionWords, place: CorrectionPlace, values: Values | None) -> str | Decimal:
    """A number, or the key of a choice or verdict, as programs read it; anything else in the reader's words."""
    if values is None:
        return words.text(place, None)
    if place.subject == CorrectionSubject.FIGURE:
        figure = FigureValues.from_document(values)
        return figure.value if figure.value is not None else figure.choice or words.text(place, values)
    if place.subject == CorrectionSubject.VERDICT:
        return str(values["value"])
    return words.text(place, values)
