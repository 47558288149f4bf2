"""Two versions of a charter side by side: what was added, removed, reworded, renamed, split, merged; and each series.

Works on texts alone, so that a file can be compared before it is loaded.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from alliance.charter_file import CharterText
from alliance.charter_file.texts import (
    LANGUAGES,
    CommitmentText,
    IndicatorDefinition,
    MeasureText,
    TranslatedText,
)
from alliance.enums import CharterChange, IndicatorType, SeriesChange
from alliance.queries.indicator_differences import IndicatorDifference
from alliance.queries.lineage import version_mapping
from alliance.validators.lineage import VersionMapping
from portal.kernel.text import reader_language


@dataclass(frozen=True)
class CharterItem:
    """A commitment or a measure with where it stands; a commitment has no indicators of its own."""

    key: str
    code: str
    title: TranslatedText
    text: TranslatedText
    is_measure: bool
    is_core: bool
    commitment: CommitmentText
    indicators: Sequence[IndicatorDefinition] = ()


@dataclass(frozen=True)
class TitlesElsewhere:
    """The titles of items of two versions in another language than the reader's."""

    language: str
    earlier: Sequence[str]
    later: Sequence[str]


@dataclass(frozen=True)
class ItemDifference:
    """Commitments or measures of the version before, and those that took their place."""

    change: CharterChange
    earlier: Sequence[CharterItem]
    later: Sequence[CharterItem]
    indicators: Sequence[IndicatorDifference] = ()
    is_undecided: bool = False  # nobody has said yet what became of one of the earlier ones

    @property
    def label(self) -> str:
        """The change in a word."""
        if self.is_undecided:
            return str(SeriesChange.UNDECIDED.label)
        if self.change == CharterChange.UNCHANGED and self.is_changed:
            return _("Text unchanged")
        return str(self.change.label)

    @property
    def is_changed(self) -> bool:
        """Whether anything of it differs, its indicators included."""
        return (
            self.is_undecided
            or self.change != CharterChange.UNCHANGED
            or any(row.is_changed for row in self.indicators)
        )

    @property
    def is_one_name(self) -> bool:
        """Whether it is one item with one code and title in both versions: to a reader without keys, the same."""
        names = [[(item.code, item.title) for item in items] for items in (self.earlier, self.later)]
        return len(self.earlier) == 1 and names[0] == names[1]

    @property
    def titles_elsewhere(self) -> TitlesElsewhere | None:
        """The titles in a language in which they differ, where they are the same in that of the reader."""
        languages = {
            language: [
                [getattr(item.title, language) for item in items] for items in (self.earlier, self.later)
            ]
            for language in LANGUAGES
        }
        differing = [language for language, (before, after) in languages.items() if before != after]
        if not self.earlier or not self.later or not differing or reader_language() in differing:
            return None
        before, after = languages[differing[0]]
        return TitlesElsewhere(differing[0], before, after)

    @property
    def without_key(self) -> "ItemDifference":
        """The difference as those read it who read no keys: where the key alone is new, nothing has changed."""
        is_new_key = self.change == CharterChange.RENAMED and self.is_one_name
        return replace(self, change=CharterChange.UNCHANGED) if is_new_key else self

    @property
    def earlier_keys(self) -> set[str]:
        """The keys of the version before that pledges can name: its own and those of its indicators."""
        return {item.key for item in self.earlier} | {
            indicator.key for item in self.earlier for indicator in item.indicators
        }


@dataclass(frozen=True)
class CharterDifference:
    """The differences in the order of the later version; what was removed stands where it stood."""

    items: Sequence[ItemDifference]
    mapping: VersionMapping
    later: CharterText

    @cached_property
    def counts(self) -> Mapping[CharterChange, int]:
        """How many items each change has."""
        return {change: sum(item.change == change for item in self.items) for change in CharterChange}

    @property
    def changed(self) -> list[ItemDifference]:
        return [item for item in self.items if item.is_changed]

    @property
    def changed_without_keys(self) -> list[ItemDifference]:
        """The same as those read them who read no keys."""
        return [item for each in self.items if (item := each.without_key).is_changed]

    @cached_property
    def series(self) -> Mapping[SeriesChange, Sequence[IndicatorDifference]]:
        """The differences of all indicators by what becomes of their series."""
        rows = {_place(row): row for item in self.items for row in item.indicators}  # some stand in two items
        return {change: [row for row in rows.values() if row.series == change] for change in SeriesChange}


