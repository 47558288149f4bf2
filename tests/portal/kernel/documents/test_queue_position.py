"""A document's place in the queue: how many come before it, when it is tried again, and that nobody waits for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.kernel import documents, jobs
from portal.kernel.access import ANYONE, SYSTEM
from portal.kernel.documents import (
    Built,
    Document,
    DocumentKind,
    Progress,
    QueuePosition,
    kinds,
    queue_position,
)
from portal.kernel.jobs import Job
from portal.kernel.operations import cancel_job

pytestmark = pytest.mark.django_db


def render(collected: Any, progress: Progress) -> Built:
    del collected, progress
    return Built(b"x", "leaflet.txt", "text/plain", "what is known today")


@pytest.fixture(autouse=True)
def _leaflet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of document that only these tests know."""
    kind = DocumentKind("leaflet", lambda actor, document: None, render, label="Leaflet")
    monkeypatch.setitem(kinds.KINDS, "leaflet", kind)


def ask(target: int = 1) -> Document:
    return documents.request_document(ANYONE, "leaflet", target, title="A leaflet", language="en")


def job_of(document: Document) -> Job:
    return Job.objects.get(kind="build_document", payload__document=document.pk)


def test_each_says_how_many_come_before_it() -> None:
    first, second, third = ask(1), ask(2), ask(3)
    assert [queue_position(document) for document in (first, second, third)] == [
        QueuePosition(0),
        QueuePosition(1),
        QueuePosition(2),
    ]
    jobs.run_job(job_of(first).pk)
    assert queue_position(third) == QueuePosition(1)


def test_asked_for_again_while_it_waits_it_is_the_same_and_while_it_is_built_another() -> None:
    first = ask()
    assert (ask(), ask(2) != first) == (first, True)
    Document.objects.filter(pk=first.pk).update(state="building")
    second = ask()
    assert (second != first, ask()) == (True, second)
    assert Job.objects.filter(kind="build_document").count() == 3


def test_one_that_did_not_work_says_when_it_is_tried_again() -> None:
    document = ask()
    later = timezone.now() + timedelta(minutes=5)
    Job.objects.filter(pk=job_of(document).pk).update(next_at=later)
    assert queue_position(document) == QueuePosition(retry_at=later)


def test_one_that_is_built_waits_no_more_and_says_what_of() -> None:
    document = ask()
    jobs.run_job(job_of(document).pk)
    document.refresh_from_db()
    assert (queue_position(document), document.state, document.about) == (
        None,
        "ready",
        "what is known today",
    )


def test_one_whose_worker_was_lost_every_time_has_failed_and_can_be_tried_again() -> None:
    document = ask()
    Document.objects.update(state="building", progress=40)
    Job.objects.update(state="leased", attempts=jobs.TRIES, lease_until=timezone.now() - timedelta(hours=1))
    jobs.run_job(job_of(document).pk)
    document.refresh_from_db()
    assert (document.state, document.error) == (
        "failed",
        "It was cancelled. You can try again.",
    )
    documents.retry_document(ANYONE, document)
    assert queue_position(Document.objects.get()) == QueuePosition(0)


def test_one_whose_work_is_cancelled_has_failed() -> None:
    document = ask()
    cancel_job(SYSTEM, job_of(document), "Not needed.")
    document.refresh_from_db()
    assert document.state == "failed"


def test_addresses_are_not_to_be_guessed() -> None:
    keys = {ask(target).key for target in range(3)}
    assert (len(keys), {key.version for key in keys}) == (3, {4})
