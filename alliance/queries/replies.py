"""Replies of members to the verdicts on their reports: which of them stand, and which a correction opens anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from alliance.enums import CorrectionState, CorrectionSubject, ReportState
from alliance.models import (
    Commitment,
    Correction,
    CorrectionItem,
    EarlierVerdict,
    Report,
    Response,
    Verdict,
    WithdrawnPublication,
)
from alliance.queries.absences import (
    Absence,
    Period,
    last_day_without,
    signing_absences,
)
from alliance.queries.local_dates import day_of, today
from alliance.queries.published_states import record_name, withdrawn_among
from portal.kernel.publishing import Publication


def standing_replies() -> QuerySet[Response]:
    """Those that were signed since their review was last concluded; once it is published, all that are public.

    Of a review that was reopened the earlier ones stay on record, and can be signed anew.
    """
    is_signed_since = Q(signed_at__gte=F("report__concluded_at")) | Q(report__concluded_at=None)
    rows: QuerySet[Response] = Response.objects.filter(replaced_at=None)
    return rows.filter(is_signed_since | ~Q(report__state=ReportState.CONCLUDED))


def replies_before_reopening(replies: Iterable[Response]) -> set[int]:
    """Of replies to one report before it is public, the numbers of those to verdicts that a reopened review changed.

    A reply to all verdicts answers each, one to a commitment also those on its measures. Whose verdicts came out as
    they were is none. Two queries where one was signed before the last conclusion.
    """
    rows = [
        each
        for each in replies
        if each.report.concluded_at is not None and each.signed_at < each.report.concluded_at
    ]
    if not rows:
        return set()
    present = list(Verdict.objects.filter(report=rows[0].report_id).select_related("measure"))
    earlier = EarlierVerdict.objects.filter(decision__report=rows[0].report_id)
    answered: dict[datetime, list[EarlierVerdict]] = defaultdict(list)
    for verdict in earlier.select_related("decision", "measure"):
        answered[verdict.decision.decided_at].append(verdict)
    numbers = set()
    for reply in rows:
        read_at = min((at for at in answered if at >= reply.signed_at), default=None)
        key = reply.commitment_id
        if read_at and _verdicts_under(key, answered[read_at]) != _verdicts_under(key, present):
            numbers.add(reply.pk)
    return numbers


def _verdicts_under(
    commitment_id: int | None, verdicts: Iterable[Verdict | EarlierVerdict]
) -> set[tuple[object, ...]]:
    """What was said on a commitment and its measures; of none on everything."""
    return {
        (row.commitment_id, row.measure_id, row.pledge_record, row.value, row.reason, row.difference)
        for row in verdicts
        if commitment_id is None
        or commitment_id in (row.commitment_id, row.measure.commitment_id if row.measure else None)
    }


def with_later_corrections(replies: QuerySet[Response]) -> QuerySet[Response]:
    """The replies, each with `is_to_earlier_verdict`: whether a verdict that it answers was corrected since."""
    corrected = CorrectionItem.objects.filter(
        subject=CorrectionSubject.VERDICT,
        correction__report=OuterRef("report_id"),
        correction__state=CorrectionState.PUBLISHED,
        correction__decided_at__gt=OuterRef("signed_at"),
    )
    own = Exists(corrected.filter(commitment_key=OuterRef("commitment__key")))
    return replies.annotate(is_to_earlier_verdict=own | Q(commitment=None) & Exists(corrected))


@dataclass(frozen=True, slots=True)
class ReplyOpening:
    """The reply to a commitment's verdict, open anew since that or one on its measures was corrected in public.

    Of a pledge beyond the charter it is the reply to all verdicts, and the key is empty.
    """

    report: Report
    commitment_key: str
    correction: Correction  # the last one
    until: date
    has_reply: bool  # one stands
    is_answered: bool  # it was signed since
    waits_for_signatory: bool  # nobody is left who can sign
    is_withdrawn: bool  # it or the report: none is signed before both are public again

    @property
    def is_in_time(self) -> bool:
        """Somebody could sign it, were it not withdrawn: nobody can without access, or without a signatory."""
        can_sign = self.report.organisation.has_access and not self.waits_for_signatory
        return can_sign and not self.is_answered and today() <= self.until

    @property
    def is_open(self) -> bool:
        return self.is_in_time and not self.is_withdrawn


def reply_openings(reports: QuerySet[Report] | Collection[Report | int]) -> list[ReplyOpening]:
    """Of those of these reports that are published, one for each commitment on which a verdict was corrected.

    It is open for as many days as after the conclusion of a review; those on which the report or the reply was
    withdrawn, or nobody could sign for the member, do not count. One query, five where there are any.
    """
    items = CorrectionItem.objects.filter(
        subject=CorrectionSubject.VERDICT,
        correction__state=CorrectionState.PUBLISHED,
        correction__decided_at__isnull=False,
        correction__report__in=reports,
        correction__report__state=ReportState.PUBLISHED,
    )
    rows = items.select_related("correction__report__cycle", "correction__report__organisation")
    last = {
        (row.correction.report_id, row.commitment_key): row.correction
        for row in rows.order_by("correction__decided_at", "correction_id")
    }
    if not last:
        return []
    own = {number for number, _key in last}
    replies = Response.objects.filter(report__in=own, replaced_at=None).select_related("commitment")
    signed = {
        (each.report_id, each.commitment.key if each.commitment else ""): each.signed_at for each in replies
    }
    names = {each.report_id: record_name(each.report) for each in last.values()}
    replied = {place: f"{names[place[0]]}/{place[1]}" for place in last}
    periods, withdrawn = _withdrawn_periods(names.values(), replied.values())
    absences = signing_absences(each.report.organisation_id for each in last.values())
    openings = []
    for (number, key), correction in last.items():
        at = correction.decided_at
        assert at is not None, "it was filtered"
        record = replied[number, key]
        hidden = [*periods.get(names[number], ()), *periods.get(record, ())]
        absence = absences.get(correction.report.organisation_id, Absence())
        hidden += absence.periods
        begin = day_of(at)
        until = last_day_without(hidden, begin, begin + timedelta(days=correction.report.cycle.response_days))
        signed_at = signed.get((number, key))
        openings.append(
            ReplyOpening(
                correction.report,
                key,
                correction,
                until,
                has_reply=signed_at is not None,
                is_answered=signed_at is not None and signed_at >= at,
                waits_for_signatory=absence.since is not None,
                is_withdrawn=correction.report.is_withdrawn or record in withdrawn,
            )
        )
    return openings


@dataclass(frozen=True, slots=True)
class ReplyOutlook:
    """What a letter says of replies to corrected verdicts: until when, beside which, and whether others wait."""

    until: date | None = None  # none can be signed now; of several the first day
    has_reply: bool = False  # an earlier one stands beside what is open
    waits: bool = False  # for the report, or a reply, to be public again


def reply_outlook(openings: Iterable[ReplyOpening]) -> ReplyOutlook:
    """Of these, which may be answered or over by now."""
    in_time = [each for each in openings if each.is_in_time]
    opened = [each for each in in_time if each.is_open]
    return ReplyOutlook(
        min((each.until for each in opened), default=None),
        any(each.has_reply for each in opened),
        len(opened) < len(in_time),
    )


def _withdrawn_periods(
    reports: Iterable[str], replies: Iterable[str]
) -> tuple[dict[str, list[Period]], set[str]]:
    """By record the days on which each was withdrawn and public again, and which of them are withdrawn now.

    Of those the last period ends today. Two queries.
    """
    of_reports = Q(type="report", record__in=set(reports))
    rows = WithdrawnPublication.objects.filter(of_reports | Q(type="response", record__in=set(replies)))
    withdrawn = list(rows)
    numbers = [each.valid_to for each in withdrawn if each.valid_to is not None]
    ends = dict(
        Publication.objects.filter(number__in=numbers).values_list("number", "published_at")
        if numbers
        else ()
    )
    periods: dict[str, list[Period]] = {}
    for each in withdrawn:
        if each.valid_to is None or each.valid_to in ends:
            again = today() if each.valid_to is None else day_of(ends[each.valid_to])
            periods.setdefault(each.record, []).append((day_of(each.at), again))
    return periods, {each.record for each in withdrawn if each.valid_to is None}


def reply_opening(report: Report, commitment_key: str) -> ReplyOpening | None:
    """That of one commitment of a report; None where none of its verdicts was corrected. Up to four queries."""
    return next((each for each in reply_openings([report]) if each.commitment_key == commitment_key), None)


def with_commitments(
    report: Report, openings: Collection[ReplyOpening]
) -> list[tuple[ReplyOpening, Commitment | None]]:
    """These of a report, each with its commitment; none of a pledge beyond the charter. At most one query."""
    keys = [each.commitment_key for each in openings if each.commitment_key]
    rows = Commitment.objects.filter(charter=report.charter_id, key__in=keys) if keys else ()
    commitments = {row.key: row for row in rows}
    return [(each, commitments.get(each.commitment_key)) for each in openings]


def withdrawn_replies(report: Report, commitment_keys: Collection[str]) -> set[str]:
    """The keys of these commitments to whose verdicts the reply is withdrawn now. At most one query."""
    replies = {("response", f"{record_name(report)}/{key}"): key for key in commitment_keys}
    return {replies[reply] for reply in withdrawn_among(replies)} if replies else set()
