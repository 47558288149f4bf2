"""What happens to the record once it is public: a published value is corrected, a report withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.files import Record
from alliance.demo.filing import Filing
from alliance.demo.schedule import Schedule
from alliance.enums import Role
from alliance.figure_fields import FigurePlace
from alliance.models import Correction
from alliance.queries.public.record import latest_revision
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    draft_correction,
    propose_correction,
)
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import Actor


def schedule_afterwards(filing: Filing, calendar: Calendar, schedule: Schedule) -> None:
    """The corrections and the withdrawal of this report that the member's file names."""
    for record in filing.of_cycle("corrections"):
        correction = _DemoCorrection(filing, record)
        for name in ("propose", "agree", "publish"):
            schedule.add(calendar.moment_on(record[f"{name}_on"], 10), getattr(correction, name))
    for record in filing.of_cycle("withdrawals"):
        schedule.add(calendar.moment_on(record["withdrawn_on"], 12), partial(_withdraw, filing, record))


@dataclass
class _DemoCorrection:
    """A figure that was published wrong: the member finds it, the secretariat agrees and publishes."""

    filing: Filing
    record: Record
    correction: Correction | None = None

    def propose(self) -> None:
        key, service = self.record["wrong"]["indicator"], self.record["wrong"]["service"]
        right = self.filing.amounts[FigurePlace(key, service)].value
        place = CorrectionPlace.of_figure(
            FigurePlace(key, self.filing.cast.services[self.filing.slug][service].slug)
        )
        written = CorrectionInput({place: {"value": str(right)}}, self.record["reason"])
        signatory = self.filing.cast.holder(self.filing.member, Role.SIGNATORY)
        with self.filing.cast.acting(signatory, self.filing.slug) as actor:
            draft = draft_correction(actor, self.filing.report(), written)
            self.correction = propose_correction(actor, draft)

    def agree(self) -> None:
        self._step(agree_to_correction)

    def publish(self) -> None:
        self._step(publish_correction)

    def _step(self, act: Callable[[Actor, Correction], Correction]) -> None:
        assert self.correction is not None, "it is proposed first"
        with self.filing.cast.acting("mona", "secretariat") as actor:
            self.correction = act(actor, self.correction)


def _withdraw(filing: Filing, record: Record) -> None:
    """One person of the secretariat asks, another one consents."""
    cast, publication = filing.cast, latest_revision("report", f"{filing.slug}/{filing.cycle.slug}")
    assert publication is not None, "it is published first"
    with cast.acting("mona", "secretariat") as actor:
        withdrawal = ask_for_withdrawal(actor, publication, record["reason"])
    with cast.acting("otto", "secretariat") as actor:
        consent_to_withdrawal(actor, withdrawal)
