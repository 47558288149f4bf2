"""What a report asks of its member: measures, indicators, services, cells; and the answers of the last period."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from alliance.enums import Aggregation, IndicatorScope, IndicatorType, PledgeState
from alliance.figure_fields import FigurePlace, FiguresByPlace
from alliance.models import (
    Charter,
    Commitment,
    Cycle,
    Indicator,
    Measure,
    Pledge,
    ReferenceCount,
    Report,
    Service,
    Submission,
)
from alliance.queries.charter_contents import indicators_of, measures_of, version_in_force
from alliance.queries.corrected_submissions import compared_submission
from alliance.queries.lineage import key_in_version, lineage_of
from alliance.queries.public.wording import cell_title
from alliance.validators.cells import period_cells
from alliance.validators.figures import IndicatorRules
from portal.kernel.errors import DomainError
from portal.kernel.text import sentence as _

Content = Mapping[str, Any]
PLEDGE_LIMIT = 4000  # characters of the text on a pledge beyond the charter


@dataclass(frozen=True, slots=True)
class RequestedFigure:
    """One figure that is asked for."""

    indicator: Indicator
    service: Service | None
    cell: str = ""

    @property
    def place(self) -> FigurePlace:
        return FigurePlace.of(self)


@dataclass(frozen=True)
class RequiredMeasure:
    """A measure with its indicators, as required of this member."""

    measure: Measure
    commitment: Commitment
    indicators: Sequence[Indicator]
    services: Sequence[Service]
    breakdowns: Mapping[str, Any]
    cycle: Cycle

    @cached_property
    def narratives(self) -> list[Indicator]:
        return [row for row in self.indicators if row.type == IndicatorType.NARRATIVE]

    @cached_property
    def figures(self) -> list[Indicator]:
        return [row for row in self.indicators if row.type == IndicatorType.FIGURE]

    def owners(self, indicator: Indicator) -> Sequence[Service | None]:
        """Whose figures an indicator asks for: each service's, the organisation's (None), or both.

        A total that cannot be worked out, such as people reached, is entered beside the services' figures.
        """
        if indicator.scope != IndicatorScope.SERVICE:
            return [None]
        entered = indicator.aggregation == Aggregation.ENTERED and len(self.services) > 1
        return [*self.services, None] if entered else list(self.services)

    def totals(self, indicator: Indicator) -> list[RequestedFigure]:
        """The totals of an indicator; the cells of a breakdown are asked for beside them, and may stay empty."""
        return [RequestedFigure(indicator, service) for service in self.owners(indicator)]

    @cached_property
    def total_places(self) -> list[FigurePlace]:
        """The places of all its totals."""
        return [
            FigurePlace(row.key, owner.slug if owner else None)
            for row in self.figures
            for owner in self.owners(row)
        ]

    def required_places(self, without_number: Container[FigurePlace]) -> Sequence[FigurePlace]:
        """Where something is to be given: the totals, and the months or quarters of each.

        `without_number`: totals that say why there is none, and with that why their months have none.
        """
        if not self._periods:
            return self.total_places
        return [
            place
            for total in self.total_places
            for place in (total, *(self._months_of(total) if total not in without_number else ()))
        ]

    def _months_of(self, total: FigurePlace) -> Iterator[FigurePlace]:
        return (total._replace(cell=cell) for cell in self._periods.get(total.indicator, ()))

    @cached_property
    def _periods(self) -> Mapping[str, Sequence[str]]:
        """The cells of the months or quarters, by the indicators that ask for them."""
        return {row.key: self.cells(row) for row in self.figures if row.period}

    def cells(self, indicator: Indicator) -> list[str]:
        """The keys of the breakdown cells, `dimension=cell` pairs joined by `;`; none without a breakdown.

        The parts of a category follow it, as `dimension=category/part`; of a figure by month or quarter those of the
        cycle are its cells.
        """
        if indicator.period:
            return period_cells_of(indicator, self.cycle)
        dimensions = [self.breakdowns[key] for key in indicator.breakdowns]
        pairs = [
            [f"{dimension['key']}={cell['key']}" for cell in dimension["cells"]] for dimension in dimensions
        ]
        return [";".join(cell) for cell in product(*pairs)] if pairs else []

    def requested(self, indicator: Indicator) -> list[RequestedFigure]:
        """Every figure of an indicator, totals and cells."""
        cells = ["", *self.cells(indicator)]
        return [
            RequestedFigure(indicator, service, cell) for service in self.owners(indicator) for cell in cells
        ]


@dataclass(frozen=True)
class ReportFrame:
    """Everything that one report asks for. Made with a constant number of queries."""

    report: Report
    services: Sequence[Service]
    measures: Sequence[RequiredMeasure]
    own_pledges: Sequence[Pledge]

    @cached_property
    def rules(self) -> dict[str, IndicatorRules]:
        """What the indicators ask of their figures, by key."""
        return {
            row.key: rules_of(row, self.report.cycle)
            for required in self.measures
            for row in required.figures
        }

    @cached_property
    def _totals(self) -> frozenset[tuple[str, str | None]]:
        """The indicator and the service of each total: asked for each of a thousand figures, and more than once."""
        return frozenset(
            (place.indicator, place.service) for required in self.measures for place in required.total_places
        )

    @cached_property
    def _requested(self) -> dict[FigurePlace, RequestedFigure]:
        return {
            each.place: each
            for required in self.measures
            for row in required.figures
            for each in required.requested(row)
        }

    def asks_for(self, figure_place: FigurePlace) -> bool:
        """Whether the report asks for this figure, or for the total that it is a part of.

        What was typed before a service was sold or a pledge revised is no longer asked for.
        """
        return (figure_place.indicator, figure_place.service) in self._totals or (
            figure_place.service is None and figure_place.indicator in self.rules
        )

    def find(self, figure_place: FigurePlace) -> RequestedFigure:
        """The figure that is asked for in this place; refuses with the field of the place that names nothing."""
        figure = self._requested.get(figure_place)
        if figure is None:
            raise _refusal(self, figure_place)
        return figure

    @cached_property
    def texts(self) -> frozenset[int | UUID]:
        """The narratives that are asked for: ids of indicators, records of pledges beyond the charter."""
        return frozenset(self.narratives.keys() | {pledge.record for pledge in self.own_pledges})

    @cached_property
    def narratives(self) -> Mapping[int | UUID, Indicator]:
        """The narratives of the measures, by id."""
        return {row.pk: row for required in self.measures for row in required.narratives}

    @property
    def answer_count(self) -> int:
        """How many answers it asks for: texts, totals, parts."""
        figures = sum(
            len(required.owners(row)) * (1 + len(required.cells(row)))
            for required in self.measures
            for row in required.figures
        )
        return len(self.texts) + figures

    def required_measure(self, measure_key: str) -> RequiredMeasure | None:
        return next((required for required in self.measures if required.measure.key == measure_key), None)

    @cached_property
    def _by_indicator(self) -> Mapping[str, tuple[RequiredMeasure, Indicator]]:
        return {row.key: (required, row) for required in self.measures for row in required.indicators}

    def indicator(self, key: str) -> Indicator | None:
        return self._by_indicator[key][1] if key in self._by_indicator else None

    def measure_of(self, indicator_key: str) -> RequiredMeasure | None:
        """The measure that asks for the indicator with this key."""
        return self._by_indicator[indicator_key][0] if indicator_key in self._by_indicator else None

    def codes(self, keys: Collection[str]) -> list[str]:
        """The codes of the measures that have any of these indicators, in the charter's order."""
        return [
            required.measure.code
            for required in self.measures
            if any(row.key in keys for row in required.indicators)
        ]

    def words_of(self, figure_place: FigurePlace) -> str:
        """A figure's place as a person knows it: the indicator, the service, the part."""
        indicator, service = self.indicator(figure_place.indicator), self.service(figure_place.service)
        names = (
            indicator.title if indicator else figure_place.indicator,
            service.name if service else "",
            cell_title(self.report.charter, figure_place.cell) if figure_place.cell else "",
        )
        return ", ".join(filter(None, names))

    def service(self, slug: str | None) -> Service | None:
        return next((row for row in self.services if row.slug == slug), None)


