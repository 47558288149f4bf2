"""What becomes of a practice: next versions, other readers, opened to the community, returned, retired, recalled."""

from dataclasses import dataclass
from datetime import timedelta

from alliance.demo.files import Record
from portal.kernel.access import Actor
from practices.demo.context import DemoContext
from practices.demo.sharing import MODERATOR, content_of
from practices.enums import OPEN_LABELS
from practices.models import Practice
from practices.queries.openings import waiting_openings
from practices.services.audiences import set_readers
from practices.services.openings import propose_opening, share_opening
from practices.services.practices import (
    edit_practice,
    recall_practice,
    retire_practice,
    return_practice,
    update_practice,
)
from practices.services.updates import propose_update, share_update

_IN_MODERATION = timedelta(days=1)  # of a next version


@dataclass
class PracticeLifecycle:
    """Schedules and does everything that happens to the practice itself after it was handed in."""

    context: DemoContext
    slug: str
    record: Record

    def schedule(self) -> None:
        moment, add = self.context.moment, self.context.add
        for version in self.record.get("versions", []):
            # the secretariat reads what is open before it is shared; a signatory shares what is not
            shared = self.context.moment(version["day"], 12)
            if self.record["label"] in OPEN_LABELS:
                self.context.add(shared - _IN_MODERATION, self.propose, version)
                self.context.add(shared, self.share_update)
            else:
                self.context.add(shared, self.update, version)
        if proposed := self.record.get("proposed"):
            add(moment(proposed["ago"], 15), self.propose, proposed)
        if opened := self.record.get("opened"):
            add(moment(opened["proposed"], 11), self.propose_opening)
            if "shared" in opened:
                add(moment(opened["shared"], 12), self.share_opening)
        for change in self.record.get("readers_later", []):
            add(moment(change["day"], 9), self.change_readers, change)
        for name, act in (
            ("returned", self.return_practice),
            ("retired", self.retire),
            ("recalled", self.recall),
        ):
            if name in self.record:
                add(moment(self.record[name]["day"], 17), act, self.record[name])

    @property
    def practice(self) -> Practice:
        return self.context.practices[self.slug]

    # --- next versions ---

    def propose(self, version: Record) -> None:
        with self.context.acting(version["by"]) as actor:
            self._write(actor, version)
            propose_update(actor, self.practice, note=version["note"])

    def share_update(self) -> None:
        with self.context.acting(MODERATOR) as actor:
            share_update(actor, self.context.get_practice(actor, self.slug))

    def update(self, version: Record) -> None:
        with self.context.acting(version["by"]) as actor:
            self._write(actor, version)
        with self.context.acting(self.context.signatory(self.record["source"])) as actor:
            update_practice(actor, self.practice, note=version["note"])

    def _write(self, actor: Actor, version: Record) -> None:
        draft = self.context.get_practice(actor, self.slug).draft
        content = draft.content | content_of(self.context, version["change"])
        edit_practice(actor, self.practice, content, version=draft.version)

    # --- other readers, other states ---

    def change_readers(self, change: Record) -> None:
        with self.context.acting(change["by"]) as actor:
            readers = self.context.audience(self.record["label"], change["readers"])
            set_readers(actor, self.practice, readers)

    def propose_opening(self) -> None:
        with self.context.acting(self.context.signatory(self.record["source"])) as actor:
            propose_opening(actor, self.practice)

    def share_opening(self) -> None:
        with self.context.acting(MODERATOR) as actor:
            share_opening(actor, waiting_openings(actor).get(practice=self.practice))

    def return_practice(self, record: Record) -> None:
        with self.context.acting(MODERATOR) as actor:
            return_practice(actor, self.context.get_practice(actor, self.slug), record["reason"])

    def retire(self, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            retire_practice(actor, self.practice, record["reason"])

    def recall(self, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            recall_practice(actor, self.practice, record["reason"])
