"""`manage.py carried_over`: how much of each last report the next one begins with."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from alliance.models import Report
from alliance.services.carry_over import CarryOverShare, carry_over_share
from portal.kernel.access import SYSTEM, acting_as


class Command(BaseCommand):
    help = "Print, for each member's last report, the share of the answers before it with which it began."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM), translation.override("en"):
            reports = Report.objects.select_related("organisation", "cycle__charter", "earlier_charter")
            latest = reports.order_by("organisation__slug", "-cycle__starts_on").distinct(
                "organisation__slug"
            )
            shares = [(report, carry_over_share(report)) for report in latest]
        for report, share in shares:
            if share is not None:
                self.stdout.write(f"{report.organisation.slug}, {report.cycle.slug}: {_in_words(share)}")


def _in_words(share: CarryOverShare) -> str:
    return (
        f"{_percent(share.carried_over, share.stable)} of what may still be true "
        f"({share.carried_over} of {share.stable}), "
        f"{_percent(share.carried_over, share.answers)} of all answers ({share.answers})"
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "–"
