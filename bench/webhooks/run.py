"""`manage.py bench webhooks`: messages to one receiver that accepts them at once, by the portal's own jobs.

Beside it as many bytes, posted by the library alone, each time over a connection of its own.
"""

import argparse
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from django.db.models.functions import Now
from django.test import override_settings

from bench.bars import Bar, all_hold, at_most, table
from bench.fanout.recipients import cancel_pending_jobs, make_alliance
from bench.processor_time import ProcessorTime
from bench.results_page import PAGE, measured_by, write_section
from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.jobs import Job, JobState, run_job
from portal.kernel.webhooks import Webhook, WebhookDeliveryState

TITLE = "Messages to webhooks"
MESSAGES, MOST = 300, 12.0
_ROUNDS = 3
_ROOT = Path(__file__).resolve().parents[2]


@dataclass
class WebhookResults:
    """What sending so many messages cost; portal and peer in the same order."""

    messages: int
    sent: list[ProcessorTime] = field(default_factory=list)
    posted: list[ProcessorTime] = field(default_factory=list)

    def rate(self, runs: Sequence[ProcessorTime]) -> float:
        """Messages a second by the clock."""
        return self.messages / statistics.median(run.seconds for run in runs)

    def cost(self, runs: Sequence[ProcessorTime]) -> float:
        """Milliseconds of the processor for one message."""
        return statistics.median(run.ms for run in runs) / self.messages


def measure(messages: int, rounds: int = _ROUNDS) -> WebhookResults:
    """Portal and peer in turn, so many rounds."""
    figures, manager = WebhookResults(messages), make_alliance()
    with _receiver() as address, override_settings(OUTGOING_ALLOW_LOOPBACK=True):
        with acting_as(manager):
            webhook, _secret = webhooks.create_webhook(
                manager, name="Bench", address=address, kinds=["publication.created"]
            )
        for _round in range(rounds):
            cancel_pending_jobs()
            _queue(manager, webhook, messages)
            figures.sent.append(_send(webhook, messages))
            figures.posted.append(_post(address, messages))
    return figures


@contextmanager
def _receiver() -> Iterator[str]:
    """The address of a receiver in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.webhooks.sink"], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/hooks"
        finally:
            process.terminate()


def _queue(manager: Actor, webhook: Webhook, messages: int) -> None:
    """Messages that wait: tests, which every webhook takes; one job is queued for all of them."""
    with acting_as(manager):
        for _message in range(messages):
            webhooks.send_test(manager, webhook)


def _send(webhook: Webhook, messages: int) -> ProcessorTime:
    """Do the jobs of the webhook as a worker does, until nothing waits. Fails when one was not accepted."""
    with ProcessorTime() as spent:
        while due := _due_jobs():
            for job in due:
                run_job(job)
    with acting_as(SYSTEM):
        waiting = webhook.deliveries.exclude(state=WebhookDeliveryState.DELIVERED).count()
    if waiting:
        raise ValueError(f"{waiting} messages of {messages} were not accepted")
    return spent


def _due_jobs() -> list[int]:
    with acting_as(SYSTEM):
        jobs = Job.objects.filter(kind="send_webhook", state=JobState.READY, next_at__lte=Now())
        return list(jobs.values_list("pk", flat=True))


def _post(address: str, messages: int) -> ProcessorTime:
    body = b'{"type":"webhook.test","timestamp":"2026-01-01T00:00:00.000000+00:00","data":{"webhook":1}}'
    with ProcessorTime() as spent:
        for _message in range(messages):
            requests.post(address, body, timeout=5)
    return spent


def bars(figures: WebhookResults) -> list[Bar]:
    """A message is written down before and after, so that none is lost and each can be sent again."""
    ratio = figures.cost(figures.sent) / figures.cost(figures.posted)
    return [at_most("Processor time of a message", MOST, ratio, "times a bare post")]


def report(figures: WebhookResults) -> str:
    """The section."""
    rates = figures.rate(figures.sent), figures.rate(figures.posted)
    costs = figures.cost(figures.sent), figures.cost(figures.posted)
    return "\n".join(
        [
            _HEAD.format(measured=measured_by("webhooks"), messages=f"{figures.messages:,}"),
            "| work | portal | beside it | |",
            "|---|---|---|---|",
            f"| messages a second, one after another | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] / rates[1]:.2f} |",
            f"| a message: CPU ms | {costs[0]:,.1f} | {costs[1]:,.1f} | {costs[0] / costs[1]:.1f} times |",
            "",
            table(bars(figures)),
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench webhooks", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES, help="messages of each round")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is done in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    figures = measure(options.messages, options.rounds)
    print(write_section(TITLE, report(figures), options.report))
    return 0 if all_hold(bars(figures)) else 1


_HEAD = """{measured} {messages} messages wait for one webhook,
whose receiver accepts each at once, on this machine. One job after another sends them as a worker does, three seconds a
turn: each is read, checked for who may see it, signed, posted over a connection of its own to a checked address, and
written down before and after. Beside it bare posts of as many bytes. Two webhooks at most are served at
once; here it is one. Receivers elsewhere take the time of their answers. The bar is this bench's own.
"""
