"""Audiences: working groups are founded, an organisation chooses its labels."""

from dataclasses import dataclass
from functools import partial

from alliance.demo.files import Record
from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.demo.context import DemoContext
from practices.demo.discussion import DemoDiscussion
from practices.models import WorkingGroup
from practices.services.groups import bring_in_member, make_group
from practices.services.sharing_policy import choose_labels


@dataclass
class GroupsAndLabels:
    """Schedules and does all of them."""

    context: DemoContext

    def schedule(self, record: Record) -> None:
        moment, add = self.context.moment, self.context.add
        for group in record["groups"]:
            add(moment(group["made"], 9), self.make_group, group)
            DemoDiscussion(self.context, partial(self._get_group, group["key"])).schedule(
                group.get("thread", [])
            )
        for choice in record["labels"]:
            add(moment(choice["day"], 9), self.choose_labels, choice)

    def _get_group(self, key: str, actor: Actor) -> WorkingGroup:
        group: WorkingGroup = get_visible_or_404(WorkingGroup.objects, actor, pk=self.context.groups[key].pk)
        return group

    def make_group(self, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            group = make_group(
                actor, name=record["name"], purpose=record["purpose"], joins=record.get("joins", True)
            )
            self.context.groups[record["key"]] = group
            for person in record["members"]:
                bring_in_member(
                    actor, group, self.context.person_token(person), leads=person in record["leads"]
                )

    def choose_labels(self, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            choose_labels(actor, record["labels"])
