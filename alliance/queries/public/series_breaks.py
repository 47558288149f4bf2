"""Where the charter breaks the series of a published indicator, and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from alliance.enums import IndicatorType
from alliance.models import Charter, Cycle, Indicator, KeyMapping
from alliance.queries.lineage import lineage_of
from alliance.validators.lineage import KeyHistory
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_revision


class SeriesBreaks:
    """The breaks of an indicator over the cycles of its lines. Two queries where its series ever broke, else none."""

    def __init__(self, indicator: Indicator, history: KeyHistory, cycle_ids: Collection[int]) -> None:
        self._history = history
        self._reasons: Mapping[int, str] = {}
        self._versions: list[tuple[int, int]] = []
        if history.series_breaks:
            self._reasons = _break_reasons(indicator, history)
            cycles = Cycle.objects.filter(pk__in=cycle_ids).order_by("starts_on")
            self._versions = list(cycles.values_list("pk", "charter__version"))

    def between(self, cycle_ids: Collection[int]) -> dict[int, str]:
        """Of a line with figures in these cycles those not comparable with the one before.

        With why, in the reader's language; no words where the charter gives none.
        """
        breaks = {}
        before: int | None = None
        for cycle_id, version in self._versions:
            if cycle_id not in cycle_ids:
                continue
            if self._history.breaks_at(version, before):
                crossed = (self._reasons.get(each, "") for each in range(version, before or 0, -1))
                breaks[cycle_id] = next(filter(None, crossed), "")
            before = version
        return breaks


def unexplained_break() -> str:
    """The words for a break of which the charter does not say why."""
    return _("The charter split, merged or redefined this indicator.")


def _break_reasons(indicator: Indicator, history: KeyHistory) -> dict[int, str]:
    """By the version that begins with the break, why it does, in the reader's language. One query."""
    rows = KeyMapping.objects.visible_to(ANYONE).filter(
        charter__key=indicator.charter.key, charter__version__in=history.series_breaks
    )
    return {
        row.charter.version: row.reason
        for row in rows.select_related("charter").order_by("pk")
        if row.reason and row.key == history.key_in(row.charter.version)
    }


class SeriesStart(NamedTuple):
    """The version with which a series begins; why, in both languages, where the charter broke one there and says so."""

    version: int
    reason_en: str = ""
    reason_ru: str = ""


class AskedKey(NamedTuple):
    """An indicator as one version of a charter asks for it."""

    charter: str
    version: int
    key: str


@cached_for_revision
def series_starts() -> Mapping[SeriesStart, Sequence[AskedKey]]:
    """The indicators of every public version, by where their series begin. Three queries, and those of lineages."""
    keys = _figure_keys()
    mapped = KeyMapping.objects.visible_to(ANYONE).order_by("-pk")
    reasons = {  # of several the first
        AskedKey(*row[:3]): row[3:]
        for row in mapped.values_list("charter__key", "charter__version", "key", "reason_en", "reason_ru")
        if any(row[3:])
    }
    starts: dict[SeriesStart, list[AskedKey]] = defaultdict(list)
    for charter in Charter.objects.visible_to(ANYONE):
        for key in keys[charter.pk]:
            history = lineage_of(charter).history_of(key)
            first = max(history.series_breaks, default=min(history.keys))
            texts = reasons.get(AskedKey(charter.key, first, history.key_in(first) or ""), ("", ""))
            start = SeriesStart(first, *(text or "" for text in texts))
            starts[start].append(AskedKey(charter.key, charter.version, key))
    return starts


@cached_for_revision
def renamed_series() -> Mapping[str, Sequence[AskedKey]]:
    """The indicators whose series goes on under another key in a later public version, by the last such key.

    Two queries, and those of lineages.
    """
    keys = _figure_keys()
    names: dict[AskedKey, str] = {}
    successors: dict[AskedKey, AskedKey] = {}
    for charter in Charter.objects.visible_to(ANYONE).order_by("key", "-version"):
        for key in keys[charter.pk]:
            asked = AskedKey(charter.key, charter.version, key)
            names[asked] = names[successors[asked]] if asked in successors else key
        lineage = lineage_of(charter)
        for key in keys[charter.pk] if lineage.mappings else ():
            earlier = lineage.versions[1]
            history = lineage.history_of(key)
            earlier_key = lineage.earlier_key(key, earlier)
            if earlier_key and not history.breaks_at(charter.version, earlier):
                asked = AskedKey(charter.key, earlier, earlier_key)
                successors.setdefault(asked, AskedKey(charter.key, charter.version, key))
    renamed: dict[str, list[AskedKey]] = defaultdict(list)
    for asked, name in names.items():
        if name != asked.key:
            renamed[name].append(asked)
    return renamed


def _figure_keys() -> Mapping[int, Sequence[str]]:
    """The keys of the figures that each public version asks for, by its charter. One query."""
    keys: dict[int, list[str]] = defaultdict(list)
    figures = Indicator.objects.visible_to(ANYONE).filter(type=IndicatorType.FIGURE)
    for charter_id, key in figures.order_by("pk").values_list("charter_id", "key"):
        keys[charter_id].append(key)
    return keys
