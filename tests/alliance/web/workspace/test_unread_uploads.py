"""A file with answers that nobody reads any more: its job has failed for good, or was cancelled."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance import tasks
from alliance.enums import UploadState
from alliance.models import Report, ReportUpload
from portal.kernel import clock, jobs
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, JobState
from portal.kernel.notices import Channel, Delivery
from portal.kernel.operations import cancel_job
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.report_uploads import HEADER, send, sheet, upload_of

pytestmark = pytest.mark.django_db

SENTENCE = "The portal could not finish reading it. Upload it again later"


def send_unread(client: Client, report: Report) -> tuple[str, Job]:
    """Upload a file; gives back its page, and the job that reads it."""
    file = SimpleUploadedFile("figures.csv", f"{HEADER}moderators,,,,430,,\n".encode())
    url = str(client.post(sheet(report), {"file": file})["Location"])
    with acting_as(SYSTEM):
        return url, Job.objects.get(kind="read_report_upload")


def test_a_reading_that_failed_for_good_says_so_and_notifies_its_sender(
    cast: Cast, report: Report, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_facts: object) -> None:
        raise MemoryError

    url, job = send_unread(alice, report)
    with acting_as(SYSTEM):
        Job.objects.filter(pk=job.pk).update(attempts=jobs.TRIES - 1)
        ReportUpload.objects.update(uploaded_at=clock.now() - timedelta(minutes=30))
    with monkeypatch.context() as broken:
        broken.setattr(tasks.report_upload_work, "read_upload", fail)
        jobs.run_job(job.pk)
    run_all_jobs()

    upload = upload_of(report)
    assert (upload.state, upload.file) == (UploadState.FAILED, "")
    assert SENTENCE in words_of(alice.get(url))
    with acting_as(SYSTEM):
        deliveries = Delivery.objects.filter(channel=Channel.INBOX, event__kind="report_upload.fail")
        assert {row.recipient_id for row in deliveries} == {cast.alice.pk}

    again = send(alice, report, "moderators,,,,430,,\n")
    assert "1 of 1 will be saved" in words_of(alice.get(again))


def test_a_reading_whose_worker_was_lost_each_time_says_so(report: Report, alice: Client) -> None:
    url, job = send_unread(alice, report)
    with acting_as(SYSTEM):
        Job.objects.filter(pk=job.pk).update(
            state=JobState.LEASED, attempts=jobs.TRIES, lease_until=clock.now() - timedelta(minutes=1)
        )
    jobs.run_job(job.pk)

    assert upload_of(report).state == UploadState.FAILED
    assert SENTENCE in words_of(alice.get(url))


def test_a_reading_that_a_manager_cancels_says_so(cast: Cast, report: Report, alice: Client) -> None:
    url, job = send_unread(alice, report)
    with acting_as(cast.actor("mona")) as mona:
        cancel_job(mona, job, "It stops everything else.")

    assert upload_of(report).state == UploadState.FAILED
    assert SENTENCE in words_of(alice.get(url))


def test_a_file_that_was_thrown_away_before_stays_so(cast: Cast, report: Report, alice: Client) -> None:
    url, job = send_unread(alice, report)
    alice.post(f"{url}cancel/", {})
    with acting_as(cast.actor("mona")) as mona:
        cancel_job(mona, job, "It was thrown away.")

    assert upload_of(report).state == UploadState.CANCELLED
