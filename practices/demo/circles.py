"""Circles of readers: working groups come together, an organisation registers an affiliate and chooses its labels."""

from dataclasses import dataclass
from functools import partial

from alliance.demo.files import Record
from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.demo.stage import Stage
from practices.demo.talk import Talk
from practices.models import WorkingGroup
from practices.services.circles import choose_labels, register_affiliate
from practices.services.groups import bring_in, make_group


@dataclass
class Circles:
    """Schedules and does all of them."""

    stage: Stage

    def schedule(self, record: Record) -> None:
        moment, add = self.stage.moment, self.stage.add
        for group in record["groups"]:
            add(moment(group["made"], 9), self.make_group, group)
            Talk(self.stage, partial(self._found, group["key"])).schedule(group.get("thread", []))
        for affiliate in record["affiliates"]:
            add(moment(affiliate["day"], 9), self.register, affiliate)
        for choice in record["labels"]:
            add(moment(choice["day"], 9), self.choose, choice)

    def _found(self, key: str, actor: Actor) -> WorkingGroup:
        found: WorkingGroup = get_visible_or_404(WorkingGroup.objects, actor, pk=self.stage.groups[key].pk)
        return found

    def make_group(self, record: Record) -> None:
        with self.stage.acting(record["by"]) as actor:
            group = make_group(
                actor, name=record["name"], purpose=record["purpose"], joins=record.get("joins", True)
            )
            self.stage.groups[record["key"]] = group
            for person in record["members"]:
                bring_in(actor, group, self.stage.named(person), leads=person in record["leads"])

    def register(self, record: Record) -> None:
        with self.stage.acting(record["by"]) as actor:
            register_affiliate(actor, self.stage.cast.organisations[record["affiliate"]])

    def choose(self, record: Record) -> None:
        with self.stage.acting(record["by"]) as actor:
            choose_labels(actor, record["labels"])
