"""What the cells of a file of reference counts mean: organisations, indicators, periods, values."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.enums import CharterState, IndicatorType, ValueType
from alliance.figure_fields import QUANTITIES
from alliance.models import Indicator, Organisation, Service
from alliance.services.reference_file import Cells, ReferenceFindings
from alliance.validators.references import period_of
from portal.kernel.errors import DomainError
from portal.kernel.text import (
    DECIMALS,
    LANGUAGES,
    SIGNIFICANT_DIGITS,
    WHOLE_DIGITS,
    clean_line,
    significant_digits,
)

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_MAX_LENGTHS = {"observer": 120, "source": 300}
WITHDRAWN = "withdrawn"  # in the place of a number: the count is not theirs, or was never made

ReferencePlace = tuple[int, int | None, str, str, date, date, str]


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One count, understood; without a value the count of this place is withdrawn."""

    number: int
    organisation: Organisation
    service: Service | None
    indicator: Indicator
    cell: str
    starts_on: date
    ends_on: date
    value: Decimal | None
    observer: str
    source: str

    @property
    def place(self) -> ReferencePlace:
        """The key by which two counts are the same."""
        service = self.service.pk if self.service else None
        what = (self.organisation.pk, service, self.indicator.key, self.cell)
        return (*what, self.starts_on, self.ends_on, self.observer)


def parse_reference_rows(
    rows: Sequence[tuple[int, Cells]], findings: ReferenceFindings
) -> list[ReferenceRow]:
    """The counts; every fault of every row is noted. The number of queries does not grow with the rows."""
    reader = _RowParser(findings)
    understood = [row for number, cells in rows if (row := reader.parse(number, cells)) is not None]
    first: dict[ReferencePlace, int] = {}
    for row in understood:
        earlier = first.setdefault(row.place, row.number)
        if earlier != row.number:
            findings.add(_("Row %(row)d already has this count.") % {"row": earlier}, row.number)
    return understood


