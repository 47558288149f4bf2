"""Cycles and the reports that are due in them."""

from datetime import date, timedelta

from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Accession, Charter, Cycle, Organisation, Report
from portal.kernel.access import SYSTEM, acting_as


@acting_as(SYSTEM)
def make_cycle(charter: Charter, slug: str = "2026-h1", state: str = CycleState.OPEN) -> Cycle:
    """A half-year whose reports are due in thirty days."""
    year, half = int(slug[:4]), slug[-1]
    starts, ends = (
        (date(year, 1, 1), date(year, 6, 30)) if half == "1" else (date(year, 7, 1), date(year, 12, 31))
    )
    return Cycle.objects.create(
        slug=slug,
        title_en=f"Half {half} of {year}",
        title_ru=f"{year} год, полугодие {half}",
        charter=charter,
        state=state,
        starts_on=starts,
        ends_on=ends,
        due_on=timezone.localdate() + timedelta(days=30),
    )


@acting_as(SYSTEM)
def make_report(cycle: Cycle, organisation: Organisation, state: str = ReportState.DRAFT) -> Report:
    """The obligation, with the accession that it follows from."""
    Accession.objects.get_or_create(
        organisation=organisation,
        charter=cycle.charter,
        defaults={
            "state": "published",
            "signatory_name": "Sven",
            "signatory_office": "Chief",
            "signed_at": timezone.now(),
        },
    )
    return Report.objects.create(cycle=cycle, organisation=organisation, state=state, due_on=cycle.due_on)
