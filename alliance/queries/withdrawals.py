"""What can be withdrawn of a report, what comes back with it, and what was done with a withdrawal, step by step."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from alliance.enums import (
    OPEN_CORRECTION_STATES,
    CorrectionSubject,
    PledgeState,
    ReportState,
    Role,
    WithdrawalState,
)
from alliance.models import (
    Commitment,
    Correction,
    CorrectionItem,
    Organisation,
    Pledge,
    PublishedPledge,
    PublishedResponse,
    Report,
    Withdrawal,
)
from alliance.queries.absences import signing_absences
from alliance.queries.actors import recipients_in, secretariat_id
from alliance.queries.journal import JournalRow, journal_rows
from alliance.queries.list_order import by_column, place_among
from alliance.queries.local_dates import today
from alliance.queries.organisations import known_by
from alliance.queries.public.record import current_publication_head
from alliance.queries.public.replies import replies_before_corrections
from alliance.queries.public.targets import TargetStanding, standings_without_report
from alliance.queries.published_states import (
    is_withdrawn,
    published_type,
    record_name,
)
from alliance.queries.reviewers import conflict_reasons
from portal.kernel.access import ANYONE, Actor, VisibleQuerySet
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import LANGUAGES, whole_number


def _sort_columns() -> dict[str, Any]:
    return {
        "number": F("of_publication"),
        "member": ByAlphabet("organisation__name"),
        "state": place_among("state", WithdrawalState),
        "asked": F("asked_at"),
    }


def listed_withdrawals(actor: Actor, words: str, sort: str = "") -> QuerySet[Withdrawal]:
    """The latest first; with the words in the public reason or a name of the member, or of this number. One query.

    Or by the column that `sort` names, with a minus backwards.
    """
    rows: QuerySet[Withdrawal] = Withdrawal.objects.visible_to(actor)
    if words:
        condition = Q(organisation__in=known_by(words))
        for language in LANGUAGES:
            condition |= Q(**{f"reason__{language}__icontains": words})
        if (number := whole_number(words)) is not None:
            condition |= Q(of_publication=number)
        rows = rows.filter(condition)
    if sort:
        rows = rows.order_by(by_column(_sort_columns(), sort), "-asked_at", "-pk")
    return rows.select_related("organisation", "asked_by")


def unsaved_withdrawal(publication: Publication) -> Withdrawal:
    """What asking for it would begin, to ask who may: of a member's record whose it is; of others it is nobody's.

    One query.
    """
    of_whom = read_publication(publication).get("organisation") or {}  # a practice may name no source
    slug = of_whom.get("slug", "")
    return Withdrawal(
        organisation=Organisation.objects.filter(slug=slug).first(),
        type=publication.type,
        record=publication.record,
        of_publication=publication.number,
    )


def corrections_left_open(withdrawal: Withdrawal, report: Report | None) -> VisibleQuerySet:
    """The open corrections of what is withdrawn; `report`: the one that the record belongs to, None for a pledge.

    Of a notice that a late report has replaced there are none.
    """
    rows = Correction.objects.filter(
        organisation=withdrawal.organisation_id, state__in=OPEN_CORRECTION_STATES
    )
    if withdrawal.type == "pledge":
        items = {"subject": CorrectionSubject.TARGET, "pledge_record": withdrawal.record}
    elif report is not None and withdrawal.type == "response":
        rows = rows.filter(report=report)
        items = {"subject": CorrectionSubject.RESPONSE, "commitment_key": withdrawal.record.split("/")[2]}
    elif report is None or withdrawal.type != published_type(report):
        return rows.none()
    else:
        return rows.filter(report=report)
    return rows.filter(Exists(CorrectionItem.objects.filter(correction=OuterRef("pk"), **items)))


def report_of_record(actor: Actor, withdrawal: Withdrawal) -> Report | None:
    """The report that the record belongs to; None for any record of another kind. At most one query."""
    if withdrawal.type not in ("report", "report_notice", "response"):
        return None
    rows: QuerySet[Report] = Report.objects.visible_to(actor).filter(organisation=withdrawal.organisation_id)
    return rows.filter(cycle__slug=withdrawal.cycle_slug).select_related("organisation", "cycle").first()


def possible_consenters(withdrawal: Withdrawal) -> list[str]:
    """The names of those who can consent to a withdrawal that was asked for. Up to six queries."""
    secretariat, organisation = secretariat_id(), withdrawal.organisation_id
    rows = recipients_in([secretariat] if secretariat else [], Role.MANAGER, Role.AUDITOR)
    others = [each for each in rows if each.person_id != withdrawal.asked_by_id]
    conflicts = conflict_reasons([each.person_id for each in others], [organisation])
    return [each.name for each in others if (each.person_id, organisation) not in conflicts]


def withdrawal_moves(actor: Actor, withdrawal: Withdrawal) -> list[JournalRow]:
    """Who asked for it, who consented or refused, who published it again: its row names the last of them alone.

    The caller has found it through `visible_to`. A few queries.
    """
    rows = Event.objects.filter(target_type=withdrawal._meta.label_lower, target_id=withdrawal.pk)
    return journal_rows(actor, list(rows.order_by("pk")))


def withdrawable_report(report: Report) -> int | None:
    """The number under which a report is public; None, without a query, of one that is not."""
    if report.state != ReportState.PUBLISHED or report.is_withdrawn:
        return None
    return public_number(report)


def public_number(report: Report) -> int | None:
    """The number under which the report, or the notice in its place, is public now; None of neither. Two queries."""
    type_, record = published_type(report), record_name(report)
    head = current_publication_head(type_, record)
    return head.number if head and not is_withdrawn(type_, record) else None


def public_replies(report: Report) -> list[tuple[Commitment | None, PublishedResponse]]:
    """The public replies to its verdicts, each with its commitment; last the one to all of them, of no commitment.

    Those to a verdict that was corrected since say so. Three queries, six where one was; none, as none is public, while
    the report is not.
    """
    if report.state != ReportState.PUBLISHED or report.is_withdrawn:
        return []
    rows = PublishedResponse.objects.current().filter(
        organisation_id=report.organisation_id, cycle_id=report.cycle_id
    )
    corrected_in = replies_before_corrections(rows)
    by_key = {row.commitment_key: row for row in rows}
    for row in by_key.values():
        row.before_correction = corrected_in.get(row.pk)
    commitments = Commitment.objects.filter(charter_id=report.charter_id, key__in=by_key)
    replies: list[tuple[Commitment | None, PublishedResponse]] = [
        (each, by_key[each.key]) for each in commitments
    ]
    return [*replies, (None, by_key[""])] if "" in by_key else replies


def pledge_of_record(record: str) -> QuerySet[Any]:
    """The one revision of a pledge that stands for its record: in force, fulfilled or withdrawn by the member."""
    states = (PledgeState.PUBLISHED, PledgeState.FULFILLED, PledgeState.WITHDRAWN)
    rows: QuerySet[Any] = Pledge.objects.filter(record=record, state__in=states)
    return rows


def targets_without_report(report: Report) -> list[tuple[TargetStanding, TargetStanding]]:
    """The targets beside which a figure of this public report stands, as they are now and once it is withdrawn."""
    pledges = PublishedPledge.objects.current().filter(organisation_id=report.organisation_id)
    pairs = standings_without_report(pledges, today(), report.organisation_id, report.cycle_id)
    return [(now, then) for now, then in pairs if now.readings != then.readings]


def public_pledge(record: str) -> tuple[PublishedPledge, Commitment | None] | None:
    """A pledge as it is public now, with its commitment; None where it is not. Two queries."""
    pledge = PublishedPledge.objects.current().filter(record=record).first()
    if pledge is None:
        return None
    rows = Commitment.objects.visible_to(ANYONE).filter(charter=pledge.charter_id, key=pledge.commitment_key)
    return pledge, rows.first() if pledge.commitment_key else None


def reply_day_after(report: Report, withdrawn_on: date) -> date | None:
    """Until when the member can reply once a report that was withdrawn that day is public again today.

    It has the days that were left then; None where none were. While nobody can sign for it, those since then are given
    back once somebody can (`alliance.services.absences`), not twice. Up to one query.
    """
    if report.respond_by is None or report.respond_by < withdrawn_on:
        return None
    absence = signing_absences([report.organisation_id]).get(report.organisation_id)
    until = max(absence.since, withdrawn_on) if absence and absence.since else today()
    return report.respond_by + (until - withdrawn_on)
