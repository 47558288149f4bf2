"""Documents whose making breaks down: the reader is notified, and again when it is given up."""

from collections.abc import Iterator

import pytest
from django.db.models import Q

from portal.kernel import documents, jobs
from portal.kernel.access import ANYONE, Actor
from portal.kernel.documents import Built, Document, DocumentKind, Progress, kinds
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event

pytestmark = pytest.mark.django_db


def collect(actor: Actor, document: Document) -> str:
    del actor
    return document.title


def render(title: str, progress: Progress) -> Built:
    progress(40, "Begun")
    raise OSError(title)


@pytest.fixture(autouse=True)
def _breaking() -> Iterator[None]:
    """A kind that breaks down halfway."""
    documents.register(DocumentKind("breaking", collect, render))
    yield
    kinds.KINDS.pop("breaking")


def after(attempts: int) -> tuple[Document, Job]:
    """The document and its job after so many attempts."""
    document = documents.request_document(ANYONE, "breaking", 1, title="Secret", language="en")
    job = Job.objects.get(kind="build_document")
    Job.objects.filter(pk=job.pk).update(attempts=attempts - 1)
    jobs.run_job(job.pk)
    document.refresh_from_db()
    job.refresh_from_db()
    return document, job


def test_after_a_breakdown_it_waits_for_another_try_and_says_so() -> None:
    document, job = after(1)

    assert (document.state, document.progress, document.step) == (
        "queued",
        0,
        "It failed and will be tried again automatically",
    )
    assert (job.state, job.last_error) == (JobState.READY, "builtins.OSError")


def test_after_the_last_try_it_has_failed_in_words() -> None:
    document, job = after(jobs.TRIES)

    assert (document.state, document.error, document.finished_at is not None) == (
        "failed",
        "It failed. The error has been recorded; you can try again.",
        True,
    )
    assert job.state == JobState.DEAD


def test_what_its_requester_lost_access_to_is_not_served_any_more() -> None:
    seen = [7]
    fetched: list[int] = []
    kind = DocumentKind(
        "sighted",
        collect,
        render,
        visibility=lambda actor: Q(target_id__in=seen),
        on_download=lambda actor, document: fetched.append(document.pk),
    )
    documents.register(kind)
    try:
        document = documents.request_document(ANYONE, "sighted", 7, title="Secret", language="en")
        other = documents.request_document(ANYONE, "breaking", 8, title="Other", language="en")
        assert set(Document.objects.filter(documents.still_visible_to(ANYONE))) == {document, other}
        documents.record_download(ANYONE, document)
        seen.clear()
        assert set(Document.objects.filter(documents.still_visible_to(ANYONE))) == {other}
    finally:
        kinds.KINDS.pop("sighted")

    assert fetched == [document.pk]
    requests = Event.objects.filter(kind="document.request").order_by("pk")
    assert [event.data.get("subject") for event in requests] == [None, 8]
