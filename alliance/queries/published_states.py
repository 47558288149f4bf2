"""Published reports as both sides know them: what the public reads of each, and what it does not."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alliance.enums import CorrectionSubject, IndicatorType, PledgeState, ReportState, Standing
from alliance.figure_fields import FIELDS, FiledFigure, filed_figures
from alliance.models import (
    Indicator,
    PublishedPledge,
    PublishedResponse,
    Report,
    Submission,
    WithdrawnPublication,
)
from alliance.queries.corrected_submissions import published_changes
from alliance.queries.obligations import UNDECIDED_STATES
from alliance.queries.public.report_content import ReportContent
from alliance.validators.corrections import CorrectionPlace, Values, corrected_content, values_in
from portal.kernel.publishing import Publication, read_publication

Content = Mapping[str, Any]
VERDICT_FIELDS = ("value", "reason", "difference")
TARGET_FIELDS = ("text", "due_on", "value", "decision")
STANDING_FIELDS = ("standing", "reason")
_NOTHING: Content = {"measures": (), "pledges": ()}  # what the notice in place of a report answers
_FIELDS_OF: dict[str, Sequence[str]] = {
    CorrectionSubject.FIGURE: tuple(FIELDS),
    CorrectionSubject.VERDICT: VERDICT_FIELDS,
    CorrectionSubject.TARGET: TARGET_FIELDS,
    CorrectionSubject.STANDING: STANDING_FIELDS,
}


def correctable_part(place: CorrectionPlace, values: Values) -> dict[str, Any]:
    """Of a value in a document the part that a correction writes: without labels, languages and dates."""
    return {name: values[name] for name in _FIELDS_OF.get(place.subject, ("text",)) if name in values}


@dataclass(frozen=True)
class PublishedState:
    """One published report as both sides know it: what the public reads, and what it does not.

    `content` is what was `submitted` with the corrections that were published since. Of a notice in place of a report
    the only value is what it says of the filing.
    """

    report: Report
    publication: Publication
    document: Content
    submitted: Content
    content: Content
    responses: Sequence[PublishedResponse]
    pledges: Sequence[PublishedPledge]  # in force, with the targets that it has now

    @cached_property
    def values(self) -> dict[CorrectionPlace, Values]:
        """Every value that can be corrected, in the order of the report."""
        values: dict[CorrectionPlace, Values] = {CorrectionPlace.of_standing(): self.standing}
        values |= values_in(self.content, self.document.get("verdicts", ()))
        for response in self.responses:
            place = CorrectionPlace.of_response(response.commitment_key)
            values[place] = {"text": response.text, "language": response.language}
        for pledge in self.pledges:
            for number, target in enumerate(pledge.targets, start=1):
                place = CorrectionPlace.of_target(str(pledge.record), number, pledge.commitment_key)
                values[place] = {**target, "language": pledge.language}
        return values

    @property
    def is_notice(self) -> bool:
        return self.publication.type == "report_notice"

    @property
    def standing(self) -> Values:
        """How the report was filed, as its publication says it."""
        if self.is_notice:
            return {"standing": self.document["notice"], "reason": self.document["reason"]}
        return {"standing": Standing.LATE if self.document["late"] else Standing.FILED, "reason": ""}

    @property
    def possible_standings(self) -> Sequence[Standing]:
        return possible_standings(self.report)

    @cached_property
    def public(self) -> ReportContent:
        return ReportContent(self.document)

    @cached_property
    def figures(self) -> list[FiledFigure]:
        """All figures with their values, those that are withheld from the public too."""
        return filed_figures(self.content)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators of the cycle's charter that ask for figures, by key. One query."""
        rows = Indicator.objects.filter(charter_id=self.report.charter_id, type=IndicatorType.FIGURE)
        rows = rows.select_related("measure__commitment")
        return {row.key: row for row in rows}

    def is_withheld(self, place: CorrectionPlace) -> bool:
        """Whether the public does not read this value."""
        if place.subject == CorrectionSubject.FIGURE:
            figure = self.public.figures.get(place.figure)
            return figure is None or figure.withheld
        if place.subject == CorrectionSubject.TEXT:
            return self._public_values[place].get("withheld", False)
        return False

    @cached_property
    def _public_values(self) -> dict[CorrectionPlace, Values]:
        return values_in(self.document)

    def old(self, place: CorrectionPlace) -> dict[str, Any]:
        """What stands there now, as a correction writes it."""
        return correctable_part(place, self.values[place])


