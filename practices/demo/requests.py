"""The request board: what somebody looks for, what others offer, what is accepted or closed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alliance.demo.files import Record
from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.demo.context import DemoContext, event_time
from practices.demo.discussion import DemoDiscussion
from practices.models import Offer, Request
from practices.services.following import follow
from practices.services.requests import (
    FACET_FIELDS,
    RequestDraft,
    answer_request,
    ask_request,
    close_request,
    make_offer,
)


@dataclass
class DemoRequest:
    """One request on the board."""

    context: DemoContext
    record: Record
    request: Request | None = None
    offers: dict[int, Offer] = field(default_factory=dict)

    def schedule(self) -> None:
        add, moment = self.context.add, self._moment(self.record, 11)
        add(moment, self.ask)
        for place, offer in enumerate(self.record.get("offers", [])):
            add(self._moment(offer, 13), self.offer, place, offer)
            if "accepted" in offer:
                add(self.context.moment(offer["accepted"], 17), self.accept, place)
        for place, person in enumerate(self.record.get("followers", [])):
            add(moment + timedelta(hours=3 + place), self.follow, person)
        DemoDiscussion(self.context, self.get_request).schedule(self.record.get("thread", []))
        if "closed" in self.record:
            add(self.context.moment(self.record["closed"], 17), self.close)

    def _moment(self, record: Record, hour: int) -> datetime:
        return self.context.moment(event_time(record), hour)

    def get_request(self, actor: Actor) -> Request:
        """The request as this actor finds it."""
        assert self.request is not None, "it is asked first"
        request: Request = get_visible_or_404(Request.objects, actor, key=self.request.key)
        return request

    # --- acts ---

    def ask(self) -> None:
        record = self.record
        with self.context.acting(record["by"]) as actor:
            draft = RequestDraft(
                title=record["title"],
                text=record["text"],
                language=self.context.cast.people[record["by"]].language,
                **{key: record[key] for key in FACET_FIELDS if key in record},
            )
            readers = self.context.audience(record["label"], record.get("readers"))
            self.request = ask_request(actor, draft, readers)

    def offer(self, position: int, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            practice = self.context.get_practice(actor, record["practice"]) if "practice" in record else None
            self.offers[position] = make_offer(
                actor, self.get_request(actor), record["text"], practice=practice
            )

    def accept(self, position: int) -> None:
        with self.context.acting(self.record["by"]) as actor:
            answer_request(actor, self.get_request(actor), self.offers[position])

    def follow(self, person: str) -> None:
        with self.context.acting(person) as actor:
            follow(actor, self.get_request(actor))

    def close(self) -> None:
        with self.context.acting(self.record["by"]) as actor:
            close_request(actor, self.get_request(actor))
