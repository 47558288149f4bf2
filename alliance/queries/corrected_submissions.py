"""Submissions with the corrections that were published since: what the next report and its review compare with."""

import json
from collections.abc import Iterable
from typing import Any

from alliance.enums import CorrectionState
from alliance.models import CorrectionItem, Submission
from alliance.validators.corrections import CorrectionPlace, Values, corrected_content


def published_changes(report_ids: Iterable[int]) -> dict[int, dict[CorrectionPlace, Values]]:
    """The values that published corrections have put in the place of the submitted ones, by report. One query.

    For actors who may see the reports themselves: the values that are withheld from the public are among them.
    """
    items = CorrectionItem.objects.filter(
        correction__report__in=list(report_ids), correction__state=CorrectionState.PUBLISHED
    )
    changes: dict[int, dict[CorrectionPlace, Values]] = {}
    rows = items.select_related("correction").order_by()
    for item in sorted(rows, key=lambda item: (item.correction.published_as or 0, item.pk)):
        changes.setdefault(item.correction.report_id, {})[item.place] = item.new
    return changes


def corrected_submission(submission: Submission) -> dict[str, Any]:
    """The content of a submission with the corrections that were published since. One query."""
    changes = published_changes([submission.report_id]).get(submission.report_id, {})
    return corrected_content(json.loads(bytes(submission.body)), changes)