def possible_standings(report: Report) -> Sequence[Standing]:
    """What a correction can make of the filing: on time or late of what was filed, else not filed or exempt.

    None while a member writes or signs: then its own acts say what becomes of it.
    """
    if report.state in (ReportState.NOT_FILED, ReportState.EXEMPT):
        return (Standing.NOT_FILED, Standing.EXEMPT)
    stands = (*UNDECIDED_STATES, ReportState.CONCLUDED, ReportState.PUBLISHED)
    return (Standing.LATE, Standing.FILED) if report.state in stands else ()


def published_state(report: Report, *, or_withdrawn: bool = False) -> PublishedState | None:
    """The report, or the notice in its place, as it is published; None while there is neither.

    Once it is withdrawn None as well, unless it is wanted as it last was.
    """
    return published_states([report], or_withdrawn=or_withdrawn).get(report.pk)


def published_states(reports: Collection[Report], *, or_withdrawn: bool = False) -> dict[int, PublishedState]:
    """The same of several reports, by their number. At most six queries, however many they are."""
    records = {report.pk: (published_type(report), record_name(report)) for report in reports}
    hidden = set() if or_withdrawn else withdrawn_among(records.values())
    heads = _latest_revisions(record for record in records.values() if record not in hidden)
    shown = [report for report in reports if records[report.pk] in heads]
    notices = {
        report.pk: PublishedState(report, head, read_publication(head), _NOTHING, _NOTHING, (), ())
        for report in shown
        if (head := heads[records[report.pk]]).type == "report_notice"
    }
    filed = [report for report in shown if report.pk not in notices]
    return notices | _filed_states(filed, {report.pk: heads[records[report.pk]] for report in filed})


def _latest_revisions(records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Publication]:
    """The revision of each record that holds now, with its bytes. One query."""
    wanted = set(records)
    if not wanted:
        return {}
    types, names = zip(*wanted, strict=True)
    rows = Publication.objects.filter(type__in=types, record__in=names)
    rows = rows.order_by("type", "record", "-revision").distinct("type", "record")
    return {(row.type, row.record): row for row in rows if (row.type, row.record) in wanted}


def _filed_states(reports: Collection[Report], heads: Mapping[int, Publication]) -> dict[int, PublishedState]:
    if not reports:
        return {}
    submissions: dict[int, Submission] = {}
    for submission in Submission.objects.standing().filter(report__in=reports):
        submissions.setdefault(submission.report_id, submission)
    changes = published_changes(heads)
    members = {report.organisation_id for report in reports}
    responses: dict[tuple[int, int], list[PublishedResponse]] = defaultdict(list)
    cycles = {report.cycle_id for report in reports}
    for response in PublishedResponse.objects.current().filter(organisation__in=members, cycle__in=cycles):
        responses[response.organisation_id, response.cycle_id].append(response)
    pledges: dict[int, list[PublishedPledge]] = defaultdict(list)
    in_force = PublishedPledge.objects.current().filter(organisation__in=members, state=PledgeState.PUBLISHED)
    for pledge in in_force.order_by("valid_from"):
        pledges[pledge.organisation_id].append(pledge)
    states = {}
    for report in reports:
        if report.pk not in submissions:
            continue
        submitted = json.loads(bytes(submissions[report.pk].body))
        states[report.pk] = PublishedState(
            report,
            heads[report.pk],
            read_publication(heads[report.pk]),
            submitted,
            corrected_content(submitted, changes.get(report.pk, {})),
            responses[report.organisation_id, report.cycle_id],
            pledges[report.organisation_id],
        )
    return states


def published_type(report: Report) -> str:
    """The type of what is published of a report, if anything is: the report, or the notice in its place."""
    return "report" if report.state == ReportState.PUBLISHED else "report_notice"


def is_public(report: Report) -> bool:
    """Whether a report, or the notice in its place, is published and not withdrawn. At most two queries."""
    type_, record = published_type(report), record_name(report)
    exists = Publication.objects.filter(type=type_, record=record).exists()
    return exists and not is_withdrawn(type_, record)


def record_name(report: Report) -> str:
    """The record of a report in the publications: its member and its cycle."""
    return f"{report.organisation.slug}/{report.cycle.slug}"


def is_withdrawn(type_: str, record: str) -> bool:
    return WithdrawnPublication.objects.current().filter(type=type_, record=record).exists()


def withdrawn_among(records: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these records, each of a type, that are withdrawn now. One query."""
    wanted = set(records)
    rows = WithdrawnPublication.objects.current().filter(record__in={record for _type, record in wanted})
    return wanted & set(rows.values_list("type", "record"))
