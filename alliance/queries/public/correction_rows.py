"""What a published correction changed, value by value: what it was and what it is, for pages and documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance.enums import CorrectionSubject
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.wording import differing_excerpts, status_text
from alliance.validators.corrections import CorrectionPlace

Content = Mapping[str, Any]
_LONGEST = 300  # characters of a text beside another one on paper; in full it is in the record


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One value: what it was and is, and the part of the page where it stands; `is_derived`: a total that follows."""

    title: str
    anchor: str
    old: str
    new: str
    withheld: bool = False
    is_derived: bool = False
    is_text: bool = False
    reason: str = ""  # of a verdict, as it reads now
    old_reason: str = ""  # and as it read before

    @property
    def in_words(self) -> tuple[str, str, str]:
        """Its title, what it was and what it is; of a verdict with its reason, if that changed."""
        if self.withheld:
            withheld = status_text("", withheld=True)
            return self.title, withheld, withheld
        if self.reason == self.old_reason:
            return self.title, self.old, self.new
        return self.title, _with_reason(self.old, self.old_reason), _with_reason(self.new, self.reason)

    @property
    def on_paper(self) -> tuple[str, str, str]:
        """The same, short enough for a table: long texts where they begin to differ."""
        title, old, new = self.in_words
        if max(len(old), len(new)) <= _LONGEST:
            return title, old, new
        return title, *differing_excerpts(old, new, _LONGEST)


def correction_rows(words: CorrectionWords, entry: Content) -> Sequence[CorrectionRow]:
    """The values that one entry of a document’s corrections changed, then the totals that follow."""
    return [
        *(_row(words, CorrectionPlace.of_item(item), item) for item in entry["items"]),
        *(_total_row(words, total) for total in entry["totals"]),
    ]


def _row(words: CorrectionWords, place: CorrectionPlace, item: Content) -> CorrectionRow:
    old, new = item["old"], item["new"]
    is_verdict = place.subject == CorrectionSubject.VERDICT
    return CorrectionRow(
        title=words.title(place),
        anchor=words.anchor(place),
        old=words.text(place, old),
        new=words.text(place, new),
        withheld=item["withheld"],
        is_text=place.subject in (CorrectionSubject.TEXT, CorrectionSubject.RESPONSE),
        reason=new["reason"] if is_verdict and new else "",
        old_reason=old["reason"] if is_verdict and old else "",
    )


def _total_row(words: CorrectionWords, total: Content) -> CorrectionRow:
    indicator = total["indicator"]
    return CorrectionRow(
        title=words.total_title(indicator, total["cell"]),
        anchor=words.anchor(CorrectionPlace(CorrectionSubject.FIGURE, indicator=indicator)),
        old=words.total_text(indicator, total["old"]),
        new=words.total_text(indicator, total["new"]),
        is_derived=True,
    )


def _with_reason(value: str, reason: str) -> str:
    return f"{value}: {reason}" if reason else value
