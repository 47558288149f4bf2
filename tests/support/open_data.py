"""The open data as it is built in a test, and read back."""

import csv
import io
import json
from typing import Any

import alliance.tasks  # noqa: F401 - the jobs register themselves
from alliance.models import DataRelease
from alliance.queries.public.open_data import latest_file, latest_release
from alliance.services.open_data import enqueue_open_data
from portal.kernel import files, jobs
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.jobs import Job, JobState


def build_release() -> DataRelease:
    """Build the files of the record as it is now, and return the release."""
    with acting_as(SYSTEM):
        Job.objects.filter(kind="build_open_data").delete()
        enqueue_open_data()
        job = Job.objects.get(kind="build_open_data")
    with acting_as(ANYONE):  # as a worker begins
        jobs.run_job(job.pk)
    with acting_as(SYSTEM):
        job.refresh_from_db()
    assert job.state == JobState.DONE, job.last_error
    release = latest_release()
    assert release is not None
    return release


def file_content(name: str) -> bytes:
    """The bytes of a file of the last release."""
    file = latest_file(name)
    assert file is not None, name
    return files.read(file.file, file.sha256)


def csv_rows(table: str) -> list[dict[str, str]]:
    """The rows of a table by its CSV file."""
    return list(csv.DictReader(io.StringIO(file_content(f"{table}.csv").decode(), newline="")))


def json_rows(table: str) -> list[dict[str, Any]]:
    """The rows of a table by its JSON file."""
    rows: list[dict[str, Any]] = json.loads(file_content(f"{table}.json"))["rows"]
    return rows
