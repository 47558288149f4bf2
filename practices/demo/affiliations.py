"""Affiliations of the demonstration: proposed, confirmed, put in force, declined, ended, each by who may do it."""

from dataclasses import dataclass, field

from alliance.demo.files import Record
from portal.kernel.web import get_visible_or_404
from practices.demo.context import DemoContext, event_time
from practices.models import Affiliation
from practices.services import affiliations


@dataclass
class DemoAffiliations:
    """Schedules and does all steps of all of them."""

    context: DemoContext
    _affiliations: dict[str, Affiliation] = field(default_factory=dict)

    def schedule(self, records: list[Record]) -> None:
        for record in records:
            for step in record["steps"]:
                moment = self.context.moment(event_time(step), step.get("hour", 10))
                self.context.add(moment, self.take_step, record, step)

    def take_step(self, record: Record, step: Record) -> None:
        with self.context.acting(step["by"]) as actor:
            if step["step"] == "propose":
                self._affiliations[record["key"]] = affiliations.propose_affiliation(
                    actor,
                    self.context.cast.organisations[record["affiliate"]],
                    relation=record["relation"],
                    purpose=record["purpose"],
                )
                return
            pk = self._affiliations[record["key"]].pk
            affiliation: Affiliation = get_visible_or_404(Affiliation.objects, actor, pk=pk)
            reason = [step["reason"]] if "reason" in step else []
            getattr(affiliations, f"{step['step']}_affiliation")(actor, affiliation, *reason)