def charter_difference(earlier: CharterText, later: CharterText) -> CharterDifference:
    """Compare a version with the one before it; the later one's mapping has to name the keys of the earlier one."""
    mapping = text_mapping(earlier, later)
    undecided = {change.earlier for change in later.mapping if not change.later}
    indicators = _by_place(_indicator_differences(earlier, later, mapping, undecided))
    commitments = _matched(_commitments(earlier), _commitments(later), mapping, undecided)
    measures = _matched(_measures(earlier), _measures(later), mapping, undecided)
    items = [_with_indicators(item, indicators) for item in (*commitments, *measures)]
    return CharterDifference(sorted(items, key=_Order(earlier, later)), mapping, later)


def text_mapping(earlier: CharterText, later: CharterText) -> VersionMapping:
    """The way from the keys of one text to those of the other; what is still to be decided leads nowhere."""
    rows = [change for change in later.mapping if change.later]
    changes = {(change.earlier, change.later) for change in rows}
    breaks = {(change.earlier, change.later) for change in rows if change.reason is not None}
    return version_mapping(_quantities(earlier), _quantities(later), changes, breaks)


def _quantities(charter: CharterText) -> dict[str, tuple[str, str]]:
    """Every key, with the value and unit of its figure."""
    quantities = {commitment.key: ("", "") for commitment in charter.commitments()}
    quantities |= {measure.key: ("", "") for measure in charter.measures()}
    for indicator in charter.indicators():
        quantities[indicator.key] = (str(indicator.value), str(indicator.unit))
    return quantities


def _commitments(charter: CharterText) -> list[CharterItem]:
    return [
        CharterItem(row.key, row.code, row.title, row.text, is_measure=False, is_core=True, commitment=row)
        for row in charter.commitments()
    ]


def _measures(charter: CharterText) -> list[CharterItem]:
    return [_measure(row, commitment) for commitment in charter.commitments() for row in commitment.measures]


def _measure(row: MeasureText, commitment: CommitmentText) -> CharterItem:
    return CharterItem(
        row.key,
        row.code,
        row.title,
        row.text,
        is_measure=True,
        is_core=row.core,
        commitment=commitment,
        indicators=row.indicators,
    )


def _components(
    earlier: Iterable[str], later: Iterable[str], mapping: VersionMapping
) -> Iterator[tuple[list[str], list[str]]]:
    """The keys that hang together: each group with what it was and what it became."""
    left_keys, right_keys = list(earlier), list(later)
    left_set, right_set = set(left_keys), set(right_keys)
    seen: set[str] = set()
    for start in left_keys:
        if start in seen:
            continue
        group, successors = {start}, set()
        while True:
            successors = {key for name in group for key in mapping.later_keys(name) if key in right_set}
            wider = group | {
                key for name in successors for key in mapping.earlier_keys(name) if key in left_set
            }
            if wider == group:
                break
            group = wider
        seen |= group
        yield [key for key in left_keys if key in group], [key for key in right_keys if key in successors]
    for key in right_keys:
        if not mapping.earlier_keys(key) & left_set:
            yield [], [key]


def _matched(
    earlier: Sequence[CharterItem],
    later: Sequence[CharterItem],
    mapping: VersionMapping,
    undecided: Collection[str],
) -> list[ItemDifference]:
    before, after = {item.key: item for item in earlier}, {item.key: item for item in later}
    groups = (
        ([before[key] for key in left], [after[key] for key in right])
        for left, right in _components(before, after, mapping)
    )
    return [
        ItemDifference(
            _change(left, right), left, right, is_undecided=any(item.key in undecided for item in left)
        )
        for left, right in groups
    ]


def _change(earlier: Sequence[CharterItem], later: Sequence[CharterItem]) -> CharterChange:
    if not earlier or not later:
        return CharterChange.REMOVED if earlier else CharterChange.ADDED
    if len(earlier) > 1 or len(later) > 1:
        if len(earlier) > 1 and len(later) > 1:
            return CharterChange.REGROUPED
        return CharterChange.MERGED if len(earlier) > 1 else CharterChange.SPLIT
    (was,), (now,) = earlier, later
    if (was.text, was.is_core) != (now.text, now.is_core):
        return CharterChange.REWORDED
    if (was.title, was.key) != (now.title, now.key):
        return CharterChange.RENAMED
    return CharterChange.UNCHANGED


