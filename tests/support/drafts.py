"""A working copy that is complete, written through the services."""

from decimal import Decimal

from alliance.enums import FigureStatus, IndicatorType, ValueType
from alliance.models import Report
from alliance.queries.report_frame import report_frame
from alliance.services.reports import FigureInput, save_answer, save_figure
from portal.kernel.access import Actor
from portal.kernel.row_security import acting_as

VALUES = {ValueType.COUNT: "120", ValueType.SHARE: "81.5", ValueType.DURATION: "3.2", ValueType.YES_NO: "1"}


def fill(actor: Actor, report: Report, text: str = "We looked for it ourselves.") -> None:
    """Answer everything that the report asks for."""
    frame = report_frame(report)
    with acting_as(actor):
        for owed in frame.measures:
            for indicator in owed.indicators:
                if indicator.type == IndicatorType.NARRATIVE:
                    save_answer(actor, report, indicator, text=text, language="en", version=0)
                    continue
                for slot in owed.slots(indicator):
                    given = FigureInput(
                        FigureStatus.REPORTED, value=Decimal(VALUES[ValueType(indicator.value)])
                    )
                    save_figure(actor, report, indicator, slot.service, "", given, version=0)
