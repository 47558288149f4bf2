"""A cycle as the secretariat works on it: every obligation, the last submissions, the verdicts so far."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alliance.models import Cycle, Report, Submission, Verdict
from alliance.queries.corrected_submissions import published_changes
from alliance.queries.cycles import filing_list
from alliance.queries.lineage import lineage_of
from alliance.queries.review_state import reports_read_blind
from alliance.validators.corrections import Changes, corrected_content
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import alphabet_key

BATCH_SIZE = 20  # submissions that are read at once


def cycle_to_export(actor: Actor, cycle_id: int) -> Cycle | None:
    """The cycle; None when the actor may not export its working figures."""
    cycle: Cycle | None = (
        Cycle.objects.visible_to(actor).filter(pk=cycle_id).select_related("charter").first()
    )
    return cycle if cycle and can(actor, "cycle.export", cycle) else None


def obligations_of(actor: Actor, cycle: Cycle) -> list[Report]:
    """The reports required in the cycle by member's name, each with its organisation."""
    rows = list(filing_list(actor, cycle))
    return sorted(rows, key=lambda row: (alphabet_key(row.organisation.name), row.organisation.slug))


def last_submissions(
    actor: Actor, reports: Sequence[Report]
) -> Iterator[tuple[Report, Submission | None, Mapping[str, Any] | None]]:
    """Each report with what was filed last and its content, with the corrections that were published since.

    Some at a time, so that memory does not grow.
    """
    for begin in range(0, len(reports), BATCH_SIZE):
        some = reports[begin : begin + BATCH_SIZE]
        rows = Submission.objects.visible_to(actor).standing().filter(report__in=some)
        last = {row.report_id: row for row in rows.order_by("report_id", "-number").distinct("report_id")}
        changes = published_changes(report.pk for report in some)
        for report in some:
            submission = last.get(report.pk)
            yield report, submission, _content(submission, changes.get(report.pk, {})) if submission else None


def _content(submission: Submission, changes: Changes) -> Mapping[str, Any]:
    return corrected_content(json.loads(bytes(submission.body)), changes)


def verdicts_so_far(actor: Actor, cycle: Cycle) -> dict[tuple[int, str], str]:
    """The commitments' verdicts, concluded or not, by organisation and commitment; none that the actor reads blind.

    Under the keys of the cycle's charter.
    """
    rows = Verdict.objects.visible_to(actor).filter(report__cycle=cycle, measure__isnull=True)
    rows = rows.exclude(report__in=reports_read_blind(actor))
    verdicts = rows.exclude(commitment__isnull=True).values_list(
        "organisation_id", "commitment__key", "commitment__charter__version", "value"
    )
    lineage = lineage_of(cycle.charter)
    return {
        (organisation_id, current_key): value
        for organisation_id, key, version, value in verdicts
        if (current_key := lineage.current_key(key, version))
    }
