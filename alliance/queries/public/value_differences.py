"""What of a value differs from what it was: the value in words, then each part of it that is not the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject
from alliance.figure_fields import FIELDS, FigureValues, names_of
from alliance.figure_fields import ValueKind as Kind
from alliance.models import Indicator
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.targets import decision_of
from alliance.queries.public.wording import differing_excerpts, figure_texts
from alliance.validators.corrections import CorrectionPlace, Values
from portal.kernel.text import LANGUAGES, DiffPiece, compare_words, reader_language, shorten_unchanged

_WORDS_OF_FIGURE = names_of(Kind.LINE, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class PartDifference:
    """A text of a value that is not the same: what it is called, what it was and is; empty where there was none."""

    title: str
    old: str
    new: str

    @property
    def pieces(self) -> list[DiffPiece]:
        """The words that go and come, with some of those beside them."""
        return shorten_unchanged(compare_words(self.old, self.new))


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """What a value was and is, and its texts that differ: a verdict's reason, how a figure was counted."""

    old: str
    new: str
    parts: Sequence[PartDifference] = ()

    @property
    def in_words(self) -> tuple[str, str]:
        """Each side with its texts in one line."""
        sides = (
            (self.old, [(part.title, part.old) for part in self.parts]),
            (self.new, [(part.title, part.new) for part in self.parts]),
        )
        old, new = (
            "; ".join([value, *(f"{title}: {text}" for title, text in texts if text)])
            for value, texts in sides
        )
        return old, new

    def in_short(self, limit: int) -> tuple[str, str]:
        """Both values, or with their texts where they read the same; a long one from shortly before they differ."""
        texts = self.in_words if self.old == self.new else (self.old, self.new)
        return differing_excerpts(*texts, limit)


def value_difference(
    words: CorrectionWords, place: CorrectionPlace, old: Values | None, new: Values | None
) -> ValueDifference:
    """Both values as a reader reads them, with all that differs; what is withheld has no more than that word.

    As a publication writes them, or as a correction does: in the part that it may change.
    """
    if old is None or new is None:
        return ValueDifference(words.text(place, old), words.text(place, new))
    if place.subject == CorrectionSubject.FIGURE:
        indicator = words.indicators.get(place.indicator)
        if indicator is None:
            return ValueDifference(words.text(place, old), words.text(place, new))
        return figure_difference(indicator, FigureValues.from_document(old), FigureValues.from_document(new))
    texts = words.text(place, old), words.text(place, new)
    if place.subject == CorrectionSubject.VERDICT:
        return ValueDifference(*texts, differing_verdict_texts(old, new))
    if place.subject == CorrectionSubject.TARGET:
        return ValueDifference(*texts, [*_other_languages(old, new)])
    return ValueDifference(*texts)


def differing_verdict_texts(old: Values, new: Values) -> list[PartDifference]:
    """Of a verdict its reason, and why it differs from those on the measures, where they are not the same."""
    titles = {"reason": _("Reason for the verdict"), "difference": _("Why it differs from the measures")}
    return _differing([(title, old.get(name) or "", new.get(name) or "") for name, title in titles.items()])


def total_difference(words: CorrectionWords, indicator: str, old: Values, new: Values) -> ValueDifference:
    """A total over services: its value, and of how many of them it is where that differs."""
    texts = words.total_text(indicator, old), words.total_text(indicator, new)
    counts = [(row["parts"], row["of"]) for row in (old, new)]
    if counts[0] == counts[1] or old["withheld"] or new["withheld"]:
        return ValueDifference(*texts)
    counted = [_("%(parts)s of %(of)s services") % {"parts": parts, "of": of} for parts, of in counts]
    was, is_now = (f"{text} ({count})" for text, count in zip(texts, counted, strict=True))
    return ValueDifference(was, is_now)


def figure_difference(indicator: Indicator, old: FigureValues, new: FigureValues) -> ValueDifference:
    """A figure: its value with what else of it is a number, then what is said of it."""
    pairs = [(str(FIELDS[name].heading), getattr(old, name), getattr(new, name)) for name in _WORDS_OF_FIGURE]
    was, is_now = figure_texts(indicator, old, new)
    return ValueDifference(was or "–", is_now or "–", _differing(pairs))


def _other_languages(old: Values, new: Values) -> Iterator[PartDifference]:
    """The reasons of a decision about a target in the languages that the reader does not read."""
    decisions = decision_of(old), decision_of(new)
    names = {code: str(name) for code, name in settings.LANGUAGES}
    for language in LANGUAGES:
        was, is_now = (decision.reason.get(language, "") if decision else "" for decision in decisions)
        if was != is_now and language != reader_language():
            title = gettext("Reason for the decision (%(language)s)") % {"language": gettext(names[language])}
            yield PartDifference(title, was, is_now)


def _differing(pairs: Sequence[tuple[str, str, str]]) -> list[PartDifference]:
    return [PartDifference(*pair) for pair in pairs if pair[1] != pair[2]]
