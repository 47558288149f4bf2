"""Published reports of a cycle that answer to an earlier version of its charter, with what public totals leave out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.figure_fields import filed_figures
from alliance.models import Charter, Cycle, Indicator, Organisation, PublishedReport
from alliance.queries.charter_breaks import BrokenSeries, EarlierVersion, broken_series
from alliance.queries.public.wording import name_in_language, rounded_value, unit_of, value_text
from alliance.validators.corrections import before_corrections, last_corrections
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import alphabet_key
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import format_figure

Documents = Sequence[tuple[Organisation, Mapping[str, Any]]]


def published_earlier_versions(cycle: Cycle) -> list[EarlierVersion]:
    """By version the members whose published report answers to it, with the values of figures that break.

    Two queries, six more for each earlier version.
    """
    rows = (
        PublishedReport.objects.current()
        .filter(cycle=cycle, earlier_version__isnull=False, notice="")
        .select_related("organisation")
        .defer("answers", "evidence")
    )
    reports = sorted(rows, key=lambda row: (alphabet_key(row.organisation.name), row.organisation.slug))
    versions: dict[int, list[PublishedReport]] = {}
    for report in reports:
        if report.earlier_version is not None:
            versions.setdefault(report.earlier_version, []).append(report)
    charters = Charter.objects.visible_to(ANYONE).filter(key=cycle.charter.key, version__in=versions)
    by_version = {charter.version: charter for charter in charters} if versions else {}
    return [
        _version(cycle, by_version[version], versions[version]) for version in sorted(versions, reverse=True)
    ]


def _version(cycle: Cycle, earlier: Charter, reports: Sequence[PublishedReport]) -> EarlierVersion:
    broken = broken_series(cycle.charter, earlier)
    documents = _documents(reports) if broken else []
    return EarlierVersion(
        earlier.version,
        [report.organisation for report in reports],
        [replace(series, values=_values(series, documents)) for series in broken],
    )


def _documents(reports: Sequence[PublishedReport]) -> Documents:
    publications = Publication.objects.filter(number__in=[report.valid_from for report in reports])
    bodies = {publication.number: read_publication(publication) for publication in publications}
    return [
        (report.organisation, bodies[report.valid_from]) for report in reports if report.valid_from in bodies
    ]


def _values(series: BrokenSeries, documents: Documents) -> list[tuple[Organisation, str]]:
    """Each member's own value under the earlier version, with what it was before a correction.

    A member that gave none is left out.
    """
    values = ((member, _corrected_value(series.indicator, document)) for member, document in documents)
    return [(member, text) for member, text in values if text]


def _corrected_value(indicator: Indicator, document: Mapping[str, Any]) -> str:
    text = _value(indicator, document)
    corrected = {(place.indicator, place.cell) for place in last_corrections(document)}
    if (indicator.key, "") not in corrected:
        return text
    was = _value(indicator, before_corrections(document))
    mark = _("corrected, was %(value)s") % {"value": was or "–"} if was != text else _("corrected")
    return f"{text or '–'} ({mark})"


def _value(indicator: Indicator, document: Mapping[str, Any]) -> str:
    """The total over services as published; where there is none, the value of each service with its name."""
    for total in document["totals"]:
        if total["indicator"] == indicator.key and not total["cell"]:
            return _("Withheld") if total["withheld"] else _text(indicator, total["value"])
    figures = [
        figure
        for figure in filed_figures(document)
        if figure.place.indicator == indicator.key and not figure.place.cell
    ]
    names = {service["slug"]: name_in_language(service) for service in document["services"]}
    texts = []
    for figure in figures:
        text = (
            _("Withheld") if figure.withheld else _text(indicator, figure.values.value, figure.values.choice)
        )
        name = names.get(figure.place.service or "", "")
        texts.append(f"{name}: {text}" if text and name else text)
    return "; ".join(filter(None, texts))


def _text(indicator: Indicator, value: Decimal | str | None, choice: str = "") -> str:
    number = Decimal(value) if value is not None else None
    words = value_text(indicator, number, choice)
    if words or number is None:
        return words
    return format_figure(rounded_value(indicator, number), unit_of(indicator))
