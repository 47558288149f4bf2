"""The days for a reply: what a member had left of them when its people lost access, it has again once they are back."""

from datetime import timedelta

from django.db import transaction

from alliance.models import REPORT_LOCK_ORDER, Organisation, Report
from alliance.queries.correction_answers import last_loss_of_access
from alliance.queries.local_dates import day_of, today
from portal.kernel.access import SYSTEM, acting_as


@transaction.atomic
def give_reply_days_back(organisation: Organisation) -> int:
    """Move the last day for a reply by as long as its people had no access, as SYSTEM.

    Of the reports that had days left when they lost it. Returns how many reports have another day.
    """
    with acting_as(SYSTEM):
        lost_at = last_loss_of_access(organisation)
        if lost_at is None:
            return 0
        lost_on = day_of(lost_at)
        rows = Report.objects.select_for_update(of=("self",)).filter(
            organisation=organisation, respond_by__gte=lost_on
        )
        reports = list(rows.order_by(*REPORT_LOCK_ORDER))
        for report in reports:
            assert report.respond_by is not None, "it has a day"
            report.respond_by += timedelta(days=(today() - lost_on).days)
            report.save(update_fields=["respond_by"])
        return len(reports)
