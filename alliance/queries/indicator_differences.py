"""What the indicators of one version of a charter became in the next, in the words of its pages and its PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.charter_file.texts import IndicatorDefinition, TranslatedText
from alliance.enums import SeriesChange
from alliance.queries.charter_text import in_reader_language


@dataclass(frozen=True)
class IndicatorDifference:
    """What indicators of the version before became, and what becomes of their series."""

    earlier: Sequence[IndicatorDefinition]
    later: Sequence[IndicatorDefinition]
    series: SeriesChange
    is_asked_otherwise: bool = False  # by other breakdowns, parts, months or quarters; the series goes on
    reasons: Sequence[TranslatedText] = ()  # why it breaks, as the mapping says
    is_explained_otherwise: bool = False  # other words for readers; what is asked of members is the same
    is_elsewhere: bool = False  # some of them stand in another measure than the one that it is told of
    is_renamed: bool = False  # one that became one, under another title in some language
    is_guided_otherwise: bool = False  # what stands beside its field for members, in other words

    @property
    def consequence(self) -> str:
        """What becomes of them, in words; empty where they go on as they were, in their place."""
        if self.is_asked_otherwise:
            return _("asked for by other parts, months or quarters; the series of its total goes on")
        if self.series == SeriesChange.TEXT and not self.later:
            return _("a text, no longer asked for")
        if self.series == SeriesChange.TEXT and not self.earlier:
            return _("a text, asked for from now on")
        is_plain = self.series in (SeriesChange.CONTINUES, SeriesChange.TEXT)
        return str(self.series.label) if self.is_elsewhere or not is_plain else ""

    @property
    def named(self) -> list[Sequence[IndicatorDefinition]]:
        """Those that a sentence about it names: of what goes on elsewhere both sides, else the one that is known."""
        if self.is_elsewhere:
            return [self.earlier, self.later]
        return [self.later if self.is_asked_otherwise or not self.earlier else self.earlier]

    @property
    def renaming(self) -> str:
        """That it has another title, in words; empty where it has not, or where both titles stand in `named`."""
        if not self.is_renamed or (self.consequence and self.is_elsewhere):
            return ""
        if in_reader_language(self.earlier[0].title) == in_reader_language(self.later[0].title):
            return _("renamed in another language")
        return _("renamed")

    @property
    def is_changed(self) -> bool:
        """Whether there is something to say of it."""
        return (
            bool(self.consequence)
            or self.is_renamed
            or self.is_guided_otherwise
            or self.is_explained_otherwise
        )
