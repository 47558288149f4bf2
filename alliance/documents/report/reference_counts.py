"""What somebody else counted, beside the member's own figure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alliance.documents.report.facts import ReportFacts
from alliance.documents.report.figure_cells import organisation_reading_of, value_text_with_estimate
from alliance.documents.report.pdf_model import PdfReferenceCount
from alliance.documents.report.texts import original_text_or_none
from alliance.figure_fields import FigurePlace
from alliance.models import Indicator, Measure, ReferenceCount
from alliance.queries.public.changes import deviation, is_large_deviation
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import deviation_text, name_in_language, status_text, unit_of
from portal.kernel.text import format_figure, to_print


def reference_counts_of(source: ReportFacts, measures: Sequence[Measure]) -> list[PdfReferenceCount]:
    """The reference counts of these measures' indicators."""
    indicator_by_key = {
        indicator.key: indicator for measure in measures for indicator in measure.indicators.all()
    }
    return [
        _reference_count(source, indicator_by_key[row.indicator_key], row)
        for row in source.references
        if row.indicator_key in indicator_by_key
    ]


def _reference_count(source: ReportFacts, indicator: Indicator, row: ReferenceCount) -> PdfReferenceCount:
    names = {each["slug"]: name_in_language(each) for each in source.document["services"]}
    slug = row.service.slug if row.service else None
    own = (
        source.current.reading(FigurePlace(indicator.key, slug))
        if slug
        else organisation_reading_of(source.current, indicator)
    )
    known = own if own is not None and own.has_value else None
    name = to_print(
        names.get(row.service.slug, row.service.name)
        if row.service
        else name_in_language(source.document["organisation"])
    )
    observer = to_print(row.observer)
    unit = str(indicator.get_unit_display())
    stats = [
        (_own_text(indicator, own), _("%(unit)s counted by %(name)s") % {"unit": unit, "name": name}),
        (
            format_figure(row.value, unit_of(indicator)),
            _("%(unit)s counted by %(name)s") % {"unit": unit, "name": observer},
        ),
    ]
    return PdfReferenceCount(
        title=indicator.title,
        stats=[*stats, *deviation_stats(known, row)],
        far=known is not None and known.value is not None and is_large_deviation(known.value, row.value),
        note=original_text_or_none("\n".join(source.current.notes_on(indicator.key, slug))),
        source=f"{observer}: {to_print(row.source)}",
    )


def _own_text(indicator: Indicator, own: Reading | None) -> str:
    if own is None:
        return _("No value")
    return (
        value_text_with_estimate(indicator, own)
        if own.has_value
        else status_text(own.status, withheld=own.withheld)
    )


def deviation_stats(own: Reading | None, row: ReferenceCount) -> list[tuple[str, str]]:
    """How far apart the two are, and what follows from it."""
    if own is None or own.value is None:
        return []
    far = is_large_deviation(own.value, row.value)
    message = (
        # xgettext:no-python-format
        _("difference: over 10 % of the independent count")
        if far
        # xgettext:no-python-format
        else _("difference: at most 10 % of the independent count, no note required")
    )
    distance = deviation(own.value, row.value)
    text = deviation_text(distance) if distance is not None else format_figure(abs(own.value - row.value))
    return [(text, message)]