def _refusal(frame: ReportFrame, figure_place: FigurePlace) -> DomainError:
    indicator = frame.indicator(figure_place.indicator)
    if indicator is None:
        return DomainError(_("The report has no such indicator."), field="indicator")
    if indicator.type != IndicatorType.FIGURE:
        return DomainError(_("This indicator asks for a text, not for a figure."), field="indicator")
    if (figure_place.indicator, figure_place.service) not in frame._totals:
        return DomainError(_("This indicator does not apply to that service."), field="service")
    return DomainError(_("This figure has no such part."), field="cell")


def period_cells_of(indicator: Indicator, cycle: Cycle) -> list[str]:
    """The cells of the months or quarters of a cycle, in order; none of an indicator that asks for none."""
    return period_cells(indicator.period, cycle.starts_on, cycle.ends_on)


def rules_of(indicator: Indicator, cycle: Cycle) -> IndicatorRules:
    """The indicator as the plain checks of figures read it."""
    return IndicatorRules(
        key=indicator.key,
        value=indicator.value,
        choices=tuple(choice["key"] for choice in indicator.choices),
        minimum=indicator.minimum,
        maximum=indicator.maximum,
        exclusive=indicator.exclusive,
        part_of=indicator.part_of,
        aggregation=indicator.aggregation,
        period_aggregation=indicator.period_aggregation,
        period_cells=tuple(period_cells_of(indicator, cycle)),
    )


