"""Submissions with the corrections that were published since: what the next report and its review compare with."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Self

from alliance.enums import CorrectionState, ReportState
from alliance.figure_fields import FiguresByPlace
from alliance.models import CorrectionItem, Report, Submission, Verdict
from alliance.validators.corrections import Changes, CorrectionPlace, Values, corrected_content

Corrections = Mapping[CorrectionPlace, CorrectionItem]
_KEPT, _MOST_KEPT_BYTES = 4, 2_000_000  # in each process; parsed, one takes some times as much


def published_items(report_ids: Iterable[int]) -> dict[int, dict[CorrectionPlace, CorrectionItem]]:
    """What was last corrected in public in each place, by report. One query.

    For actors who may see the reports themselves: the values that are withheld from the public are among them.
    """
    items = CorrectionItem.objects.filter(
        correction__report__in=list(report_ids), correction__state=CorrectionState.PUBLISHED
    )
    last: dict[int, dict[CorrectionPlace, CorrectionItem]] = {}
    rows = items.select_related("correction").order_by()
    for item in sorted(rows, key=lambda item: (item.correction.published_as or 0, item.pk)):
        last.setdefault(item.correction.report_id, {})[item.place] = item
    return last


def published_changes(report_ids: Iterable[int]) -> dict[int, dict[CorrectionPlace, Values]]:
    """The values that published corrections have put in the place of the submitted ones, by report. One query.

    For the same actors.
    """
    return {
        number: {place: item.new for place, item in items.items()}
        for number, items in published_items(report_ids).items()
    }


def corrections_of_published(report: Report) -> Corrections:
    """The last correction of each place of one report; none before it is published. At most one query."""
    if report.state != ReportState.PUBLISHED:
        return {}
    return published_items([report.pk]).get(report.pk, {})


def mark_corrected_verdicts(verdicts: Iterable[Verdict], items: Corrections) -> None:
    """Let the verdicts of one report name their last correction; read with their commitment and measure."""
    by_key = {place.key: item for place, item in items.items()}
    for verdict in verdicts if by_key else ():
        verdict.last_correction = by_key.get(verdict.correction_key)


def corrected_part(section: str, part: Mapping[str, Any], changes: Changes) -> Mapping[str, Any]:
    """One measure, or one account of a pledge, of a submission with these values in the place of the old ones."""
    content = {"measures": [], "pledges": [], section: [part]}
    corrected: Mapping[str, Any] = corrected_content(content, changes)[section][0]
    return corrected


def corrected_submission(submission: Submission) -> dict[str, Any]:
    """The content of a submission with the corrections that were published since. One query."""
    changes = published_changes([submission.report_id]).get(submission.report_id, {})
    return corrected_content(json.loads(bytes(submission.body)), changes)


def compared_submission(submission: Submission) -> "ComparedSubmission":
    """The same, to be compared with page after page while the next report is written: nobody changes anything in it.

    One query. What was filed never changes, and the last ones are kept as they were read: that of 1,700 figures takes
    a tenth of a page's time. By their bytes, which the database has just given to whoever asks.
    """
    changes = published_changes([submission.report_id]).get(submission.report_id, {})
    body = bytes(submission.body)
    read = _read_and_kept(body) if len(body) <= _MOST_KEPT_BYTES else ComparedSubmission.of(json.loads(body))
    return read if not changes else ComparedSubmission.of(corrected_content(read.content, changes))


class ComparedSubmission(NamedTuple):
    """A submission's content, and its figures by their place."""

    content: Mapping[str, Any]
    figures: FiguresByPlace

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        return cls(content, FiguresByPlace(content))


@lru_cache(maxsize=_KEPT)
def _read_and_kept(body: bytes) -> ComparedSubmission:
    return ComparedSubmission.of(json.loads(body))
