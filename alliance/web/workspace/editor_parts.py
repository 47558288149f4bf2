"""The editor of one measure in parts that each fit a page: what stands in which part, and under which name.

Every text and figure of a measure has a name for its form (`t12`, `f13-7`, `f13-7-42`), whatever part it stands in. A
post carries the forms that changed, from any part; only the page is cut. What a part costs is estimated from titles
and not from what was typed, so that no part moves while somebody writes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from alliance.enums import ValueType
from alliance.figure_fields import FIELDS, FigurePlace
from alliance.models import Indicator, Service
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import period_title
from alliance.queries.report_frame import RequestedFigure, RequiredMeasure
from alliance.validators.cells import whole_of
from portal.kernel.text import LANGUAGES
from portal.kernel.web import PAGE_BYTES, PAGE_FIELDS

MOST_SERVICES = 7  # side by side, besides the whole; the style sheet has as many tabs
# What the forms of a part may come to; the rest of PAGE_BYTES is for what stands around them.
_PART_BYTES = PAGE_BYTES - 35_000
# Bytes of HTML besides titles, as the longer of the two languages takes them; how often the title is in it.
_TEXT_BYTES, _FIGURE_BYTES, _CELL_BYTES, _LINE_BYTES = 3_000, 4_200, 700, 600
_FIGURE_TITLES, _CELL_TITLES = 5, 2
_CELL_FIELDS = 4
_PERIOD_BYTES = 40  # of the name of a month or quarter, in any language
_FIGURE_NAME = re.compile(r"f(\d{1,18})-(\d{1,18})(?:-([1-9]\d{0,5}))?")
MOST_FIGURES = _PART_BYTES // _FIGURE_BYTES  # in one part, cells aside
# How many links to parts a page has: all of a few, else those near the present one and some with faults.
_FEW, _NEAR, _LINKED_FAULTS = 12, 3, 10


class EditorLine(NamedTuple):
    """An indicator, or one cell of its breakdown, which has a number from 1 and a title."""

    indicator: Indicator
    cell: str = ""
    number: int = 0
    title: str = ""
    size: int = 0  # bytes of the title, in the language in which it is longest

    @property
    def is_bare(self) -> bool:
        """Whether its figures are a number or nothing, as those of a breakdown's cells; a month has all of a figure."""
        return bool(self.cell) and not self.indicator.period


class EditorPlace(NamedTuple):
    """Where one figure stands: in a line, under a service or the whole organisation (None)."""

    line: EditorLine
    owner: Service | None

    @property
    def prefix(self) -> str:
        """The name of its form."""
        name = f"f{self.line.indicator.pk}-{self.owner.pk if self.owner else 0}"
        return f"{name}-{self.line.number}" if self.line.number else name

    @property
    def target(self) -> RequestedFigure:
        return RequestedFigure(self.line.indicator, self.owner, self.line.cell)


def text_prefix(indicator: Indicator) -> str:
    """The name of the form of a narrative."""
    return f"t{indicator.pk}"


def pledge_prefix(record: UUID) -> str:
    """The name of the form of the account of a pledge beyond the charter."""
    return f"p{record.hex}"


@dataclass(frozen=True)
class EditorPart:
    """What one page shows; `number` counts the parts of the measure from 1."""

    number: int
    texts: Sequence[Indicator]
    lines: Sequence[EditorLine]
    owners: Sequence[Service | None]
    is_last_owners: bool = True  # the part, or one of those, in which the whole organisation stands
    services_title: str = ""  # where the services are cut too

    @property
    def title(self) -> str:
        """What is in it, from the first thing to the last."""
        names = list(dict.fromkeys([*self.texts, *(line.indicator for line in self.lines)]))
        ends = [row.title for row in (names[0], names[-1])] if names else []
        if len(names) == 1 and self.lines:
            cells = [line.title for line in (self.lines[0], self.lines[-1])]
            ends = [f"{ends[0]}: {cells[0]}" if cells[0] else ends[0], cells[1]]
        title = " – ".join(dict.fromkeys(filter(None, ends)))
        return ", ".join(filter(None, (title, self.services_title)))


