"""What somebody else counted, beside the member's own figure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alliance.documents.report_cells import value_text, whole_of
from alliance.documents.report_paper import OtherCount
from alliance.documents.report_source import Source
from alliance.documents.report_words import printable, said_or_none
from alliance.figure_fields import FigurePlace
from alliance.models import Indicator, Measure, ReferenceCount
from alliance.queries.public.changes import apart, far_apart
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import apart_text, named, status_text, unit_of
from portal.kernel.templatetags.portal_ui import figure


def counts_of(source: Source, measures: Sequence[Measure]) -> list[OtherCount]:
    """The reference counts of these measures' indicators."""
    asked = {one.key: one for measure in measures for one in measure.indicators.all()}
    return [
        _count(source, asked[row.indicator_key], row)
        for row in source.references
        if row.indicator_key in asked
    ]


def _count(source: Source, indicator: Indicator, row: ReferenceCount) -> OtherCount:
    services = {one["slug"]: one for one in source.document["services"]}
    service = services.get(row.service.slug) if row.service else None
    slug = service["slug"] if service else None
    own = source.now.reading(FigurePlace(indicator.key, slug)) if slug else whole_of(source.now, indicator)
    known = own if own is not None and own.known else None
    name = printable(named(service) if service else named(source.document["organisation"]))
    observer = printable(row.observer)
    unit = str(indicator.get_unit_display())
    stats = [
        (_own_text(indicator, own), _("%(unit)s counted by %(name)s") % {"unit": unit, "name": name}),
        (
            figure(row.value, unit_of(indicator)),
            _("%(unit)s counted by %(name)s") % {"unit": unit, "name": observer},
        ),
    ]
    filed = source.now.figures.get(FigurePlace(indicator.key, slug))
    return OtherCount(
        title=indicator.title,
        stats=[*stats, *_distance(known, row)],
        far=known is not None and known.value is not None and far_apart(known.value, row.value),
        note=said_or_none(filed.values.note) if filed else None,
        source=f"{observer}: {printable(row.source)}",
    )


def _own_text(indicator: Indicator, own: Reading | None) -> str:
    if own is None:
        return _("No value")
    return value_text(indicator, own) if own.known else status_text(own.status, withheld=own.withheld)


def _distance(own: Reading | None, row: ReferenceCount) -> list[tuple[str, str]]:
    """How far apart the two are, and what follows from it."""
    if own is None or own.value is None:
        return []
    far = far_apart(own.value, row.value)
    # xgettext:no-python-format
    words = (
        _("difference: over 10 % of the independent count")
        if far
        else _("difference: no note is required up to 10 %")
    )
    distance = apart(own.value, row.value)
    return [(apart_text(distance) if distance is not None else figure(abs(own.value - row.value)), words)]
