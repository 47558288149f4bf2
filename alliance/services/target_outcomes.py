"""What became of the targets of pledges, written beside the other rows that public pages read.

Each publication that can decide a target writes anew those that it changes: a pledge and its withdrawal, a report or a
notice, their corrections and withdrawals, a cycle, a charter whose mapping says which figure counts.
"""

from collections.abc import Iterable
from datetime import date

from alliance.models import PublishedPledge, PublishedTarget
from alliance.queries.public.targets import target_standings
from portal.kernel.publishing import Publication


def project_targets(publication: Publication, organisation_ids: Iterable[int]) -> None:
    """Replace the rows of these organisations that this publication has made untrue; the others stay."""
    ids = set(organisation_ids)
    pledges = list(PublishedPledge.objects.current().filter(organisation_id__in=ids))
    by_record = {pledge.record: pledge for pledge in pledges}
    now = {
        (record, number): PublishedTarget(
            valid_from=publication.number,
            organisation_id=by_record[record].organisation_id,
            record=record,
            number=number,
            commitment_key=by_record[record].commitment_key,
            due_on=standing.due_on,
            outcome=standing.state or "",
        )
        # as on a day after all others: what holds once the day of each is over
        for (record, number), standing in target_standings(pledges, date.max).items()
    }
    before = {
        (row.record, row.number): row
        for row in PublishedTarget.objects.current().filter(organisation_id__in=ids)
    }
    untrue = [row.pk for key, row in before.items() if key not in now or _facts(now[key]) != _facts(row)]
    PublishedTarget.objects.filter(pk__in=untrue).update(valid_to=publication.number)
    PublishedTarget.objects.bulk_create(
        row for key, row in now.items() if key not in before or _facts(before[key]) != _facts(row)
    )


def _facts(row: PublishedTarget) -> tuple[object, ...]:
    return row.organisation_id, row.commitment_key, row.due_on, row.outcome
