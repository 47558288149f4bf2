"""Any program may be killed in the middle of a submission: it is there once, with receipt and letter, or not at all.

One round of each kind; KILL_ROUNDS says how many more (50 for the long run).
"""

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.test import Client

from alliance.enums import Role
from alliance.models import Cycle, Organisation, Person, Report, Submission
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery
from tests.factories import (
    make_organisation,
    make_person,
    make_report,
    make_service,
)
from tests.factories.cast import actor_of
from tests.support.http_client import HttpAnswer, HttpClient
from tests.support.installation import Installation
from tests.support.jobs import expire_leases
from tests.support.mail import MailServer, wait_until
from tests.support.working_copies import fill_report

# all of them on one installation
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]

ROUNDS = range(int(os.environ.get("KILL_ROUNDS", "1")))
PATIENCE = 150  # a lease, and a little more
QUICK = 1.5  # no request waits for the broker longer than for anything else


@dataclass
class Filing:
    """A complete report of a member of its own, and its signatory's browser, with the form on the screen."""

    report: Report
    sven: Person
    http: HttpClient
    form: dict[str, str]
    pool: ThreadPoolExecutor

    @property
    def url(self) -> str:
        return f"/workspace/reports/{self.report.pk}/submit/"

    def send(self) -> "Future[HttpAnswer]":
        """Post the form in the background, as it is: a second time is the same form again."""
        return self.pool.submit(self.http.post, self.url, self.form)


@pytest.fixture
def filing(installation: Installation) -> Iterator[Filing]:
    with ThreadPoolExecutor(1) as pool:
        yield new_filing(installation, pool)


def new_filing(installation: Installation, pool: ThreadPoolExecutor) -> Filing:
    with acting_as(SYSTEM):
        organisation = make_organisation(f"member-{Organisation.objects.count()}")
        make_service(organisation, f"service-of-{organisation.slug}")
        sven = make_person("Sven", organisation, Role.SIGNATORY)
        report = make_report(Cycle.objects.get(slug="2026-h1"), organisation)
        fill_report(actor_of(sven), report)
        client = Client()
        client.force_login(sven)
    ready = Filing(report, sven, HttpClient(installation.port, client.cookies["session"].value), {}, pool)
    ready.form = ready.http.form(ready.url, stated="on")
    return ready


@pytest.fixture(scope="module")
def usual(installation: Installation) -> float:
    """How many seconds a submission takes when nobody is killed."""
    with ThreadPoolExecutor(1) as pool:
        new_filing(installation, pool).send().result()  # the first one also warms up
        calm = new_filing(installation, pool)
        began = time.monotonic()
        assert calm.send().result().status == 302
    return time.monotonic() - began


@dataclass(frozen=True)
class StoredSubmission:
    """What the database has of a submission."""

    state: str
    submissions: int
    journalled: int
    pending_jobs: int


FILED, NOT_FILED = StoredSubmission("submitted", 1, 1, 1), StoredSubmission("draft", 0, 0, 0)


def stored_submission(filing: Filing) -> StoredSubmission:
    with acting_as(SYSTEM):
        events = Event.objects.filter(
            kind="report.submit", target_type="alliance.report", target_id=filing.report.pk
        )
        keys = [f"event:{pk}" for pk in events.values_list("pk", flat=True)]
        return StoredSubmission(
            state=Report.objects.get(pk=filing.report.pk).state,
            submissions=Submission.objects.filter(report=filing.report).count(),
            journalled=len(keys),
            pending_jobs=Job.objects.filter(dedupe_key__in=keys).count(),
        )


def outcome(sent: "Future[HttpAnswer]") -> HttpAnswer | None:
    """The answer; None when the connection broke."""
    try:
        return sent.result(40)
    except (OSError, HTTPException):
        return None


def some_moment(longest: float) -> None:
    time.sleep(random.uniform(0, longest))


def no_job_is_left(installation: Installation) -> bool:
    """No job is pending any more; a worker that a lost broker has ended is started again, as everywhere.

    Files that are made before anybody asks wait behind everything else: those of earlier publications may be pending.
    So may be what other tests on this stage have planned for later, and nobody has tried yet.
    """
    installation.restart_ended()
    pending = Job.objects.filter(state__in=(JobState.READY, JobState.LEASED), is_bulk=False)
    return not pending.filter(Q(next_at__lte=Now()) | Q(attempts__gt=0)).exists()