class _RowParser:
    """Looks up what the rows name; organisations, services and indicators are read once."""

    def __init__(self, findings: ReferenceFindings) -> None:
        self.findings = findings
        self.organisations: dict[str, set[Organisation]] = defaultdict(set)
        for organisation in Organisation.objects.all():
            for name in (organisation.slug, *_names_of(organisation)):
                self.organisations[name.casefold()].add(organisation)
        fixed = Indicator.objects.exclude(charter__state=CharterState.DRAFT).select_related("charter")
        self.indicators = {row.key: row for row in fixed.order_by("charter__in_force_on", "charter__version")}
        self.services: dict[tuple[int, date, date], list[Service]] = {}

    def parse(self, number: int, cells: Cells) -> ReferenceRow | None:
        """The row, or None when anything in it is wrong; all of that is noted."""
        before = len(self.findings.faults)
        organisation = self._organisation(number, cells["organisation"])
        indicator = self._indicator(number, cells["indicator"])
        period = self._period(number, cells["period"])
        is_withdrawal = cells["value"].casefold() == WITHDRAWN
        value = None if is_withdrawal else self._value(number, cells["value"], indicator)
        observer, source = self._text(number, cells, "observer"), self._text(number, cells, "source")
        service = self._service(number, cells["service"], organisation, period)
        cell = self._cell(number, cells["breakdown"], indicator)
        noted = len(self.findings.faults) > before
        if noted or organisation is None or indicator is None or period is None:
            return None
        if value is None and not is_withdrawal:
            return None
        return ReferenceRow(number, organisation, service, indicator, cell, *period, value, observer, source)

    def _organisation(self, number: int, name: str) -> Organisation | None:
        matches = self.organisations.get(name.casefold(), set())
        if len(matches) == 1:
            return next(iter(matches))
        if matches:
            message = _("More than one organisation is called “%(name)s”: give its address.")
            self._fault(number, "organisation", message, name)
        else:
            message = _("No organisation has the address or the name “%(name)s”.")
            self._fault(number, "organisation", message, name)
        return None

    def _indicator(self, number: int, key: str) -> Indicator | None:
        indicator = self.indicators.get(key)
        if indicator is None:
            self._fault(number, "indicator", _("No charter in force has an indicator “%(name)s”."), key)
        elif indicator.type != IndicatorType.FIGURE or indicator.value not in QUANTITIES:
            self._fault(number, "indicator", _("The indicator “%(name)s” does not ask for a number."), key)
        else:
            return indicator
        return None

    def _period(self, number: int, text: str) -> tuple[date, date] | None:
        period = period_of(text)
        if period is None:
            message = _("“%(name)s” is not a period. Write 2026, 2026-H1 or 2026-01-01/2026-06-30.")
            self._fault(number, "period", message, text)
        return period

    def _value(self, number: int, text: str, indicator: Indicator | None) -> Decimal | None:
        fault = _number_fault(text, indicator)
        if fault:
            self._fault(number, "value", fault, text)
            return None
        return Decimal(text) if text else None

    def _text(self, number: int, cells: Cells, column: str) -> str:
        if not cells[column]:
            return ""
        try:
            text = clean_line(cells[column])
        except DomainError as refusal:
            self.findings.add(str(refusal), number, column)
            return ""
        if len(text) > _MAX_LENGTHS[column]:
            message = _("The text has more than %(most)d characters.") % {"most": _MAX_LENGTHS[column]}
            self.findings.add(message, number, column)
        return text

    def _service(
        self, number: int, name: str, organisation: Organisation | None, period: tuple[date, date] | None
    ) -> Service | None:
        if not name or organisation is None or period is None:
            return None
        place = (organisation.pk, *period)
        if place not in self.services:
            self.services[place] = list(Service.objects.all().owned_by(*place))
        owned = self.services[place]
        known = {
            service_name.casefold(): row for row in owned for service_name in (row.slug, *_names_of(row))
        }
        service = known.get(name.casefold())
        if service is None:
            message = _("The organisation had no service “%(name)s” in this period.")
            self._fault(number, "service", message, name)
        return service

    def _cell(self, number: int, text: str, indicator: Indicator | None) -> str:
        """The cell as figures write it: `dimension=cell` pairs, joined by semicolons in their order."""
        if not text or indicator is None:
            return ""
        pairs = dict(part.split("=", 1) for part in text.replace(" ", "").split(";") if "=" in part)
        cell = ";".join(f"{key}={pairs[key]}" for key in indicator.breakdowns if key in pairs)
        if cell != text.replace(" ", "") or not pairs.items() <= _cells(indicator):
            self._fault(number, "breakdown", _("The indicator has no breakdown “%(name)s”."), text)
        return cell

    def _fault(self, number: int, column: str, message: str, name: str) -> None:
        if name:  # an empty cell was noted when the file was read
            self.findings.add(message % {"name": name[:60]}, number, column)


def _names_of(row: Organisation | Service) -> list[str]:
    names = [getattr(row, f"name_{language}") for language in LANGUAGES]
    return [name for name in names if name]


def _cells(indicator: Indicator) -> set[tuple[str, str]]:
    """The pairs of dimension and cell that the indicator is broken down by."""
    return {
        (dimension["key"], cell["key"])
        for dimension in indicator.charter.breakdowns
        if dimension["key"] in indicator.breakdowns
        for cell in dimension["cells"]
    }


def _number_fault(text: str, indicator: Indicator | None) -> str:
    """What is wrong with the value, or nothing."""
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        return _("“%(name)s” is not a number. Write digits, and a point before decimals: 12345.6")
    if text.startswith("-"):
        return _("“%(name)s” is negative; a count cannot be.")
    whole, _point, decimals = text.partition(".")
    is_too_long = len(whole.lstrip("0")) > WHOLE_DIGITS or len(decimals) > DECIMALS
    if is_too_long or significant_digits(Decimal(text)) > SIGNIFICANT_DIGITS:
        return _("“%(name)s” has too many digits.")
    if indicator and indicator.value == ValueType.COUNT and Decimal(text) % 1:
        return _("“%(name)s” is not a whole number, and this indicator counts.")
    if indicator and indicator.value == ValueType.SHARE and Decimal(text) > 100:
        return _("“%(name)s” is more than 100 %%.")
    return ""
