"""A request repeated with its key acts once and gets the same answer; the key is the person's in the tenant."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from portal.kernel import idempotency, privacy
from portal.kernel.access import SYSTEM, Actor, ActorKind, acting_as
from portal.kernel.idempotency import IdempotencyKey
from tests.support.jobs import run_all_jobs

ALICE = Actor(
    ActorKind.PERSON, person_id=1, tenant_id=7, scopes=frozenset({"reports:submit"}), credential_id=1
)
SVEN = replace(ALICE, person_id=2, credential_id=2)
URL = "/api/v1/workspace/reports/1/send-back/"
Answers = Callable[[HttpRequest], HttpResponse]


class CountingEndpoint:
    """Stands in for the endpoints, and counts the calls that act."""

    def __init__(self, status: int = 201) -> None:
        self.done = 0
        self.status = status

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.done += 1
        headers = {"Content-Type": "application/json", "TLP": "TLP:RED", "Cache-Control": "private, no-store"}
        return HttpResponse(f'{{"number": {self.done}}}', status=self.status, headers=headers)


def send(
    endpoint: Answers, actor: Actor = ALICE, key: str = "k1", body: Any = b"{}", **options: Any
) -> HttpResponse:
    options.setdefault("content_type", "application/json")
    if isinstance(body, dict):
        options.pop("content_type")
    request = RequestFactory().post(URL, body, headers={"Idempotency-Key": key}, **options)
    with acting_as(actor):
        request.actor = actor
        answer = idempotency.IdempotencyKeyMiddleware(endpoint)(request)
        assert isinstance(answer, HttpResponse)
        return answer


@pytest.mark.django_db
def test_the_same_request_is_answered_from_what_was_kept() -> None:
    endpoint = CountingEndpoint()

    first, again = send(endpoint), send(endpoint)

    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, b'{"number": 1}')
    assert endpoint.done == 1
    assert dict(again.items()) == {**dict(first.items()), "Idempotency-Replayed": "true"}


@pytest.mark.django_db
def test_another_token_of_the_owner_gets_no_answer_that_it_could_not_have_asked_for() -> None:
    endpoint = CountingEndpoint()
    send(endpoint)
    reading = replace(ALICE, scopes=frozenset({"read"}), credential_id=3)
    renewed = replace(ALICE, credential_id=4)

    refused, again = send(endpoint, reading), send(endpoint, renewed)

    assert (refused.status_code, b"problems/scope/" in refused.content) == (403, True)
    assert (again.status_code, again["Idempotency-Replayed"], endpoint.done) == (201, "true", 1)


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused() -> None:
    endpoint = CountingEndpoint()
    send(endpoint)

    answer = send(endpoint, body=b'{"other": 1}')

    assert (answer.status_code, b"repeat-differs" in answer.content, endpoint.done) == (422, True, 1)


@pytest.mark.django_db
def test_a_key_belongs_to_a_person_in_a_tenant() -> None:
    endpoint = CountingEndpoint()

    for actor in (ALICE, SVEN, replace(ALICE, tenant_id=8)):
        send(endpoint, actor)

    assert endpoint.done == 3
    with acting_as(SVEN):
        assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 409, 422, 500])
def test_a_refusal_gives_the_key_back(status: int) -> None:
    send(CountingEndpoint(status))

    assert send(CountingEndpoint(), body=b'{"corrected": 1}').status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "k" * 201, "ключ"])
def test_what_is_no_key_is_refused(key: str) -> None:
    endpoint = CountingEndpoint()

    assert (send(endpoint, key=key).status_code, endpoint.done) == (400, 0)


@pytest.mark.django_db
def test_a_file_sent_again_is_the_same_whatever_stands_between_its_parts() -> None:
    endpoint = CountingEndpoint()

    def form(content: bytes) -> dict[str, Any]:
        return {"title": "A table", "file": SimpleUploadedFile("t.csv", content)}

    statuses = [send(endpoint, body=form(content)).status_code for content in (b"a,b", b"a,b", b"a,c")]

    assert (statuses, endpoint.done) == ([201, 201, 422], 1)


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_waits_and_acts_no_more() -> None:
    begun, answers = threading.Event(), []
    endpoint = CountingEndpoint()

    def slow(request: HttpRequest) -> HttpResponse:
        begun.set()
        threading.Event().wait(0.5)
        return endpoint(request)

    def run() -> None:
        answers.append(send(slow).content)
        connection.close()

    first = threading.Thread(target=run)
    first.start()
    begun.wait(5)
    answers.append(send(endpoint).content)
    first.join()

    assert (answers, endpoint.done) == ([b'{"number": 1}'] * 2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_repeat_that_has_waited_too_long_gets_409_with_retry_after() -> None:
    begun, enough = threading.Event(), threading.Event()

    def endless(request: HttpRequest) -> HttpResponse:
        begun.set()
        enough.wait(10)
        return HttpResponse("{}")

    def run() -> None:
        send(endless)
        connection.close()

    first = threading.Thread(target=run)
    first.start()
    begun.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    answer = send(CountingEndpoint())
    enough.set()
    first.join()

    assert (answer.status_code, b"repeat-running" in answer.content) == (409, True)
    assert answer["Retry-After"] == "1"


@pytest.mark.django_db
def test_old_answers_are_cleared_and_new_ones_kept() -> None:
    send(CountingEndpoint(), key="old")
    send(CountingEndpoint(), key="new")
    with acting_as(SYSTEM):
        IdempotencyKey.objects.filter(key="old").update(at=timezone.now() - timedelta(hours=49))
        privacy.enqueue_purge_now()
    run_all_jobs()
    with acting_as(SYSTEM):
        assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]
