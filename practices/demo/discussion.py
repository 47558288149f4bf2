"""Discussions of a practice, a request or a group: questions, answers, the one that is accepted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alliance.demo.files import Record
from portal.kernel.access import Actor
from practices.demo.context import DemoContext, event_time
from practices.models import DiscussionSubject, Post
from practices.services.discussion import accept_post, write_post

_FIRST_HOUR, _TO_ANSWER = 15, 16


@dataclass
class DemoDiscussion:
    """The threads of one subject; `get_subject` returns it as the author sees it."""

    context: DemoContext
    get_subject: Callable[[Actor], DiscussionSubject]
    posts: dict[tuple[int, int], Post] = field(default_factory=dict)  # by thread and place; a question is -1

    def schedule(self, threads: Sequence[Record]) -> None:
        for number, thread in enumerate(threads):
            self.context.add(self._moment(thread, _FIRST_HOUR, number), self.ask, number, thread)
            for place, answer in enumerate(thread.get("answers", [])):
                moment = self._moment(answer, _TO_ANSWER, 7 * place)
                self.context.add(moment, self.answer, number, place, answer)
                if answer.get("accepted"):
                    accepted = self._moment(answer, _TO_ANSWER + 2, 7 * place)
                    self.context.add(accepted, self.accept, number, place, thread["by"])

    def _moment(self, post: Record, hour: int, minute: int) -> datetime:
        return self.context.moment(event_time(post), hour, minute)

    def ask(self, number: int, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            self.posts[number, -1] = write_post(actor, self.get_subject(actor), record["text"])

    def answer(self, number: int, position: int, record: Record) -> None:
        with self.context.acting(record["by"]) as actor:
            question = self.posts[number, -1]
            self.posts[number, position] = write_post(
                actor, self.get_subject(actor), record["text"], parent=question
            )

    def accept(self, number: int, position: int, asker: str) -> None:
        with self.context.acting(asker) as actor:
            accept_post(actor, self.posts[number, position])