def report_frame(report: Report, pledges: Sequence[Pledge] | None = None) -> ReportFrame:
    """All core measures, the opt-in measures that the member pledged, and its pledges beyond the charter.

    `pledges`: the published ones of the member, where they are at hand.
    """
    cycle = report.cycle
    charter = report.charter
    if pledges is None:
        rows = Pledge.objects.filter(organisation_id=report.organisation_id, state=PledgeState.PUBLISHED)
        pledges = list(rows.select_related("earlier_charter"))
    opted = pledged_measure_keys(charter, pledges)
    measures = [row for row in measures_of(charter.pk) if row.core or row.key in opted]
    services = list(
        Service.objects.all().owned_by(report.organisation_id, cycle.starts_on, cycle.ends_on).order_by("pk")
    )
    indicators = indicators_of(charter.pk)
    breakdowns = {dimension["key"]: dimension for dimension in charter.breakdowns}
    required = [
        RequiredMeasure(
            measure, measure.commitment, indicators.get(measure.pk, []), services, breakdowns, cycle
        )
        for measure in measures
    ]
    return ReportFrame(report, services, required, [row for row in pledges if not row.commitment_key])


def pledged_measure_keys(charter: Charter, pledges: Sequence[Pledge]) -> set[str]:
    """The measures that were pledged, under the keys of the report's charter, which may be before or after theirs."""
    keys = {(pledge.earlier_charter, key) for pledge in pledges for key in pledge.measure_keys}
    if not keys:
        return set()
    in_force = version_in_force(charter.key) or charter
    names = (key_in_version(version or in_force, key, charter) for version, key in keys)
    return {name for name in names if name}


def pledges_to_commitment(charter: Charter, key: str, pledges: Sequence[Pledge]) -> list[Pledge]:
    """Those of the pledges that are to the commitment that this charter calls `key`, whatever theirs does.

    What still stands by an earlier version comes last.
    """
    if not pledges:
        return []
    in_force = version_in_force(charter.key) or charter
    matching = [
        pledge
        for pledge in pledges
        if pledge.commitment_key
        and key_in_version(pledge.earlier_charter or in_force, pledge.commitment_key, charter) == key
    ]
    return sorted(matching, key=lambda pledge: pledge.earlier_charter is not None)


class LastFiled(NamedTuple):
    """What a member last filed for an earlier cycle on the same charter, as corrected since."""

    submission: Submission
    content: Content  # under the keys of its own version of the charter
    figures: FiguresByPlace  # those of the content


def last_content(report: Report) -> Content | None:
    """What the member last filed for an earlier cycle, as `comparable_content` has it."""
    filed = last_filed(last_submission(report))
    return comparable_content(report, filed) if filed else None


def comparable_content(report: Report, filed: LastFiled) -> Content:
    """What was filed under the keys of this report's version, without figures that the charter has redefined since."""
    return lineage_of(report.charter).under_current_keys(filed.content, across_breaks=False)


def last_submission(report: Report) -> Submission | None:
    """What the member filed last for an earlier cycle: the report carries over from it. One query."""
    return earlier_submissions(report).select_related("report__cycle").first()


def last_filed(submission: Submission | None) -> LastFiled | None:
    """The content of that submission. One query."""
    return LastFiled(submission, *compared_submission(submission)) if submission is not None else None


def earlier_submissions(report: Report) -> QuerySet[Submission]:
    """What the member filed for earlier cycles on the charter, whatever its version, the last ones first.

    Of the first one is what the report carries over.
    """
    rows = Submission.objects.standing().filter(
        organisation=report.organisation_id,
        report__cycle__charter__key=report.charter.key,
        report__cycle__starts_on__lt=report.cycle.starts_on,
    )
    return rows.order_by("-report__cycle__starts_on", "-number")


def figures_in(content: Content | None) -> FiguresByPlace:
    """The figures of a submission by their place."""
    return FiguresByPlace(content or {})


def texts_in(content: Content | None) -> dict[str, str]:
    """The narratives of a submission by their indicator's key."""
    measures = content["measures"] if content else []
    return {row["indicator"]: row["text"] for measure in measures for row in measure["answers"]}


def reference_numbers(report: Report) -> dict[FigurePlace, ReferenceCount]:
    """What others counted for the member in this period, by place."""
    counts = (
        ReferenceCount.objects.order_by()
        .filter(
            organisation_id=report.organisation_id,
            starts_on=report.cycle.starts_on,
            ends_on=report.cycle.ends_on,
            replaced_by__isnull=True,
        )
        .select_related("service")
    )
    return {
        FigurePlace(row.indicator_key, row.service.slug if row.service else None, row.cell): row
        for row in counts
    }
