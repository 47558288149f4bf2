"""The request board: what somebody looks for, what others offer, what is accepted or closed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alliance.demo.files import Record
from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.demo.stage import Stage, when
from practices.demo.talk import Talk
from practices.models import Offer, Request
from practices.services.following import follow
from practices.services.requests import RequestDraft, answer_request, ask_request, close_request, make_offer

_LIKE_A_PRACTICE = ("harms", "content_types", "service_kinds", "encryption", "languages")


@dataclass
class Wish:
    """One request on the board."""

    stage: Stage
    record: Record
    request: Request | None = None
    offers: dict[int, Offer] = field(default_factory=dict)

    def schedule(self) -> None:
        add, asked = self.stage.add, self._moment(self.record, 11)
        add(asked, self.ask)
        for place, offer in enumerate(self.record.get("offers", [])):
            add(self._moment(offer, 13), self.offer, place, offer)
            if "accepted" in offer:
                add(self.stage.moment(offer["accepted"], 17), self.accept, place)
        for place, person in enumerate(self.record.get("followers", [])):
            add(asked + timedelta(hours=3 + place), self.follow, person)
        Talk(self.stage, self.found).schedule(self.record.get("thread", []))
        if "closed" in self.record:
            add(self.stage.moment(self.record["closed"], 17), self.close)

    def _moment(self, record: Record, hour: int) -> datetime:
        return self.stage.moment(when(record), hour)

    def found(self, actor: Actor) -> Request:
        """The request as this actor finds it."""
        assert self.request is not None, "it is asked first"
        found: Request = get_visible_or_404(Request.objects, actor, key=self.request.key)
        return found

    # --- acts ---

    def ask(self) -> None:
        record = self.record
        with self.stage.acting(record["by"]) as actor:
            draft = RequestDraft(
                title=record["title"],
                text=record["text"],
                language=self.stage.cast.people[record["by"]].language,
                **{key: record[key] for key in _LIKE_A_PRACTICE if key in record},
            )
            readers = self.stage.audience(record["label"], record.get("readers"))
            self.request = ask_request(actor, draft, readers)

    def offer(self, place: int, record: Record) -> None:
        with self.stage.acting(record["by"]) as actor:
            practice = self.stage.found(actor, record["practice"]) if "practice" in record else None
            self.offers[place] = make_offer(actor, self.found(actor), record["text"], practice=practice)

    def accept(self, place: int) -> None:
        with self.stage.acting(self.record["by"]) as actor:
            answer_request(actor, self.found(actor), self.offers[place])

    def follow(self, person: str) -> None:
        with self.stage.acting(person) as actor:
            follow(actor, self.found(actor))

    def close(self) -> None:
        with self.stage.acting(self.record["by"]) as actor:
            close_request(actor, self.found(actor))