def _indicator_differences(
    earlier: CharterText, later: CharterText, mapping: VersionMapping, undecided: set[str]
) -> list[IndicatorDifference]:
    before = {row.key: row for row in earlier.indicators()}
    after = {row.key: row for row in later.indicators()}
    rows = []
    for left, right in _components(before, after, mapping):
        was, now = [before[key] for key in left], [after[key] for key in right]
        series = SeriesChange.UNDECIDED if undecided.intersection(left) else _series_change(was, now, mapping)
        otherwise = [_asked_parts(earlier, row) for row in was] != [_asked_parts(later, row) for row in now]
        is_otherwise = series == SeriesChange.CONTINUES and otherwise
        is_one = len(was) == len(now) == 1
        rows.append(
            IndicatorDifference(
                was,
                now,
                series,
                is_otherwise,
                _reasons(left, later),
                is_explained_otherwise=is_one and was[0].explanation != now[0].explanation,
                is_renamed=is_one and was[0].title != now[0].title,
                is_guided_otherwise=is_one and was[0].guidance != now[0].guidance,
            )
        )
    return rows


def _reasons(keys: Sequence[str], later: CharterText) -> list[TranslatedText]:
    """Why the series of these keys break, each reason once."""
    reasons = (change.reason for change in later.mapping if change.earlier in keys)
    return list(dict.fromkeys(reason for reason in reasons if reason is not None))


def _asked_parts(charter: CharterText, indicator: IndicatorDefinition) -> tuple[object, ...]:
    """What an indicator asks for beside its total: the keys of cells and parts, and the period."""
    breakdowns = {row.key: row for row in charter.breakdowns}
    cells: list[tuple[str, ...]] = []
    for key in indicator.breakdowns:
        breakdown = breakdowns[key]
        cells += [(key, harm.key) for harm in charter.harms if breakdown.of_harms]
        cells += [(key, cell.key, *(part.key for part in cell.parts)) for cell in breakdown.cells]
    return tuple(cells), indicator.exclusive, indicator.period, indicator.period_aggregation


def _series_change(
    earlier: Sequence[IndicatorDefinition], later: Sequence[IndicatorDefinition], mapping: VersionMapping
) -> SeriesChange:
    if all(row.type == IndicatorType.NARRATIVE for row in (*earlier, *later)):
        return SeriesChange.TEXT
    if not earlier or not later:
        return SeriesChange.ENDS if earlier else SeriesChange.BEGINS
    breaks = any(mapping.origin(row.key)[1] for row in later)
    return SeriesChange.BREAKS if breaks else SeriesChange.CONTINUES


def _place(row: IndicatorDifference) -> tuple[bool, str]:
    """The first key that it had, and whether that is one of the earlier version."""
    return bool(row.earlier), (row.earlier or row.later)[0].key


def _by_place(rows: Iterable[IndicatorDifference]) -> dict[tuple[bool, str], IndicatorDifference]:
    """Each row under every key that it has in the earlier version (True) and in the later one."""
    return {
        (is_earlier, indicator.key): row
        for row in rows
        for is_earlier, indicators in ((True, row.earlier), (False, row.later))
        for indicator in indicators
    }


def _with_indicators(
    item: ItemDifference, rows: Mapping[tuple[bool, str], IndicatorDifference]
) -> ItemDifference:
    """The item with all indicators that stood in it or stand in it now: also those that came from another, or went."""
    places = [(True, row.key) for each in item.earlier for row in each.indicators]
    places += [(False, row.key) for each in item.later for row in each.indicators]
    own = {_place(row): row for place in places if (row := rows.get(place)) is not None}
    return replace(item, indicators=[_placed_at(row, set(places)) for row in own.values()])


def _placed_at(row: IndicatorDifference, places: Collection[tuple[bool, str]]) -> IndicatorDifference:
    keys = {(True, each.key) for each in row.earlier} | {(False, each.key) for each in row.later}
    is_elsewhere = bool(row.earlier) and bool(row.later) and not keys <= set(places)
    return replace(row, is_elsewhere=True) if is_elsewhere else row


class _Order:
    """Sorts by the place in the later version; what was removed follows what stood before it."""

    def __init__(self, earlier: CharterText, later: CharterText) -> None:
        self.later = {key: place for place, key in enumerate(_keys_in_order(later))}
        self.earlier: dict[str, int] = {}
        place = -1
        for key in _keys_in_order(earlier):
            place = self.later.get(key, place)
            self.earlier[key] = place

    def __call__(self, item: ItemDifference) -> tuple[int, bool]:
        if item.later:
            return self.later[item.later[0].key], False
        return self.earlier[item.earlier[0].key], True


def _keys_in_order(charter: CharterText) -> Iterator[str]:
    for commitment in charter.commitments():
        yield commitment.key
        yield from (measure.key for measure in commitment.measures)
