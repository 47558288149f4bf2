"""A practice on its way to its readers: drafted, handed to moderation or shared by a signatory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from alliance.demo.files import Record
from portal.kernel.access import Actor
from practices.demo.stage import Stage
from practices.enums import OPEN_LABELS
from practices.models import Practice
from practices.services.audiences import set_readers
from practices.services.authors import set_authors
from practices.services.practices import (
    draft_practice,
    frame_practice,
    share_practice,
    share_practice_directly,
    submit_practice,
)
from practices.services.relations import relate_practice

MODERATOR = "mona"
_IN_MODERATION = timedelta(days=3)  # from being handed in to being shared


@dataclass
class Release:
    """Schedules and does everything that happens until the practice is shared."""

    stage: Stage
    slug: str
    record: Record

    def schedule(self) -> None:
        drafted = self.stage.moment(self.record["drafted"], 10)
        self.stage.add(drafted, self.draft)
        if "released" in self.record:
            self._schedule_sharing(drafted)
        elif "submitted" in self.record:
            self.stage.add(self.stage.moment(self.record["submitted"], 12), self.submit)
        else:
            self.stage.add(drafted, self.relate)

    def _schedule_sharing(self, drafted: datetime) -> None:
        released = self.stage.moment(self.record["released"], 12)
        if self.record["label"] in OPEN_LABELS:
            self.stage.add(max(drafted, released - _IN_MODERATION), self.submit)
            self.stage.add(released, self.share)
        else:
            self.stage.add(released, self.share_directly)

    @property
    def _author(self) -> str:
        """The first one writes and hands in."""
        found: str = self.record["authors"][0]
        return found

    # --- acts ---

    def draft(self) -> None:
        said, language = content_of(self.stage, self.record["practice"]), self.record["language"]
        with self.stage.acting(self._author) as actor:
            practice = draft_practice(actor, said, language=language)
            self.stage.practices[self.slug] = practice
            if expires := self._expires():
                frame_practice(actor, practice, language=language, expires_on=expires)
            if len(self.record["authors"]) > 1:
                set_authors(actor, practice, [self.stage.named(key) for key in self.record["authors"]])

    def _expires(self) -> date | None:
        """Of an alert: on a day of the files, or so many days after the present."""
        if "expires_in" in self.record:
            return self.stage.calendar.ago(-self.record["expires_in"]).date()
        return self.stage.calendar.day(self.record["expires"]) if "expires" in self.record else None

    def submit(self) -> None:
        with self.stage.acting(self._author) as actor:
            submit_practice(actor, self._with_readers(actor))
        self.relate()

    def share(self) -> None:
        with self.stage.acting(MODERATOR) as actor:
            share_practice(actor, self.stage.found(actor, self.slug))

    def share_directly(self) -> None:
        """The author names the readers, a signatory of the source shares; of what is RED both are the same."""
        with self.stage.acting(self._author) as actor:
            self._with_readers(actor)
        with self.stage.acting(self.stage.signatory(self.record["source"])) as actor:
            share_practice_directly(actor, self.stage.found(actor, self.slug))
        self.relate()

    def _with_readers(self, actor: Actor) -> Practice:
        readers = self.stage.audience(self.record["label"], self.record.get("readers"))
        return set_readers(actor, self.stage.practices[self.slug], readers)

    def relate(self) -> None:
        """Say what it has to do with others, once those who write it can see them."""
        if "relations" not in self.record:
            return
        with self.stage.acting(self._author) as actor:
            for relation in self.record["relations"]:
                target = self.stage.found(actor, relation["target"])
                relate_practice(actor, self.stage.practices[self.slug], relation["kind"], target)


def content_of(stage: Stage, written: Mapping[str, Any]) -> dict[str, Any]:
    """Content as the files write it, with its days in this story's calendar."""
    return {
        key: stage.calendar.day(value) if isinstance(value, date) else value for key, value in written.items()
    }
