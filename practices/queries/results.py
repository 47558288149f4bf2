"""What uses of a practice measured, side by side where it may be compared: one effect, one unit, one kind of service.

Each service counts once, by its last result in numbers. Of a kind there are the middle and the ends, never an average,
for services differ by more than chance; of fewer than three, no middle. Only uses that the reader may see are there, or
counted.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import exp, log, sqrt
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from alliance.queries.local_dates import day_of
from portal.kernel.access import Actor
from portal.kernel.text import NO_BREAK, format_change
from practices.enums import AdoptionState, ServiceKind
from practices.models import Adoption, AdoptionResult, Practice, Version
from practices.queries.adoptions import adoption_rows
from practices.units import Dimension, normalised, scale_of

FEWEST_FOR_A_MIDDLE = 3
_SURE = 1.96  # standard errors on each side: 95 of 100 ranges hold the true change


@dataclass(frozen=True, slots=True)
class NamedEffect:
    """An effect that the practice itself names, with its unit, and the source's own numbers."""

    what: str
    unit: str
    before: Decimal
    after: Decimal

    @classmethod
    def of(cls, row: Mapping[str, str]) -> "NamedEffect":
        """From a row of a version's effects."""
        return cls(row["what"], row.get("unit", ""), Decimal(row["before"]), Decimal(row["after"]))

    @property
    def key(self) -> tuple[str, str]:
        """What results are compared by."""
        return normalised(self.what), normalised(self.unit)

    @property
    def digest(self) -> str:
        """By which forms and addresses name it: another version may have other effects in its place."""
        return hashlib.sha256("\n".join(self.key).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """A change in per cent of what was before, with the range that chance allows, where it is known."""

    percent: float
    low: float | None = None
    high: float | None = None

    @property
    def may_be_chance(self) -> bool:
        """Whether the range holds no change at all."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


@dataclass(frozen=True)
class ServiceResult:
    """One service, by its last result of the effect; `first` is its first one, where there were several."""

    use: Adoption
    result: AdoptionResult
    change: MeasuredChange
    first: AdoptionResult | None
    first_change: MeasuredChange | None
    is_own: bool
    is_before_version: int  # the number of a later version that changed the method; 0 where there is none


@dataclass(frozen=True)
class KindPool:
    """The services of one kind, from the largest fall to the largest rise."""

    kind: str
    rows: Sequence[ServiceResult]
    is_own: bool  # whether one of the reader's own services is of this kind

    @property
    def label(self) -> str:
        return str(ServiceKind(self.kind).label)

    @cached_property
    def changes(self) -> list[float]:
        return [row.change.percent for row in self.rows]

    @property
    def middle(self) -> float | None:
        """The median; none of fewer than three."""
        return median(self.changes) if len(self.rows) >= FEWEST_FOR_A_MIDDLE else None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The lowest and the highest change; none of one service."""
        return (min(self.changes), max(self.changes)) if len(self.rows) > 1 else None

    @property
    def directions(self) -> str:
        """Whether all of them fell, all rose, or neither, as a code."""
        fell, rose = any(change < 0 for change in self.changes), any(change > 0 for change in self.changes)
        if fell and rose:
            return "both"
        return "fell" if fell else "rose" if rose else "same"


@dataclass(frozen=True)
class EffectPool:
    """All services that measured one effect in its unit, by kind, the reader's own kind first."""

    effect: NamedEffect
    digest: str  # of the effect in the original's words, in which results are compared
    source_change: MeasuredChange | None
    kinds: Sequence[KindPool]

    @property
    def rows(self) -> list[ServiceResult]:
        return [row for kind in self.kinds for row in kind.rows]

    @property
    def fell(self) -> int:
        return sum(row.change.percent < 0 for row in self.rows)

    @property
    def by_chance(self) -> int:
        return sum(row.change.may_be_chance for row in self.rows)


@dataclass(frozen=True)
class Incomparable:
    """A use whose result stands by itself, and why."""

    use: Adoption
    result: AdoptionResult | None
    reason: str


@dataclass(frozen=True)
class ComparedResults:
    """What the uses of a practice measured, as far as the reader may see."""

    pools: Sequence[EffectPool]
    incomparable: Sequence[Incomparable]
    considering: Sequence[Adoption]

    @property
    def measured(self) -> int:
        return sum(len(pool.rows) for pool in self.pools)


def named_effects(content: Mapping[str, Any]) -> list[NamedEffect]:
    """The effects that a version names, each once."""
    effects: dict[tuple[str, str], NamedEffect] = {}
    for row in content.get("effects", []):
        effect = NamedEffect.of(row)
        effects.setdefault(effect.key, effect)
    return list(effects.values())


def change_of(
    before: Decimal | None, after: Decimal | None, unit: str, counted: int | None
) -> MeasuredChange | None:
    """The change in per cent of what was before; None where there is none, or nothing before.

    The range follows from how many were counted on each side, where the unit is a share of them: that of the ratio of
    two shares, on the scale of its logarithm. There is none where a share is of less than one of those counted.
    """
    if before is None or after is None or not before:
        return None
    percent = float((after - before) / abs(before) * 100)
    scale = scale_of(unit)
    if not counted or scale is None or scale.dimension != Dimension.SHARE:
        return MeasuredChange(percent)
    shares = float(before * scale.factor), float(after * scale.factor)
    if not all(1 / counted <= share <= 1 for share in shares):
        return MeasuredChange(percent)
    error = sqrt(sum((1 - share) / (share * counted) for share in shares))
    ratio = log(shares[1] / shares[0])
    low, high = ((exp(ratio + sign * _SURE * error) - 1) * 100 for sign in (-1, 1))
    return MeasuredChange(percent, low, high)


def signed_percent(percent: float) -> str:
    """A change to whole per cent, with its sign."""
    return f"{format_change(Decimal(round(percent)))}{NO_BREAK}%"


class ComparisonRule:
    """Which results of a practice's uses are compared with those of others: by the effects that the practice names."""

    def __init__(self, effects: Sequence[NamedEffect]) -> None:
        self._keys = {effect.key for effect in effects}
        self._units = {effect.key[0]: effect.unit for effect in effects}

    def reason_against(self, use: Adoption, result: AdoptionResult) -> str:
        """Why a result is not compared with others; empty where it is."""
        key = effect_key(result)
        if not _is_number(result):
            return _("In words, not in numbers.")
        if key not in self._keys:
            if key[0] in self._units:
                return _("Another unit: the practice counts it “%(unit)s”.") % {
                    "unit": self._units[key[0]] or "–"
                }
            return _("Another effect than the practice names.")
        if not result.before:
            return _("There was nothing before: no change in per cent.")
        if use.service is None:
            return _("The whole organisation, not one service.")
        if not result.service_kind:
            return _("The kind of service is not given.")
        return ""


def effect_key(result: AdoptionResult) -> tuple[str, str]:
    """What the result is compared by: as the key of a named effect."""
    return normalised(result.what), normalised(result.unit)


def comparison_rules(actor: Actor, practices: Iterable[int]) -> dict[int, ComparisonRule]:
    """The rule of each of these practices that the actor may read, by its latest version. One query."""
    latest = Version.objects.visible_to(actor).filter(practice__in=practices)
    rows = latest.order_by("practice", "-number").distinct("practice").values_list("practice", "content")
    return {practice: ComparisonRule(named_effects(content)) for practice, content in rows}


def compared_results(
    actor: Actor, practice: Practice, content: Mapping[str, Any], method_versions: Iterable[int] = ()
) -> ComparedResults:
    """The results of the uses that the actor may see. `method_versions`: the versions that changed the method."""
    uses = list(adoption_rows(actor).filter(practice=practice).order_by("since", "pk"))
    return compare(uses, named_effects(content), actor.tenant_id, sorted(method_versions))


def compare(
    uses: Sequence[Adoption],
    effects: Sequence[NamedEffect],
    tenant: int | None,
    method_versions: Sequence[int],
) -> ComparedResults:
    """Sort these uses into pools, and name why others are in none."""
    by_effect: dict[tuple[str, str], list[ServiceResult]] = defaultdict(list)
    incomparable: list[Incomparable] = []
    considering: list[Adoption] = []
    rule = ComparisonRule(effects)
    for use in uses:
        results = sorted(use.current_results, key=_when)
        if use.state == AdoptionState.CONSIDERING and not results:
            considering.append(use)
            continue
        if not results:
            incomparable.append(Incomparable(use, None, _not_measured(use)))
        # words about an effect stand by themselves, and in the place of no number
        by_key: dict[tuple[tuple[str, str], bool], list[AdoptionResult]] = defaultdict(list)
        for result in results:
            by_key[effect_key(result), _is_number(result)].append(result)
        for (key, _number), rows in by_key.items():
            if reason := rule.reason_against(use, rows[-1]):
                incomparable.append(Incomparable(use, rows[-1], reason))
            else:
                by_effect[key].append(_service_result(use, rows, tenant, method_versions))
    pools = [
        EffectPool(
            effect,
            effect.digest,
            change_of(effect.before, effect.after, effect.unit, None),
            _kinds(by_effect[effect.key]),
        )
        for effect in effects
        if by_effect.get(effect.key)
    ]
    return ComparedResults(pools, incomparable, considering)


def _when(result: AdoptionResult) -> tuple[date, int]:
    return result.ends_on or day_of(result.added_at), result.pk


def _is_number(result: AdoptionResult) -> bool:
    return result.before is not None and result.after is not None


def _not_measured(use: Adoption) -> str:
    steps = list(use.steps.all())
    note = steps[0].note if steps else ""
    return _("Not measured. “%(note)s”") % {"note": note} if note else _("Not measured.")


def _service_result(
    use: Adoption, rows: Sequence[AdoptionResult], tenant: int | None, method_versions: Sequence[int]
) -> ServiceResult:
    last, first = rows[-1], rows[0] if len(rows) > 1 else None
    change = _change(last)
    assert change is not None, "its reason says so"
    later = [number for number in method_versions if last.version_number and number > last.version_number]
    return ServiceResult(
        use,
        last,
        change,
        first,
        _change(first) if first else None,
        use.organisation_id == tenant,
        later[-1] if later else 0,
    )


def _change(result: AdoptionResult) -> MeasuredChange | None:
    return change_of(result.before, result.after, result.unit, result.counted)


def _kinds(rows: Iterable[ServiceResult]) -> list[KindPool]:
    """The reader's own kinds first, then those with most services."""
    by_kind: dict[str, list[ServiceResult]] = defaultdict(list)
    for row in rows:
        by_kind[row.result.service_kind].append(row)
    pools = [
        KindPool(
            kind, sorted(members, key=lambda row: row.change.percent), any(row.is_own for row in members)
        )
        for kind, members in by_kind.items()
    ]
    return sorted(pools, key=lambda pool: (not pool.is_own, -len(pool.rows), pool.kind))
