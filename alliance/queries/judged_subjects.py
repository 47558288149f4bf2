"""What verdicts and the replies to them are about, in words: a measure, a commitment, a pledge beyond the charter."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from alliance.models import Commitment, Measure, Pledge, Report, Response, Verdict
from portal.kernel.access import Actor
from portal.kernel.journal import Event

TAKE_BACK = "verdict.take_back"
# What a verdict is on, as the journal names it: a measure or a commitment by its code, an own pledge by its record.
JudgedSubject = tuple[str, str]


def pledge_titles(actor: Actor, verdicts: Sequence[Verdict]) -> dict[UUID, str]:
    """The titles of the pledges beyond the charter that are judged. One query, none where there are none."""
    records = [row.pledge_record for row in verdicts if row.pledge_record]
    if not records:
        return {}
    rows = Pledge.objects.visible_to(actor).filter(record__in=records).order_by("revision")
    return dict(rows.values_list("record", "title"))


def taken_back_subject(event: Event) -> JudgedSubject:
    """What a verdict was on that was taken back; nothing where version 0.1.0 did not write it down."""
    name = next((name for name in ("measure", "commitment", "record") if event.data.get(name)), "")
    return name, str(event.data.get(name, ""))


def verdicts_taken_back(actor: Actor, numbers: Collection[int]) -> dict[int, Verdict]:
    """Verdicts that were taken back, by their numbers: they have no row, and the journal has what they were on.

    Four queries, none where there are no numbers.
    """
    if not numbers:
        return {}
    of_verdicts = Event.objects.filter(kind=TAKE_BACK, target_type=Verdict._meta.label_lower)
    events = list(of_verdicts.filter(target_id__in=numbers))
    rows = Report.objects.visible_to(actor).filter(pk__in={event.parent_id for event in events})
    reports = rows.select_related("organisation", "cycle__charter", "earlier_charter").in_bulk()
    charters = {row.charter_id for row in reports.values()}
    codes = Q(charter__in=charters, code__in={taken_back_subject(event)[1] for event in events})
    measures = {(row.charter_id, row.code): row for row in Measure.objects.filter(codes)}
    commitments = {(row.charter_id, row.code): row for row in Commitment.objects.filter(codes)}
    verdicts: dict[int, Verdict] = {}
    for event in events:
        report, (name, value) = reports.get(event.parent_id or 0), taken_back_subject(event)
        if report is None:
            continue
        measure = measures.get((report.charter_id, value)) if name == "measure" else None
        commitment = commitments.get((report.charter_id, value)) if name == "commitment" else None
        record = UUID(value) if name == "record" else None
        if measure or commitment or record:
            verdicts[event.target_id] = Verdict(
                report=report, measure=measure, commitment=commitment, pledge_record=record
            )
    return verdicts


def reply_subject(commitment: Commitment | None) -> str:
    """The verdicts that a reply is to: those of a commitment, or all (no commitment), within a sentence."""
    return commitment_code(commitment) if commitment else _("all verdicts")


def commitment_code(commitment: Commitment) -> str:
    """The commitment by its code, within a sentence: the code alone reads like one of a measure."""
    return _("commitment %(code)s") % {"code": commitment.code}


def reply_subjects(actor: Actor, numbers: Collection[int]) -> dict[int, str]:
    """The verdicts that these replies are to, by the number of the reply. One query, none where there are none."""
    if not numbers:
        return {}
    rows = Response.objects.visible_to(actor).filter(pk__in=numbers).select_related("commitment")
    return {row.pk: reply_subject(row.commitment) for row in rows}
