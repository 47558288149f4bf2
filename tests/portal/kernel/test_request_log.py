"""The log names pages, and holds neither the keys of links nor what stands in a wrong address."""

import logging

import pytest
from django.http import HttpRequest
from django.test import Client

from portal.kernel.request_log import NO_PAGE, page_of, without_addresses

TOKEN = "sEcReT-t0ken:of-a-letter"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/workspace/reports/42/", "/workspace/reports/42/"),
        (f"/accounts/invitation/{TOKEN}/", "/accounts/invitation/<token>/"),
        (f"/accounts/invitation/{TOKEN}/more", NO_PAGE),
        ("/ru/publications/7/", "/ru/publications/7/"),
        ("/en/members/anna-ivanova/", "/en/members/<slug>/"),
        ("/anna@example.org", NO_PAGE),
    ],
)
def test_a_page_is_named_by_its_route(path: str, page: str) -> None:
    assert page_of(path).replace("<str:", "<").replace("<slug:", "<") == page


def lines(caplog: pytest.LogCaptureFixture) -> str:
    """What the console would say: Django's lines as the processors leave them, ours as they are."""
    said = [
        without_addresses(None, "", {"event": record.getMessage(), "_record": record})["event"]
        for record in caplog.records
    ]
    return "\n".join(map(str, said))


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