class EditorParts:
    """The parts of one measure."""

    def __init__(self, required: RequiredMeasure) -> None:
        self.required = required
        self._titles: dict[tuple[int, int], tuple[int, int]] = {}

    @cached_property
    def lines(self) -> list[EditorLine]:
        """All lines, each indicator's total before its cells."""
        return [line for row in self.required.figures for line in self._lines_of(row)]

    def _lines_of(self, indicator: Indicator) -> Iterator[EditorLine]:
        yield EditorLine(indicator)
        cells = self.required.cells(indicator)
        if indicator.period:
            for number, cell in enumerate(cells, start=1):
                yield EditorLine(indicator, cell, number, period_title(cell), _PERIOD_BYTES)
            return
        titles = [_cell_titles(self.required.breakdowns[key]["cells"]) for key in indicator.breakdowns]
        named_cells = zip(cells, product(*titles), strict=False)
        for number, (cell, named) in enumerate(named_cells, start=1):
            title, size = ", ".join(title for title, _size in named), sum(size for _title, size in named)
            yield EditorLine(indicator, cell, number, title, size)

    @cached_property
    def services(self) -> list[Service]:
        """The services that any of the indicators asks about."""
        owners = {owner for row in self.required.figures for owner in self.required.owners(row)}
        return [service for service in self.required.services if service in owners]

    def places(self, lines: Iterable[EditorLine], owners: Sequence[Service | None]) -> Iterator[EditorPlace]:
        """The places that are asked for where these lines meet these owners."""
        for line in lines:
            asked = self._owners[line.indicator.pk]
            yield from (EditorPlace(line, owner) for owner in owners if owner in asked)

    @cached_property
    def _owners(self) -> Mapping[int, Sequence[Service | None]]:
        return {row.pk: self.required.owners(row) for row in self.required.figures}

    @cached_property
    def parts(self) -> list[EditorPart]:
        return list(self._cut())

    def _cut(self) -> Iterator[EditorPart]:
        number, part = 1, _OpenPart()
        for item, owners, cost in self._items():
            if not part.takes(owners, cost):
                yield self._closed(number, part)
                number, part = number + 1, _OpenPart()
            part.add(item, owners, cost)
        yield self._closed(number, part)

    def _closed(self, number: int, part: "_OpenPart") -> EditorPart:
        groups = self._groups
        title = _services_title(part.owners) if part.owners and len(groups) > 1 else ""
        is_last = part.owners is None or part.owners is groups[-1]
        return EditorPart(number, part.texts, part.lines, part.owners or (), is_last, title)

    def _items(self) -> Iterator["_Item"]:
        """Texts first, then the figures of some services after another, each with its cost."""
        for text in self.required.narratives:
            yield text, None, _Cost(_TEXT_BYTES + 4 * text.limit, 4)
        for owners in self._groups:
            for line in self.lines:
                cost = self._cost(line, owners)
                if cost is not None:
                    yield line, owners, cost

    @cached_property
    def _groups(self) -> list[list[Service | None]]:
        """Services side by side; the whole organisation stands with the last of them."""
        services = self.services
        groups: list[list[Service | None]] = [
            list(services[start : start + MOST_SERVICES]) for start in range(0, len(services), MOST_SERVICES)
        ]
        return [*groups[:-1], [*groups[-1], None]] if groups else [[None]]

    def _cost(self, line: EditorLine, owners: Sequence[Service | None]) -> "_Cost | None":
        """None where the line asks nothing of them."""
        indicator = line.indicator
        count, titles = self._titles_of(indicator, owners)
        if not count:
            return None
        if line.is_bare:
            size = count * _CELL_BYTES + _CELL_TITLES * (titles + count * line.size)
            return _Cost(_LINE_BYTES + size, _CELL_FIELDS * count)
        each = _FIGURE_BYTES + _choice_bytes(indicator)
        named = titles + count * line.size  # each name has the month's
        size = _longest(_translations(indicator, "guidance")) + count * each + _FIGURE_TITLES * named
        return _Cost(_LINE_BYTES + size, (len(FIELDS) + 2) * count)

    def _titles_of(self, indicator: Indicator, owners: Sequence[Service | None]) -> tuple[int, int]:
        """How many figures an indicator asks of these owners, and the bytes of their titles; worked out once."""
        key = indicator.pk, owners[0].pk if owners[0] else 0
        if key not in self._titles:
            asked = [owner for owner in owners if owner in self._owners[indicator.pk]]
            names = sum(_longest(_translations(owner, "name")) for owner in asked if owner)
            self._titles[key] = len(asked), names + len(asked) * _longest(_translations(indicator, "title"))
        return self._titles[key]

    # --- where something is ---

    def find(self, prefix: str) -> Indicator | EditorPlace | None:
        """The narrative or the place with this name; None where the measure asks for nothing like it."""
        if prefix.startswith("t"):
            return next((row for row in self.required.narratives if text_prefix(row) == prefix), None)
        match = _FIGURE_NAME.fullmatch(prefix)
        return self._find(int(match[1]), int(match[3] or 0), int(match[2])) if match else None

    def _find(self, indicator: int, number: int, owner: int) -> EditorPlace | None:
        line, service = self._lines.get((indicator, number)), self._services.get(owner)
        asked = line is not None and owner in self._services and service in self._owners[indicator]
        return EditorPlace(line, service) if line and asked else None

    @cached_property
    def _lines(self) -> Mapping[tuple[int, int], EditorLine]:
        return {(line.indicator.pk, line.number): line for line in self.lines}

    @cached_property
    def _services(self) -> Mapping[int, Service | None]:
        return {0: None, **{service.pk: service for service in self.services}}

    def find_figure(self, figure_place: FigurePlace) -> EditorPlace | None:
        """The place of a figure; None where the measure does not ask for it."""
        owner = self._owners_by_slug.get(figure_place.service)
        line = self._lines_by_key.get((figure_place.indicator, figure_place.cell))
        return self._find(line.indicator.pk, line.number, owner) if line and owner is not None else None

    @cached_property
    def _owners_by_slug(self) -> Mapping[str | None, int]:
        return {None: 0, **{service.slug: service.pk for service in self.services}}

    @cached_property
    def _lines_by_key(self) -> Mapping[tuple[str, str], EditorLine]:
        return {(line.indicator.key, line.cell): line for line in self.lines}

    def part_of(self, subject: Indicator | EditorPlace | None) -> EditorPart:
        """The part in which a narrative, an indicator's first line, or a figure stands; else the first."""
        if isinstance(subject, EditorPlace):
            line, owner = subject
            number = self._part_numbers.get((line.indicator.pk, line.number, owner.pk if owner else 0), 1)
        else:
            number = self._part_numbers.get((subject.pk, 0, -1), 1) if subject else 1
        return self.parts[number - 1]

    def part_named(self, prefix: str) -> EditorPart:
        """The part in which the form of this name stands, or the indicator that would have it; else the first."""
        subject = self.find(prefix)
        if subject is None and prefix.startswith("t"):
            subject = next((row for row in self.required.figures if text_prefix(row) == prefix), None)
        return self.part_of(subject)

    @cached_property
    def _part_numbers(self) -> Mapping[tuple[int, int, int], int]:
        """By indicator, number of the line and owner; an indicator's first part has -1 for its owner."""
        numbers: dict[tuple[int, int, int], int] = {}
        for part in self.parts:
            for text in part.texts:
                numbers[text.pk, 0, -1] = part.number
            for line in part.lines:
                numbers.setdefault((line.indicator.pk, 0, -1), part.number)
                for owner in part.owners:
                    numbers[line.indicator.pk, line.number, owner.pk if owner else 0] = part.number
        return numbers


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a part costs so far, in bytes of HTML and in fields of its form."""

    size: int = 0
    fields: int = 0

    def plus(self, other: "_Cost") -> "_Cost":
        return _Cost(self.size + other.size, self.fields + other.fields)

    @property
    def fits(self) -> bool:
        return self.size <= _PART_BYTES and self.fields <= PAGE_FIELDS


_Item = tuple[Indicator | EditorLine, Sequence[Service | None] | None, _Cost]


class _OpenPart:
    """A part that is being filled; it takes at least one item, and the figures of one group of services."""

    def __init__(self) -> None:
        self.texts: list[Indicator] = []
        self.lines: list[EditorLine] = []
        self.owners: Sequence[Service | None] | None = None
        self.cost = _Cost()

    def takes(self, owners: Sequence[Service | None] | None, cost: _Cost) -> bool:
        if not self.texts and not self.lines:
            return True
        return (self.owners is None or self.owners is owners) and self.cost.plus(cost).fits

    def add(self, item: Indicator | EditorLine, owners: Sequence[Service | None] | None, cost: _Cost) -> None:
        if isinstance(item, EditorLine):
            self.lines.append(item)
            self.owners = owners
        else:
            self.texts.append(item)
        self.cost = self.cost.plus(cost)


class PartNavigation:
    """The links to the parts of a measure: both ends, the neighbours of the present one, what is to be put right."""

    def __init__(
        self, parts: Sequence[EditorPart], present: EditorPart, faulty: Sequence[EditorPart]
    ) -> None:
        self.parts, self.present = parts, present
        self._faults = Counter(part.number for part in faulty)

    @property
    def links(self) -> list[tuple[EditorPart, int]]:
        """Each with how many figures in it are wrong; as many as are easily looked through."""
        numbers = {1, len(self.parts), *list(self._faults)[:_LINKED_FAULTS]}
        near = range(self.present.number - _NEAR, self.present.number + _NEAR + 1)
        return [
            (part, self._faults[part.number])
            for part in self.parts
            if len(self.parts) <= _FEW or part.number in numbers or part.number in near
        ]

    @property
    def before(self) -> EditorPart | None:
        return self.parts[self.present.number - 2] if self.present.number > 1 else None

    @property
    def after(self) -> EditorPart | None:
        return self.parts[self.present.number] if self.present.number < len(self.parts) else None


def _cell_titles(cells: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The title of each cell with its bytes; that of a part with its category's before it."""
    titles: dict[str, tuple[str, int]] = {}
    for cell in cells:
        title, size = in_reader_language(cell["title"]) or cell["key"], _longest(cell["title"].values())
        category = titles.get(whole_of(cell["key"]) or "")
        if category:
            title, size = f"{category[0]}: {title}", category[1] + 2 + size
        titles[cell["key"]] = title, size
    return list(titles.values())


def _choice_bytes(indicator: Indicator) -> int:
    if indicator.value != ValueType.CHOICE:
        return 0
    return sum(60 + _longest(row["title"].values()) for row in indicator.choices)


def _longest(texts: Iterable[str]) -> int:
    """The bytes of the longest: a page has the same parts in every language, so that links lead to the same place."""
    return max((len(text.encode()) for text in texts), default=0)


def _translations(obj: Indicator | Service, name: str) -> list[str]:
    return [getattr(obj, f"{name}_{language}") or "" for language in LANGUAGES]


def _services_title(owners: Sequence[Service | None]) -> str:
    services = [owner.name for owner in owners if owner]
    return services[0] if len(services) == 1 else f"{services[0]} – {services[-1]}"
