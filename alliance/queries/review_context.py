"""What a reviewer sees beside one measure's answer. The number of queries is constant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from alliance.enums import OPEN_FINDING_STATES, CycleState, PledgeState, QuestionState
from alliance.figure_fields import FiledFigure
from alliance.models import (
    Cycle,
    Finding,
    Indicator,
    InternalNote,
    Measure,
    Pledge,
    Question,
    ReferenceCount,
    Report,
    Response,
    Verdict,
)
from alliance.queries.charter_contents import indicators_of
from alliance.queries.corrected_submissions import corrections_of_published, mark_corrected_verdicts
from alliance.queries.findings import readable_findings, with_entries
from alliance.queries.lineage import lineage_of, under_key
from alliance.queries.pledge_quotes import with_published_targets
from alliance.queries.public.standing_pledges import pledges_when_published
from alliance.queries.published_states import record_name
from alliance.queries.replies import replies_before_reopening, with_later_corrections
from alliance.queries.report_frame import pledges_to_commitment
from alliance.queries.review_state import blind_readings
from alliance.queries.submitted_figures import SubmittedFigures, submitted_figures
from alliance.queries.submitted_totals import Totals, other_totals
from alliance.validators.lineage import KeyHistory
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet

MAX_CYCLES = 6
# Other members that a measure is compared with at once, each with its line. Where more have filed, a reviewer asks for
# them: then their totals are read for this cycle and the one before, and they share one line.
MAX_OTHERS, CYCLES_OF_MANY = 20, 2


@dataclass(frozen=True, slots=True)
class MeasureContext:
    """What the reviewer sees beside the answer; `cycles` run from the oldest to the report's own.

    `compared` is the one that the report is compared with, also where it lies before these.
    With few other members `submitted` has what they filed, too; else `totals` has their numbers where they are asked
    for, and `other_count` is how many there are where they are not.
    """

    indicators: Sequence[Indicator]
    cycles: Sequence[Cycle]
    compared: Cycle | None
    submitted: Sequence[SubmittedFigures]
    references: Sequence[ReferenceCount]
    pledge: Pledge | None
    last_verdict: Verdict | None
    last_response: Response | None
    findings: Sequence[Finding]
    questions: Sequence[Question]
    notes: Sequence[InternalNote]
    other_count: int
    totals: Totals | None

    @property
    def offers_others(self) -> bool:
        """There are so many other members that they are compared with only when asked for."""
        return self.totals is None and self.other_count > MAX_OTHERS


def measure_context(
    actor: Actor,
    report: Report,
    measure: Measure,
    cycles: Sequence[Cycle],
    compared: Cycle | None,
    last: Verdict | None,
    *,
    with_others: bool = False,
) -> MeasureContext:
    """What is shown beside the answer to this measure; `last` is the verdict on it in the cycle it is compared with.

    `with_others`: compare it with the totals of all other members; with a few it is compared anyway, one by one.
    """
    indicators = indicators_of(measure.charter_id).get(measure.pk, [])
    keys = [indicator.key for indicator in indicators]
    # whoever asks for many knows that there are: they are not counted again
    other_count = 0 if with_others else _other_count(actor, report)
    one_by_one = not with_others and other_count <= MAX_OTHERS
    lineage = lineage_of(report.charter)
    histories = [lineage.history_of(key) for key in keys]
    totals = None
    if with_others:
        own, of_many = report.organisation_id, cycles[-CYCLES_OF_MANY:]
        totals = other_totals(actor, of_many, indicators, histories, but=own)
    read = cycles if compared is None or compared in cycles else [compared, *cycles]
    return MeasureContext(
        indicators=indicators,
        cycles=cycles,
        compared=compared,
        submitted=_submitted(actor, read, histories, of=None if one_by_one else report.organisation_id),
        references=_references(actor, report, keys),
        pledge=pledge_to(actor, report, measure.commitment.key),
        last_verdict=last,
        last_response=last_response(actor, last),
        findings=findings_on(actor, report, measure),
        questions=questions_on(actor, report, measure),
        notes=notes_on(actor, report, measure),
        other_count=other_count,
        totals=totals,
    )


def _other_count(actor: Actor, report: Report) -> int:
    """How many other members have filed for this cycle. One query."""
    rows = Report.objects.visible_to(actor).filter(cycle=report.cycle_id, submitted_at__isnull=False)
    return int(rows.exclude(pk=report.pk).count())


def compared_cycle(report: Report, *, of: Iterable[CycleState] = CycleState) -> Cycle | None:
    """The cycle that a report is compared with, in one of these states; None where there is none. One query.

    It is the last one before it for which its member has filed, as for whoever writes the report: in between it may
    have been exempt, or have missed one.
    """
    filed = _filed_before(report.cycle, [report.organisation_id], of)
    last = Subquery(filed.values("cycle")[:1])
    return Cycle.objects.select_related("charter").filter(pk=last).first()


def compared_cycles(
    cycle: Cycle, organisations: Iterable[int], *, of: Iterable[CycleState] = CycleState
) -> dict[int, Cycle]:
    """By member what `compared_cycle` is of its report for this cycle; nothing of those without one. Two queries."""
    filed = _filed_before(cycle, organisations, of).order_by("organisation_id", "-cycle__starts_on")
    last = dict(filed.distinct("organisation_id").values_list("organisation_id", "cycle_id"))
    # most of them have the same
    cycles = Cycle.objects.select_related("charter").in_bulk(set(last.values()))
    return {organisation: cycles[number] for organisation, number in last.items()}


def _filed_before(
    cycle: Cycle, organisations: Iterable[int], states: Iterable[CycleState]
) -> QuerySet[Report]:
    """The reports that these members filed for earlier cycles in one of these states, the last ones first.

    A report that was recalled, and not filed again, has no day of submission any more.
    """
    return Report.objects.filter(
        organisation__in=set(organisations),
        submitted_at__isnull=False,
        cycle__charter__key=cycle.charter.key,
        cycle__starts_on__lt=cycle.starts_on,
        cycle__state__in=list(states),
    ).order_by("-cycle__starts_on")


def cycles_until(actor: Actor, cycle: Cycle) -> list[Cycle]:
    """This cycle and those before it on the same charter, whatever its version; oldest first."""
    rows = Cycle.objects.visible_to(actor).filter(
        charter__key=cycle.charter.key, starts_on__lte=cycle.starts_on
    )
    return list(rows.select_related("charter").order_by("-starts_on")[:MAX_CYCLES])[::-1]


def _submitted(
    actor: Actor, cycles: Sequence[Cycle], histories: Sequence[KeyHistory], *, of: int | None
) -> list[SubmittedFigures]:
    """What was submitted over the cycles, under the keys of the report's charter, with the breaks of their series.

    By one organisation, or by everybody. Two queries.
    """
    names = {name for history in histories for name in (history.key, *history.keys.values())}
    earlier_versions = {
        cycle.pk: before.charter.version if before else None
        for before, cycle in zip([None, *cycles], cycles, strict=False)
    }
    return [
        replace(row, figures=_figures_under_current_keys(row, histories, earlier_versions[row.cycle_id]))
        for row in submitted_figures(actor, cycles, sorted(names), of=of)
    ]


def _figures_under_current_keys(
    submitted: SubmittedFigures, histories: Sequence[KeyHistory], before: int | None
) -> list[FiledFigure]:
    followed: list[FiledFigure] = []
    for history in histories:
        broken = history.breaks_at(submitted.version, before)
        for figure in submitted.figures:
            if figure.place.indicator == history.key_in(submitted.version):
                place = figure.place._replace(indicator=history.key)
                changed = broken or figure.values.definition_changed
                followed.append(
                    figure._replace(place=place, values=replace(figure.values, definition_changed=changed))
                )
    return followed


def _references(actor: Actor, report: Report, keys: Sequence[str]) -> list[ReferenceCount]:
    rows = ReferenceCount.objects.visible_to(actor).filter(
        organisation_id=report.organisation_id,
        indicator_key__in=keys,
        starts_on=report.cycle.starts_on,
        ends_on=report.cycle.ends_on,
        replaced_by__isnull=True,
    )
    return list(rows.select_related("service"))


def pledge_to(actor: Actor, report: Report, commitment_key: str) -> Pledge | None:
    """The pledge that the verdicts on this commitment are to be read beside, with its targets.

    The one in force, whatever version of the charter it is to. Of a report that was published, the revision that stood
    then, with the one in force as `later` where it is another; where none stood, that one, with `is_later`.
    Two queries, eight where the report was published.
    """
    rows = with_published_targets(_pledges_of(actor, report, PledgeState.PUBLISHED)).prefetch_related(
        "targets"
    )
    now = next(iter(pledges_to_commitment(report.charter, commitment_key, list(rows))), None)
    if report.published_at is None:
        return now
    record = record_name(report)
    stood = (pledges_when_published(report.charter, report.organisation_id, record) or {}).get(commitment_key)
    if stood is None or stood.is_later:
        if now is not None:
            now.is_later = stood is not None
        return now
    revisions = Pledge.objects.visible_to(actor).filter(record=stood.record, revision=stood.revision)
    pledge = revisions.prefetch_related("targets").first()
    if pledge is None:
        return None
    pledge.published_targets = stood.targets
    if now != pledge:
        pledge.later = now
    return pledge


def standing_or_withdrawn_pledge_to(actor: Actor, report: Report, commitment_key: str) -> Pledge | None:
    """The pledge to the commitment that is in force; without one, that which was withdrawn last."""
    rows = _pledges_of(actor, report, PledgeState.PUBLISHED, PledgeState.WITHDRAWN).order_by("-pk")
    pledges = pledges_to_commitment(report.charter, commitment_key, list(rows))
    return next(iter(sorted(pledges, key=lambda row: row.state != PledgeState.PUBLISHED)), None)


def _pledges_of(actor: Actor, report: Report, *states: PledgeState) -> QuerySet[Pledge]:
    """The member's pledges to commitments, in these states."""
    rows: QuerySet[Pledge] = Pledge.objects.visible_to(actor).filter(
        organisation_id=report.organisation_id, state__in=states
    )
    return rows.exclude(commitment_key="").select_related("earlier_charter")


