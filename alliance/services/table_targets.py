"""What the names in somebody's own table can stand for: services, indicators, parts or fields of them, or nothing.

A meaning is written `service:key`, `whole:`, `indicator:key`, `part:dimension=cell`, `field:lower` (no value
but a bound, a note), `out:` (rows or columns with the name are left out) or empty (the name says nothing). A name may
say two things at once: `service:key+indicator:key`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils import translation
from django.utils.functional import Promise

from alliance.enums import IndicatorScope
from alliance.figure_fields import FIELDS, FigurePlace
from alliance.queries.period_names import period_names
from alliance.queries.public.wording import cell_title
from alliance.queries.report_frame import ReportFrame
from alliance.validators.cell_texts import folded
from alliance.validators.cells import PERIOD
from alliance.validators.table_guesses import ReportWords
from alliance.validators.table_plans import TableName
from portal.kernel.errors import DomainError
from portal.kernel.text import LANGUAGES, worded_later
from portal.kernel.text import sentence as _

OUT, WHOLE = "out:", "whole:"
TOGETHER = "+"  # between two things that one name says
_TOTAL_WORDS = ("total", "sum", "grand total", "итого", "всего", "итог", "сумма")
_FIELDS = ("lower", "upper", "numerator", "denominator", "status", "reason", "method", "note")


class CellTarget(NamedTuple):
    """Which field of which figure a cell gives."""

    place: FigurePlace
    field: str = "value"


@dataclass(frozen=True)
class TableTargets:
    """The meanings that a report offers, by the words of its services, indicators and parts in every language."""

    frame: ReportFrame

    @cached_property
    def options(self) -> list[str]:
        """The words that a person chooses among, in their language."""
        return [*self._own_words()]

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The word of each meaning in the reader's language."""
        return {meaning: word for word, meaning in self._own_words().items()}

    def find(self, text: str) -> str:
        """The meaning of what a person chose or typed; empty for nothing. Raises DomainError for what is unknown."""
        if not text.strip():
            return ""
        meaning = self._known.get(folded(text)) or self._several(text)
        if meaning is None:
            message = _(
                "“%(text)s” is no service, indicator, part or field of this report. Choose one from the list."
            )
            raise DomainError(message % {"text": text.strip()[:80]})
        return meaning

    def _several(self, text: str) -> str | None:
        meanings = [self._known.get(folded(word)) for word in text.split(f" {TOGETHER} ")]
        return TOGETHER.join(dict.fromkeys(filter(None, meanings))) if all(meanings) else None

    def word(self, meaning: str) -> str:
        """As a person would choose it; of a part of several dimensions its key, which can be typed, too."""
        each = [self.words.get(one, one.partition(":")[2]) for one in meaning.split(TOGETHER)]
        return f" {TOGETHER} ".join(each)

    def suggest(self, name: TableName, others: Iterable[TableName] = ()) -> str:
        """What a name stands for if it is written as the report writes it; empty where that is not so.

        `others`: the names of the table.
        """
        text = folded(name.text).rstrip(":")
        is_beside_columns = any(each.level == "column" and each != name for each in others)
        is_total = text in _TOTAL_WORDS or (text not in self._known and _is_called_total(text))
        if is_total and (name.level == "row" or is_beside_columns):
            return OUT  # the sum of the rows above, or of the columns beside it: it would count twice
        return self._known.get(text, "")

    @cached_property
    def report_words(self) -> ReportWords:
        """What tables for this report may call its periods, and the fields of a figure."""
        cycle = self.frame.report.cycle
        fields = {word for word, meaning in self._known.items() if meaning.startswith("field:")}
        return ReportWords(period_names(self.frame), fields, cycle.starts_on, cycle.ends_on)

    def target_of(self, meanings: Iterable[str], service: str = "") -> CellTarget | Promise | None:
        """What a cell gives that these meanings name; None where no indicator is named or it is left out.

        `service`: that of the whole table, where they name none. A sentence says what is missing or contradicts.
        """
        parts: dict[str, list[str]] = {"service": [], "indicator": [], "part": [], "whole": [], "field": []}
        single = [one for meaning in meanings for one in meaning.split(TOGETHER)]
        for meaning in dict.fromkeys(filter(None, single)):
            kind, _colon, key = meaning.partition(":")
            if meaning == OUT:
                return None
            parts[kind] += key.split(";")
        if not parts["indicator"]:
            return None
        if len(parts["indicator"]) > 1:
            keys = parts["indicator"]
            return _("Two indicators are named: %(names)s.") % {
                "names": worded_later(lambda: self._titles(keys))
            }
        if len(parts["field"]) > 1:
            return _("Two fields of the figure are named.")
        place = self._place(
            parts["indicator"][0], parts["service"], bool(parts["whole"]), frozenset(parts["part"]), service
        )
        return CellTarget(place, *parts["field"]) if isinstance(place, FigurePlace) else place

    def _place(
        self, key: str, services: list[str], whole: bool, pairs: frozenset[str], default: str
    ) -> FigurePlace | Promise:
        required, indicator = self.frame.measure_of(key), self.frame.indicator(key)
        if required is None or indicator is None:
            return _("The report has no such indicator.")
        if len(services) > 1 or (services and whole):
            return _("Two owners of the figure are named.")
        cell = ""
        if pairs:
            cells = {frozenset(each.split(";")): each for each in required.cells(indicator)}
            if pairs not in cells:
                words = {
                    "indicator": worded_later(lambda: indicator.title),
                    "part": worded_later(lambda: self._part_title(pairs)),
                }
                return (
                    _(
                        "“%(indicator)s” has no part “%(part)s”. Choose “Leave out” for it, or leave its field empty."
                    )
                    % words
                )
            cell = cells[pairs]
        owners = [owner.slug if owner else None for owner in required.owners(indicator)]
        if services or whole:
            owner = services[0] if services else None
            if owner not in owners:
                return _("This indicator does not apply to that service.")
        elif indicator.scope != IndicatorScope.SERVICE or len(owners) == 1:
            owner = owners[0] if owners else None
        elif default in owners:
            owner = default
        else:
            return _(
                "Nothing says of which service this is. Choose one for its column or row, or for the whole table."
            )
        return FigurePlace(key, owner, cell)

    def _titles(self, keys: Iterable[str]) -> str:
        indicators = [self.frame.indicator(key) for key in keys]
        titles = [_("“%(word)s”") % {"word": indicator.title} for indicator in indicators if indicator]
        return ", ".join(map(str, titles))

    def _part_title(self, pairs: Iterable[str]) -> str:
        return ", ".join(cell_title(self.frame.report.charter, pair) for pair in sorted(pairs))

    @cached_property
    def _known(self) -> Mapping[str, str]:
        """Every word in every language, and the keys, by their folded form; what two things are called is left out."""
        known: dict[str, str] = {}
        doubtful: set[str] = set()
        for language in LANGUAGES:
            with translation.override(language):
                for word, meaning in [*self._own_words().items(), *self._bare_words()]:
                    before = known.setdefault(folded(word), meaning)
                    if before != meaning:
                        doubtful.add(folded(word))
        return {word: meaning for word, meaning in known.items() if word not in doubtful}

    def _own_words(self) -> dict[str, str]:
        words = {str(_("Leave out")): OUT, str(_("The whole organisation")): WHOLE}
        for service in self.frame.services:
            words[str(_("Service: %(name)s") % {"name": service.name})] = f"service:{service.slug}"
        for required in self.frame.measures:
            for indicator in required.figures:
                words[f"{required.measure.code} {indicator.title}"] = f"indicator:{indicator.key}"
        for pair in self._pairs:
            part = _("Part: %(name)s") % {"name": cell_title(self.frame.report.charter, pair)}
            words[str(part)] = f"part:{pair}"
        for name in _FIELDS:
            words[str(_("Field: %(name)s") % {"name": FIELDS[name].heading})] = f"field:{name}"
        return words

    def _bare_words(self) -> list[tuple[str, str]]:
        bare = [(service.name, f"service:{service.slug}") for service in self.frame.services]
        bare += [(service.slug, f"service:{service.slug}") for service in self.frame.services]
        for required in self.frame.measures:
            for indicator in required.figures:
                bare += [(word, f"indicator:{indicator.key}") for word in (indicator.title, indicator.key)]
                bare += [(cell, f"part:{cell}") for cell in required.cells(indicator)]
        bare += [(cell_title(self.frame.report.charter, pair), f"part:{pair}") for pair in self._pairs]
        bare += [(name, f"part:{PERIOD}={end}") for name, end in period_names(self.frame).items()]
        bare += [(word, f"field:{name}") for name in _FIELDS for word in (name, str(FIELDS[name].heading))]
        return bare

    @cached_property
    def _pairs(self) -> list[str]:
        """Each part of a breakdown by itself, in the charter's order."""
        return list(
            dict.fromkeys(
                pair
                for required in self.frame.measures
                for indicator in required.figures
                for cell in required.cells(indicator)
                for pair in cell.split(";")
            )
        )


def _is_called_total(text: str) -> bool:
    """“Month total”, “Всего удалено”: a sum by its first or last word."""
    words = text.split()
    return len(words) > 1 and bool({words[0], words[-1]} & {"total", "итого", "всего"})
