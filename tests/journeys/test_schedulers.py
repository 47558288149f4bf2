"""Two beats and two sweepers, while both come round three times more: each reminder once, each digest once."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from alliance.enums import ReportState, Role
from alliance.models import Report
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, Pace
from portal.local.processes import Child, stop_all
from tests.factories import (
    Cast,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    read_charter,
)
from tests.support.background_programs import CELERY, Worker
from tests.support.digest_days import age_deliveries, choose_pace
from tests.support.mail import MailServer, wait_until
from tests.support.submissions import make_submission

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BEATS = (1, 2)  # each comes round once a second
# Rita is notified of the reply at once, and of the report that waits; Mona of the reply
# and of what nobody takes on in her digest.
LETTERS = {
    "editor@due.example": 1,
    "editor@overdue.example": 1,
    "editor@concluded.example": 1,
    "rita@secretariat.example": 2,
    "mona@secretariat.example": 1,
}


@pytest.fixture
def doubled(worker: Worker) -> Iterator[list[Child]]:
    """A second sweeper, and two beats that come round each second."""
    beats = [_beat(worker, number) for number in BEATS]
    sweeper = worker.spawn("second-sweeper", "manage.py", "sweep")
    yield [*beats, sweeper]
    stop_all([*beats, sweeper], 3)


def _beat(worker: Worker, number: int) -> Child:
    schedule = worker.folder / f"beat-{number}-{time.monotonic_ns()}"
    return worker.spawn(
        f"beat-{number}", "-m", *CELERY, "beat", "--pidfile=", f"--schedule={schedule}", "--loglevel=info",
        DJANGO_SETTINGS_MODULE="tests.support.beat_settings",
    )  # fmt: skip


def rounds(worker: Worker) -> int:
    """How often the reminders were called for by the beat that did so least."""
    logs = [(worker.folder / f"beat-{number}.log").read_text(errors="replace") for number in BEATS]
    return min(log.count("Sending due task enqueue-reminders") for log in logs)


def in_work() -> QuerySet[Job]:
    return Job.objects.filter(state__in=(JobState.READY, JobState.LEASED), next_at__lte=timezone.now())


def make_deadlines(cast: Cast) -> dict[str, Report]:
    """One report of each sort that is reminded of."""
    today, cycle = timezone.localdate(), make_cycle(read_charter())
    reports = {}
    for name, days in (("due", 5), ("overdue", -3), ("far", 45), ("concluded", -20), ("submitted", -20)):
        organisation = make_organisation(name)
        make_person("Editor", organisation, Role.EDITOR, Role.SIGNATORY)  # nobody else could sign a reply
        report = make_report(cycle, organisation)
        report.due_on = today + timedelta(days=days)
        report.save()
        reports[name] = report
    make_submission(reports["concluded"], ReportState.CONCLUDED)
    Report.objects.filter(pk=reports["concluded"].pk).update(respond_by=today + timedelta(days=6))
    make_submission(reports["submitted"], ReportState.SUBMITTED)
    long_ago = timezone.now() - timedelta(days=9)
    Report.objects.filter(pk=reports["submitted"].pk).update(submitted_at=long_ago)
    return reports


def test_two_beats_and_two_sweepers_remind_once_and_send_one_digest(
    doubled: list[Child], worker: Worker, cast: Cast, mail: MailServer
) -> None:
    with acting_as(SYSTEM):
        reports = make_deadlines(cast)
        choose_pace(cast.mona.pk, Pace.DAILY)
        journal.record(SYSTEM, "report.respond", reports["concluded"])
    by_email = Delivery.objects.filter(channel=Channel.EMAIL)
    wait_until(lambda: by_email.count() == sum(LETTERS.values()) + 1, what="something to wait")
    age_deliveries(8)
    wait_until(lambda: len(mail.messages) == sum(LETTERS.values()), what="every letter")
    before = rounds(worker)
    wait_until(lambda: rounds(worker) >= before + 3, what="three rounds more")
    wait_until(lambda: not in_work().exists(), what="what they called for to be done")

    assert [child for child in doubled if child.has_ended()] == []
    assert Counter(str(letter["To"]) for letter in mail.messages) == LETTERS
    assert Counter(Event.objects.filter(kind__startswith="report.remind").values_list("kind", flat=True)) == {
        "report.remind_due": 1, "report.remind_overdue": 1, "report.remind_response": 1, "report.remind_review": 1,
    }  # fmt: skip
    assert Job.objects.filter(kind="send_digest").count() == 1
    assert len({str(letter["Message-ID"]) for letter in mail.messages}) == len(mail.messages)