def last_verdict(actor: Actor, report: Report, compared: Cycle | None, kind: str, key: str) -> Verdict | None:
    """The verdict on the same subject in the cycle that the report is compared with, whatever its charter called it.

    `kind` and `key` are those of a step of the review. It names its last correction, where its report is published.
    """
    if compared is None:
        return None
    rows = Verdict.objects.visible_to(actor).filter(
        _subject(report, kind, key), organisation_id=report.organisation_id, report__cycle=compared
    )
    verdict = rows.select_related("report__cycle", "given_by", "commitment", "measure").first()
    if verdict is not None:
        mark_corrected_verdicts([verdict], corrections_of_published(verdict.report))
    return verdict


def _subject(report: Report, kind: str, key: str) -> Q:
    if kind == "pledge":
        return Q(pledge_record=key)
    subject = under_key(report.charter, kind, key)
    return subject if kind == "measure" else subject & Q(measure=None)


def last_response(actor: Actor, verdict: Verdict | None) -> Response | None:
    """The member's reply to the verdict, or to all of that report, as last signed.

    It says of itself whether that verdict was corrected since, or came out otherwise once the review was reopened. One
    query if there is a verdict, three if the reply was signed before the last conclusion.
    """
    if verdict is None:
        return None
    rows = Response.objects.visible_to(actor).filter(report_id=verdict.report_id, replaced_at=None)
    rows = rows.filter(Q(commitment_id=verdict.commitment_id) | Q(commitment=None))
    related = with_later_corrections(rows).select_related("report")
    response: Response | None = related.order_by(F("commitment_id").asc(nulls_last=True)).first()
    if response is not None:
        response.is_before_reopening = response.pk in replies_before_reopening([response])
    return response


