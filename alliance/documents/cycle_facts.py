"""The facts of one cycle for its workbook, member by member: wholes to compare, and rows that lie in files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliance.documents.cycle_charter import Asked, CycleCharter
from alliance.documents.cycle_rows import Fact, Filer, RowMaker, Sum
from alliance.models import Cycle
from alliance.queries.public.readings import Reading, Row, broken, whole_reading
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
        self, filer: Filer, facts: Sequence[Fact], totals: Iterable[Sum], answers: Iterable[Mapping[str, Any]]
    ) -> None:
        """Take in one member: who it is, its figures with their totals, its texts."""
        self.filers.append(filer)
        summed = {(total.indicator, total.cell): total for total in totals}
        found = _by_indicator(facts)
        for key in sorted(found, key=self.charter.place):
            asked = self.charter.by_key.get(key)
            if asked is not None:
                self._add_whole(filer, asked, found[key], summed.get((key, "")))
                self._add_figures(filer, asked, found[key], summed)
        for answer in sorted(answers, key=lambda one: self.charter.place(one["indicator"])):
            if answer["text"].strip() or answer.get("withheld"):
                self.answers.append(self._rows.answer(filer, answer))

    def _add_whole(self, filer: Filer, asked: Asked, facts: Sequence[Fact], total: Sum | None) -> None:
        own = [fact for fact in facts if not fact.cell]
        reading = whole_reading([_row(fact) for fact in own], total)
        if reading is not None:
            apart = own if len(own) > 1 and not asked.has_whole else []
            services = [(self._named(fact), self._seamed(asked, _row(fact).reading())) for fact in apart]
            self.wholes[filer.slug, asked.indicator.key] = Whole(self._seamed(asked, reading), services)

    def _named(self, fact: Fact) -> str:
        return self.names.get(fact.service, fact.service) if fact.service else ""

    def _seamed(self, asked: Asked, reading: Reading) -> Reading:
        return broken(reading) if asked.indicator.key in self.seams else reading

    def _add_figures(
        self, filer: Filer, asked: Asked, facts: Sequence[Fact], totals: Mapping[tuple[str, str], Sum]
    ) -> None:
        """Service by service, the whole before its parts; then the totals over services."""
        order = self.charter.order_of({fact.cell for fact in facts})
        services = list(dict.fromkeys(fact.service for fact in facts))
        for fact in sorted(facts, key=lambda fact: (services.index(fact.service), order[fact.cell])):
            self.figures.append(self._rows.figure(filer, asked, fact))
        for cell in order:
            total = totals.get((asked.indicator.key, cell))
            if total is not None and total.of > 1:
                self.figures.append(self._rows.total(filer, asked, total))


def _by_indicator(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.indicator, []).append(fact)
    return found


def _row(fact: Fact) -> Row:
    """As the public pages read a figure: whose it is does not matter here, only whether it is a service's."""
    return Row(
        0, None if fact.service is None else 0, 0, fact.status, fact.withheld, fact.value, fact.choice,
        fact.lower, fact.upper, fact.estimate, fact.definition_changed, fact.definition_note,
    )  # fmt: skip
