"""The six clients: each does one thing after another, and repeats what was not answered until it is."""

import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Event, Thread

from bench.chaos.browser import AWAY, Browser, Form, NoAnswerError, Upload
from bench.chaos.ledger import Act, Kind, Ledger
from bench.chaos.population import Member, Population

_PATIENCE = 240  # seconds for which an act is repeated
_PAUSE = 0.5  # seconds before it is repeated
_MEGABYTE = 1024 * 1024
_LINE = 16_384  # bytes

Step = Callable[[], None]


class Clients:
    """Six threads; what one has done another goes on with: reports to review, pledges to publish."""

    def __init__(
        self, port: int, population: Population, ledger: Ledger, megabytes: int, most_megabytes: int = 25
    ) -> None:
        """`megabytes`: how much is uploaded altogether at most, and `most_megabytes` in one file."""
        self._port, self._people, self._ledger = port, population, ledger
        self._megabytes, self._most_bytes = megabytes, most_megabytes * _MEGABYTE
        self._submitted: Queue[int] = Queue()
        self._signed: Queue[int] = Queue()
        self._stopping = Event()
        self._chance = random.Random(0)
        self._threads = [
            Thread(target=self._run, args=(steps(),), daemon=True, name=steps.__name__)
            for steps in (
                self._submit,
                self._upload,
                self._pledge,
                self._comment,
                self._review,
                self._publish,
            )
        ]
        self.failures: list[str] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish the act that it is in."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(2 * _PATIENCE)
            if thread.is_alive():
                self.failures.append(f"The client {thread.name} does not come to an end.")

    def _run(self, steps: Iterator[None]) -> None:
        try:
            for _step in steps:
                if self._stopping.is_set():
                    return
                time.sleep(self._chance.uniform(0.05, 0.4))
        except Exception as error:  # a client that ends in silence would account for nothing
            self.failures.append(f"{type(error).__name__}: {error}")

    # --- what they do ---

    def _submit(self) -> Iterator[None]:
        for member in self._people.submitting:
            browser = Browser(self._port, member.signatory.session)
            act = self._ledger.open(Kind.SUBMIT, member.signatory.person, member.report)
            address = f"/workspace/reports/{member.report}/submit/"
            self._do(act, browser, address, ("stated",), {"stated": "on"})
            if act.acknowledged:
                self._submitted.put(member.report)
            yield
            time.sleep(2)

    def _upload(self) -> Iterator[None]:
        left = self._megabytes * _MEGABYTE
        for turn in range(45):  # a report takes fifty files
            for member in self._people.uploading:
                size = self._chance.randint(self._most_bytes // 5, self._most_bytes - _LINE)
                if left < size:
                    return
                left -= size
                self._upload_one(member, self._people.measures[turn % len(self._people.measures)], size)
                yield

    def _upload_one(self, member: Member, measure: str, size: int) -> None:
        act = self._ledger.open(Kind.UPLOAD, member.signatory.person, member.report)
        content = self._table(act.mark, size)
        act.sha256, act.size = hashlib.sha256(content).hexdigest(), len(content)
        address = f"/workspace/reports/{member.report}/measures/{measure}/"
        browser = Browser(self._port, member.signatory.session)
        upload = Upload(f"{act.mark}.csv", content)
        self._do(act, browser, address, ("file", "title"), {"title": act.mark}, upload)

    def _table(self, mark: str, size: int) -> bytes:
        """A CSV file that no other is equal to."""
        line = f"{mark},{self._chance.getrandbits(64)},".encode()
        line += b"0123456789" * ((_LINE - len(line) - 1) // 10) + b"\n"
        return line * (size // len(line))

    def _pledge(self) -> Iterator[None]:
        member = self._people.pledging
        browser = Browser(self._port, member.signatory.session)
        while True:
            act = self._ledger.open(Kind.PLEDGE, member.signatory.person)
            words = {"title": act.mark, "text": f"{act.mark}: we publish what we find."}
            self._do(act, browser, "/workspace/pledges/new/", ("title", "text"), words)
            yield
            number = re.search(r"/workspace/pledges/(\d+)/", act.location)
            if number is None:
                continue
            pledge = int(number[1])
            signed = self._ledger.open(Kind.SIGN, member.signatory.person, pledge)
            self._do(signed, browser, f"/workspace/pledges/{pledge}/sign/", (), {})
            if signed.acknowledged:
                self._signed.put(pledge)
            yield

    def _comment(self) -> Iterator[None]:
        member = self._people.commenting
        browser = Browser(self._port, member.signatory.session)
        address = f"/workspace/practices/{self._people.practice}/discussion/"
        while True:
            act = self._ledger.open(Kind.COMMENT, member.signatory.person)
            self._do(act, browser, address, ("text",), {"text": f"{act.mark}: does it work for voice?"})
            yield

    def _review(self) -> Iterator[None]:
        browser = Browser(self._port, self._people.reviewer.session)
        while True:
            try:
                report = self._submitted.get(timeout=1)
            except Empty:
                yield
                continue
            self._start_review(browser, report)
            for measure in self._people.measures:
                act = self._ledger.open(Kind.REVIEW, self._people.reviewer.person, report)
                words = {"value": "limited", "reason": f"{act.mark}: the figures are still to come."}
                address = f"/secretariat/reviews/{report}/measures/{measure}/"
                self._do(act, browser, address, ("value", "reason", "version"), words)
                yield

    def _start_review(self, browser: Browser, report: int) -> None:
        """It has no mark of its own; the verdicts account for it."""
        until = time.monotonic() + _PATIENCE
        form = None
        while time.monotonic() < until:
            try:
                form = form or browser.form(f"/secretariat/reviews/{report}/", action="/start/")
                if browser.post(form, {}).status == 302:
                    return
            except NoAnswerError:
                pass
            time.sleep(_PAUSE)

    def _publish(self) -> Iterator[None]:
        browser = Browser(self._port, self._people.manager.session)
        while True:
            try:
                pledge = self._signed.get(timeout=1)
            except Empty:
                yield
                continue
            act = self._ledger.open(Kind.PUBLISH, self._people.manager.person, pledge)
            self._do(act, browser, f"/secretariat/pledges/{pledge}/publish/", (), {})
            yield

    # --- how they do it ---

    def _do(
        self,
        act: Act,
        browser: Browser,
        address: str,
        names: tuple[str, ...],
        words: dict[str, str],
        upload: Upload | None = None,
    ) -> None:
        """Open the page once, and post the same form until the page after it says of no error."""
        form: Form | None = None
        while time.monotonic() < act.began + _PATIENCE:
            try:
                form = form or browser.form(address, "once", *names)
                act.tries += 1
                answer = browser.post(form, words, upload)
            except NoAnswerError:
                time.sleep(_PAUSE)
                continue
            if answer.status == 302 and "/accounts/" not in answer.location:
                try:
                    refusals = browser.errors_on(answer.location)
                except NoAnswerError:
                    continue  # nobody knows: the same form once more
                if not refusals:
                    act.acknowledged, act.location = time.monotonic(), answer.location
                    return
                act.put_off += refusals
            elif answer.status not in AWAY:
                act.refusal = f"{answer.status} {answer.location} {_sentence(answer.body)}".strip()
                return
            time.sleep(_PAUSE)
        act.refusal = "; ".join(act.put_off) or "not answered in time"


def _sentence(body: bytes) -> str:
    """What a page of refusal says is wrong, for the record."""
    page = body.decode(errors="replace")
    errors = re.findall(r'<ul class="error">(.*?)</ul>', page, flags=re.DOTALL) or [page]
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", " ".join(errors), flags=re.DOTALL)
    return " ".join(text.split())[:300]
