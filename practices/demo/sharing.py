"""A practice on its way to its readers: drafted, handed to moderation or shared by a signatory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from alliance.demo.files import Record
from portal.kernel.access import Actor
from practices.demo.context import DemoContext
from practices.demo.packs import add_demo_run, add_demo_test_set
from practices.enums import OPEN_LABELS
from practices.models import Practice
from practices.services.audiences import set_readers
from practices.services.authors import set_authors
from practices.services.practices import (
    draft_practice,
    set_language_and_expiry,
    share_practice,
    share_practice_directly,
    submit_practice,
)
from practices.services.relations import relate_practice

MODERATOR = "mona"
_IN_MODERATION = timedelta(days=3)  # from being handed in to being shared


@dataclass
class PracticeSharing:
    """Schedules and does everything that happens until the practice is shared."""

    context: DemoContext
    slug: str
    record: Record

    def schedule(self) -> None:
        drafted = self.context.moment(self.record["drafted"], 10)
        self.context.add(drafted, self.draft)
        if "released" in self.record:
            released = self.context.moment(self.record["released"], 12)
            if self.record["label"] in OPEN_LABELS:
                self.context.add(max(drafted, released - _IN_MODERATION), self.submit)
                self.context.add(released, self.share)
            else:
                self.context.add(released, self.share_directly)
            for run in self.record.get("test_set", {}).get("runs", []):
                self.context.add(released + timedelta(days=run["days"]), self.run, run)
        elif "submitted" in self.record:
            self.context.add(self.context.moment(self.record["submitted"], 12), self.submit)
        else:
            self.context.add(drafted, self.relate)

    @property
    def _author(self) -> str:
        """The first one writes and hands in."""
        author: str = self.record["authors"][0]
        return author

    # --- acts ---

    def draft(self) -> None:
        content, language = content_of(self.context, self.record["practice"]), self.record["language"]
        with self.context.acting(self._author) as actor:
            practice = draft_practice(actor, content, language=language)
            self.context.practices[self.slug] = practice
            expires = None  # only an alert runs out: on a day of the files, or so many days after the present
            if "expires_in" in self.record:
                expires = self.context.calendar.day_ago(-self.record["expires_in"])
            elif "expires" in self.record:
                expires = self.context.calendar.day(self.record["expires"])
            if expires:
                set_language_and_expiry(actor, practice, language=language, expires_on=expires)
            if len(self.record["authors"]) > 1:
                set_authors(
                    actor, practice, [self.context.person_token(key) for key in self.record["authors"]]
                )
            if "test_set" in self.record:
                add_demo_test_set(actor, practice, self.record["test_set"])

    def run(self, run: Record) -> None:
        with self.context.acting(run["by"]) as actor:
            add_demo_run(actor, self.context.get_practice(actor, self.slug), run)

    def submit(self) -> None:
        with self.context.acting(self._author) as actor:
            submit_practice(actor, self._with_readers(actor))
        self.relate()

    def share(self) -> None:
        with self.context.acting(MODERATOR) as actor:
            share_practice(actor, self.context.get_practice(actor, self.slug))

    def share_directly(self) -> None:
        """The author names the readers, a signatory of the source shares; of what is RED both are the same."""
        with self.context.acting(self._author) as actor:
            self._with_readers(actor)
        with self.context.acting(self.context.signatory(self.record["source"])) as actor:
            share_practice_directly(actor, self.context.get_practice(actor, self.slug))
        self.relate()

    def _with_readers(self, actor: Actor) -> Practice:
        readers = self.context.audience(self.record["label"], self.record.get("readers"))
        return set_readers(actor, self.context.practices[self.slug], readers)

    def relate(self) -> None:
        """Say what it has to do with others, once those who write it can see them."""
        if "relations" not in self.record:
            return
        with self.context.acting(self._author) as actor:
            practice = self.context.get_practice(actor, self.slug)  # with the label that it has by now
            for relation in self.record["relations"]:
                target = self.context.get_practice(actor, relation["target"])
                relate_practice(actor, practice, relation["kind"], target)


def content_of(context: DemoContext, values: Mapping[str, Any]) -> dict[str, Any]:
    """Content as the files write it, with its days in this story's calendar."""
    return {
        key: context.calendar.day(value) if isinstance(value, date) else value
        for key, value in values.items()
    }
