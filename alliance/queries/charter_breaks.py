"""Members of one cycle that answer to different versions of its charter, and which of their figures break."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.enums import IndicatorType
from alliance.models import Charter, Cycle, Indicator, KeyMapping, Organisation, Report
from alliance.queries.lineage import Lineage, lineage_of
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet


@dataclass(frozen=True)
class BrokenSeries:
    """A figure of an earlier version that is no figure of the cycle's: what it became, and why the series breaks.

    `values` are the members' own, where they may be read.
    """

    indicator: Indicator
    later: Sequence[Indicator]
    reasons: Sequence[str]
    values: Sequence[tuple[Organisation, str]] = ()


@dataclass(frozen=True)
class EarlierVersion:
    """The members of a cycle that answer to an earlier version than its own."""

    version: int
    members: Sequence[Organisation]
    broken: Sequence[BrokenSeries]


def broken_series(charter: Charter, earlier: Charter) -> list[BrokenSeries]:
    """The figures of an earlier version that totals and comparisons on this one leave out. Four queries."""
    lineage = lineage_of(charter)
    if earlier.version not in lineage.versions:
        return []
    asked = Indicator.objects.filter(charter=earlier, type=IndicatorType.FIGURE).order_by("position")
    later_figures = {row.key: row for row in Indicator.objects.filter(charter=charter).order_by("position")}
    mappings = KeyMapping.objects.filter(
        charter__key=charter.key, charter__version__in=lineage.versions
    ).select_related("charter")
    reasons: dict[tuple[int, str], list[str]] = {}
    for row in mappings.order_by("pk"):
        if row.reason:
            reasons.setdefault((row.charter.version, row.earlier_key), []).append(row.reason)
    broken = []
    for indicator in asked:
        later_key = lineage.current_key(indicator.key, earlier.version)
        if later_key and not lineage.history_of(later_key).breaks_at(charter.version, earlier.version):
            continue
        later_keys, texts = _way(lineage, indicator.key, earlier.version, reasons)
        later = [later_figures[key] for key in later_figures if key in later_keys]
        broken.append(BrokenSeries(indicator, later, texts))
    return broken


def _way(
    lineage: Lineage, key: str, version: int, reasons: dict[tuple[int, str], list[str]]
) -> tuple[set[str], list[str]]:
    """What a key has become by the latest version, and the reasons on the way, each once."""
    keys, texts = {key}, []
    steps = list(zip(lineage.versions, lineage.mappings, strict=False))
    for later, mapping in reversed(steps[: lineage.versions.index(version)]):
        texts += [text for each in sorted(keys) for text in reasons.get((later, each), ())]
        keys = {name for each in keys for name in mapping.later_keys(each)}
    return keys, list(dict.fromkeys(texts))


def earlier_versions_of(actor: Actor, cycle: Cycle) -> list[EarlierVersion]:
    """The reports of a cycle that answer to an earlier version, by version; without their values.

    No query on a first version, else one, and four more for each earlier version.
    """
    if cycle.charter.version == 1:
        return []
    rows = (
        Report.objects.visible_to(actor)
        .filter(cycle=cycle, earlier_charter__isnull=False)
        .select_related("organisation", "earlier_charter")
        .order_by(ByAlphabet("organisation__name"), "pk")
    )
    members: dict[Charter, list[Organisation]] = {}
    for report in rows:
        assert report.earlier_charter is not None, "filtered"
        members.setdefault(report.earlier_charter, []).append(report.organisation)
    return [
        EarlierVersion(earlier.version, organisations, broken_series(cycle.charter, earlier))
        for earlier, organisations in sorted(members.items(), key=lambda pair: -pair[0].version)
    ]
