"""The lines without a place in a ranking: why there is no figure, and what its owner has promised of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from alliance.models import Indicator, PublishedPledge
from alliance.queries.public.commitments import naming, pledges_to, with_earlier_versions
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.web.public.pledges import targets_naming
from portal.kernel.web import address_of


@dataclass(frozen=True, slots=True)
class PromisedTarget:
    """A target that names the figure: the member's words, its day, where the pledge stands."""

    text: str
    language: str
    due_on: date | None
    url: str


@dataclass(frozen=True, slots=True)
class UnrankedRow:
    """One line, ready to be shown."""

    series: ReadingSeries
    reading: Reading
    promised: Sequence[PromisedTarget]


def unranked_rows(lines: Sequence[tuple[ReadingSeries, Reading]], indicator: Indicator) -> list[UnrankedRow]:
    """These lines with what was promised of each. A few queries, none without lines."""
    members = {series.organisation.pk for series, _reading in lines}
    if not members:
        return []
    pledges = naming(pledges_to(indicator.measure.commitment), indicator).filter(organisation__in=members)
    targets = targets_naming(with_earlier_versions(pledges), indicator)
    return [
        UnrankedRow(
            series,
            reading,
            [_promised(pledge, target) for pledge, _number, target in targets if _is_of(pledge, series)],
        )
        for series, reading in lines
    ]


def _is_of(pledge: PublishedPledge, series: ReadingSeries) -> bool:
    """Whether the pledge is of this line: of its member, and of its service where it names some."""
    slugs = {service["slug"] for service in pledge.services}
    is_covered = not slugs or series.service is None or series.service.slug in slugs
    return pledge.organisation_id == series.organisation.pk and is_covered


def _promised(pledge: PublishedPledge, target: Mapping[str, Any]) -> PromisedTarget:
    page = address_of("public:member", pledge.organisation.slug)
    due_on = date.fromisoformat(target["due_on"]) if target["due_on"] else None
    return PromisedTarget(target["text"], pledge.language, due_on, f"{page}#pledge-{pledge.record}")
