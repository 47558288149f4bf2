"""Two published cycles between which verdicts and figures move, and the file of changes read back."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.test import Client

from alliance.enums import ReportState
from alliance.models import Cycle
from alliance.queries.local_dates import today
from alliance.services.publications import record_report_notice
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, make_report, make_service, read_cast, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

HOURS = "time-to-removal"


def csv_rows(client: Client, query: str = "") -> list[dict[str, str]]:
    """The rows of the file that the page of changes offers for these choices."""
    text = client.get(f"/en/changes.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def make_changing_cycles() -> Cast:
    """Aurora's verdict falls and Beacon's is new, for it had not filed; five services of Aurora go five ways."""
    cast, charter = read_cast(), read_charter()
    hours: dict[str, tuple[str, str, dict[str, Any]]] = {
        "slower": ("10", "15", {}),
        "faster": ("10", "4", {}),
        "steady": ("100", "101", {}),
        "begun": ("0", "3", {}),
        "anew": ("10", "90", {"definition_changed": True, "definition_note": "Calls too."}),
    }
    for slug in hours:
        make_service(cast.aurora, slug)
    for place, (slug, verdict, days) in enumerate([("2025-h2", "complete", 40), ("2026-h1", "limited", 10)]):
        cycle, at = make_cycle(charter, slug), today() - timedelta(days=days)
        figures = [
            submitted_figure(HOURS, values[place], service=service, **(values[2] if place else {}))
            for service, values in hours.items()
        ]
        with clock.at(datetime.combine(at, time(12), UTC)):
            make_published_report(cycle, cast.aurora, {"speed": figures}, {"find": verdict})
            if place:
                make_published_report(cycle, cast.beacon, verdicts={"find": "substantial"})
            else:
                record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
            make_published_cycle(cycle)
        Cycle.objects.filter(pk=cycle.pk).update(published_at=datetime.combine(at, time(12), UTC))
    touch_public_revision()
    return cast
