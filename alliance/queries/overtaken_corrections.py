"""Open corrections that were overtaken: those of a list, and those beside a new one of the same values."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Max

from alliance.enums import OPEN_CORRECTION_STATES
from alliance.models import Correction, CorrectionItem
from alliance.queries.correction_refusals import corrected_records, is_overtaken, later_events, withdrawn_of
from alliance.queries.corrections import (
    open_corrections_of,
)
from alliance.queries.published_states import (
    PublishedState,
    possible_standings,
    published_states,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication


def overtaken_among(corrections: Iterable[Correction]) -> set[int]:
    """The numbers of those that are open and can no longer be published, what they correct having changed.

    Their reports were read with their members and cycles. Three queries, none where nothing is open; six more
    where something was published or filed of any of them since.
    """
    rows = {row.pk: row for row in corrections if row.state in OPEN_CORRECTION_STATES}
    if not rows:
        return set()
    items = defaultdict(list)
    for item in CorrectionItem.objects.filter(correction__in=rows):
        items[item.correction_id].append(item)
    records = corrected_records(rows.values(), (item for own in items.values() for item in own))
    withdrawn = withdrawn_of(records)
    names = {record for own in records.values() for _type, record in own}
    heads = Publication.objects.filter(record__in=names).order_by().values_list("type", "record")
    latest = {(type_, record): number for type_, record, number in heads.annotate(Max("number"))}
    touched = [
        pk
        for pk, row in rows.items()
        if items[pk]
        and not withdrawn[pk]
        and (
            any(latest.get(record, 0) > row.of_publication for record in records[pk])
            or _contradicts_filing(row, items[pk])
        )
    ]
    states = published_states({rows[pk].report_id: rows[pk].report for pk in touched}.values())
    return {
        pk
        for pk in touched
        if (state := states.get(rows[pk].report_id)) is not None and is_overtaken(state, items[pk])
    }


def _contradicts_filing(correction: Correction, items: Iterable[CorrectionItem]) -> bool:
    """Whether it says of the filing what cannot be so in the state of the report."""
    possible = possible_standings(correction.report)
    return any("standing" in item.new and item.new["standing"] not in possible for item in items)


def corrections_in_the_way(
    state: PublishedState, places: Iterable[CorrectionPlace], *, but: int | None = None
) -> list[int]:
    """The numbers of the open corrections of any of these values, except one, that can still be published.

    One query; four for each that is open.
    """
    items = open_corrections_of(state.report, places, but=but)
    others = {item.correction_id: item.correction for item in items}
    return [pk for pk in sorted(others) if not later_events(others[pk], state).is_overtaken]
