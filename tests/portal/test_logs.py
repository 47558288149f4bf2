"""The log names pages, and holds neither the keys of links nor what stands in a wrong address."""

import logging
import re
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from portal.kernel.jobs import Job
from portal.logs import NO_ROUTE, route_of, without_addresses
from tests.support.jobs import run_all_jobs

TOKEN = "sEcReT-t0ken:of-a-letter"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/workspace/reports/42/", "/workspace/reports/42/"),
        (f"/accounts/invitation/{TOKEN}/", "/accounts/invitation/<token>/"),
        (f"/accounts/invitation/{TOKEN}/more", NO_ROUTE),
        ("/ru/publications/7/", "/ru/publications/7/"),
        ("/en/members/anna-ivanova/", "/en/members/<slug>/"),
        ("/anna@example.org", NO_ROUTE),
    ],
)
def test_a_page_is_named_by_its_route(path: str, page: str) -> None:
    assert route_of(path).replace("<str:", "<").replace("<slug:", "<") == page


def lines(caplog: pytest.LogCaptureFixture) -> str:
    """What the console would say: Django's lines as the processors leave them, ours as they are."""
    messages = [
        without_addresses(None, "", {"event": record.getMessage(), "_record": record})["event"]
        for record in caplog.records
    ]
    return "\n".join(map(str, messages))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        f"/accounts/invitation/{TOKEN}/",
        f"/accounts/invitation/{TOKEN}/?next=/{TOKEN}/",
        f"/accounts/invitation/{TOKEN}/more/",
        f"/accounts/password/reset/key/1-{TOKEN}/",
        f"/en/{TOKEN}/",
        f"/{TOKEN}/Анна/",
    ],
)
def test_a_dead_link_is_logged_without_its_key(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.INFO):
        client.get(path)

    assert "request_finished" in lines(caplog)
    assert TOKEN not in lines(caplog)


def test_a_refused_form_is_logged_without_the_address_it_came_from() -> None:
    request = HttpRequest()
    request.path = request.path_info = f"/accounts/invitation/{TOKEN}/"
    record = logging.makeLogRecord({"request": request})
    reason = (
        f"Forbidden (Referer checking failed - https://evil.example/{TOKEN}/ does not match): {request.path}"
    )

    line = without_addresses(None, "", {"event": reason, "_record": record})

    assert TOKEN not in str(line["event"])
    assert str(line["event"]).endswith("/accounts/invitation/<str:token>/")


@pytest.fixture
def behind_proxy(settings: Any) -> None:
    settings.BEHIND_PROXY = True


def named(client: Client, text: str) -> str:
    return str(client.get("/health/live", headers={"x-request-id": text})["X-Request-ID"])


@pytest.mark.usefixtures("behind_proxy")
def test_a_proxy_names_the_request(client: Client) -> None:
    assert named(client, "5f0c2f5f8e0b4a0c") == "5f0c2f5f8e0b4a0c"


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize(
    "request_id", ["", "short", "a" * 65, "anna@example.org", "two words here", "Анна-Анна", "-" * 20]
)
def test_what_is_no_name_is_replaced(client: Client, request_id: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", named(client, request_id))


def test_nobody_else_names_requests(client: Client) -> None:
    assert named(client, "5f0c2f5f8e0b4a0c") != "5f0c2f5f8e0b4a0c"


def test_every_request_has_a_number_of_its_own(client: Client) -> None:
    assert len({named(client, "") for _request in range(3)}) == 3


@pytest.mark.django_db(transaction=True)
def test_the_number_of_a_request_goes_with_the_work_that_it_began(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    form = {"email": "nobody@nowhere.example"}

    answer = client.post("/accounts/password/reset/", form)
    with caplog.at_level(logging.INFO):
        run_all_jobs()

    job = Job.objects.get(kind="send_account_letter")
    assert job.request_id == answer["X-Request-ID"]
    assert f"'request_id': '{job.request_id}'" in next(
        message for message in caplog.messages if "job_done" in message
    )


def test_what_a_browser_says_of_itself_is_not_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/health/live", headers={"user-agent": TOKEN})

    assert "request_started" in lines(caplog)
    assert TOKEN not in lines(caplog)
