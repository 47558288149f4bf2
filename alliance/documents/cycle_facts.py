"""The facts of one cycle for its workbook, member by member: wholes to compare, and rows that lie in files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliance.documents.cycle_charter import Asked, CycleCharter
from alliance.documents.cycle_rows import Filer, RowMaker, Sum
from alliance.figure_fields import FiledFigure
from alliance.models import Cycle
from alliance.queries.public.readings import Reading, broken, whole_reading
from portal.kernel.scratch import Spool


@dataclass(frozen=True, slots=True)
class Whole:
    """What one member says of one indicator: for itself, and service by service where there is no total."""

    reading: Reading
    services: Sequence[tuple[str, Reading]] = ()


@dataclass
class CycleFacts:
    """Everything that the workbook says; the rows of figures and texts lie in files, not in memory."""

    cycle: Cycle
    charter: CycleCharter
    names: Mapping[str, str]  # of services, by slug
    seams: frozenset[str]  # indicators that the charter has split, merged or redefined since the cycle before
    verdicts: Mapping[tuple[str, str], str]  # by member and commitment
    disclosed: bool = False  # with what the public does not read
    filers: list[Filer] = field(default_factory=list)
    wholes: dict[tuple[str, str], Whole] = field(default_factory=dict)  # by member and indicator
    figures: Spool = field(default_factory=Spool)
    answers: Spool = field(default_factory=Spool)

    def __post_init__(self) -> None:
        self._rows = RowMaker(self.charter, self.names, disclosed=self.disclosed)

    def add(
        self,
        filer: Filer,
        figures: Sequence[FiledFigure],
        totals: Iterable[Sum],
        answers: Iterable[Mapping[str, Any]],
    ) -> None:
        """Take in one member: who it is, its figures with their totals, its texts."""
        self.filers.append(filer)
        summed = {(total.indicator, total.cell): total for total in totals}
        found = _by_indicator(figures)
        for key in sorted(found, key=self.charter.place):
            asked = self.charter.by_key.get(key)
            if asked is not None:
                self._add_whole(filer, asked, found[key], summed.get((key, "")))
                self._add_figures(filer, asked, found[key], summed)
        for answer in sorted(answers, key=lambda one: self.charter.place(one["indicator"])):
            if answer["text"].strip() or answer.get("withheld"):
                self.answers.append(self._rows.answer(filer, answer))

    def _add_whole(
        self, filer: Filer, asked: Asked, figures: Sequence[FiledFigure], total: Sum | None
    ) -> None:
        own = {one.place.service: Reading.of_figure(one) for one in figures if not one.place.cell}
        reading = whole_reading(own, total)
        if reading is not None:
            apart = own if len(own) > 1 and not asked.has_whole else {}
            services = [(self._named(slug), self._seamed(asked, one)) for slug, one in apart.items()]
            self.wholes[filer.slug, asked.indicator.key] = Whole(self._seamed(asked, reading), services)

    def _named(self, service: str | None) -> str:
        return self.names.get(service, service) if service else ""

    def _seamed(self, asked: Asked, reading: Reading) -> Reading:
        return broken(reading) if asked.indicator.key in self.seams else reading

    def _add_figures(
        self,
        filer: Filer,
        asked: Asked,
        figures: Sequence[FiledFigure],
        totals: Mapping[tuple[str, str], Sum],
    ) -> None:
        """Service by service, the whole before its parts; then the totals over services."""
        order = self.charter.order_of({one.place.cell for one in figures})
        services = list(dict.fromkeys(one.place.service for one in figures))
        for figure in sorted(
            figures, key=lambda one: (services.index(one.place.service), order[one.place.cell])
        ):
            self.figures.append(self._rows.figure(filer, asked, figure))
        for cell in order:
            total = totals.get((asked.indicator.key, cell))
            if total is not None and total.of > 1:
                self.figures.append(self._rows.total(filer, asked, total))


def _by_indicator(figures: Sequence[FiledFigure]) -> dict[str, list[FiledFigure]]:
    found: dict[str, list[FiledFigure]] = {}
    for figure in figures:
        found.setdefault(figure.place.indicator, []).append(figure)
    return found
