"""The figures of a member for one half-year, from those in its file; the same file gives the same figures."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from alliance.demo.breakdowns import distribute, harm_weights, weights_by_cell
from alliance.demo.files import Record, read
from alliance.enums import Aggregation, FigureStatus, ValueType
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Indicator

LAST = 3  # the half-year whose figures are in the files; 1 and 2 come before it, 4 is the present one
_STATUS = {"na": FigureStatus.NOT_APPLICABLE, "nm": FigureStatus.NOT_MEASURED}


@dataclass
class Amounts:
    """What one member measured in one half-year; its services are under the keys of its file."""

    member: Record
    cycle: int
    indicators: dict[str, Indicator]
    figures: dict[FigurePlace, FigureValues] = field(default_factory=dict)

    @cached_property
    def trends(self) -> Record:
        return read("trends.yaml")

    def make(self) -> dict[FigurePlace, FigureValues]:
        """All figures, wholes before their parts."""
        amounts = self.member["figures"]
        for key in sorted(amounts, key=self._depth):
            amount = amounts[key]
            is_by_service = isinstance(amount, dict) and not {"estimate", "declined"} & set(amount)
            by_service = amount if is_by_service else {None: amount}
            for service, figures in by_service.items():
                # the file's entry for this half-year: earlier ones may differ
                earlier = self.member.get("earlier", {}).get(key, {}).get(service, {})
                record = earlier.get(self.cycle, figures)
                self.figures[FigurePlace(key, service)] = self._figure(key, service, record)
        for service in self._keys_of("time-to-restriction"):
            self._restricted_by_time(service)
        for key in amounts:
            if self.indicators[key].aggregation == Aggregation.ENTERED:
                self._entered(key)
        for key, service, cells in self._broken_down():
            total = self.number(key, service)
            if total:
                self._spread(key, service, total, cells)
        self._mark_changes()
        return self.figures

    def number(self, key: str, service: str | None = None) -> Decimal | None:
        """The total that was reported, if any."""
        figure = self.figures.get(FigurePlace(key, service))
        return figure.value if figure and figure.is_reported else None

    # --- one figure ---

    def _figure(self, key: str, service: str | None, record: Any) -> FigureValues:
        if isinstance(record, dict) and "declined" in record:
            return FigureValues(FigureStatus.DECLINED, reason=record["declined"])
        if isinstance(record, dict):
            return self._estimate(key, service, record)
        if isinstance(record, str) and record in _STATUS:
            return FigureValues(_STATUS[record])
        if isinstance(record, bool):
            return FigureValues(value=Decimal(int(record)))
        if self.indicators[key].value == ValueType.CHOICE:
            return FigureValues(choice=record)
        if self.indicators[key].value == ValueType.SHARE:
            return self._share(key, service, str(record))
        return FigureValues(value=self._amount(key, service, Decimal(str(record))))

    def _estimate(self, key: str, service: str | None, record: Record) -> FigureValues:
        value, lower, upper = (Decimal(str(number)) for number in record["estimate"])
        number = self._moved(key, service, value)
        shift = number - value
        bounds = {"lower": max(lower + shift, Decimal(0)), "upper": upper + shift}
        if shift and lower + shift <= 0:
            bounds["lower"] = number / 2
        facts = {"estimate": True, "method": record.get("method", ""), **bounds}
        whole = self._whole(key, service)
        if not whole:
            return FigureValues(value=number, **facts)
        return replace(_share_of(number, whole), **facts)

    def _share(self, key: str, service: str | None, text: str) -> FigureValues:
        """A share with its part and whole, where the file or another figure gives the whole."""
        percent, _of, whole = text.partition(" of ")
        share = min(self._moved(key, service, Decimal(percent)), Decimal(100))
        of = self._grown(key, service, Decimal(whole)) if whole else self._whole(key, service)
        if of is None or not of:
            return FigureValues(value=share)
        return _share_of(share, of)

    def _whole(self, key: str, service: str | None) -> Decimal | None:
        named = self.trends["whole"].get(key)
        return self.number(named, service) if named else None

    def _amount(self, key: str, service: str | None, value: Decimal) -> Decimal:
        """A count or a duration; a part moves with its whole and never exceeds it."""
        whole_key = self.indicators[key].part_of
        whole = self.number(whole_key, service) if whole_key else None
        whole_figures = self.member["figures"].get(whole_key) if whole_key else None
        if whole is not None and whole_figures is not None:
            base = Decimal(str(whole_figures[service] if service else whole_figures))
            near = value * whole / base * self._noise(key, service, "0.05") if base else Decimal(0)
            return min(near.quantize(Decimal(1)), whole)
        number = self._moved(key, service, value)
        is_count = self.indicators[key].value in (ValueType.COUNT, ValueType.AMOUNT)
        return number.quantize(Decimal(1)) if is_count else number

    # --- from the last half-year to another one ---

    def _moved(self, key: str, service: str | None, value: Decimal) -> Decimal:
        """The number in this half-year; in the last one it is as written."""
        if self.cycle == LAST or not value:
            return value
        trend, away = self._trend(key), self.cycle - LAST
        if "points" in trend:
            points = Decimal(str(trend["points"])) * away
            number = value + points * self._noise(key, service, "0.3")
            return max(min(number, Decimal(100)), Decimal("0.4")).quantize(Decimal("0.1"))
        if "steps" in trend:
            return max(value + trend["steps"] * (-1 if away < -1 else 0), Decimal(0))
        number = self._grown(key, service, value)
        small = Decimal("0.01") if value < 1 else Decimal("0.1")
        return number if value == value.to_integral() and value > 30 else number.quantize(small)

    def _grown(self, key: str, service: str | None, value: Decimal) -> Decimal:
        """A number that grows; before its definition changed it was another one."""
        if self.cycle == LAST:
            return value
        factor = Decimal(str(self._trend(key).get("factor", "1.06"))) ** (self.cycle - LAST)
        change = self.member.get("definition_change", {})
        if change.get("indicator") == key and self.cycle < change["cycle"]:
            factor *= Decimal(str(change["before"]))
        grown = value * factor * self._noise(key, service, "0.04")
        return grown.quantize(Decimal("0.01" if value < 30 else "1"))

    def _trend(self, key: str) -> Record:
        record: Record = self.trends["indicators"].get(key, self.trends["default"])
        return record

    def _noise(self, key: str, service: str | None, spread: str) -> Decimal:
        chance = random.Random(f"{self.member['slug']} {key} {service or ''} {self.cycle}")
        return 1 + Decimal(spread) * Decimal(round(chance.uniform(-1, 1), 6))

    # --- breakdowns ---

    def _restricted_by_time(self, service: str | None) -> None:
        acted, median = self.number("content-actioned", service), self.number("time-to-restriction", service)
        if acted is None or median is None:
            self.figures[FigurePlace("restricted-by-time", service)] = FigureValues(FigureStatus.NOT_MEASURED)
            return
        total = (acted * Decimal(str(self.trends["timed"]))).quantize(Decimal(1))
        self.figures[FigurePlace("restricted-by-time", service)] = FigureValues(value=total)
        if service in self.member.get("cells", []):
            bands = next(weights for limit, weights in self.trends["bands"].items() if median < limit)
            cells = weights_by_cell(self.indicators["restricted-by-time"], bands)
            self._spread("restricted-by-time", service, total, cells)

    def _entered(self, key: str) -> None:
        """The organisation's own total: people who use several services are counted once."""
        numbers = [self.number(key, service) for service in self._keys_of(key)]
        known = [number for number in numbers if number is not None]
        if len(numbers) == 1:  # then the one service's number is the total
            return
        if not known:
            self.figures[FigurePlace(key, None)] = FigureValues(FigureStatus.NOT_APPLICABLE)
            return
        of = Decimal(1) if len(known) == 1 else Decimal(str(self.trends["counted_once"]))
        value = (sum(known, Decimal(0)) * of).quantize(Decimal(1))
        self.figures[FigurePlace(key, None)] = FigureValues(value=value)

    def _broken_down(self) -> Iterator[tuple[str, str | None, Mapping[str, int]]]:
        for service in self.member.get("cells", []):
            yield "content-actioned", service, harm_weights(self.member["harms"], self.trends["automated"])
        for key, weights in self.trends["cells"].items():
            if key not in self.member["figures"]:
                continue
            services = self.member.get("cells", []) if key == "user-reports" else [None]
            for service in services:
                yield key, service, weights_by_cell(self.indicators[key], weights)

    def _spread(self, key: str, service: str | None, total: Decimal, weights: Mapping[str, int]) -> None:
        for cell, value in distribute(total, weights).items():
            self.figures[FigurePlace(key, service, cell)] = FigureValues(value=value)

    def _keys_of(self, key: str) -> Sequence[str]:
        return list(self.member["figures"][key])

    def _mark_changes(self) -> None:
        """Mark the totals of the half-year in which a definition changed."""
        change = self.member.get("definition_change", {})
        if change.get("cycle") != self.cycle:
            return
        for place, figure in list(self.figures.items()):
            if place.indicator == change["indicator"] and figure.is_reported and not place.cell:
                noted = replace(figure, definition_changed=True, definition_note=change["note"])
                self.figures[place] = noted

    def _depth(self, key: str) -> int:
        """Wholes come before their parts and shares."""
        above = self.indicators[key].part_of or self.trends["whole"].get(key, "")
        return 1 + self._depth(above) if above in self.indicators else 0


def _share_of(share: Decimal, whole: Decimal) -> FigureValues:
    part = (share * whole / 100).quantize(Decimal(1))
    value = (part * 100 / whole).quantize(Decimal("0.0001")).normalize()
    return FigureValues(value=value, numerator=part, denominator=whole)


@cache
def amounts_of(slug: str, cycle: int, charter_id: int) -> Amounts:
    """A member's figures for one half-year, made once."""
    indicators = {
        row.key: row for row in Indicator.objects.filter(charter_id=charter_id).select_related("charter")
    }
    amounts = Amounts(read(f"members/{slug}.yaml"), cycle, indicators)
    amounts.make()
    return amounts
