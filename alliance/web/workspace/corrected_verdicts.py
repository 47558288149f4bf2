"""What corrections have changed in public of the verdicts that a reply answers: where it is read and given anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alliance.models import Correction, CorrectionItem, Report, Response, Verdict
from alliance.queries.corrections import corrected_verdict_items
from alliance.queries.public.value_differences import PartDifference, differing_verdict_texts
from portal.kernel.access import Actor

Place = tuple[str, str, str]  # keys of commitment and measure, record of a pledge


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """One verdict before and after a correction, with its texts that are not the same."""

    title: str  # of what was judged
    before: str
    after: str
    language: str  # of its texts
    texts: Sequence[PartDifference]
    correction: Correction


def verdict_changes(
    actor: Actor,
    report: Report,
    verdicts: Sequence[Verdict],
    replies: Iterable[Response],
    titles: Mapping[UUID, str],
) -> dict[str, list[VerdictChange]]:
    """By commitment what was corrected since it was replied to, the earliest first; empty keys for pledges beyond it.

    Of what was not replied to all that was corrected. `titles`: of pledges beyond the charter, by their record. One
    query, none of a report that is not public.
    """
    if report.published_at is None:
        return {}
    signed = {each.commitment.key if each.commitment else "": each.signed_at for each in replies}
    if not (items := corrected_verdict_items(actor, report)):
        return {}
    by_place = {_place_of(each): each for each in verdicts}
    changes: dict[str, list[VerdictChange]] = {}
    for item in items:
        verdict = by_place.get((item.commitment_key, item.measure_key, item.pledge_record))
        if verdict is not None and _is_later(item.correction, signed.get(item.commitment_key)):
            changes.setdefault(item.commitment_key, []).append(_change(item, verdict, titles))
    return changes


def _place_of(verdict: Verdict) -> Place:
    return (
        verdict.commitment.key if verdict.commitment else "",
        verdict.measure.key if verdict.measure else "",
        str(verdict.pledge_record or ""),
    )


def _is_later(correction: Correction, signed_at: datetime | None) -> bool:
    return signed_at is None or correction.decided_at is None or correction.decided_at > signed_at


def _change(item: CorrectionItem, verdict: Verdict, titles: Mapping[UUID, str]) -> VerdictChange:
    old, new = item.old or {}, item.new or {}
    subject = verdict.measure or verdict.commitment
    pledge = titles.get(verdict.pledge_record, "") if verdict.pledge_record else ""
    return VerdictChange(
        f"{subject.code} {subject.title}" if subject else pledge,
        old.get("value", ""),
        new.get("value", ""),
        verdict.language,
        differing_verdict_texts(old, new),
        item.correction,
    )
