"""Compares the ledger with what the portal has: each act that was acknowledged once, whole, and with what follows."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from alliance.models import Evidence, Person, Pledge, Submission, Verdict
from bench.chaos.browser import Browser, NoAnswerError
from bench.chaos.ledger import Act, Kind, Ledger
from bench.chaos.population import Population
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from practices.models import Post

_DRAIN_SECONDS = 400  # a lease of two minutes, and what has waited behind it


def wait_until_drained(is_ready: Callable[[], bool]) -> float:
    """Wait until no job is due or running any more; the seconds that this took. Raises TimeoutError."""
    began = time.monotonic()
    while time.monotonic() < began + _DRAIN_SECONDS:
        connection.close()  # the server may have been another one a moment ago
        if is_ready() and not _has_pending_jobs():
            return time.monotonic() - began
        time.sleep(0.5)
    raise TimeoutError("Jobs are still waiting.")


def _has_pending_jobs() -> bool:
    """What is due later, such as tomorrow's reminder, is not waited for."""
    pending = (JobState.READY, JobState.LEASED)
    with acting_as(SYSTEM):
        return Job.objects.filter(state__in=pending, next_at__lte=Now()).exists()


class Account:
    """Everything that is there after a run, by the marks of the acts."""

    def __init__(self, ledger: Ledger, population: Population, port: int, mail_folder: Path) -> None:
        self._ledger, self._population, self._port = ledger, population, port
        self._letters = _letters(mail_folder)
        with acting_as(SYSTEM):
            self._rows = {kind: read() for kind, read in _ROWS.items()}
            self._events = _events()
            self._digests = dict(Submission.objects.values_list("pk", "sha256"))
            self._jobs = dict(Job.objects.filter(kind="route_event").values_list("dedupe_key", "state"))

    def findings(self) -> Iterator[str]:
        """A sentence for each act that is missing, there twice, or not whole."""
        for act in self._ledger.acts:
            if act.refusal:
                yield f"{act.kind} {act.mark} was refused: {act.refusal}"
            yield from (f"{act.kind} {act.mark}: {finding}" for finding in self._of_act(act))
        yield from self._of_publications()
        with acting_as(SYSTEM):
            for kind, key, error in Job.objects.filter(state=JobState.DEAD).values_list(
                "kind", "dedupe_key", "last_error"
            ):
                yield f"The job {kind} {key} has failed: {error}"

    def _of_act(self, act: Act) -> Iterator[str]:
        rows = self._rows[act.kind].get(_key(act), [])
        if len(rows) > 1:
            yield f"there {len(rows)} times"
        if act.acknowledged is None:
            return
        if not rows:
            yield "acknowledged, and not there"
            return
        row = rows[0]
        events = self._events[_EVENTS[act.kind], _target(act, row)]
        if len(events) != 1:
            yield f"{len(events)} journal entries"
        states = [self._jobs.get(f"event:{event}") for event in events]
        if states != [JobState.DONE]:
            yield f"the job of its journal entry is {states}"
        if act.kind is Kind.SUBMIT:
            yield from self._of_submission(act, row)
        if act.kind is Kind.UPLOAD:
            yield from self._of_file(act, row)

    def _of_submission(self, act: Act, row: int) -> Iterator[str]:
        digest = self._digests[row]
        letters = [text for text in self._letters[act.person] if digest in text]
        if len(letters) != 1:
            yield f"{len(letters)} letters with the receipt"
        browser = Browser(self._port, _session(self._population, act.person))
        if browser.get(f"/workspace/reports/{act.subject}/receipts/1/").status != 200:
            yield "the receipt cannot be read"

    def _of_file(self, act: Act, row: int) -> Iterator[str]:
        browser = Browser(self._port, _session(self._population, act.person))
        try:
            content = browser.get(f"/workspace/evidence/{row}/").body
        except NoAnswerError as error:
            yield f"the file cannot be fetched: {error}"
            return
        if hashlib.sha256(content).hexdigest() != act.sha256:
            yield f"the file has {len(content)} bytes and not the {act.size} that were sent, or others"

    def _of_publications(self) -> Iterator[str]:
        with acting_as(SYSTEM):
            count, last = (
                Publication.objects.count(),
                Publication.objects.aggregate(last=Max("number"))["last"],
            )
        if count != (last or 0):
            yield f"The record has {count} publications, and the last is number {last}."


