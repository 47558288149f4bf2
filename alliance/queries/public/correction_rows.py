"""What a published correction changed, value by value: what it was and what it is, for pages and documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance.enums import CorrectionSubject
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.value_differences import (
    PartDifference,
    ValueDifference,
    total_difference,
    value_difference,
)
from alliance.queries.public.wording import differing_excerpts
from alliance.validators.corrections import CorrectionPlace

Content = Mapping[str, Any]
# characters of a text beside another one on paper, and in a list of revisions; in full it is in the record
_LONGEST, _SHORT = 300, 140


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One value: what it was and is, and the part of the page where it stands; `is_derived`: a total that follows."""

    title: str
    anchor: str
    difference: ValueDifference
    withheld: bool = False
    is_derived: bool = False
    is_text: bool = False
    is_verdict: bool = False

    @property
    def old(self) -> str:
        return self.difference.old

    @property
    def new(self) -> str:
        return self.difference.new

    @property
    def parts(self) -> Sequence[PartDifference]:
        """Its texts that differ."""
        return self.difference.parts

    @property
    def in_words(self) -> tuple[str, str, str]:
        """Its title, what it was and what it is, with its texts that differ."""
        return self.title, *self.difference.in_words

    @property
    def on_paper(self) -> tuple[str, str, str]:
        """The same, short enough for a table: long texts where they begin to differ."""
        title, old, new = self.in_words
        if max(len(old), len(new)) <= _LONGEST:
            return title, old, new
        return title, *differing_excerpts(old, new, _LONGEST)

    @property
    def in_short(self) -> tuple[str, str]:
        """What it was and is, in a few words."""
        return self.difference.in_short(_SHORT)


def correction_rows(words: CorrectionWords, entry: Content) -> Sequence[CorrectionRow]:
    """The values that one entry of a document’s corrections changed, then the totals that follow."""
    return [
        *(_row(words, CorrectionPlace.of_item(item), item) for item in entry["items"]),
        *(_total_row(words, total) for total in entry["totals"]),
    ]


def _row(words: CorrectionWords, place: CorrectionPlace, item: Content) -> CorrectionRow:
    return CorrectionRow(
        title=words.title(place),
        anchor=words.anchor(place),
        difference=value_difference(words, place, item["old"], item["new"]),
        withheld=item["withheld"],
        is_text=place.subject in (CorrectionSubject.TEXT, CorrectionSubject.RESPONSE),
        is_verdict=place.subject == CorrectionSubject.VERDICT,
    )


def _total_row(words: CorrectionWords, total: Content) -> CorrectionRow:
    indicator = total["indicator"]
    return CorrectionRow(
        title=words.total_title(indicator, total["cell"]),
        anchor=words.anchor(CorrectionPlace(CorrectionSubject.FIGURE, indicator=indicator)),
        difference=total_difference(words, indicator, total["old"], total["new"]),
        is_derived=True,
    )