def check_letters(installation: Installation, filing: Filing, mail: MailServer) -> None:
    """The receipt has come, perhaps twice, but then as one and the same letter; no delivery is pending any more."""
    wait_until(lambda: no_job_is_left(installation), PATIENCE, "all work to be done")
    letters = {str(letter["Message-ID"]) for letter in mail.wait_for(filing.sven.email, seconds=PATIENCE)}
    assert len(letters) == 1
    with acting_as(SYSTEM):
        deliveries = Delivery.objects.filter(recipient=filing.sven).values_list("channel", "state")
        assert sorted(deliveries) == [("email", "sent"), ("inbox", "sent")]
        assert not Job.objects.filter(state=JobState.DEAD).exists()


def check_filed_once(filing: Filing, answer: HttpAnswer | None) -> None:
    """In every case the same form again leads to one submission and its receipt."""
    before = stored_submission(filing)
    assert before in (FILED, NOT_FILED)
    if answer is not None and answer.status == 302:
        assert before == FILED, "it was acknowledged"

    again = outcome(filing.send())

    assert again is not None
    assert (again.status, again.headers["Location"]) == (
        302,
        f"/workspace/reports/{filing.report.pk}/receipts/1/",
    )
    assert stored_submission(filing) == FILED
    assert filing.http.get(again.headers["Location"]).status == 200


def test_a_submission_that_nobody_disturbs(
    installation: Installation, filing: Filing, mail_server: MailServer
) -> None:
    answer = outcome(filing.send())

    assert answer is not None
    assert answer.status == 302
    check_filed_once(filing, answer)
    check_letters(installation, filing, mail_server)


@pytest.mark.parametrize("number", ROUNDS)
def test_the_web_server_is_killed(
    installation: Installation, filing: Filing, usual: float, mail_server: MailServer, number: int
) -> None:
    sent = filing.send()
    some_moment(1.3 * usual)
    installation.kill("web")
    answer = outcome(sent)
    installation.start("web")

    check_filed_once(filing, answer)
    check_letters(installation, filing, mail_server)


@pytest.mark.parametrize("number", ROUNDS)
def test_worker_and_sweeper_are_killed(
    installation: Installation, filing: Filing, mail_server: MailServer, number: int
) -> None:
    answer = outcome(filing.send())
    some_moment(0.6)
    for name in ("worker", "sweeper"):
        installation.kill(name)
    expire_leases()
    for name in ("worker", "sweeper"):
        installation.start(name)

    check_filed_once(filing, answer)
    check_letters(installation, filing, mail_server)


@pytest.mark.parametrize("number", ROUNDS)
def test_the_broker_is_killed(
    installation: Installation, filing: Filing, mail_server: MailServer, number: int
) -> None:
    sent = filing.send()
    some_moment(0.6)
    installation.kill("valkey")
    answer = outcome(sent)
    installation.start("valkey")

    assert answer is not None
    assert answer.status == 302
    check_filed_once(filing, answer)
    check_letters(installation, filing, mail_server)


@pytest.mark.parametrize("number", ROUNDS)
def test_the_database_is_killed(
    installation: Installation, filing: Filing, usual: float, mail_server: MailServer, number: int
) -> None:
    sent = filing.send()
    some_moment(1.3 * usual)
    connection.close()
    installation.kill("postgres")
    answer, meanwhile = outcome(sent), filing.http.get("/workspace/")
    installation.start("postgres")
    installation.wait_for_pages()
    expire_leases()

    assert (meanwhile.status, meanwhile.headers.get("Retry-After")) == (503, "10")
    check_filed_once(filing, answer)
    check_letters(installation, filing, mail_server)


def test_a_frozen_broker_keeps_no_request_waiting(
    installation: Installation, filing: Filing, mail_server: MailServer
) -> None:
    took = {}
    with installation.frozen("valkey"):
        for url in ("/en/", "/workspace/", f"/workspace/reports/{filing.report.pk}/", filing.url):
            began = time.monotonic()
            assert filing.http.get(url).status == 200
            took[url] = time.monotonic() - began
        began = time.monotonic()
        answer = outcome(filing.send())
        took["submit"] = time.monotonic() - began

    assert {act: seconds for act, seconds in took.items() if seconds > QUICK} == {}
    check_filed_once(filing, answer)
    check_letters(installation, filing, mail_server)