def _submissions() -> Mapping[str, list[int]]:
    return _by_key((str(report), pk) for report, pk in Submission.objects.values_list("report_id", "pk"))


def _signed() -> Mapping[str, list[int]]:
    rows = Pledge.objects.exclude(signed_at=None).values_list("pk", flat=True)
    return _by_key((str(pk), pk) for pk in rows)


def _published() -> Mapping[str, list[int]]:
    """Publications of pledges, by the row that was published."""
    records = dict(Publication.objects.filter(type="pledge").values_list("record", "pk"))
    pledges = Pledge.objects.values_list("pk", "record")
    return _by_key((str(pk), pk) for pk, record in pledges if str(record) in records)


def _marked(texts: Iterator[tuple[str, int]]) -> Mapping[str, list[int]]:
    return _by_key((text[: len("chaos-00000")], pk) for text, pk in texts if text.startswith("chaos-"))


def _by_key(pairs: Iterator[tuple[str, int]]) -> Mapping[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for key, pk in pairs:
        rows[key].append(pk)
    return rows


_ROWS: Mapping[Kind, Callable[[], Mapping[str, list[int]]]] = {
    Kind.SUBMIT: _submissions,
    Kind.UPLOAD: lambda: _marked(Evidence.objects.values_list("title", "pk").iterator()),
    Kind.PLEDGE: lambda: _marked(Pledge.objects.values_list("title", "pk").iterator()),
    Kind.SIGN: _signed,
    Kind.COMMENT: lambda: _marked(Post.objects.values_list("text", "pk").iterator()),
    Kind.REVIEW: lambda: _marked(Verdict.objects.values_list("reason", "pk").iterator()),
    Kind.PUBLISH: _published,
}
_EVENTS: Mapping[Kind, str] = {
    Kind.SUBMIT: "report.submit",
    Kind.UPLOAD: "evidence.add",
    Kind.PLEDGE: "pledge.draft",
    Kind.SIGN: "pledge.sign",
    Kind.COMMENT: "post.write",
    Kind.REVIEW: "verdict.give",
    Kind.PUBLISH: "pledge.publish",
}
_MARKED = (Kind.UPLOAD, Kind.PLEDGE, Kind.COMMENT, Kind.REVIEW)


def _key(act: Act) -> str:
    return act.mark if act.kind in _MARKED else str(act.subject)


def _target(act: Act, row: int) -> int:
    """The row that the journal names."""
    return row if act.kind in _MARKED else act.subject


def _events() -> Mapping[tuple[str, int], list[int]]:
    events: dict[tuple[str, int], list[int]] = defaultdict(list)
    for kind, target, pk in Event.objects.filter(kind__in=_EVENTS.values()).values_list(
        "kind", "target_id", "pk"
    ):
        events[kind, target].append(pk)
    return events


def _letters(folder: Path) -> Mapping[int, list[str]]:
    """The letters that each person has got, as text."""
    with acting_as(SYSTEM):
        people = dict(Person.objects.values_list("email", "pk"))
    letters: dict[int, list[str]] = defaultdict(list)
    for path in folder.glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        person = people.get(parseaddr(str(message["To"]))[1])
        body = message.get_body(("plain",))
        if person is not None and body is not None:
            letters[person].append(str(body.get_content()))
    return letters


def _session(population: Population, person: int) -> str:
    members: Sequence = (*population.submitting, *population.uploading)
    return next(member.signatory.session for member in members if member.signatory.person == person)