def findings_on(actor: Actor, report: Report, measure: Measure) -> list[Finding]:
    """The findings of this review on the measure, and those of earlier ones that are open. Two queries.

    Whoever is to judge it blind reads none of this review.
    """
    rows = readable_findings(actor).filter(
        Q(report=report)
        | Q(state__in=OPEN_FINDING_STATES, report__cycle__starts_on__lt=report.cycle.starts_on),
        under_key(report.charter, "measure", measure.key),
        organisation_id=report.organisation_id,
    )
    return list(rows.select_related("report__cycle", "written_by").prefetch_related(with_entries(actor)))


def questions_on(actor: Actor, report: Report, measure: Measure | None) -> list[Question]:
    rows = Question.objects.visible_to(actor).filter(report=report, measure=measure)
    return list(rows.select_related("asked_by", "answered_by", "organisation", "measure"))


def all_questions(actor: Actor, report: Report) -> list[Question]:
    """Every question about the report, wherever it was asked; what is closed comes last. One query."""
    rows = Question.objects.visible_to(actor).filter(report=report)
    closed_last = Case(When(state=QuestionState.CLOSED, then=1), default=0)
    return list(
        rows.select_related("asked_by", "answered_by", "organisation", "measure").order_by(closed_last, "pk")
    )


def unsettled_questions(actor: Actor, reports: Iterable[Report]) -> QuerySet[Question]:
    """Those about these reports that are not closed, answered or not, by member. One query."""
    rows: QuerySet[Question] = Question.objects.visible_to(actor).filter(report__in=list(reports))
    rows = rows.exclude(state=QuestionState.CLOSED).select_related("measure", "report__organisation")
    return rows.order_by(ByAlphabet("report__organisation__name"), "report_id", "pk")


def notes_on(actor: Actor, report: Report, measure: Measure | None) -> list[InternalNote]:
    """The secretariat's notes on this measure, or on the whole report. One query.

    Whoever is to judge it blind reads their own alone.
    """
    return list(readable_notes(actor).filter(report=report, measure=measure).select_related("written_by"))


def readable_notes(actor: Actor) -> QuerySet[InternalNote]:
    """The secretariat's notes; of what somebody is to judge blind their own alone."""
    is_blind = Exists(blind_readings(actor).filter(report=OuterRef("report")))
    rows: QuerySet[InternalNote] = InternalNote.objects.visible_to(actor)
    return rows.filter(Q(written_by=actor.person_id) | ~is_blind)
