"""The archive of everything that an organisation filed: asked for, built in steps, read."""

import io
import zipfile

from alliance.services.documents import request_own_archive
from portal.kernel import jobs
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.jobs import Job, JobState
from tests.factories import Cast
from tests.support.workbooks import content_of

ARCHIVE = "alliance.documents.own_archive"


def request_archive(cast: Cast) -> Document:
    with acting_as(cast.actor("sven")) as sven:
        return request_own_archive(sven, cast.aurora, "en")


def files_of(document: Document) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content_of(document))) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len(set(package.namelist()))
        return {name: package.read(name) for name in package.namelist()}


def state_of(document: Document) -> str:
    with acting_as(SYSTEM):
        document.refresh_from_db()
    return document.state


def steps_of(document: Document) -> list[Job]:
    with acting_as(SYSTEM):
        of_document = Job.objects.filter(kind="build_document", payload__document=document.pk)
        return list(of_document.order_by("pk"))


def run_steps(document: Document, count: int) -> None:
    """Do so many steps of it, and no more."""
    for _step in range(count):
        last = steps_of(document)[-1]
        assert last.state == JobState.READY, last.last_error
        assert last.last_error == ""
        jobs.run_job(last.pk)


def two_minutes_pass() -> None:
    """Folders of parts that were given up are discarded."""
    with acting_as(SYSTEM):
        waiting = Job.objects.filter(kind="discard_folder")
        waiting.update(next_at="2026-01-01T00:00:00Z")
        job_ids = list(waiting.values_list("pk", flat=True))
    for job_id in job_ids:
        jobs.run_job(job_id)
